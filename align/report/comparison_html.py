"""Comparisons as one self-contained web page, without scripts and network: see `report.html`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from align.evaluate.metrics import LABELS
from align.report.comparison import (
    CONTRAST_TITLES,
    DOCUMENTS,
    LETTERS,
    LOSS_TITLES,
    Compared,
    matrix,
    title,
)
from align.report.plots import Plot, histogram
from align.report.templates import direction, page_template
from align.report.word_marks import Marked, marked_pair

_BINS: Final = 10  # on either side
_ROUND: Final = 5  # points, of which the axis is a multiple
_WORSE, _SAME, _BETTER = 1, 2, 0


def comparisons_html(
    compared: Sequence[Compared], *, languages: tuple[str, str] = ("ur", "en")
) -> str:
    """Return the page.

    Args:
        compared: A section each.
        languages: Codes of source and target, which tell the direction of writing.
    """
    return page_template("comparison").render(
        title=title(compared),
        compared=compared,
        matrix=list(matrix(compared)) if len(compared) > 1 else [],
        letters=LETTERS,
        labels=LABELS,
        languages=languages,
        directions=tuple(map(direction, languages)),
        loss_titles=LOSS_TITLES,
        contrast_titles=CONTRAST_TITLES,
        documents_shown=DOCUMENTS,
        plot=_plot,
        marked=_marked,
    )


def _plot(one: Compared, rival: int) -> Plot:
    """Return on how many segments a system is how much better or worse than the baseline."""
    comparison = one.comparison
    every = comparison.rivals[rival].differences
    differences = [every[number] for number in comparison.scored()]
    furthest = max(map(abs, differences), default=0)
    reach = max(_ROUND, math.ceil(furthest / _ROUND) * _ROUND)
    width = reach / _BINS
    counts = [0] * (2 * _BINS + 1)
    for value in differences:
        far = min(math.ceil(abs(value) / width), _BINS)
        counts[_BINS + (far if value > 0 else -far)] += 1
    sides = [(width * at, width * (at + 1)) for at in range(_BINS)]
    labels = [f"\u2212{high:g} to \u2212{low:g}" for low, high in reversed(sides)]
    labels += ["equal", *(f"{low:g} to {high:g}" for low, high in sides)]
    plot = histogram(
        "Segments",
        f"{LABELS[comparison.by[0]]} of {LETTERS[rival + 1]} less that of {LETTERS[0]}",
        labels,
        [counts],
        colours=[_WORSE] * _BINS + [_SAME] + [_BETTER] * _BINS,
        every=5,
    )
    return replace(plot, across=plot.across[1:-1])  # at the edges there is no room


def _marked(one: Compared, rival: int, segment: int) -> tuple[Marked, Marked, Marked]:
    measured = one.comparison.measurements
    first, second = (measured[at].system.hypotheses[segment] for at in (0, rival + 1))
    return marked_pair(first, second, one.comparison.testset.references[0][segment])
