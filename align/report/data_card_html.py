"""A data card as one self-contained web page, without scripts and network: see `report.html`."""

from __future__ import annotations

from typing import Final

from align.corpus.statistics import RATIO_BINS, SCORE_BINS, Statistics
from align.report.data_card import FILTER_TITLES, ORIGIN_TITLES, SIDE_TITLES, DataCard
from align.report.plots import Plot, histogram
from align.report.templates import page_template

_WORDS: Final = 60  # of the plot of lengths; what is longer is one bar
_MONTHS: Final = 48  # beyond, years are plotted
_RATIOS: Final = range(-2 * RATIO_BINS, 2 * RATIO_BINS + 1)  # from a quarter to four times


def data_card_html(card: DataCard) -> str:
    """Return the page."""
    return page_template("data_card").render(
        card=card,
        plots=list(_plots(card)),
        side_titles=SIDE_TITLES,
        origin_titles=ORIGIN_TITLES,
        filter_titles=FILTER_TITLES,
    )


def _plots(card: DataCard) -> list[Plot]:
    statistics = card.statistics
    plots = [_lengths(card), _ratios(statistics)]
    if any(statistics.scores):
        labels = [f"{number / SCORE_BINS:.2f}" for number in range(SCORE_BINS)]
        plots.append(histogram("Scores", "from", labels, [statistics.scores], every=2))
    if statistics.months:
        plots.append(_dates(statistics))
    return plots


def _lengths(card: DataCard) -> Plot:
    sides = (card.statistics.source.histogram, card.statistics.target.histogram)
    longest = min(_WORDS, max((max(side, default=1) for side in sides), default=1))
    step = -(-longest // 30)
    counts = [[0] * (longest // step + 1) for _ in sides]
    for side, bins in zip(sides, counts, strict=True):
        for words, count in side.items():
            bins[min(words, longest) // step] += count
    labels = [str(number * step) for number in range(len(counts[0]))]
    if longest == _WORDS:
        labels[-1] += "+"
    return histogram("Lengths", "words of a text", labels, counts, series=card.languages, every=5)


def _ratios(statistics: Statistics) -> Plot:
    counts = [0] * len(_RATIOS)
    for ratio, count in statistics.ratios.items():
        counts[min(max(ratio, _RATIOS[0]), _RATIOS[-1]) - _RATIOS[0]] += count
    labels = [f"{2 ** (ratio / RATIO_BINS):.2g}" for ratio in _RATIOS]
    axis = "characters of the target for one of the source"
    return histogram("Length ratios", axis, labels, [counts], every=RATIO_BINS)


def _dates(statistics: Statistics) -> Plot:
    """Return pairs by month, gaps too; by year where there are many."""
    first, last = min(statistics.months), max(statistics.months)
    try:
        ends = [int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (first, last)]
    except ValueError:  # no ISO dates: what there is, in order
        labels = sorted(statistics.months)[:_MONTHS]
        counts = [statistics.months[label] for label in labels]
        return histogram("Dates", "", labels, [counts], every=max(1, len(labels) // 6))
    months = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(ends[0], ends[1] + 1)]
    if len(months) <= _MONTHS:
        counts = [statistics.months[month] for month in months]
        return histogram("Dates", "month", months, [counts], every=max(1, len(months) // 6))
    years = [f"{year:04}" for year in range(ends[0] // 12, ends[1] // 12 + 1)][-_MONTHS:]
    counts = [sum(n for m, n in statistics.months.items() if m[:4] == year) for year in years]
    return histogram("Dates", "year", years, [counts], every=max(1, len(years) // 8))
