"""`filter_on_cluster`: as `align.corpus.filtering.filter_pairs`, shards on the nodes of a cluster.

This node reads, decides and writes; what costs most, observing and scoring, is done on all of
them and lies in the same working folder in the end. So a run goes on after a kill, on a cluster
or without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair
from align.cluster.arrays import pack_arrays, unpack_arrays
from align.cluster.session import Session
from align.cluster.stage import Row, Worker, results
from align.corpus.filtering import (
    Filtered,
    Progress,
    Sources,
    add_scores,
    learn,
    read_shards,
    scores_of,
    unscored,
)
from align.corpus.filters.filter import Filter, LearningFilter
from align.corpus.shards import Shard, Shards, unpacked

AnyFilter = TypeVar("AnyFilter", bound=Filter)
_Array = NDArray[np.generic]


def filter_on_cluster(
    sources: Sources,
    filters: Sequence[Filter],
    shards: Shards,
    session: Session,
    *,
    progress: Progress | None = None,
) -> Filtered:
    """Read, learn and score; the arguments and errors of `filter_pairs`, and ClusterError."""
    tell = progress or (lambda _, __, ___: None)
    read_shards(sources, shards, progress=tell)
    _observe(filters, shards, session, tell)
    learn(filters, shards, progress=lambda _, __, ___: None)
    _score(filters, shards, session, tell)
    return Filtered(filters, shards)


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the shards for which something is `wanted`: rows of `place`, `wanted` and `pairs`.

    `wanted` has the places of filters for each shard, separated by blanks.
    """

    shards: Shards
    wanted: tuple[str, ...]

    def __call__(self) -> Iterator[Row]:
        """Yield the rows."""
        for place, wanted in enumerate(self.wanted):
            if wanted:
                shard = self.shards.shards[place]
                yield {"place": place, "wanted": wanted, "pairs": self.shards.packed(shard)}


class _Filtering(Worker):
    """An actor that holds the filters with what they learnt."""

    def begin(self, filters: Sequence[Filter], shards: Sequence[Shard]) -> None:
        """Hold them; the shards are without their pairs."""
        self._filters, self._shards = filters, shards

    def row(self, row: Row) -> Row:
        """Return arrays of a shard, each under the place of its filter."""
        pairs = unpacked(row["pairs"], self._shards[row["place"]])
        places = row["wanted"].split()
        arrays = self.arrays([self._filters[int(place)] for place in places], pairs)
        packed = pack_arrays(dict(zip(places, arrays, strict=True)))
        return {"place": row["place"], "arrays": packed}

    def arrays(self, filters: Sequence[Filter], pairs: Sequence[Pair]) -> Sequence[_Array]:
        """Return one for each filter."""
        raise NotImplementedError


class _Observing(_Filtering):
    def arrays(self, filters: Sequence[Filter], pairs: Sequence[Pair]) -> Sequence[_Array]:
        return [one.observe(pairs) for one in filters if isinstance(one, LearningFilter)]


class _Scoring(_Filtering):
    def arrays(self, filters: Sequence[Filter], pairs: Sequence[Pair]) -> Sequence[_Array]:
        scores = scores_of(filters, pairs)
        return [scores[one.key] for one in filters]


def _observe(
    filters: Sequence[Filter], shards: Shards, session: Session, progress: Progress
) -> None:
    """Get the observations that are not there yet."""
    learners = [one for one in filters if isinstance(one, LearningFilter)]
    wanted = [
        [one for one in learners if not shards.has_seen(shard, one.observation_key)]
        for shard in shards.shards
    ]
    done = partial(progress, "learning")
    for shard, arrays in _run(_Observing, learners, wanted, shards, session, done):
        for one, array in arrays:
            shards.write_seen(shard, one.observation_key, np.asarray(array, np.uint64))


def _score(filters: Sequence[Filter], shards: Shards, session: Session, progress: Progress) -> None:
    """Get the scores that are not there yet."""
    wanted = [unscored(filters, shards, shard) for shard in shards.shards]
    done = partial(progress, "scoring")
    for shard, arrays in _run(_Scoring, filters, wanted, shards, session, done):
        fresh = {one.key: np.asarray(array, np.float64) for one, array in arrays}
        add_scores([one for one, _ in arrays], shards, shard, fresh)


def _run(
    worker: type[_Filtering],
    filters: Sequence[AnyFilter],
    wanted: Sequence[Sequence[AnyFilter]],
    shards: Shards,
    session: Session,
    progress: Callable[[int, int], None],
) -> Iterator[tuple[Shard, list[tuple[AnyFilter, _Array]]]]:
    """Yield shards with what the filters that are wanted there say, in any order.

    `progress` is told of how many pairs of how many all is there.
    """
    if not any(wanted):
        return
    done = sum(one.pairs for one, some in zip(shards.shards, wanted, strict=True) if not some)
    places = {one.name: place for place, one in enumerate(filters)}
    named = tuple(" ".join(str(places[one.name]) for one in some) for some in wanted)
    arguments = {"filters": list(filters), "shards": shards.shards}
    for row in results(session, Reading(shards, named), worker, arguments):
        shard, arrays = shards.shards[row["place"]], unpack_arrays(row["arrays"])
        yield shard, [(filters[int(place)], array) for place, array in arrays.items()]
        done += shard.pairs
        progress(done, len(shards))
