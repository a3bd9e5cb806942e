"""The gold set of word alignment: what its files must be to be used, and the script behind it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from align.bitext.tokens import split_words
from align.evaluate.word_links import read_gold_links

GOLD = Path(__file__).parent / "gold" / "words"
SCRIPT = Path(__file__).parent.parent / "scripts" / "make_word_gold.py"
PAIR = "ur: گھر کے کے۔\nen: The house.\n"


def make(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, folder],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip


def test_the_script_makes_the_committed_files(tmp_path: Path) -> None:
    shutil.copy(GOLD / "links.txt", tmp_path)
    done = make(tmp_path)
    assert done.returncode == 0, done.stderr
    for name in ("pairs.tsv", "gold.txt"):
        assert (tmp_path / name).read_bytes() == (GOLD / name).read_bytes()


def test_fifty_pairs_whose_links_are_words() -> None:
    rows = (GOLD / "pairs.tsv").read_text(encoding="utf-8").splitlines()
    pairs = [[split_words(side).words for side in row.split("\t")] for row in rows]
    gold = read_gold_links(str(GOLD / "gold.txt"))
    assert len(pairs) == len(gold) == len(set(rows)) == 50
    for (source, target), links in zip(pairs, gold, strict=True):
        assert links.sure
        assert all(i < len(source) and j < len(target) for i, j in links.possible)


def test_sure_links_go_before_possible_ones(tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_text(
        f"# remark\n\n{PAIR}P گھر = The house\nS گھر = house\nP کے#2 = house\n", encoding="utf-8"
    )
    assert make(tmp_path).returncode == 0
    assert (tmp_path / "pairs.tsv").read_text(encoding="utf-8") == "گھر کے کے۔\tThe house.\n"
    assert (tmp_path / "gold.txt").read_text(encoding="utf-8") == "0p0 0-1 2p1\n"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("S گھر = home", "'home' is not there"),
        ("S گھر#2 = house", "'گھر#2' is not there"),
        ("S کے = house", "'کے' is there 2 times"),
        ("X گھر = house", "neither a side nor links"),
        ("S گھر house", "neither a side nor links"),
    ],
)
def test_a_wrong_line_is_told_with_its_number(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "links.txt").write_text(f"{PAIR}{line}\n", encoding="utf-8")
    done = make(tmp_path)
    assert done.returncode == 1
    assert f"links.txt:3: {reason}" in done.stderr
    assert "Traceback" not in done.stderr
