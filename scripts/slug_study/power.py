"""How many articles it takes to tell two systems apart: the power of the paired bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from measures import Array, Table

Key = TypeVar("Key")

SIZES = (10, 20, 40, 80, 160, 320, 640, 1280, 2560)
SAMPLES = 200  # bootstrap samples of each sample of stories
WANTED = 0.8
SEED = 5


@dataclass(frozen=True, slots=True)
class Power:
    """How often the better of two systems is seen to be better by one measure.

    Attributes:
        shares: For each size, the share of samples in which the better system wins with p < .05.
        wrong: Likewise for the worse system.
        needed: The number of articles at which `shares` reach `WANTED`; None if they do not.
    """

    shares: tuple[float, ...]
    wrong: tuple[float, ...]
    needed: float | None


def powers(
    contests: Mapping[Key, tuple[Table, Table]], trials: int, *, sizes: Sequence[int] = SIZES
) -> dict[Key, Power]:
    """Draw stories with replacement, and test each draw by the paired bootstrap (Koehn 2004).

    Each contest is the better system and the worse one, by the same measure on the same stories;
    all contests see the same draws. Beyond the number of stories that there are, the figures hold
    as far as these stand for all.

    Args:
        contests: By any names.
        trials: Samples of stories of each size.
        sizes: How many stories are drawn.
    """
    stories = len(next(iter(contests.values()))[0].counts)
    rng = np.random.default_rng(SEED)
    won = {key: np.zeros(len(sizes)) for key in contests}
    lost = {key: np.zeros(len(sizes)) for key in contests}
    for place, size in enumerate(sizes):
        for _ in range(trials):
            drawn = rng.multinomial(size, [1 / stories] * stories)
            again = rng.multinomial(size, drawn / size, size=SAMPLES).astype(np.float64)
            for key, (better, worse) in contests.items():
                share = _wins(better, worse, again)
                won[key][place] += share > 0.975
                lost[key][place] += share < 0.025
    return {
        key: Power(
            tuple((won[key] / trials).tolist()),
            tuple((lost[key] / trials).tolist()),
            needed(sizes, (won[key] / trials).tolist()),
        )
        for key in contests
    }


def needed(sizes: Sequence[int], shares: Sequence[float]) -> float | None:
    """Return the size from which on `WANTED` is reached, between sizes by their logarithms.

    >>> needed([10, 1000], [0.6, 1.0])
    100.0
    >>> needed([10, 100], [0.1, 0.5]) is None
    True
    """
    below = max((place for place, share in enumerate(shares) if share < WANTED), default=-1)
    if below == len(sizes) - 1:
        return None
    if below < 0:
        return float(sizes[0])
    part = (WANTED - shares[below]) / (shares[below + 1] - shares[below])
    return float(round(sizes[below] * (sizes[below + 1] / sizes[below]) ** part, 6))


def _wins(better: Table, worse: Table, draws: Array) -> float:
    """Return the share of draws, [draws, stories], in which `better` has more; ties count half."""
    left, right = better.total(draws @ better.counts), worse.total(draws @ worse.counts)
    return float(((left > right) + 0.5 * (left == right)).mean())
