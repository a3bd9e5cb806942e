"""`align evaluate --links`: the error rate of an aligner's output."""

from __future__ import annotations

import gzip
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.evaluate.word_links import GoldLinks, error_rate_interval, score_links
from tests.command import records, run

GOLD = Path(__file__).parent / "gold" / "words"
LINKS = st.frozensets(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=6)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """|A| = 4, |S| = 3, |A and S| = 2, |A and P| = 3: AER = 1 - 5 / 7."""
    (tmp_path / "gold.txt").write_text("1-1 2p2 2p1\n1-1 2-2\n\n", encoding="utf-8")
    (tmp_path / "mine.txt").write_text("1-1 2-2\n1-1 2-1\n\n", encoding="utf-8")
    names = (f"{tmp_path}/gold.txt", f"{tmp_path}/mine.txt")
    return ["--links", names[0], "--hypothesis", names[1], "--first", "1"]


def test_the_rate_of_och_and_ney(files: list[str]) -> None:
    (found,) = records(run("evaluate", *files, "--json"))
    rate = found.pop("aer")
    assert rate["score"] == pytest.approx(1 - 5 / 7)
    assert rate["low"] <= rate["score"] <= rate["high"]
    assert found == {
        "system": "mine.txt", "testset": "gold", "pairs": 3, "precision": 0.75,
        "recall": pytest.approx(2 / 3), "links": 4, "sure": 3, "found_sure": 2, "found_possible": 3,
    }  # fmt: skip


def test_every_format_has_the_figures(files: list[str], tmp_path: Path) -> None:
    for suffix, rule in ((".txt", ""), (".md", "---:"), (".tex", r"\hline")):
        path = tmp_path / f"scores{suffix}"
        run("evaluate", *files, "--system", "a_b", "--samples", "0", "-o", str(path))
        text = path.read_text(encoding="utf-8")
        assert rule in text
        assert re.findall(r"\.\d{3}", text) == [".286", ".750", ".667"]


def test_links_come_through_standard_input_or_packed(files: list[str]) -> None:
    (told,) = records(run("evaluate", *files, "--json"))
    links = Path(files[3]).read_bytes()
    packed = f"{files[3]}.gz"
    Path(packed).write_bytes(gzip.compress(links))
    for name in ("-", packed):
        arguments = [*files[:3], name, *files[4:], "--system", "mine.txt", "--json"]
        assert records(run("evaluate", *arguments, stdin=links)) == [told]


def test_it_is_what_the_aligner_says_of_itself(tmp_path: Path) -> None:
    pairs, gold, mine = str(GOLD / "pairs.tsv"), str(GOLD / "gold.txt"), str(tmp_path / "mine")
    said = run("words", pairs, "--gold", gold, "-o", mine).stderr
    (found,) = records(run("evaluate", "--links", gold, "--hypothesis", mine, "--json"))
    assert f"error rate {found['aer']['score']:.3f} " in said
    assert 0 < found["aer"]["low"] < found["aer"]["score"] < found["aer"]["high"] < 0.2


@given(st.lists(st.tuples(LINKS, LINKS, LINKS), min_size=1, max_size=5), st.integers(0, 99))
def test_the_interval_is_that_of_samples_drawn_one_by_one(
    rows: list[tuple[frozenset[tuple[int, int]], ...]], seed: int
) -> None:
    found = [links for links, _, _ in rows]
    gold = [GoldLinks(sure, sure | possible) for _, sure, possible in rows]
    low, high = error_rate_interval(found, gold, seed=seed)
    draw = random.Random(seed)
    rates = []
    for _ in range(1000):
        numbers = draw.choices(range(len(rows)), k=len(rows))
        rates.append(
            score_links([found[n] for n in numbers], [gold[n] for n in numbers]).error_rate
        )
    rates.sort()
    assert rates[5] <= low <= rates[60]
    assert rates[-61] <= high <= rates[-6]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--links", "gold.txt"], "needs --hypothesis"),
        (["--links", "gold.txt", "--hypothesis", "mine.txt", "--model", "ur-en"], "alone"),
        (["--links", "gold.txt", "--hypothesis", "mine.txt", "--source", "s"], "alone"),
        (["--links", "gold.txt", "--hypothesis", "mine.txt", "--seen", "s"], "alone"),
        (["--links", "gold.txt", "--hypothesis", "mine.txt", "--sentences", "s.tsv"], "alone"),
        (["--links", "blank.txt", "--hypothesis", "blank.txt"], "holds no links"),
        (["--links", "gold.txt", "--hypothesis", "mine.txt", "--format", "html"], "no page"),
        (["--links", "gold.txt", "--hypothesis", "gold.txt", "-o", "gold.txt"], "gold.txt"),
        (["--links", "gold.txt", "--hypothesis", "short.txt"], "2 lines for the 3 of"),
        (["--links", "gold.txt", "--hypothesis", "wrong.txt"], "'x-1' is no link"),
        (["--links", "none.txt", "--hypothesis", "none.txt"], "holds no links"),
        (["--links", "gold.txt", "--hypothesis", "absent.txt"], "absent.txt"),
        (["--links", "-", "--hypothesis", "-"], "only once"),
    ],
)
def test_what_is_refused(
    files: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], reason: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, text in (
        ("short", "1-1\n\n"),
        ("wrong", "x-1\n\n\n"),
        ("none", ""),
        ("blank", "\n\n"),
    ):
        Path(f"{name}.txt").write_text(text, encoding="utf-8")
    done = run("evaluate", *arguments, code=2)
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
