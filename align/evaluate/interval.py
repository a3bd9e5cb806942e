"""How sure a figure of several documents is: bootstrap over documents (Efron 1979)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from align.evaluate.bootstrap import SAMPLES, SEED


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and the middle 95 % of it over the samples."""

    value: float
    low: float
    high: float


def interval(
    documents: int,
    figure: Callable[[Sequence[int]], float],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Interval:
    """Return the figure of all documents, and how it varies when they are drawn anew.

    Args:
        documents: How many there are; at least one.
        figure: Of documents by number, some of them several times, others not at all.
        samples: How often as many documents are drawn, with replacement.
        seed: Of the draws.

    >>> interval(3, lambda numbers: sum(numbers) / 3, samples=200)
    Interval(value=1.0, low=0.0, high=2.0)
    """
    import numpy as np

    draws = np.random.default_rng(seed).integers(documents, size=(samples, documents))
    figures = [figure(draw.tolist()) for draw in draws]
    low, high = np.quantile(figures, (0.025, 0.975))
    return Interval(figure(range(documents)), float(low), float(high))
