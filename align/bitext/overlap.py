"""Soft overlap of beads: weighted Dice of the features of their sides, counts added up.

F = 2 sum(w min(c_s, c_t)) / (sum(w c_s) + sum(w c_t)), for all beads of a band at once. The sum
of minima is a product of matrices if counts are spelled out ("at least one", "at least two"…),
so each block of rows of the band is one dense product over the features that both sides have.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.bitext.bags import Bags, Counts, Floats, Ints
from align.bitext.band import LONGEST, MOVES, PAIRED, Band

Matrix: TypeAlias = NDArray[np.float32]
_BLOCK: Final = 24  # rows at once: more waste cells outside the band, fewer are all overhead
_REPEATS: Final = 6  # a feature counts at most so often in a bead


def overlaps(
    source: Bags, target: Bags, weights: Floats, band: Band, longest: int = LONGEST
) -> Matrix:
    """Return the overlap F of each bead that ends in each cell; 0.0 for beads off the page.

    [paired moves, cells], 0 to 1. Beads of more than `longest` sentences stay 0.0.
    """
    result = np.zeros((PAIRED, len(band)), np.float32)
    column_of = np.full(len(weights), -1, np.int64)
    for first in range(0, len(band.low), _BLOCK):
        last = min(first + _BLOCK, len(band.low))
        cells = slice(band.offsets[first], band.offsets[last])
        _fill(result[:, cells], (source, target), weights, _Window(band, cells, longest), column_of)
    _divide(result, source.mass(weights), target.mass(weights), band)
    return result


class _Window:
    """The cells of a block and the sentences that beads ending in them can have."""

    def __init__(self, band: Band, cells: slice, longest: int) -> None:
        self.rows, self.columns = band.rows[cells], band.columns[cells]
        self.longest = longest
        reach = longest - 1
        self.top = max(int(self.rows[0]) - reach, 0)
        self.left = max(int(self.columns.min()) - reach, 0)
        self.bottom, self.right = int(self.rows[-1]), int(self.columns.max())


def _fill(
    result: Matrix,
    sides: tuple[Bags, Bags],
    weights: Floats,
    window: _Window,
    column_of: Ints,
) -> None:
    """Set the summed minima of one block."""
    source = sides[0].cut(window.top, window.bottom)
    target = sides[1].cut(window.left, window.right)
    column_of[source.features] = 0
    shared = np.unique(target.features[column_of[target.features] == 0])
    column_of[source.features] = -1
    if not len(shared):
        return
    reach = window.longest - 1
    column_of[shared] = np.arange(len(shared))
    lefts = _spans(_dense(source, column_of, len(shared)), reach)
    rights = _spans(_dense(target, column_of, len(shared)), reach)
    column_of[shared] = -1
    repeats = np.minimum(lefts[-1].max(axis=0, initial=0), rights[-1].max(axis=0, initial=0))
    repeats = np.clip(repeats, 1, _REPEATS).astype(np.int64)
    column = np.repeat(np.arange(len(shared)), repeats)
    times = np.arange(len(column)) - np.repeat(np.cumsum(repeats) - repeats, repeats) + 1
    weight = weights[shared][column].astype(np.float32)
    right = np.concatenate([span[:, column] >= times for span in rights]).astype(np.float32)
    height = len(rights[0])
    for n, span in enumerate(lefts, start=1):
        left = (span[:, column] >= times) * weight
        sums = left @ right[: height * (window.longest - n)].T
        for move, (rows, columns) in enumerate(MOVES[:PAIRED]):
            if rows == n and rows + columns <= window.longest:
                _take(result[move], sums[:, (columns - 1) * height :], window, rows, columns)


def _take(result: Matrix, sums: Matrix, window: _Window, n: int, m: int) -> None:
    """Copy the sums of beads (n, m) to the cells in which they end."""
    rows, columns = window.rows - n - window.top, window.columns - m - window.left
    inside = (window.rows >= n) & (window.columns >= m)
    result[inside] = sums[rows[inside], columns[inside]]


def _dense(bags: Bags, column_of: Ints, width: int) -> Counts:
    dense = np.zeros((len(bags), width), np.float32)
    columns = column_of[bags.features]
    known = columns >= 0
    dense[bags.sentences[known], columns[known]] = bags.counts[known]
    return dense


def _spans(dense: Counts, reach: int) -> list[Counts]:
    """Return the sums of 1 to `reach` rows from each row on, of equal shapes."""
    spans = [dense]
    for size in range(1, reach):
        longer = spans[-1].copy()
        longer[:-size] += dense[size:]
        spans.append(longer)
    return spans


def _divide(result: Matrix, source: Floats, target: Floats, band: Band) -> None:
    """Turn the sums into Dice coefficients."""
    left = np.concatenate([[0.0], np.cumsum(source)])
    right = np.concatenate([[0.0], np.cumsum(target)])
    for move, (n, m) in enumerate(MOVES[:PAIRED]):
        mass = left[band.rows] - left[np.maximum(band.rows - n, 0)]
        mass += right[band.columns] - right[np.maximum(band.columns - m, 0)]
        np.divide(2 * result[move], mass, out=result[move], where=mass > 0, casting="same_kind")
