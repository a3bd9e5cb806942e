"""An inverted index over documents: which have a term, and how much of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32, float64, int64
    from numpy.typing import NDArray


class Postings:
    """Documents by term. Terms are numbers of any size, mostly few of all that are possible."""

    def __init__(
        self, terms: Sequence[NDArray[int64]], weights: Sequence[NDArray[float64]]
    ) -> None:
        """Index documents.

        Args:
            terms: For each document its terms, each once: [terms of it].
            weights: What each of them weighs there: [terms of it].
        """
        import numpy as np

        self._documents = len(terms)
        lengths = [len(each) for each in terms]
        every = np.concatenate([*terms, np.zeros(0, np.int64)])
        owners = np.repeat(np.arange(len(terms), dtype=np.int32), lengths)
        order = np.argsort(every, kind="stable")
        self._owners: NDArray[np.int32] = owners[order]  # [postings], grouped by term
        flat = np.concatenate([*weights, np.zeros(0)])
        self._weights: NDArray[float32] = flat[order].astype(np.float32)
        self._terms, first = np.unique(every[order], return_index=True)
        self._bounds = np.append(first, len(every))

    def row(self, terms: NDArray[int64], weights: NDArray[float64]) -> NDArray[float64]:
        """Return [documents] sums over shared terms of the weight here times the weight there."""
        import numpy as np

        empty = np.zeros(self._documents)
        if not len(terms) or not len(self._terms):
            return empty
        places = np.searchsorted(self._terms, terms)
        known = self._terms[np.minimum(places, len(self._terms) - 1)] == terms
        places, weights = places[known], weights[known]
        starts, ends = self._bounds[places], self._bounds[places + 1]
        counts = ends - starts
        if not counts.sum():
            return empty
        # [postings of all terms]: start of each run, and steps of one within it.
        steps = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        chosen = np.repeat(starts, counts) + steps
        products = self._weights[chosen] * np.repeat(weights, counts)
        sums = np.bincount(self._owners[chosen], products, minlength=self._documents)
        return sums.astype(np.float64, copy=False)
