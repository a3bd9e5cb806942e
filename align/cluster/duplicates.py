"""`find_duplicates_on_cluster`: as `align.corpus.duplicates.find_duplicates`, on many nodes.

Signatures are computed shard by shard. Duplicates share one of the numbers of their signatures:
so numbers are brought together by their hash, those who share one are linked, and what is linked,
directly or not, is brought together and compared as on one machine. Since only pairs of one such
set can be duplicates of each other, the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.cluster.arrays import pack_arrays, unpack_arrays
from align.cluster.session import Session
from align.cluster.signing import (
    Signed,
    pack_signatures,
    signatures_in,
    signatures_of,
    some_of,
)
from align.cluster.stage import Row, grouped, rows_of
from align.corpus.duplicates import Duplicates, Side, columns, find_among
from align.corpus.shards import Shards
from align.corpus.union import Union

SHARD: Final = 50_000  # pairs; of fewer, too many parts would have to find each other
_ENTRIES: Final = 4_000_000  # numbers that are sorted at a time, 17 bytes each
_MEMBERS: Final = 100_000  # pairs that are compared by one task, unless more are linked

_Numbers = NDArray[np.int64]


def find_duplicates_on_cluster(
    shards: Shards, session: Session, *, side: Side, threshold: float | None
) -> Duplicates:
    """Find the duplicates among the pairs of `shards`; see `find_duplicates`.

    Args:
        shards: The pairs; signatures are kept there, so that a killed run goes on.
        session: The cluster.
        side: As in `find_duplicates`.
        threshold: As in `find_duplicates`.

    Raises:
        UsageError: The threshold is none.
        ClusterError: The cluster failed.
    """
    signed = signatures_of(shards, session, side=side, threshold=threshold)
    task = _Task(side, threshold)
    sets = _linked(_links(signed, session, task, len(shards)), len(shards))
    groups = _groups(sets)
    keeper = np.arange(len(shards))
    near = np.zeros(len(shards), np.bool_)
    if (groups < 0).all():
        return Duplicates(keeper, near)
    for row in grouped(rows_of(session, signed), _Members(task, groups), "group", task.compared):
        found = unpack_arrays(row["found"])
        keeper[found["numbers"]] = found["keeper"]
        near[found["numbers"]] = found["near"]
    return Duplicates(keeper, near)


@dataclass(frozen=True, slots=True)
class _Task:
    """What makes a duplicate, and what tasks do with it."""

    side: Side
    threshold: float | None

    def compared(self, rows: Sequence[Row]) -> Row:
        """Return what is a duplicate of what among all that is linked to any of it."""
        ordered = [row["pairs"] for row in sorted(rows, key=lambda row: int(row["first"]))]
        numbers = np.concatenate([unpack_arrays(data)["numbers"] for data in ordered])
        signatures = map(signatures_in, ordered)
        found = find_among(signatures, side=self.side, threshold=self.threshold)
        keeper = numbers[found.keeper]
        return {"found": pack_arrays({"numbers": numbers, "keeper": keeper, "near": found.near})}


@dataclass(frozen=True, slots=True)
class _Entries:
    """Cuts signatures into what is to be compared: numbers, in `parts` parts by their hash."""

    task: _Task
    parts: int

    def __call__(self, row: Row) -> Iterator[Row]:
        signatures = signatures_in(row["signatures"])
        pairs = np.arange(row["first"], row["first"] + len(signatures.scores))
        for column, values in enumerate(columns(signatures, self.task.side)):
            # They are hashes; those of bands are odd.
            part = (values.astype(np.uint64) // np.uint64(2)) % np.uint64(self.parts)
            for number in range(self.parts):
                some = (part == number) & (values != 0)
                arrays = {"values": values[some].astype(np.uint64), "pairs": pairs[some]}
                yield {"key": column * self.parts + number, "entries": pack_arrays(arrays)}


def _linked_in(rows: Sequence[Row]) -> Row:
    """Return `[links, 2]`, each pair with the first that shares a number with it."""
    entries = [unpack_arrays(row["entries"]) for row in rows]
    values = np.concatenate([one["values"] for one in entries])
    pairs = np.concatenate([one["pairs"] for one in entries])
    order = np.lexsort((pairs, values))
    values, pairs = values[order], pairs[order]
    is_first = np.ones(len(values), np.bool_)
    is_first[1:] = values[1:] != values[:-1]
    firsts = pairs[np.flatnonzero(is_first)[np.cumsum(is_first) - 1]]
    links = np.stack([firsts[~is_first], pairs[~is_first]], axis=1)
    return {"links": pack_arrays({"links": np.unique(links, axis=0)})}


def _links(signed: Signed, session: Session, task: _Task, pairs: int) -> Iterator[_Numbers]:
    parts = pairs // _ENTRIES + 1
    for row in grouped(rows_of(session, signed), _Entries(task, parts), "key", _linked_in):
        yield unpack_arrays(row["links"])["links"]


def _linked(links: Iterable[_Numbers], count: int) -> _Numbers:
    """Return of each of `count` pairs the smallest that it is linked to, directly or not."""
    union = Union(count)
    for some in links:
        for one, other in some.tolist():
            union.join(one, other)
    return np.fromiter(map(union.find, range(count)), np.int64, count)


def _groups(sets: _Numbers) -> _Numbers:
    """Number the sets of more than one pair so that some of them make a group; -1 for others."""
    _, place, sizes = np.unique(sets, return_inverse=True, return_counts=True)
    counted = np.where(sizes > 1, sizes, 0)
    groups = np.where(sizes > 1, (np.cumsum(counted) - counted) // _MEMBERS, -1)
    found: _Numbers = groups[place]
    return found


@dataclass(frozen=True, slots=True)
class _Members:
    """Takes from signatures the pairs of each group."""

    task: _Task
    groups: _Numbers

    def __call__(self, row: Row) -> Iterator[Row]:
        signatures = signatures_in(row["signatures"])
        first = row["first"]
        groups = self.groups[first : first + len(signatures.scores)]
        for group in np.unique(groups[groups >= 0]).tolist():
            places = np.flatnonzero(groups == group)
            pairs = pack_signatures(some_of(signatures, places), numbers=places + first)
            yield {"group": group, "first": first, "pairs": pairs}
