"""Evaluations as one self-contained web page, without scripts and network: see `report.html`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from align.evaluate.metrics import LABELS
from align.report.evaluation import DOCUMENTS, LOSS_TITLES, Evaluated
from align.report.figures import number
from align.report.plots import Plot, histogram
from align.report.templates import direction, page_template
from align.report.word_marks import marked

_BIN: Final = 5  # points of a score


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
