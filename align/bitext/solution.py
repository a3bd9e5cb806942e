"""The best beads of a lattice, and how probable they are."""

from __future__ import annotations

from align.bitext.band import MOVES, PAIRED
from align.bitext.bead import Bead
from align.bitext.lattice import Lattice
from align.bitext.path import Worths, best_path
from align.bitext.posterior import posteriors
from align.bitext.settings import Settings
from align.bitext.worth import worths


def solve(lattice: Lattice, settings: Settings) -> list[Bead]:
    """Return beads in order that cover both sides, with posteriors for scores."""
    worth = worths(lattice, settings.array)
    chances, _ = posteriors(lattice.band, worth, lattice.places)
    path = decided(lattice, worth, settings.reluctance)
    return [bead_at(lattice, cell, move, float(chances[cell, move])) for cell, move in path]


def decided(lattice: Lattice, worth: Worths, reluctance: float) -> list[tuple[int, int]]:
    """Return the best path as (cell, move), each null bead being worth `reluctance` less."""
    eased = worth.copy()
    eased[:, PAIRED:] -= reluctance
    return best_path(lattice.band, eased, lattice.places)


def bead_at(lattice: Lattice, cell: int, move: int, score: float) -> Bead:
    """Return the bead of a move that ends in a cell."""
    i, j = int(lattice.band.rows[cell]), int(lattice.band.columns[cell])
    n, m = MOVES[move]
    return Bead(tuple(range(i - n, i)), tuple(range(j - m, j)), score)
