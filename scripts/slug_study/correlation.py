"""How alike two measures rank: articles within a system, and systems among each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from measures import Array, Table

SEED = 4


@dataclass(frozen=True, slots=True)
class Correlation:
    """Rank correlations, -1 to 1; of each the middle 95 % over samples of stories."""

    spearman: float
    spearman_low: float
    spearman_high: float
    kendall: float
    kendall_low: float
    kendall_high: float


def of_articles(left: Array, right: Array, samples: int) -> Correlation:
    """Correlate two scores of the same stories, [stories] each."""
    rng = np.random.default_rng(SEED)
    draws = rng.integers(0, len(left), (samples, len(left)))
    return _correlation(ranked(left, right), [ranked(left[draw], right[draw]) for draw in draws])


def of_systems(left: Sequence[Table], right: Sequence[Table], samples: int) -> Correlation:
    """Correlate two measures of the same systems; stories are drawn, the same for each."""
    count = len(left[0].counts)
    draws = np.random.default_rng(SEED).multinomial(count, [1 / count] * count, size=samples)
    sides = [
        np.column_stack([table.total(draws @ table.counts) for table in tables])
        for tables in (left, right)
    ]
    whole = [np.array([table.whole() for table in tables]) for tables in (left, right)]
    return _correlation(ranked(*whole), [ranked(*pair) for pair in zip(*sides, strict=True)])


def ranked(left: Array, right: Array) -> tuple[float, float]:
    """Return Spearman's rho and Kendall's tau-b; 0 where one side is all the same."""
    if left.min() == left.max() or right.min() == right.max():
        return 0.0, 0.0
    # Who is before whom; ties are 0.
    signs = [np.sign(side[:, None] - side[None, :]) for side in (left, right)]
    tau = (signs[0] * signs[1]).sum() / np.sqrt(np.prod([(each**2).sum() for each in signs]))
    # How many are behind and how many before: the mean rank, less its middle.
    ranks = [each.sum(axis=1) for each in signs]
    rho = (ranks[0] * ranks[1]).sum() / np.sqrt(np.prod([(each**2).sum() for each in ranks]))
    return float(rho), float(tau)


def _correlation(value: tuple[float, float], samples: Sequence[tuple[float, float]]) -> Correlation:
    low, high = np.quantile(np.array(samples), (0.025, 0.975), axis=0)
    return Correlation(
        value[0], float(low[0]), float(high[0]), value[1], float(low[1]), float(high[1])
    )
