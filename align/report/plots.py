"""Histograms as figures of a page: where each bar stands, without a picture library."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 560.0
HEIGHT: Final = 170.0
_LEFT: Final = 52.0  # for the numbers of the axis
_BELOW: Final = 34.0  # for the labels
_ABOVE: Final = 8.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle in units of the picture, with the `series` that colours it and its `title`."""

    x: float
    y: float
    width: float
    height: float
    series: int
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: its place and its label."""

    place: float
    label: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A histogram: `bars`, ticks of both axes, what they mean, and the names of the series."""

    title: str
    axis: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = _LEFT
    bottom: float = HEIGHT - _BELOW


def histogram(
    title: str,
    axis: str,
    labels: Sequence[str],
    counts: Sequence[Sequence[int]],
    *,
    series: Sequence[str] = (),
    colours: Sequence[int] = (),
    every: int = 1,
) -> Plot:
    """Return the plot of one or more series of counts over the same bins.

    `labels` name the bins; each `every`-th is written below its bar. `colours` give each bin one
    of its own, else that of its series.

    >>> plot = histogram("t", "words", ["1", "2"], [[3, 6]])
    >>> [round(bar.height) for bar in plot.bars], [tick.label for tick in plot.up]
    ([64, 128], ['0', '2', '4', '6'])
    """
    top = max((count for one in counts for count in one), default=0)
    step = _step(top)
    room = HEIGHT - _BELOW - _ABOVE
    scale = room / max(top, 1)
    wide = (WIDTH - _LEFT) / max(len(labels), 1)
    part = 0.86 * wide / max(len(counts), 1)
    bars = tuple(
        Bar(
            x=_LEFT + (number + 0.07) * wide + which * part,
            y=_ABOVE + room - count * scale,
            width=part,
            height=count * scale,
            series=colours[number] if colours else which,
            title=f"{label}: {count:,}" + (f" ({series[which]})" if series else ""),
        )
        for which, one in enumerate(counts)
        for number, (label, count) in enumerate(zip(labels, one, strict=True))
        if count
    )
    across = tuple(
        Tick(_LEFT + (number + 0.5) * wide, label)
        for number, label in enumerate(labels)
        if number % every == 0
    )
    up = tuple(
        Tick(_ABOVE + room - value * scale, _short(value)) for value in range(0, top + 1, step)
    )
    return Plot(title, axis, tuple(series), bars, across, up)


def _step(top: int) -> int:
    """Return a round step of an axis with three to six marks.

    >>> [_step(top) for top in (0, 6, 90, 1234)]
    [1, 2, 20, 500]
    """
    raw = max(top / 5, 1)
    power = 10 ** math.floor(math.log10(raw))
    fitting: float = next(step for step in (1, 2, 5, 10) if step * power >= raw)
    return int(fitting * power)


def _short(value: int) -> str:
    """Return a number as the axis shows it.

    >>> _short(20_000), _short(1_500_000), _short(500)
    ('20k', '1.5M', '500')
    """
    for unit, name in ((10**6, "M"), (10**3, "k")):
        if value >= unit:
            return f"{value / unit:g}{name}"
    return str(value)
