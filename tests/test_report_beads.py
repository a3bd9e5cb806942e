"""Beads with their reasons, to read and as JSON."""

from __future__ import annotations

from align.bitext import Bead
from align.bitext.explanation import Explanation
from align.report.beads import explained, explanation_record, ladder

EXPLANATION = Explanation(
    bead=Bead((0, 1), (0,), 0.974),
    words=("flood", "river"),
    numbers=("4200",),
    names=(("جامشورو", "Jamshoro"),),
    overlap=0.5,
    length_ratio=1.25,
    runner_up=Bead((1,), (0,), 0.02),
    margin=0.954,
)
NULL = Explanation(Bead((), (1,), 0.6), (), (), (), 0.0, 0.0, None, 0.0)


def test_a_bead_with_its_reasons() -> None:
    first, second = explained([EXPLANATION, NULL], ["a\x1b[31m", "b"], ["c", "d"])
    assert first.splitlines() == [
        "0,1:0  0.97",
        r"  < a\x1b[31m b",  # nothing that moves a cursor
        "  > c",
        "    words: flood, river",
        "    numbers: 4200",
        "    names: جامشورو = Jamshoro",
        "    overlap: 0.50, length 1.25",
        "    instead of: 1:0  0.02, margin 0.95",
        "",
    ]
    assert second.splitlines() == [":1  0.60", "  > d", ""]


def test_reasons_as_json() -> None:
    record = explanation_record(EXPLANATION)
    assert (record["runner_up"], record["margin"]) == ("1:0", 0.954)
    assert record["names"] == [["جامشورو", "Jamshoro"]]
    assert explanation_record(NULL)["runner_up"] is None


def test_the_ladder_of_no_beads_is_its_end() -> None:
    assert list(ladder([])) == ["0\t0\t0.00\n"]
