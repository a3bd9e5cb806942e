"""The best path through a band, and the log-sums of all paths.

Both go row by row, a whole row at once: within a row only null beads of the target lead on,
which is a running maximum (or log-sum) of what arrives less what the way from the start costs.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.bitext.bags import Floats
from align.bitext.band import MOVES, Band

Worths: TypeAlias = NDArray[np.float64]  # [cells, moves] of the bead that ends in a cell
Places: TypeAlias = NDArray[np.int64]  # [cells, moves] the cell in which it starts


def starts(band: Band) -> Places:
    """Return the cell in which each bead starts; `len(band)` where that is outside the band."""
    return np.stack([band.shifted(-n, -m) for n, m in MOVES], axis=1)


def best_path(band: Band, worths: Worths, places: Places) -> list[tuple[int, int]]:
    """Return the beads of the best path from first to last cell, as (cell, move), in order."""
    best = _sweep(band, worths, places, np.maximum)
    path: list[tuple[int, int]] = []
    cell = len(band) - 1
    while cell > 0:
        arrivals = best[places[cell]] + worths[cell]
        move = int(arrivals.argmax())
        path.append((cell, move))
        cell = int(places[cell, move])
    return path[::-1]


def log_sums(band: Band, worths: Worths, places: Places) -> tuple[Floats, Floats]:
    """Return the log-sum of all paths from the first cell to each, and from each to the last.

    [cells + 1] each; the last entry, of no cell, is -inf.
    """
    forward = _sweep(band, worths, places, np.logaddexp)
    size = len(band)
    cells, moves = np.nonzero(places < size)
    origins = places[cells, moves]
    # Read backwards, a bead ends in the cell where it starts; cells and rows count from the end.
    mirrored = np.full_like(worths, -np.inf)
    mirrored[size - 1 - origins, moves] = worths[cells, moves]
    mirrored_places = np.full_like(places, size)
    mirrored_places[size - 1 - origins, moves] = size - 1 - cells
    turned = Band(band.high[-1] - band.high[::-1], band.high[-1] - band.low[::-1])
    backward = _sweep(turned, mirrored, mirrored_places, np.logaddexp)
    return forward, np.concatenate([backward[:-1][::-1], [-np.inf]])


def _sweep(band: Band, worths: Worths, places: Places, semiring: np.ufunc) -> Floats:
    """Return the total of all paths from the first cell to each, [cells + 1]."""
    totals = np.full(len(band) + 1, -np.inf)
    totals[0] = 0.0
    within = _within_rows(band, worths, places)
    offsets = band.offsets.tolist()
    for start, end in pairwise(offsets):
        row = slice(start, end)
        arriving = semiring.reduce(totals[places[row, :-1]] + worths[row, :-1], axis=1)
        if start == 0:
            arriving[0] = 0.0
        totals[row] = semiring.accumulate(arriving - within[row]) + within[row]
    return totals


def _within_rows(band: Band, worths: Worths, places: Places) -> Floats:
    """Return what null beads of the target add up to from the start of each row, [cells]."""
    steps = np.where(places[:, -1] < len(band), worths[:, -1], 0.0)
    sums = np.cumsum(steps)
    first = band.offsets[:-1]
    return np.asarray(sums - np.repeat(sums[first], np.diff(band.offsets)))
