"""Signals: what speaks for or against each bead, before a preset weighs it.

Overlap alone does not tell where a bead ends: one sentence of a pair that belongs together has
much overlap too. So a bead is also compared with its neighbours of the same shape (the margin of
bertalign, Liu and Zhu 2022), with what it would be without one of its outer sentences, and with
one sentence more. All are computed for a whole band at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from align.bitext.bags import Floats, Ints
from align.bitext.band import LONGEST, MOVES, PAIRED

if TYPE_CHECKING:
    from align.bitext.lattice import Lattice

Values: TypeAlias = NDArray[np.float32]  # [cells], or with rows of cells

SIGNALS: Final = (
    "overlap",  # F of the bead
    "log overlap",
    "neighbours",  # mean F of the beads of this shape next to it
    "best neighbour",
    "gain",  # F less the best F without an outer sentence; 0 for 1-1
    "wanting",  # by how much F rises with one sentence more
    "length",  # |ln| of the ratio of the lengths
    "length squared",
    "overlap of many",  # F times the sentences over two
    "shared mass",  # ln(1 + what both share, in typical sentences)
    "least coverage",  # of its outer sentences, the least share that the other side answers
    "log least coverage",
    "mean coverage",
    "paragraphs",  # breaks inside the bead, times what they are worth here
    "1-2",
    "1-3",
    "1-4",
    "2-2",
    "2-3",
    "null",
    "null length",  # ln of its length, less the mean
)
_SHAPES: Final = {  # number of the signal that says so
    shape: SIGNALS.index(f"{shape[0]}-{shape[1]}")
    for shape in ((1, 2), (1, 3), (1, 4), (2, 2), (2, 3))
}
_FLOOR: Final = 0.05  # of overlaps before the logarithm
_COVERAGE_FLOOR: Final = 0.03
_LENGTH_CAP: Final = 3.0  # nats


class Signals:
    """The signals of all beads of a lattice, one move at a time."""

    def __init__(self, lattice: Lattice) -> None:
        self._lattice, band = lattice, lattice.band
        self._rows, self._columns = band.rows, band.columns
        self._overlap = {
            move: np.append(lattice.overlap[number], np.float32(0.0))
            for number, move in enumerate(MOVES[:PAIRED])
        }
        self._lengths = [_summed(side) for side in lattice.lengths]
        featured = lattice.featured
        masses = [bags.mass(featured.weights) for bags in (featured.source, featured.target)]
        self._masses = [_summed(side) for side in masses]
        self._typical = max(float(np.median(np.concatenate(masses))), 1e-6)
        self._shifts: dict[tuple[int, int], Ints] = {}

    def of(self, move: tuple[int, int]) -> Values:
        """Return the signals of the beads of a move. [signals, cells], float32.

        Those of beads that do not fit into the band are without meaning.
        """
        result = np.zeros((len(SIGNALS), len(self._rows)), np.float32)
        n, m = move
        if not (n and m):
            self._null(result, n)
            return result
        overlap = self._overlap[move][:-1]
        mass = self._mass(n, m, 0, 0)
        neighbours = self._neighbours(n, m)
        result[0], result[1] = overlap, np.log(overlap + _FLOOR)
        result[2], result[3] = neighbours
        result[4], result[5] = self._gain(n, m), self._wanting(n, m)
        result[6] = self._unequal(n, m)
        result[7] = np.minimum(result[6], _LENGTH_CAP) ** 2
        result[8] = overlap * (n + m - 2)
        result[9] = np.log1p(overlap * mass / self._typical)
        coverage = self._coverage(n, m)
        result[10] = coverage.min(axis=0)
        result[11] = np.log(result[10] + _COVERAGE_FLOOR)
        result[12] = coverage.mean(axis=0)
        result[13] = self._inner_breaks(n, m)
        if n + m > 2:
            result[_SHAPES[min(n, m), max(n, m)]] = 1.0
        return result

    def _null(self, result: Values, rows: int) -> None:
        result[SIGNALS.index("null")] = 1.0
        lengths = np.log1p(self._lattice.lengths[0 if rows else 1])
        lengths = np.append(lengths - lengths.mean(), 0.0)
        result[SIGNALS.index("null length")] = lengths[(self._rows if rows else self._columns) - 1]

    def _shifted(self, down: int, right: int) -> Ints:
        """Return the cells so far away, as `Band.shifted` does, remembered."""
        if (down, right) not in self._shifts:
            self._shifts[down, right] = self._lattice.band.shifted(down, right)
        return self._shifts[down, right]

    def _at(self, n: int, m: int, down: int, right: int) -> Values:
        """Return the overlap of the bead (n, m) that ends so far away; 0.0 if there is none."""
        if not (n and m):
            return np.zeros(len(self._rows), np.float32)
        if not (down or right):
            return self._overlap[n, m][:-1]
        return self._overlap[n, m][self._shifted(down, right)]

    def _mass(self, n: int, m: int, down: int, right: int) -> Values:
        """Return the summed mass of the bead (n, m) that ends so far away."""
        left, top = self._masses
        rows, columns = np.maximum(self._rows + down, 0), np.maximum(self._columns + right, 0)
        source = left[rows] - left[np.maximum(rows - n, 0)]
        target = top[columns] - top[np.maximum(columns - m, 0)]
        return np.asarray(source + target, np.float32)

    def _neighbours(self, n: int, m: int) -> tuple[Values, Values]:
        """Return mean and most of the overlap with the next beads of either side."""
        fits = np.append((self._rows >= n) & (self._columns >= m), False)
        total, number, best = (np.zeros(len(self._rows), np.float32) for _ in range(3))
        for down, right in ((-n, 0), (n, 0), (0, -m), (0, m)):
            known = fits[self._shifted(down, right)]
            overlap = self._at(n, m, down, right) * known
            total += overlap
            number += known
            np.maximum(best, overlap, out=best)
        return np.asarray(total / np.maximum(number, 1), np.float32), best

    def _gain(self, n: int, m: int) -> Values:
        if n + m == 2:
            return np.zeros(len(self._rows), np.float32)
        fewer = [
            self._at(n - 1, m, 0, 0), self._at(n - 1, m, -1, 0),
            self._at(n, m - 1, 0, 0), self._at(n, m - 1, 0, -1),
        ]  # fmt: skip
        return np.asarray(self._overlap[n, m][:-1] - np.maximum.reduce(fewer), np.float32)

    def _wanting(self, n: int, m: int) -> Values:
        if n + m == LONGEST:
            return np.zeros(len(self._rows), np.float32)
        more = [
            self._at(n + 1, m, 0, 0), self._at(n + 1, m, 1, 0),
            self._at(n, m + 1, 0, 0), self._at(n, m + 1, 0, 1),
        ]  # fmt: skip
        most = np.maximum.reduce(more)
        return np.asarray(np.maximum(most - self._overlap[n, m][:-1], 0), np.float32)

    def _unequal(self, n: int, m: int) -> Values:
        left, top = self._lengths
        mine = left[self._rows] - left[np.maximum(self._rows - n, 0)] + 1
        other = top[self._columns] - top[np.maximum(self._columns - m, 0)] + 1
        return np.asarray(np.abs(np.log(mine / other)), np.float32)

    def _coverage(self, n: int, m: int) -> Values:
        """Return the share of each outer sentence that only it brings. [4, cells], 0 to 1."""
        both = self._overlap[n, m][:-1] * self._mass(n, m, 0, 0) / 2
        floor = 0.25 * self._typical  # short sentences are covered by chance
        sizes = [np.append(np.diff(side), 0.0) + floor for side in self._masses]
        shares = []
        for fewer, down, right, size in (
            ((n - 1, m), -1, 0, sizes[0][np.maximum(self._rows - 1, 0)]),
            ((n - 1, m), 0, 0, sizes[0][np.maximum(self._rows - n, 0)]),
            ((n, m - 1), 0, -1, sizes[1][np.maximum(self._columns - 1, 0)]),
            ((n, m - 1), 0, 0, sizes[1][np.maximum(self._columns - m, 0)]),
        ):
            rest = self._at(*fewer, down, right) * self._mass(*fewer, down, right) / 2
            shares.append((both - rest) / size)
        return np.asarray(np.clip(np.stack(shares), 0.0, 1.0), np.float32)

    def _inner_breaks(self, n: int, m: int) -> Values:
        breaks = self._lattice.breaks
        if breaks is None or n + m == 2:
            return np.zeros(len(self._rows), np.float32)
        count = _between(breaks.source, self._rows, n) + _between(breaks.target, self._columns, m)
        return np.asarray(count * breaks.trust, np.float32)


def _between(sums: Ints, ends: Ints, size: int) -> Ints:
    """Return the breaks before all sentences but the first of the `size` that end here."""
    return np.asarray(sums[ends] - sums[np.minimum(np.maximum(ends - size, 0) + 1, ends)])


def _summed(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])
