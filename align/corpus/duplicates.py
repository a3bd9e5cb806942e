"""Exact and near duplicates of pairs: of each lot the best-scored is kept.

Texts are compared by their `comparison_key`; near ones by the Jaccard similarity of their words
and pairs of words (`align.corpus.minhash` finds the candidates, the sets themselves decide, so
there are no false alarms). Every pair that is dropped is a duplicate of one that is kept, not of
another that was dropped. The result depends on the pairs and their order alone.

Memory: 290 MB for a million pairs on `both` sides or one, 500 MB on `either`, in proportion for
others; the sets lie in a temporary file, 150 bytes a sentence (`scripts/corpus_scale.py`).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal, Self

import numpy as np
from numpy.typing import NDArray

from align.bitext.pair import Pair
from align.corpus.keys import comparison_key, digest
from align.corpus.minhash import BANDS, Bands, jaccard, rows_for, shingles
from align.corpus.shingle_store import ShingleStore
from align.errors import UsageError

Side = Literal["both", "either", "source", "target"]
DEFAULT_THRESHOLD: Final = 0.8
_BATCH: Final = 4096
# Members of one bucket that a text is compared with; more of them share a band by chance.
_MOST: Final = 32
_FACTOR: Final = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Which pairs are duplicates of which.

    Attributes:
        keeper: Of each pair the number of the one that is kept for it; its own where it is.
        near: Whether a pair was dropped as a near duplicate; the other dropped ones are exact.
    """

    keeper: NDArray[np.int64]
    near: NDArray[np.bool_]

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Whether each pair is kept."""
        return np.asarray(self.keeper == np.arange(len(self.keeper)))

    @property
    def counts(self) -> dict[str, int]:
        """How many were read, kept, and dropped as exact or near duplicates."""
        read, near, kept = len(self.keeper), int(self.near.sum()), int(self.kept.sum())
        return {"read": read, "kept": kept, "exact": read - kept - near, "near": near}


def find_duplicates(
    pairs: Iterable[Pair], *, side: Side = "both", threshold: float | None = DEFAULT_THRESHOLD
) -> Duplicates:
    """Find the duplicates among `pairs`, which are gone through once.

    Args:
        pairs: Any number of them.
        side: Which side makes a duplicate: `source` or `target` alone, `either` of the two, or
            `both` at once, which keeps several translations of one sentence.
        threshold: From which similarity on (above 0, at most 1) texts are near duplicates; of
            sentences with 20 words, 0.8 is one word changed. None: exact duplicates only.

    Raises:
        UsageError: The threshold is none.

    >>> pairs = [Pair("ایک", "One", 0.5), Pair("ایک۔", "one!", 0.9), Pair("دو", "two")]
    >>> find_duplicates(pairs).keeper.tolist()
    [1, 1, 2]
    """
    return find_among(_signed(pairs, side, threshold), side=side, threshold=threshold)


def find_among(parts: Iterable[Signatures], *, side: Side, threshold: float | None) -> Duplicates:
    """Find the duplicates among pairs of which only signatures are known; see `find_duplicates`.

    The numbers are places in all parts, one after the other.
    """
    with _Index(side, threshold) as index:
        for part in parts:
            index.add(part)
        keeper = np.arange(len(index))
        near = np.zeros(len(index), np.bool_)
        for number, other, is_near in index.matches(keep_all=False):
            keeper[number], near[number] = other, is_near
        return Duplicates(keeper, near)


def similar_pairs(
    pairs: Iterable[Pair], *, side: Side = "either", threshold: float | None = DEFAULT_THRESHOLD
) -> Iterator[tuple[int, int]]:
    """Yield the numbers of pairs that are duplicates of each other, exact or near.

    Of several exact ones each is named with the best-scored; see `find_duplicates`.
    """
    with _Index(side, threshold) as index:
        for part in _signed(pairs, side, threshold):
            index.add(part)
        for number, other, _ in index.matches(keep_all=True):
            yield other, number


@dataclass(frozen=True, slots=True)
class Signature:
    """What is compared of one side of some pairs: digests, and for near duplicates the rest.

    Attributes:
        digests: Of each text; 0 for an empty one.
        flat, counts: As `shingles` gives them.
        bands: `[pairs, BANDS]`; none where the other side finds the candidates.
    """

    digests: NDArray[np.uint64]
    flat: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    counts: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    bands: NDArray[np.uint32] = field(default_factory=lambda: np.empty((0, BANDS), np.uint32))


@dataclass(frozen=True, slots=True)
class Signatures:
    """The scores of some pairs, -1 for none, and the signature of each side that is compared."""

    scores: NDArray[np.float64]
    sides: tuple[Signature | None, Signature | None]


def sign(pairs: Sequence[Pair], *, side: Side, threshold: float | None) -> Signatures:
    """Compute the signatures of some pairs; see `find_duplicates`."""
    scores = [-1.0 if pair.score is None else pair.score for pair in pairs]
    source = target = None
    if side != "target":
        source = _sign((pair.source for pair in pairs), threshold, banded=True)
    if side != "source":
        # Of `both`, the bands of one side find all candidates.
        target = _sign((pair.target for pair in pairs), threshold, banded=side != "both")
    return Signatures(np.array(scores, np.float64), (source, target))


def _sign(texts: Iterable[str], threshold: float | None, *, banded: bool) -> Signature:
    keys = list(map(comparison_key, texts))
    digests = np.fromiter(map(digest, keys), np.uint64, len(keys))
    if threshold is None:
        return Signature(digests)
    flat, counts = shingles(keys)
    if not banded:
        return Signature(digests, flat, counts)
    return Signature(digests, flat, counts, Bands(rows_for(threshold)).of(flat, counts))


def _signed(pairs: Iterable[Pair], side: Side, threshold: float | None) -> Iterator[Signatures]:
    stream = iter(pairs)
    while batch := list(islice(stream, _BATCH)):
        yield sign(batch, side=side, threshold=threshold)


class _Text:
    """What is kept of one side of all pairs."""

    def __init__(self) -> None:
        self.digests = array("Q")
        self.store = ShingleStore()
        self._parts: list[NDArray[np.uint32]] = []

    def add(self, signature: Signature) -> None:
        """Take the texts of some pairs."""
        self.digests.frombytes(signature.digests.tobytes())
        self.store.add(signature.flat, signature.counts)
        if len(signature.bands):
            self._parts.append(signature.bands)

    def columns(self) -> Iterator[NDArray[np.uint32]]:
        """Yield the bands of all texts, one band after the other."""
        if self._parts:
            for band in range(BANDS):
                yield np.concatenate([part[:, band] for part in self._parts])


class _Place:
    """One way to find candidates: of each pair the number of its bucket, 0 where it is alone.

    `side` is the text that is looked at, 0 or 1; 2 for both.
    """

    def __init__(self, values: NDArray[np.uint64] | NDArray[np.uint32], side: int, *, exact: bool):
        self.buckets, count = _shared(values)
        self.side, self.is_exact = side, exact
        self._first = array("q", [-1]) * (count + 1)
        self._more: dict[int, list[int]] = {}  # few buckets have a second member

    def members(self, number: int) -> Sequence[int]:
        """Return who joined the bucket of a pair before."""
        bucket = self.buckets.item(number)
        first = self._first[bucket]
        return () if first < 0 else (first, *self._more.get(bucket, ()))

    def join(self, number: int) -> None:
        """Put a pair into its bucket."""
        if bucket := self.buckets.item(number):
            if self._first[bucket] < 0:
                self._first[bucket] = number
            elif not self.is_exact:
                more = self._more.setdefault(bucket, [])
                if len(more) < _MOST:
                    more.append(number)


class _Index:
    """Digests, bands and shingles of pairs, and what matches among them."""

    def __init__(self, side: Side, threshold: float | None) -> None:
        if threshold is not None and not 0 < threshold <= 1:
            raise UsageError(f"a similarity is above 0 and at most 1, not {threshold:g}")
        self._side, self._threshold = side, threshold
        self._texts = (_Text(), _Text())
        self._scores = array("d")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for text in self._texts:
            text.store.close()

    def __len__(self) -> int:
        return len(self._scores)

    def add(self, part: Signatures) -> None:
        """Take some pairs."""
        self._scores.frombytes(part.scores.tobytes())
        for text, signature in zip(self._texts, part.sides, strict=True):
            if signature is not None:
                text.add(signature)

    def matches(self, *, keep_all: bool) -> Iterator[tuple[int, int, bool]]:
        """Yield (pair, the better one that it duplicates, whether nearly), best pairs first.

        With `keep_all` pairs that are duplicates are compared with too, and come several times;
        else only those that are none are, and each duplicate comes once.
        """
        places = list(self._places())
        for number in self._ranked(places):
            twin_on: set[int] = set()
            found = False
            for place, other in self._found(number, places):
                found = True
                yield number, other, not place.is_exact
                if not keep_all:
                    break
                if place.is_exact:
                    twin_on.add(place.side)
            if keep_all or not found:
                for place in places:
                    # Of exact duplicates the first is enough to compare with.
                    if place.side not in twin_on:
                        place.join(number)

    def _found(self, number: int, places: Iterable[_Place]) -> Iterator[tuple[_Place, int]]:
        """Yield the pairs among the members that `number` is a duplicate of, and by what."""
        compared: set[tuple[int, int]] = set()
        twin_on: set[int] = set()
        for place in places:
            if place.side in twin_on:
                continue
            for other in place.members(number):
                if place.is_exact:
                    twin_on.add(place.side)
                elif (place.side, other) in compared or not self._are_near(number, other, place):
                    compared.add((place.side, other))
                    continue
                compared.add((place.side, other))
                yield place, other

    def _ranked(self, places: Sequence[_Place]) -> list[int]:
        """Return the pairs that are in some bucket, the best-scored first, then by number."""
        shared = np.zeros(len(self), np.bool_)
        for place in places:
            shared |= place.buckets > 0
        some = np.flatnonzero(shared)
        scores = np.frombuffer(self._scores)[some] if len(some) else np.zeros(0)
        ranked: list[int] = some[np.argsort(-scores, kind="stable")].tolist()
        return ranked

    def _places(self) -> Iterator[_Place]:
        digests = [np.frombuffer(text.digests, np.uint64) for text in self._texts if text.digests]
        if not digests:
            return
        for side, values in _exact(digests, self._side):
            yield _Place(values, side, exact=True)
        for side, text in enumerate(self._texts):
            for column in text.columns():
                yield _Place(column, side, exact=False)

    def _are_near(self, number: int, other: int, place: _Place) -> bool:
        sides = (0, 1) if self._side == "both" else (place.side,)
        return all(
            jaccard(self._texts[side].store.get(number), self._texts[side].store.get(other))
            >= (self._threshold or 1)
            for side in sides
        )


def columns(part: Signatures, side: Side) -> Iterator[NDArray[np.uint64] | NDArray[np.uint32]]:
    """Yield numbers of each pair, of which duplicates share one; 0 is shared by none."""
    signatures = [one for one in part.sides if one is not None]
    for _, values in _exact([one.digests for one in signatures], side):
        yield values
    for one in signatures:
        yield from one.bands.T


def _exact(
    digests: Sequence[NDArray[np.uint64]], side: Side
) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    """Yield what exact duplicates share, with the text that it is of, 2 for both."""
    if side == "both":
        yield 2, digests[0] * _FACTOR + digests[1]
    else:
        sides = {"source": [0], "target": [1], "either": [0, 1]}[side]
        yield from zip(sides, digests, strict=True)


def _shared(
    values: NDArray[np.uint64] | NDArray[np.uint32],
) -> tuple[NDArray[np.int32], int]:
    """Number the values that occur more than once from 1, and count them; 0 and others are 0.

    >>> numbers, count = _shared(np.array([7, 5, 7, 0, 0], np.uint32))
    >>> numbers.tolist(), count
    ([1, 0, 1, 0, 0], 1)
    """
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    sizes = np.diff(np.append(starts, len(ordered)))
    shared = (sizes > 1) & (ordered[starts] != 0)
    count = int(np.count_nonzero(shared))
    numbers = np.zeros(len(starts), np.int32)
    numbers[shared] = np.arange(1, count + 1)
    result = np.empty(len(values), np.int32)
    result[order] = np.repeat(numbers, sizes)
    return result, count
