"""The course: cells about which the band lies, from anchors, and in their gaps coarse to fine.

A gap without anchors is first walked with neighbouring sentences merged, two by two, until it
is small (as vecalign does, Thompson and Koehn 2019), so that its cost grows with its length and
not with its area.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np

from align.bitext.anchors import Candidates
from align.bitext.bags import Bags, Floats, Ints
from align.bitext.band import MOVES, PAIRED, Band, around
from align.bitext.overlap import overlaps
from align.bitext.path import best_path, starts

_SMALL: Final = 32  # sentences; a gap up to this is searched whole
_MARGIN: Final = 6  # cells about the course: the longest bead, and two more
_SINGLE: Final = MOVES.index((1, 1))
_EVEN: Final = 0.01  # worth of equal masses, which decides where nothing overlaps


def band_of(source: Bags, target: Bags, weights: Floats, anchors: Candidates) -> Band:
    """Return the band in which beads are looked for."""
    corners = _corners(anchors, len(source), len(target))
    cells = [np.zeros((0, 2), np.int64)]
    for (row, column), (last_row, last_column) in pairwise(corners):
        cells.append(np.array([(row, column)]))
        if max(last_row - row, last_column - column) > _SMALL:
            inside = _walk(source.cut(row, last_row), target.cut(column, last_column), weights)
            cells.append(inside + np.array([row, column]))
    return around(np.concatenate(cells), (len(source), len(target)), _MARGIN)


def _corners(anchors: Candidates, rows: int, columns: int) -> list[tuple[int, int]]:
    """Return the first and last cell and, between, that before each anchor."""
    inner = zip(anchors.source.tolist(), anchors.target.tolist(), strict=True)
    return [(0, 0), *inner, (rows, columns)]


def _walk(source: Bags, target: Bags, weights: Floats) -> Ints:
    """Return the cells of a rough path through a gap, [cells, 2]."""
    size = max(len(source), len(target))
    if size <= _SMALL or not len(source) or not len(target):
        return np.zeros((0, 2), np.int64)
    left, right = source.paired(), target.paired()
    band = around(_walk(left, right, weights), (len(left), len(right)), _MARGIN)
    cells = np.array([cell for cell, _ in _rough_path(left, right, weights, band)], np.int64)
    path = np.stack([band.rows[cells], band.columns[cells]], axis=1) * 2
    return np.minimum(path, (len(source), len(target)))


def _rough_path(source: Bags, target: Bags, weights: Floats, band: Band) -> list[tuple[int, int]]:
    """Return the best path of single sentences: only overlap counts."""
    masses = source.mass(weights) + 1, target.mass(weights) + 1
    ratio = masses[0][band.rows - 1] / masses[1][band.columns - 1]
    worth = np.full((len(band), len(MOVES)), -np.inf)
    worth[:, _SINGLE] = overlaps(source, target, weights, band, longest=2)[_SINGLE]
    worth[:, _SINGLE] += _EVEN * (1 - np.minimum(np.abs(np.log(ratio)), 1.0))
    worth[:, PAIRED:] = 0.0
    return best_path(band, worth, starts(band))
