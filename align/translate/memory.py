"""`Memory`: translations kept on disk, so that a killed run resumes and nothing is done twice.

One SQLite file in WAL mode, safe for many processes and threads at once. It holds translations
of models, of which those not used for longest go when it gets too large, and the user's
corrections, which win over any model's and stay. A memory that fails never stops a translation:
what is damaged is set aside, what cannot be opened is done without, each with one
`MemoryWarning`.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from align.translate.memory_file import (
    FAILURES,
    connect,
    is_damage,
    prepare,
    read_corrections,
    transaction,
)
from align.translate.memory_rows import (
    PER_QUERY,
    Remembered,
    chunks,
    count_replaced,
    insert,
    insert_corrections,
    select,
    select_corrections,
    select_texts,
    touch,
    whole_corrections,
)
from align.translate.memory_upkeep import (
    Condition,
    Kept,
    MemoryStats,
    ScopeStats,
    count_rows,
    forget,
    give_back_space,
    keep_below,
    read_scopes,
    shrink_to,
    size_limit,
    step_of_rows,
)
from align.translate.models import cache_folder
from align.translate.seen import seen_by_model

__all__ = ["FILE_NAME", "Memory", "MemoryWarning", "Remembered", "default_path"]

FILE_NAME: Final = "memory.sqlite3"


class MemoryWarning(UserWarning):
    """The translation memory was damaged and set aside, or cannot be used."""


def default_path() -> Path:
    """Give the file in `cache_folder()`."""
    return cache_folder() / FILE_NAME


class Memory:
    """Translations by scope and source, in the file `path`, by default `default_path()`.

    A scope names all that decides a translation beside its source: model, engine, decoding.
    All methods may be called from any thread. After closing, nothing is found and kept.
    """

    def __init__(
        self, path: Path | None = None, *, limit: int | None = None, corrections: bool = True
    ) -> None:
        """Open the memory, making file and folder where missing; never raises for a bad one.

        Args:
            path: Its file.
            limit: Bytes it may have, 0 for any number; by default `size_limit()`.
            corrections: Whether the user's win over what models made. Not where a model is
                measured: its score is to be the model's.

        Raises:
            UsageError: `ALIGN_MEMORY_SIZE` is no size.
        """
        self.path = default_path() if path is None else path
        self.limit = size_limit() if limit is None else limit
        self._corrects = corrections
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0
        with self._lock, self._guard():
            self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_open(self) -> bool:
        """Whether anything can be remembered."""
        return self._connection is not None

    def close(self) -> None:
        """Close the file; harmless when it is closed."""
        with self._lock:
            self._close()

    def get_many(self, scope: str, sources: Iterable[str]) -> dict[str, Remembered]:
        """Return what is remembered of `sources`; the others are missing.

        That is the user's correction, with the note `corrected`, unless it was opened without,
        or what is kept in `scope`.
        """
        found: dict[str, Remembered] = {}
        with self._lock, self._guard():
            for chunk in chunks(dict.fromkeys(sources), PER_QUERY):
                if self._connection is not None:
                    kept, unused = select(self._connection, scope, chunk)
                    found |= kept
                    if self._corrects:
                        found |= select_corrections(self._connection, chunk)
                    if unused:
                        with suppress(sqlite3.OperationalError):  # busy or full: not worth a word
                            touch(self._connection, scope, unused)
        return found

    def put_many(self, scope: str, entries: Mapping[str, Remembered]) -> None:
        """Keep `entries`, by source; all of them or, where the process dies, none."""
        with self._lock, self._guard():
            if self._connection is not None and entries:
                with transaction(self._connection, "IMMEDIATE"):
                    insert(self._connection, scope, entries)
                keep_below(self._connection, self.limit)

    def correct(self, corrections: Mapping[str, str]) -> int:
        """Keep the user's translations of sources, as read or as the model sees them.

        They win over any model's, and stay through power loss; the last one of a source counts.

        Returns:
            How many took the place of another one, of this call or from before.
        """
        for _ in range(2):  # where the file is damaged, in the new one
            with self._lock, self._guard():
                if self._connection is None or not corrections:
                    return 0
                now = int(time.time())
                self._connection.execute("PRAGMA synchronous=FULL")
                with transaction(self._connection, "IMMEDIATE"):
                    replaced = count_replaced(self._connection, corrections)
                    rows = ((source, text, now) for source, text in corrections.items())
                    insert_corrections(self._connection, rows)
                self._connection.execute("PRAGMA synchronous=NORMAL")
                return replaced
        return 0

    def corrections(self) -> Iterator[Kept]:
        """Yield the user's corrections with their sources as given, in order of keys."""
        found: list[Kept] = []
        with self._lock, self._guard():
            if self._connection is not None:
                rows = whole_corrections(self._connection)
                found = [Kept(source, text, None) for source, text, _ in rows]
        yield from found

    @property
    def corrected(self) -> str:
        """Which corrections win, as a part of signatures, `3@1a2b3c4d`; empty for none."""
        count = digest = 0
        with self._lock, self._guard():
            if self._connection is not None and self._corrects:
                query = "SELECT count(*), total(checksum) FROM corrections"
                count, total = self._connection.execute(query).fetchone()
                digest = int(total) % 2**32
        return f"{count}@{digest:08x}" if count else ""

    def translations(self) -> Iterator[Kept]:
        """Yield all translations of models; others may write meanwhile."""
        after: tuple[int, str] | None = (-1, "")
        while after is not None:
            kept: list[Kept] = []
            with self._lock, self._guard():
                if self._connection is None:
                    return
                kept, after = step_of_rows(self._connection, after)
            yield from kept

    def texts_of(self, sources: Iterable[str]) -> dict[str, set[str]]:
        """Return all that models made of sources, as read, whatever the model and setting."""
        keys = {source: seen_by_model(source) for source in sources}
        found: dict[str, set[str]] = {}
        with self._lock, self._guard():
            for chunk in chunks(dict.fromkeys(keys.values()), PER_QUERY):
                if self._connection is not None:
                    for key, text in select_texts(self._connection, chunk):
                        found.setdefault(key, set()).add(text)
        return {source: found.get(key, set()) for source, key in keys.items()}

    def stats(self) -> MemoryStats:
        """Count what is in it."""
        scopes: tuple[ScopeStats, ...] = ()
        corrections = 0
        with self._lock, self._guard():
            if self._connection is not None:
                scopes = read_scopes(self._connection)
                query = "SELECT count(*) FROM corrections"
                corrections = self._connection.execute(query).fetchone()[0]
        parts = (Path(f"{self.path}{suffix}") for suffix in ("", "-wal"))
        size = sum(part.stat().st_size for part in parts if part.is_file())
        return MemoryStats(self.path, size, self.limit, corrections, scopes)

    def count(self, condition: Condition) -> int:
        """Return how many translations of models are meant."""
        with self._lock, self._guard():
            if self._connection is not None:
                return count_rows(self._connection, condition)
        return 0

    def forget(self, condition: Condition) -> int:
        """Delete the translations of models that are meant; return how many."""
        with self._lock, self._guard():
            if self._connection is not None:
                count = forget(self._connection, condition)
                give_back_space(self._connection)
                return count
        return 0

    def shrink(self, size: int) -> int:
        """Delete the translations not used for longest, until at most `size` bytes are left.

        Returns:
            How many were deleted.
        """
        with self._lock, self._guard():
            if self._connection is not None:
                count = shrink_to(self._connection, size)
                give_back_space(self._connection)
                return count
        return 0

    def forget_corrections(self) -> int:
        """Delete all that the user gave; return how many."""
        with self._lock, self._guard():
            if self._connection is not None:
                return self._connection.execute("DELETE FROM corrections").rowcount
        return 0

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = connect(self.path)
        self._inode = self.path.stat().st_ino
        prepare(self._connection)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Set a damaged file aside and begin a new one; do without one that cannot be used."""
        try:
            yield
        except FAILURES as error:
            self._close()
            if not is_damage(error):
                self._warn(f"not used: {error}")
                return
            try:
                aside = self._set_aside()
                self._open()
                rescued = "" if aside is None else self._rescue(aside)
            except FAILURES as again:
                self._close()
                self._warn(f"damaged and not used: {again}")
                return
            done = "another process set it aside"
            if aside is not None:
                done = f"set aside as {aside.name}, a new one is begun{rescued}"
            self._warn(f"damaged ({error}); {done}")

    def _set_aside(self) -> Path | None:
        """Rename the file; not if another process did so and began a new one already."""
        if not self.path.exists() or self.path.stat().st_ino != self._inode:
            return None
        aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
        for suffix in ("-wal", "-shm", ""):  # the log first: it must not meet the new file
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                part.rename(f"{aside}{suffix}")
        return aside

    def _rescue(self, aside: Path) -> str:
        """Take the user's corrections over from a damaged file, and tell what became of them."""
        corrections, is_all = read_corrections(aside)
        if corrections and self._connection is not None:
            with transaction(self._connection, "IMMEDIATE"):
                insert_corrections(self._connection, corrections)
        told = f" with {len(corrections)} corrections of the old one" if corrections else ""
        return told if is_all else f"{told}; corrections are lost, import them again"

    def _warn(self, what: str) -> None:
        warnings.warn(f"{self.path}: translation memory {what}", MemoryWarning, stacklevel=5)
