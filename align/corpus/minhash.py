"""MinHash with banding (Broder 1997; Leskovec, Rajaraman and Ullman, chapter 3), in numpy.

The shingles of a text are its words and its pairs of neighbouring words. Texts whose sets of
shingles have Jaccard similarity `s` share at least one of `BANDS` bands of `r` minima with the
chance 1 - (1 - s^r)^BANDS; those that do are candidates, to be compared by their sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

BANDS: Final = 16
_RECALL: Final = 0.99  # of texts that are just as similar as asked
_LONGEST: Final = 12  # minima of a band
_STRIDE: Final = 512  # texts whose hashes fit into a cache
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)  # the golden ratio, as splitmix64 takes it
_OTHER: Final = np.uint64(0xC2B2AE3D27D4EB4F)  # any other odd number
_REMEMBERED: Final = 2**20  # words


class _Hashes(dict[str, int]):
    """The hash of each word, remembered."""

    def __missing__(self, word: str) -> int:
        value = self[word] = crc32(word.encode("utf-8", "surrogatepass"))
        return value


_HASHES: Final = _Hashes()


def rows_for(threshold: float) -> int:
    """Return how many minima make a band, so that 99 % of pairs at `threshold` are candidates.

    >>> [rows_for(threshold) for threshold in (0.5, 0.8, 0.9)]
    [1, 6, 12]
    """
    fitting = [
        rows for rows in range(1, _LONGEST + 1) if 1 - (1 - threshold**rows) ** BANDS >= _RECALL
    ]
    return max(fitting, default=1)


def shingles(keys: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return the shingles of each key, none twice, in order, and how many each has.

    The first array holds those of all keys, one key after another; an empty key has none.
    """
    words = [key.split() for key in keys]
    counts = np.fromiter(map(len, words), np.int64, len(words))
    if len(_HASHES) > _REMEMBERED:
        _HASHES.clear()
    every = map(_HASHES.__getitem__, chain.from_iterable(words))
    flat = np.fromiter(every, np.uint64, int(counts.sum()))
    owner = np.repeat(np.arange(len(keys), dtype=np.uint64), counts)
    follows = owner[1:] == owner[:-1]
    neighbours = flat[:-1] * _GOLDEN + flat[1:] * _OTHER
    hashes = np.concatenate((_mixed(flat), _mixed(neighbours[follows])))
    owners = np.concatenate((owner, owner[1:][follows]))
    # Sorted as whole numbers, owner before hash: so each text's stand together, none twice.
    both = (owners << np.uint64(32)) | (hashes >> np.uint64(32))
    both.sort()  # np.unique takes 50 times as long
    both = both[np.concatenate((np.ones(min(len(both), 1), bool), both[1:] != both[:-1]))]
    each = np.bincount((both >> np.uint64(32)).astype(np.int64), minlength=len(keys))
    return both.astype(np.uint32), each.astype(np.int64)


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread 64 bits evenly (the finalizer of splitmix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


class Bands:
    """Turns sets of shingles into `BANDS` numbers each; the same numbers in every run."""

    def __init__(self, rows: int) -> None:
        """Let each band be made of `rows` minima."""
        chance = np.random.default_rng(20040101)
        top = np.iinfo(np.uint32).max
        self._factors = chance.integers(1, top, (BANDS, rows), np.uint32) | np.uint32(1)
        self._summands = chance.integers(0, top, (BANDS, rows), np.uint32)

    def of(self, flat: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the bands, [texts, BANDS], of what `shingles` gives; 0 for an empty set."""
        result = np.zeros((len(counts), BANDS), np.uint32)
        starts = np.cumsum(counts) - counts
        order = np.argsort(counts, kind="stable")
        order = order[counts[order] > 0]
        for first in range(0, len(order), _STRIDE):
            some = order[first : first + _STRIDE]
            # Texts of about one length stand beside each other, [shingles, texts]; shorter ones
            # have their last shingle several times, which changes no minimum.
            place = np.arange(counts[some[-1]])[:, None]
            result[some] = self._bands(flat[starts[some] + np.minimum(place, counts[some] - 1)])
        return result

    def _bands(self, values: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return the bands, [texts, BANDS], of sets [shingles, texts]."""
        bands = np.empty((values.shape[1], BANDS), np.uint32)
        hashed = np.empty_like(values)
        for band in range(BANDS):
            key = np.full(values.shape[1], band + 1, np.uint64)
            for factor, summand in zip(self._factors[band], self._summands[band], strict=True):
                # A linear permutation of 32 bits that are mixed already (Bohman et al. 2000).
                np.multiply(values, factor, out=hashed)
                np.add(hashed, summand, out=hashed)
                key = _mixed(key * _GOLDEN + hashed.min(axis=0))
            bands[:, band] = (key >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
        return bands


def jaccard(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Return the similarity of two sets, each given sorted: shared over all, 0 to 1.

    >>> jaccard(np.array([1, 2, 3], np.uint32), np.array([2, 3, 4], np.uint32))
    0.5
    """
    both = np.concatenate((one, other))
    if not len(both):
        return 0.0
    both.sort()
    shared = int(np.count_nonzero(both[1:] == both[:-1]))
    return shared / (len(both) - shared)
