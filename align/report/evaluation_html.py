"""Evaluations as one self-contained web page, without scripts and network: see `report.html`."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from align.evaluate.metrics import LABELS
from align.report.evaluation import DOCUMENTS, LOSS_TITLES, Evaluated
from align.report.figures import number
from align.report.plots import Plot, histogram
from align.report.templates import direction, page_template
from align.report.visible import prose

_BIN: Final = 5  # points of a score
Marked = list[tuple[str, str]]


def evaluations_html(
    evaluations: Sequence[Evaluated], *, languages: tuple[str, str] = ("ur", "en")
) -> str:
    """Return the page.

    Args:
        evaluations: A section each.
        languages: Codes of source and target, which tell the direction of writing.
    """
    title = evaluations[0].title if len(evaluations) == 1 else "Evaluation"
    return page_template("evaluation").render(
        title=title,
        evaluations=evaluations,
        languages=languages,
        directions=tuple(map(direction, languages)),
        loss_titles=LOSS_TITLES,
        documents_shown=DOCUMENTS,
        plot=_plot,
        scores=_scores,
        marked=marked,
    )


def marked(text: str, reference: str) -> tuple[Marked, Marked]:
    """Return the words of both texts, marked where the other one has them not.

    Words are compared without regard to capitals and marks around them. The mark is `missed` of
    the reference, `added` of the text, "" of a word that both have in this place.

    >>> marked("The cat sat.", "the cat slept")
    ([('The', ''), ('cat', ''), ('sat.', 'added')], [('the', ''), ('cat', ''), ('slept', 'missed')])
    """
    sides = prose(text).split(), prose(reference).split()
    keys = [[word.casefold().strip(".,:;!?\"'()[]\u2018\u2019\u201c\u201d") for word in side]
            for side in sides]  # fmt: skip
    common: tuple[set[int], set[int]] = (set(), set())
    for block in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_matching_blocks():
        common[0].update(range(block.a, block.a + block.size))
        common[1].update(range(block.b, block.b + block.size))
    first, second = (
        [(word, "" if at in same else mark) for at, word in enumerate(side)]
        for side, same, mark in zip(sides, common, ("added", "missed"), strict=True)
    )
    return first, second


def _plot(one: Evaluated) -> Plot:
    """Return how many segments got how much, by the metric that ranks them."""
    by = one.measurement.ranking
    counts = [0] * (100 // _BIN)
    for score in one.measurement.sentences[by]:
        counts[min(int(score // _BIN), len(counts) - 1)] += 1
    labels = [f"{at * _BIN} to {(at + 1) * _BIN}" for at in range(len(counts))]
    return histogram("Segments", LABELS[by], labels, [counts], every=4)


def _scores(one: Evaluated, segment: int) -> str:
    return " · ".join(
        f"{LABELS[name]} {number(values[segment])}"
        for name, values in one.measurement.sentences.items()
    )
