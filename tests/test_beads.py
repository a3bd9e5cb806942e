"""Scoring beads against gold. The worked examples' figures are those of vecalign's own score.py
(commit f372627), run on the same beads."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.bitext import Bead
from align.bitext.bead_lines import bead_lines, parse_beads
from align.errors import InputError
from align.evaluate.beads import BeadScores, Which, bead_interval, score_beads, summed
from align.evaluate.interval import interval


def beads(text: str) -> list[Bead]:
    return parse_beads(text.replace(" ", "\n"), path="made.beads")


# Two documents, found and gold.
DOCUMENTS = [
    ("0,1:0 2:1 3:2,3 4:4 5:5 6:6,7,8 7:", "0,1:0 2:1 3:2,3,4 4: 5:5 6:6 7:7,8"),
    ("0:0,1 1:2 2: 3:3 4:4 5:", "0:0 1:1 2: 3:2 4:3,4 5:"),
]


def test_the_figures_of_vecalign() -> None:
    scores = summed(score_beads(beads(found), beads(gold)) for found, gold in DOCUMENTS)
    strict, lax = scores.strict(), scores.lax()
    assert strict.precision == pytest.approx(0.38461538461538464, abs=1e-12)
    assert strict.recall == pytest.approx(0.3, abs=1e-12)
    assert strict.f1 == pytest.approx(0.33707865168539325, abs=1e-12)
    assert lax.precision == pytest.approx(0.6923076923076923, abs=1e-12)
    assert lax.recall == pytest.approx(0.7, abs=1e-12)
    assert lax.f1 == pytest.approx(0.6961325966850829, abs=1e-12)


def test_null_beads_by_hand() -> None:
    """One right pair, one wrong, a right null and a wrong one; gold has two pairs and two nulls."""
    scores = score_beads(beads("0:0 1:1 2: 3: :2"), beads("0:0 1,3:1 2: :2"))
    assert scores.strict(Which.vecalign).precision == 3 / 5
    assert scores.strict(Which.vecalign).recall == 1 / 2
    assert scores.strict(Which.paired).precision == 1 / 2
    assert scores.strict(Which.all).recall == 3 / 4
    assert scores.lax(Which.vecalign).precision == 4 / 5
    assert scores.lax(Which.paired).precision == scores.lax(Which.paired).recall == 1.0


def test_types_by_hand() -> None:
    scores = score_beads(beads("0:0 1:1 2,3:2 4:"), beads("0:0 1:1,2 2,3: 4:3"))
    assert scores.types[0] == "1-1"
    types = scores.record()["types"]
    assert types["1-1"] == {"found": 2, "gold": 2, "right": 1}
    assert types["1-2"] == {"found": 0, "gold": 1, "right": 0}
    assert types["2-1"] == {"found": 1, "gold": 0, "right": 0}


def test_nothing_to_score() -> None:
    nothing = score_beads([], [])
    assert nothing.strict().f1 == nothing.lax().f1 == 0.0
    assert score_beads([Bead((), (), 1.0)], []) == nothing == BeadScores()


def _walk(steps: list[tuple[int, int]]) -> list[Bead]:
    made, source, target = [], 0, 0
    for a, b in steps:
        made.append(Bead(tuple(range(source, source + a)), tuple(range(target, target + b)), 1.0))
        source, target = source + a, target + b
    return made


STEPS = st.lists(
    st.sampled_from([(1, 1), (1, 2), (2, 1), (1, 0), (0, 1), (2, 2), (1, 3)]), max_size=12
).map(_walk)


def _plainly(found: list[Bead], gold: list[Bead]) -> Iterator[float]:
    """Strict and lax precision and recall as the definition has them, all pairs of beads."""

    def exact(one: Bead, other: Bead) -> bool:
        return (one.source, one.target) == (other.source, other.target)

    def touching(one: Bead, other: Bead) -> bool:
        return any(
            s in other.source and t in other.target for s, t in product(one.source, one.target)
        )

    full = [[bead for bead in side if not bead.is_null] for side in (found, gold)]
    for ours, theirs in ((found, gold), (full[1], full[0])):
        strict = [any(exact(bead, other) for other in theirs) for bead in ours]
        lax = [
            right or any(touching(bead, other) for other in theirs)
            for bead, right in zip(ours, strict, strict=True)
        ]
        yield sum(strict) / max(len(ours), 1)
        yield sum(lax) / max(len(ours), 1)


@given(STEPS, STEPS)
def test_as_the_definition_has_it(found: list[Bead], gold: list[Bead]) -> None:
    scores = score_beads(found, gold)
    strict, lax = scores.strict(), scores.lax()
    figures = [strict.precision, lax.precision, strict.recall, lax.recall]
    assert figures == pytest.approx(list(_plainly(found, gold)))


@given(st.lists(st.tuples(STEPS, STEPS), max_size=4))
def test_counts_add_up(documents: list[tuple[list[Bead], list[Bead]]]) -> None:
    total = summed(score_beads(*each) for each in documents)
    for side, number in ((total.found, 0), (total.gold, 1)):
        assert sum(c.total for c in side.values()) == sum(len(set(d[number])) for d in documents)
        assert all(0 <= c.strict <= c.lax <= c.total for c in side.values())


@given(STEPS)
def test_gold_itself_is_all_right(gold: list[Bead]) -> None:
    scores = score_beads(gold, gold)
    paired = any(not bead.is_null for bead in gold)
    assert scores.strict(Which.all).f1 == (1.0 if gold else 0.0)
    assert scores.lax(Which.paired).f1 == (1.0 if paired else 0.0)


def test_the_interval_holds_the_figure_and_is_none_for_equal_documents() -> None:
    documents = [score_beads(beads(found), beads(gold)) for found, gold in DOCUMENTS * 5]
    drawn = bead_interval(documents, samples=200)
    assert drawn.value == summed(documents).strict().f1
    assert drawn.low < drawn.value < drawn.high
    alike = bead_interval([documents[0]] * 10, samples=50)
    assert alike.low == alike.value == alike.high


def test_an_interval_of_a_mean_is_that_of_the_normal_distribution() -> None:
    """100 zeros and 100 ones: standard error 0.5 / sqrt(200), 1.96 of them to either side."""
    values = [0.0, 1.0] * 100
    drawn = interval(
        200, lambda numbers: sum(values[n] for n in numbers) / len(numbers), samples=4000
    )
    assert drawn.value == 0.5
    assert drawn.high - drawn.low == pytest.approx(2 * 1.96 * 0.5 / 200**0.5, rel=0.1)


# Lines of beads


@given(STEPS)
def test_beads_are_read_as_they_were_written(made: list[Bead]) -> None:
    assert parse_beads("".join(bead_lines(made)), path="x") == made


def test_lines_of_vecalign() -> None:
    """As its gold files and its output have them, cost last."""
    text = "[0]:[0]\n[1, 2]:[1]:0.2134\n[]:[2]:0.000000\n"
    assert [bead.numbers for bead in parse_beads(text, path="x")] == ["0:0", "1,2:1", ":2"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("0:0\nsome text\n", 2, "not a bead"),
        ("0:0\n0\n", 2, "not a bead"),
        ("0:0\n0:1\n", 2, "source sentence 0 is in two beads"),
        ("0:0\n\n1:1\n2:1\n", 4, "target sentence 1 is in two beads"),
        ("1,0:0\n", 1, "not a bead"),
        ("1,1:0\n", 1, "not a bead"),
        ("-1:0\n", 1, "not a bead"),
        ("0:0\t1.2.3\n", 1, "not a bead"),
    ],
)
def test_what_is_no_bead_is_told_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        parse_beads(text, path="gold.beads")
    assert caught.value.line == line


def test_a_number_of_thousands_of_digits_is_no_bead() -> None:
    with pytest.raises(InputError, match="not a bead"):
        parse_beads("9" * 5000 + ":0\n", path="gold")
