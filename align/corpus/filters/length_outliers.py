"""Pairs whose sides differ in length as no others of their origin do.

Each outlet and translator has a ratio of lengths of its own, and a spread around it. Both are
learnt from the corpus, robustly (median and median absolute deviation), so that bad pairs among
it do not move them. Gale and Church (1993) fix both for all texts; here the logarithm of the
ratio, with slack for short texts, takes the place of their normalised difference.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair
from align.corpus.filters.filter import LearningFilter, Observations
from align.corpus.filters.hashes import text_hash

_SLACK: Final = 20  # characters
_BINS: Final = 400
_WIDTH: Final = 0.01  # of a bin, in units of the natural logarithm; the middle bin is ratio 1
_FEWEST: Final = 200  # pairs of an origin below which all origins together speak for it
# An origin of sentences that are all alike must not make outliers of what is a little longer.
_NARROWEST: Final = 0.08  # of the spread, natural logarithm
_TO_SIGMA: Final = 1.4826  # median absolute deviation of a normal distribution


class LengthOutlier(LearningFilter):
    """Sides whose lengths differ as nowhere else in the origin."""

    name = "length-outlier"
    unit = "deviations from the usual ratio of lengths"
    default = 5.0
    reason = "the lengths of the sides differ as in no other pairs of the origin"
    version: ClassVar[str] = "1"

    def __init__(self, threshold: float | None = None) -> None:
        """Know no origin yet."""
        super().__init__(threshold)
        self._usual: dict[int, tuple[float, float]] = {}
        self._pooled = (0.0, math.inf)

    def observe(self, pairs: Sequence[Pair]) -> Observations:
        """Return columns of origin, bin, and number of pairs in it."""
        counts = Counter((text_hash(pair.origin), _bin(_log_ratio(pair))) for pair in pairs)
        rows = [(origin, place, count) for (origin, place), count in sorted(counts.items())]
        return np.array(rows, dtype=np.uint64).reshape(-1, 3).T

    def learn(self, parts: Sequence[Observations]) -> None:
        """Take the median and spread of every origin."""
        histograms: dict[int, NDArray[np.int64]] = {}
        pooled = np.zeros(_BINS, dtype=np.int64)
        for part in parts:
            for origin, place, count in part.T.tolist():
                if origin not in histograms:
                    histograms[origin] = np.zeros(_BINS, dtype=np.int64)
                histograms[origin][place] += count
                pooled[place] += count
        self._pooled = _usual(pooled)
        self._usual = {
            origin: _usual(histogram)
            for origin, histogram in sorted(histograms.items())
            if histogram.sum() >= _FEWEST
        }

    @property
    def learnt(self) -> bytes:
        """The medians and spreads."""
        return repr((self._pooled, self._usual)).encode()

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return how many deviations the ratio is from the origin's median, 0 or more."""
        return [self._score(pair) for pair in pairs]

    def _score(self, pair: Pair) -> float:
        median, spread = self._usual.get(text_hash(pair.origin), self._pooled)
        return abs(_log_ratio(pair) - median) / spread

    def detail(self, pair: Pair) -> str:
        """Give the ratio and the usual one."""
        median, _ = self._usual.get(text_hash(pair.origin), self._pooled)
        found = math.exp(_log_ratio(pair))
        return f"target {found:.2f} times as long as the source, usual {math.exp(median):.2f}"


def _log_ratio(pair: Pair) -> float:
    source, target = len(pair.source.strip()), len(pair.target.strip())
    return math.log((target + _SLACK) / (source + _SLACK))


def _bin(log_ratio: float) -> int:
    return min(_BINS - 1, max(0, int(log_ratio / _WIDTH + _BINS / 2)))


def _usual(histogram: NDArray[np.int64]) -> tuple[float, float]:
    """Return median and spread of a histogram of logarithms; (0, infinite) for an empty one."""
    if not histogram.any():
        return 0.0, math.inf
    centres = (np.arange(_BINS, dtype=np.float64) - _BINS / 2 + 0.5) * _WIDTH
    median = _median(centres, histogram)
    distance: NDArray[np.float64] = np.abs(centres - median)
    order = np.argsort(distance, kind="stable")
    spread = _TO_SIGMA * _median(distance[order], histogram[order])
    return median, max(spread, _NARROWEST)


def _median(values: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    total = np.cumsum(counts)
    return float(values[int(np.searchsorted(total, total[-1] / 2))])
