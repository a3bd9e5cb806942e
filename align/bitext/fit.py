"""Fitting the weights of a preset to gold alignments: the arithmetic of `scripts/fit_alignment.py`.

The weights of the conditional random field (Lafferty, McCallum and Pereira 2001) that make gold
most probable, by L-BFGS (Nocedal 1980). What a lattice cannot express of its gold (beads of more
than five sentences, beads outside the band) is left open: any beads may fill the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.bitext.bags import Floats, Ints
from align.bitext.band import MOVES
from align.bitext.bead import Bead
from align.bitext.lattice import Lattice
from align.bitext.posterior import posteriors
from align.bitext.signals import Signals

_WRONG: Final = 80.0  # nats taken off a bead that is not gold's: as good as forbidden
_MEMORY: Final = 12  # steps from which L-BFGS guesses the curvature


@dataclass(frozen=True, slots=True)
class Example:
    """A lattice with its gold.

    Attributes:
        lattice: The cells.
        signals: [moves, signals, cells]
        right: [cells, moves] which beads agree with gold.
        beads: How many beads gold has.
        weight: How much the example counts.
    """

    lattice: Lattice
    signals: NDArray[np.float32]
    right: NDArray[np.bool_]
    beads: int
    weight: float


def example_of(lattice: Lattice, gold: Sequence[Bead], weight: float = 1.0) -> Example:
    """Return an example, with the beads that agree with gold."""
    signals = Signals(lattice)
    stacked = np.stack([signals.of(move) for move in MOVES])
    return Example(lattice, stacked, right_beads(lattice, gold), len(gold), weight)


def right_beads(lattice: Lattice, gold: Iterable[Bead]) -> NDArray[np.bool_]:
    """Return which beads agree with gold, [cells, moves].

    A sentence is "one" of a gold bead that the lattice has, "alone" in gold, or "open".
    """
    band = lattice.band
    right = np.zeros((len(band), len(MOVES)), np.bool_)
    states = [np.zeros(len(side), np.int64) for side in lattice.lengths]  # 0 open, 1 one, 2 alone
    for bead in gold:
        if bead.is_null:
            states[0][list(bead.source)] = states[1][list(bead.target)] = 2
        elif (place := _place(lattice, bead)) is not None:
            right[place] = True
            states[0][list(bead.source)] = states[1][list(bead.target)] = 1
    for number, (n, m) in enumerate(MOVES):
        allowed = (0, 2) if not (n and m) else (0,)
        fits = lattice.places[:, number] < len(band)
        fits &= _all_in(states[0], band.rows, n, allowed)
        fits &= _all_in(states[1], band.columns, m, allowed)
        right[:, number] |= fits
    return right


def _place(lattice: Lattice, bead: Bead) -> tuple[int, int] | None:
    """Return cell and move of a bead; None if the lattice does not have it."""
    band, move = lattice.band, (len(bead.source), len(bead.target))
    row, column = bead.source[-1] + 1, bead.target[-1] + 1
    joined = row - bead.source[0] == move[0] and column - bead.target[0] == move[1]
    if move not in MOVES or not joined or not band.low[row] <= column <= band.high[row]:
        return None
    cell = int(band.offsets[row] + column - band.low[row])
    number = MOVES.index(move)
    return (cell, number) if lattice.places[cell, number] < len(band) else None


def _all_in(states: Ints, ends: Ints, size: int, allowed: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return whether the `size` sentences before each end are all in allowed states."""
    bad = np.concatenate([[0], np.cumsum(~np.isin(states, allowed))])
    return np.asarray(bad[ends] == bad[np.maximum(ends - size, 0)])


def worths_of(example: Example, weights: Floats) -> Floats:
    """Return what `align.bitext.worth.worths` does, [cells, moves]."""
    worths = np.einsum("s,msc->cm", weights.astype(np.float32), example.signals, optimize=True)
    return np.asarray(worths, np.float64)


def loss(examples: Sequence[Example], weights: Floats, penalty: float) -> tuple[float, Floats]:
    """Return nats a bead by which gold is less than certain, and the gradient, [signals].

    Half of `penalty` times the squared weights is added.
    """
    total, gradient = 0.0, np.zeros(len(weights))
    sum_weights = sum(example.weight for example in examples)
    for example in examples:
        band, places = example.lattice.band, example.lattice.places
        worth = worths_of(example, weights)
        all_chances, all_paths = posteriors(band, worth, places)
        bound = np.where(example.right, worth, worth - _WRONG)
        gold_chances, gold_paths = posteriors(band, bound, places)
        share = example.weight / example.beads / sum_weights
        total += share * (all_paths - gold_paths)
        change = (all_chances - gold_chances).astype(np.float32)
        gradient += share * np.einsum("cm,msc->s", change, example.signals, optimize=True)
    return total + penalty / 2 * float(weights @ weights), gradient + penalty * weights


def fit_weights(
    examples: Sequence[Example], start: Floats, *, penalty: float = 2e-4, steps: int = 200
) -> Floats:
    """Return the weights that make gold most probable, [signals]."""

    def function(weights: Floats) -> tuple[float, Floats]:
        return loss(examples, weights, penalty)

    return minimum(function, start, steps=steps, close=1e-6)


def minimum(
    function: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    *,
    steps: int = 60,
    close: float = 1e-4,
) -> Floats:
    """Return where a smooth function is least, by L-BFGS with backtracking.

    Args:
        function: Gives value and gradient.
        start: Where to begin.
        steps: At most so many.
        close: Stop when a step gains less than this share of the value.
    """
    moves: list[tuple[Floats, Floats]] = []
    here, (value, gradient) = start, function(start)
    for _ in range(steps):
        direction = -_curved(gradient, moves)
        length = 1.0
        while True:
            there = here + length * direction
            new_value, new_gradient = function(there)
            if new_value <= value + 1e-4 * length * float(gradient @ direction) or length < 1e-4:
                break
            length *= 0.4
        if new_value > value:
            return here
        change = new_gradient - gradient
        if float((there - here) @ change) > 1e-12:
            moves = [*moves, (there - here, change)][-_MEMORY:]
        gained, here, value, gradient = value - new_value, there, new_value, new_gradient
        if gained < close * abs(value):
            break
    return here


def _curved(gradient: Floats, moves: list[tuple[Floats, Floats]]) -> Floats:
    """Return the gradient over the curvature that the last moves showed (two-loop recursion)."""
    result = gradient.copy()
    shares = []
    for move, change in reversed(moves):
        shares.append(float(move @ result) / float(move @ change))
        result -= shares[-1] * change
    if moves:
        move, change = moves[-1]
        result *= float(move @ change) / float(change @ change)
    else:
        result /= max(1.0, float(np.linalg.norm(gradient)))
    for (move, change), share in zip(moves, reversed(shares), strict=True):
        result += move * (share - float(change @ result) / float(move @ change))
    return result
