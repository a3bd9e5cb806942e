"""`Bags`: the features of each sentence of one side, as compressed sparse rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Features: TypeAlias = NDArray[np.int32]
Counts: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Bags:
    """Features and their counts, sentence by sentence.

    Attributes:
        starts: [sentences + 1]; sentence i has the entries from `starts[i]` to `starts[i + 1]`.
        features: [entries] numbers of features, rising within a sentence.
        counts: [entries] how often each stands in the sentence, at least 1.
    """

    starts: Ints
    features: Features
    counts: Counts

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def sentences(self) -> Ints:
        """The sentence of each entry, [entries]."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def mass(self, weights: Floats) -> Floats:
        """Return the summed weight of each sentence, [sentences]."""
        sums = np.concatenate([[0.0], np.cumsum(weights[self.features] * self.counts)])
        return np.asarray(sums[self.starts[1:]] - sums[self.starts[:-1]])

    def cut(self, start: int, end: int) -> Bags:
        """Return the sentences from `start` to `end`, which is not included."""
        first, last = self.starts[start], self.starts[end]
        return Bags(
            self.starts[start : end + 1] - first, self.features[first:last], self.counts[first:last]
        )

    def select(self, kept: NDArray[np.bool_]) -> Bags:
        """Return the bags with only the features that `kept` [features] says."""
        stays = kept[self.features]
        before = np.concatenate([[0], np.cumsum(stays)])
        return Bags(before[self.starts], self.features[stays], self.counts[stays])

    def paired(self) -> Bags:
        """Return half as many bags: of each two neighbours together, of a last one alone."""
        half = (len(self) + 1) // 2
        return collect(self.sentences // 2, self.features, half, self.counts)


def collect(sentences: Ints, features: Features, size: int, counts: Counts | None = None) -> Bags:
    """Return the bags of `size` sentences from pairs of sentence and feature, in any order.

    Args:
        sentences: [entries]
        features: [entries]
        size: Number of sentences.
        counts: [entries], one each if left out.
    """
    if not len(features):
        nothing = np.zeros(0, np.float32)
        return Bags(np.zeros(size + 1, np.int64), nothing.astype(np.int32), nothing)
    span = int(features.max()) + 1
    keys = sentences * span + features
    order = None
    if counts is None:
        keys.sort()
    else:
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    if order is None or counts is None:
        summed = np.diff(np.concatenate([first, [len(keys)]])).astype(np.float32)
    else:
        summed = np.add.reduceat(counts[order], first).astype(np.float32)
    keys = keys[first]
    starts = np.searchsorted(keys, np.arange(size + 1) * span)
    return Bags(starts, (keys % span).astype(np.int32), summed)


def stack(parts: list[Bags]) -> Bags:
    """Return the sentences of all `parts`, one after another."""
    if not parts:
        return Bags(np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))
    ends = np.cumsum([0] + [len(part.features) for part in parts])
    starts = [part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)]
    return Bags(
        np.concatenate([*starts, ends[-1:]]),
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )


def rows_of(bags: Bags, sentences: Ints) -> tuple[Ints, Ints]:
    """Return the entries of some sentences: which of `sentences` each is of, and its place."""
    lengths = bags.starts[sentences + 1] - bags.starts[sentences]
    return ragged(bags.starts[sentences], lengths)


def ragged(starts: Ints, lengths: Ints) -> tuple[Ints, Ints]:
    """Return the numbers of many ranges: which range each is of, and the number itself.

    >>> [part.tolist() for part in ragged(np.array([5, 9]), np.array([2, 1]))]
    [[0, 0, 1], [5, 6, 9]]
    """
    owner = np.repeat(np.arange(len(starts)), lengths)
    within = np.arange(len(owner)) - (np.cumsum(lengths) - lengths)[owner]
    return owner, starts[owner] + within
