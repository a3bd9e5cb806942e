"""The gold set of Urdu-English alignment: what its files must be to be used."""

from __future__ import annotations

import json
import lzma
import os
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest

from align.bitext import Bead
from align.bitext.bead_lines import parse_beads
from align.bitext.side import put_lines, side_of_lines
from align.text.language import identify

GOLD = Path(__file__).parent / "gold"
SCRIPT = Path(__file__).parent.parent / "scripts" / "make_gold.py"
NAMES = sorted(path.stem for path in GOLD.glob("*.beads"))


def _gold(name: str) -> list[Bead]:
    return parse_beads((GOLD / f"{name}.beads").read_text("utf-8"), path=name)


def test_ten_documents_and_two_hundred_beads() -> None:
    beads = [bead for name in NAMES for bead in _gold(name)]
    types = {(len(bead.source), len(bead.target)) for bead in beads}
    assert len(NAMES) == 10
    assert len(beads) >= 200
    assert types >= {(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (1, 0), (0, 1)}


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_is_in_one_bead_in_order(name: str) -> None:
    beads = _gold(name)
    for suffix, side in (("ur", [b.source for b in beads]), ("en", [b.target for b in beads])):
        text = (GOLD / f"{name}.{suffix}").read_text(encoding="utf-8")
        sentences = side_of_lines(text, path=name).sentences
        assert list(chain.from_iterable(side)) == list(range(len(sentences)))
        assert identify(" ".join(sentences)).language == suffix
    assert all(len(bead.source) + len(bead.target) == 1 for bead in beads if bead.is_null)


@pytest.mark.parametrize("name", NAMES)
def test_the_translation_goes_line_for_line(name: str) -> None:
    source, translation = (
        (GOLD / f"{name}.{suffix}").read_text(encoding="utf-8") for suffix in ("ur", "translation")
    )
    lines = put_lines(side_of_lines(source, path=name), translation, path=name)
    assert all(lines)


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_are_kept(name: str) -> None:
    for suffix in ("ur", "en"):
        text = (GOLD / f"{name}.{suffix}").read_text(encoding="utf-8")
        assert max(side_of_lines(text, path=name).document.paragraphs) >= 3
        assert "\n\n\n" not in text


# The script that makes it


def made(folder: Path, edits: str) -> list[str]:
    """Run the script on four pairs in two paragraphs; give both sides and the beads, or why not."""
    pairs = [{"ur": ur, "en": en} for ur, en in zip("ابجد", "ABCD", strict=True)]
    article = {"id": "one", "paragraphs": [pairs[:2], pairs[2:]]}
    with lzma.open(folder / "articles.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(article))
    (folder / "edits.txt").write_text(f"# made up\n## one\n{edits}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SCRIPT, folder / "articles.xz", folder],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    if done.returncode:
        return [done.stderr]
    return [(folder / f"one.{name}").read_text("utf-8") for name in ("ur", "en", "beads")]


def test_edits_by_hand(tmp_path: Path) -> None:
    """One pair split, one left out, one added, two made one."""
    edits = "0 : = || A one. | A two.\n1 : = ||\n1 + ن || New.\n2-3 : = || C and D.\n"
    assert made(tmp_path, edits) == [
        "ا\nب\nن\n\nج\nد\n",
        "A one.\nA two.\nNew.\n\nC and D.\n",
        "0:0,1\n1:\n2:2\n3,4:3\n",
    ]


def test_paragraphs_part_and_join_on_one_side(tmp_path: Path) -> None:
    source, target, _ = made(tmp_path, "1 en-broken\n2 en-joined\n3 ++ || E\n")
    assert (source, target) == ("ا\nب\n\nج\nد\n", "A\n\nB\nC\nD\n\nE\n")


@pytest.mark.parametrize("edit", ["9 : = ||", "0 : one side", "0 en-bent", "words"])
def test_an_edit_that_does_not_fit_is_told_with_its_line(tmp_path: Path, edit: str) -> None:
    (error,) = made(tmp_path, edit)
    assert "edits.txt:3: not an edit" in error
    assert "Traceback" not in error
