"""`signatures_of`: the signatures of the pairs of shards, computed on all nodes and kept on this.

They lie in the working folder, under `seen`, where a killed run finds them again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.cluster.arrays import Arrays, pack_arrays, unpack_arrays
from align.cluster.session import Session
from align.cluster.stage import Row, Worker, results
from align.corpus.duplicates import Side, Signature, Signatures, sign
from align.corpus.shards import Shard, Shards, unpacked

_VERSION: Final = 1  # of signatures
_FIELDS: Final = ("digests", "flat", "counts", "bands")


def signatures_of(
    shards: Shards, session: Session, *, side: Side, threshold: float | None
) -> Signed:
    """Compute the signatures that are not there yet; see `align.corpus.duplicates.sign`."""
    key = f"signatures-{_VERSION}-{side}-{threshold}"
    missing = tuple(
        place for place, shard in enumerate(shards.shards) if not shards.has_seen(shard, key)
    )
    if missing:
        arguments = {"shards": shards.shards, "side": side, "threshold": threshold}
        for row in results(session, _Unsigned(shards, missing), _Signing, arguments):
            data = row["signatures"]
            array = np.frombuffer(data, np.uint8)
            shards.write_seen(shards.shards[row["place"]], key, array)  # type: ignore[arg-type]
    return Signed(shards, key)


@dataclass(frozen=True, slots=True)
class Signed:
    """Shards with signatures; reads them when it is called."""

    shards: Shards
    key: str

    def __call__(self) -> Iterator[Row]:
        """Yield rows of `first`, the number of the first pair from 0, and `signatures`."""
        for shard, data in zip(self.shards.shards, self.shards.seen(self.key), strict=True):
            yield {"first": shard.first - 1, "signatures": data.tobytes()}


def signatures_in(data: bytes) -> Signatures:
    """Return signatures that were packed by `pack_signatures`."""
    arrays = unpack_arrays(data)
    source, target = (_signature(arrays, side) for side in (0, 1))
    return Signatures(arrays["scores"], (source, target))


def pack_signatures(signatures: Signatures, **others: NDArray[Any]) -> bytes:
    """Pack signatures, with other arrays that belong to them."""
    arrays: Arrays = {"scores": signatures.scores, **others}
    for side, signature in enumerate(signatures.sides):
        if signature is not None:
            named = zip(_FIELDS, astuple(signature), strict=True)
            arrays |= {f"{side}.{name}": array for name, array in named}
    return pack_arrays(arrays)


def some_of(signatures: Signatures, places: NDArray[np.int64]) -> Signatures:
    """Return the signatures of some of the pairs."""
    source, target = (None if one is None else _some(one, places) for one in signatures.sides)
    return Signatures(signatures.scores[places], (source, target))


@dataclass(frozen=True, slots=True)
class _Unsigned:
    shards: Shards
    places: tuple[int, ...]

    def __call__(self) -> Iterator[Row]:
        for place in self.places:
            yield {"place": place, "pairs": self.shards.packed(self.shards.shards[place])}


class _Signing(Worker):
    def begin(self, shards: tuple[Shard, ...], side: Side, threshold: float | None) -> None:
        self._shards, self._side, self._threshold = shards, side, threshold

    def row(self, row: Row) -> Row:
        pairs = unpacked(row["pairs"], self._shards[row["place"]])
        signatures = sign(pairs, side=self._side, threshold=self._threshold)
        return {"place": row["place"], "signatures": pack_signatures(signatures)}


def _signature(arrays: Mapping[str, NDArray[Any]], side: int) -> Signature | None:
    if f"{side}.digests" not in arrays:
        return None
    return Signature(*(arrays[f"{side}.{name}"] for name in _FIELDS))


def _some(one: Signature, places: NDArray[np.int64]) -> Signature:
    digests = one.digests[places]
    if not len(one.counts):
        return Signature(digests)
    counts = one.counts[places]
    starts = (np.cumsum(one.counts) - one.counts)[places]
    # Of each set the places in `flat`, one set after the other.
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    flat = one.flat[np.repeat(starts, counts) + within]
    return Signature(digests, flat, counts, one.bands[places] if len(one.bands) else one.bands)
