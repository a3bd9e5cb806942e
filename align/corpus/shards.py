"""`Shards`: a corpus cut into files of some thousand pairs, with what was computed of each.

    shards.json          the shards in order, and what of the input they were made from
    pairs/DIGEST.gz      the pairs of a shard, a JSON list a line
    scores/DIGEST.npz    an array for each filter, under the filter's key
    seen/DIGEST.KEY.npy  what a filter observed that learns from the whole corpus

A shard is named by the digest of its pairs, so what was computed stays valid for as long as the
pairs do, whatever becomes of the rest of the input. Every file is written beside its place, then
renamed: after a kill at any moment, each is whole or not there.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, overload
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair
from align.corpus.drafts import whole
from align.corpus.filters.filter import Observations, digest
from align.errors import UsageError

SIZE: Final = 5_000  # pairs of a shard; that many are in memory, and are lost by a kill
# A file of a shard, whole or as a draft that was left by a kill.
_NAME: Final = re.compile(r"[0-9a-f]{16}\.[\w.-]+|\.[0-9a-f]{16}\.[\w.-]+\.part")
_VERSION: Final = 1  # of the layout
_BATCH: Final = 20_000_000  # bytes of text at which a shard ends before it has its pairs


@dataclass(frozen=True, slots=True)
class Shard:
    """Some neighbouring pairs of the corpus: their digest, and the number of the first, from 1."""

    digest: str
    first: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Input:
    """What the shards were made from: its digest ("" where unknown), and what was left out."""

    digest: str
    skipped: tuple[str, ...] = ()
    skipped_in_all: int = 0


class Shards:
    """The working folder of a corpus."""

    def __init__(self, folder: Path, *, size: int = SIZE) -> None:
        """Use `folder`, which is made where it is not there.

        Raises:
            UsageError: It cannot be made, or holds something else.
        """
        self.folder, self.size = folder, size
        self.shards: tuple[Shard, ...] = ()
        self.input = Input("")
        try:
            if folder.is_dir() and not _is_ours(folder):
                raise UsageError(f"{folder}: is no working folder; name another with --work")
            for name in ("pairs", "scores", "seen"):
                (folder / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or error}") from error

    def __len__(self) -> int:
        return sum(shard.pairs for shard in self.shards)

    def has(self, source: str) -> bool:
        """Tell whether the shards of the input with this digest are all there; if so, use them."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            found = json.loads((self.folder / "shards.json").read_text("utf-8"))
            if found["version"] != _VERSION or found["size"] != self.size:
                return False
            shards = tuple(Shard(*row) for row in found["shards"])
            there = all(self._pairs(shard).is_file() for shard in shards)
            if source and found["input"] == source and there:
                skipped = tuple(found["skipped"])
                self.shards = shards
                self.input = Input(source, skipped, found["skipped_in_all"])
                return True
        return False

    def write(
        self,
        pairs: Iterable[Pair],
        described: Callable[[], Input],
        *,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Cut `pairs` into shards; those that are there already are left as they are.

        Args:
            pairs: The whole corpus.
            described: Called at the end of it, says what it was made from.
            progress: Is told how many pairs have been read.
        """
        shards: list[Shard] = []
        first = 1
        for data, count in _chunks(pairs, self.size):
            shard = Shard(digest(data), first, count)
            shards.append(shard)
            if not self._pairs(shard).is_file():
                with whole(self._pairs(shard)) as file:
                    file.write(gzip.compress(data, compresslevel=1, mtime=0))
            first += count
            if progress:
                progress(first - 1)
        self.shards, self.input = tuple(shards), described()
        with whole(self.folder / "shards.json") as file:
            file.write(json.dumps(self._description(), ensure_ascii=False).encode())
        self._clear()

    def _description(self) -> dict[str, Any]:
        return {
            "version": _VERSION,
            "size": self.size,
            "input": self.input.digest,
            "skipped": self.input.skipped,
            "skipped_in_all": self.input.skipped_in_all,
            "shards": [[shard.digest, shard.first, shard.pairs] for shard in self.shards],
        }

    def read(self, shard: Shard) -> list[Pair]:
        """Return the pairs of a shard.

        Raises:
            UsageError: A disk's damage, or somebody else's hand.
        """
        try:
            return unpacked(self.packed(shard), shard)
        except (OSError, ValueError) as error:
            path = self._pairs(shard)
            reason = f"{path}: damaged; remove {self.folder} and start again"
            raise UsageError(reason) from error

    def packed(self, shard: Shard) -> bytes:
        """Return the pairs of a shard as they lie on disk, for `unpacked`."""
        return self._pairs(shard).read_bytes()

    def scores(self, shard: Shard) -> dict[str, NDArray[np.float64]]:
        """Return the scores that are kept of a shard, by the key of their filter."""
        try:
            # Opened here, as numpy leaves a damaged file open.
            with (self.folder / "scores" / f"{shard.digest}.npz").open("rb") as file:
                arrays = np.load(file)
                return {key: arrays[key] for key in arrays.files}
        except (OSError, ValueError, KeyError, BadZipFile, EOFError):
            return {}  # not there, or a disk's damage: they are computed again

    def write_scores(self, shard: Shard, scores: Mapping[str, NDArray[np.float64]]) -> None:
        """Keep the scores of a shard, in place of those that were there."""
        with whole(self.folder / "scores" / f"{shard.digest}.npz") as file:
            np.savez_compressed(file, **dict(scores))  # type: ignore[arg-type]  # its first option

    def has_seen(self, shard: Shard, key: str) -> bool:
        """Tell whether there are the observations of a shard by the filter of this key."""
        try:
            np.load(self._seen(shard, key), mmap_mode="r")
        except (OSError, ValueError, EOFError):
            return False  # not there, or damaged: it is observed again
        return True

    def write_seen(self, shard: Shard, key: str, observations: Observations) -> None:
        """Keep what was observed of a shard."""
        with whole(self._seen(shard, key)) as file:
            np.save(file, observations)

    def seen(self, key: str) -> Sequence[Observations]:
        """Return the observations of every shard, which come from their files one by one."""
        return _Seen([self._seen(shard, key) for shard in self.shards])

    def _seen(self, shard: Shard, key: str) -> Path:
        return self.folder / "seen" / f"{shard.digest}.{key}.npy"

    def _pairs(self, shard: Shard) -> Path:
        return self.folder / "pairs" / f"{shard.digest}.gz"

    def _clear(self) -> None:
        """Remove what belongs to no shard any more."""
        current = {shard.digest for shard in self.shards}
        for kind in ("pairs", "scores", "seen"):
            for path in (self.folder / kind).iterdir():
                name = path.name
                if _NAME.fullmatch(name) and name.partition(".")[0] not in current:
                    path.unlink(missing_ok=True)


def _is_ours(folder: Path) -> bool:
    """Tell whether all in a folder was made here: what belongs to no shard will be removed."""
    there = {path.name for path in folder.iterdir()}
    if "shards.json" in there or not there:
        return True
    return there <= {"pairs", "scores", "seen"} and all(
        _NAME.fullmatch(path.name) for kind in there for path in (folder / kind).iterdir()
    )


def unpacked(data: bytes, shard: Shard) -> list[Pair]:
    """Return the pairs of a shard, from what its file holds.

    Raises:
        ValueError: It is damaged, or another shard.
    """
    try:
        lines = gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(f"damaged: {error}") from error
    if digest(lines) != shard.digest:
        raise ValueError("damaged: not what was written")
    return [Pair(*json.loads(line)) for line in lines.split(b"\n") if line]


@dataclass(frozen=True, slots=True)
class _Seen(Sequence[Observations]):
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, place: int) -> Observations: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Observations]: ...

    def __getitem__(self, place: int | slice) -> Observations | Sequence[Observations]:
        if isinstance(place, slice):
            return _Seen(self.paths[place])
        observations: Observations = np.load(self.paths[place], mmap_mode="r")
        return observations


def _chunks(pairs: Iterable[Pair], size: int) -> Iterator[tuple[bytes, int]]:
    """Yield shards as lines, with the number of pairs: `size`, or fewer of very long texts."""
    stream = iter(pairs)
    while True:
        lines: list[bytes] = []
        length = 0
        for pair in islice(stream, size):
            lines.append(_line(pair))
            length += len(lines[-1])
            if length >= _BATCH:
                break
        if not lines:
            return
        yield b"".join(lines), len(lines)


_TEXTS: Final = ("", "")
_DEFAULTS: Final = astuple(Pair(*_TEXTS))


def _line(pair: Pair) -> bytes:
    row = list(astuple(pair))
    while row[-1] == _DEFAULTS[len(row) - 1] and len(row) > len(_TEXTS):
        row.pop()
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
