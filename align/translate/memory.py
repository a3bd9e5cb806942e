"""`Memory`: translations kept on disk, so that a killed run resumes and nothing is done twice.

One SQLite file in WAL mode, safe for many processes and threads at once. Each row carries a
checksum, because SQLite finds damage to its pages only by chance. A memory that fails never
stops a translation: what is damaged is set aside, what cannot be opened is done without, each
with one `MemoryWarning`.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from align.translate.models import cache_folder

FILE_NAME: Final = "memory.sqlite3"

_APPLICATION: Final = 0x616C676E  # "algn": tells our files from other people's
_LAYOUT: Final = 1
_SCHEMA: Final = """
CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE translations (
    scope INTEGER NOT NULL REFERENCES scopes, source TEXT NOT NULL,
    text TEXT NOT NULL, score REAL NOT NULL, notes TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (scope, source)
) WITHOUT ROWID
"""
_BUSY_SECONDS: Final = 30.0
_PER_QUERY: Final = 500  # older SQLite takes at most 999 variables in a statement
# SQLITE_ERROR: the statements are right, so it is the tables that are not.
_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class MemoryWarning(UserWarning):
    """The translation memory was damaged and set aside, or cannot be used."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A translation without its source: `text`, `score` and `notes` as in `Translation`."""

    text: str
    score: float
    notes: tuple[str, ...] = ()


class _DamagedError(Exception):
    """The file is not a memory, or not what was written."""


def default_path() -> Path:
    """Give the file in `cache_folder()`."""
    return cache_folder() / FILE_NAME


class Memory:
    """Translations by scope and source, in the file `path`, by default `default_path()`.

    A scope names all that decides a translation beside its source: model, engine, decoding.
    All methods may be called from any thread. After closing, nothing is found and kept.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the memory, making file and folder where missing; never raises for a bad one."""
        self.path = default_path() if path is None else path
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
        """Return what is remembered of `sources` in `scope`; the others are missing."""
        found: dict[str, Remembered] = {}
        with self._lock, self._guard():
            for chunk in _chunks(dict.fromkeys(sources), _PER_QUERY):
                if self._connection is not None:
                    found |= _select(self._connection, scope, chunk)
        return found

    def put_many(self, scope: str, entries: Mapping[str, Remembered]) -> None:
        """Keep `entries`, by source; all of them or, where the process dies, none."""
        with self._lock, self._guard():
            if self._connection is not None and entries:
                _insert(self._connection, scope, entries)

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        # Bytes that are no text are damage, for the checksum to find.
        self._connection.text_factory = lambda data: data.decode("utf-8", "replace")
        self._inode = self.path.stat().st_ino
        _prepare(self._connection)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def _guard(self) -> Iterator[None]:
        """Set a damaged file aside and begin a new one; do without one that cannot be used."""
        try:
            yield
        except (sqlite3.Error, OSError, _DamagedError) as error:
            self._close()
            if not _is_damage(error):
                self._warn(f"not used: {error}")
                return
            try:
                aside = self._set_aside()
                self._open()
            except (sqlite3.Error, OSError, _DamagedError) as again:
                self._close()
                self._warn(f"damaged and not used: {again}")
                return
            self._warn(f"damaged ({error}); {aside}")

    def _set_aside(self) -> str:
        """Rename the file; not if another process did so and began a new one already."""
        if not self.path.exists() or self.path.stat().st_ino != self._inode:
            return "another process set it aside"
        aside = self.path.with_name(f"{self.path.name}.damaged-{time.time_ns()}")
        for suffix in ("-wal", "-shm", ""):  # the log first: it must not meet the new file
            part = Path(f"{self.path}{suffix}")
            if part.exists():
                part.rename(f"{aside}{suffix}")
        return f"set aside as {aside.name}, a new one is begun"

    def _warn(self, what: str) -> None:
        warnings.warn(f"{self.path}: translation memory {what}", MemoryWarning, stacklevel=5)


def _is_damage(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, _DamagedError) or (code is not None and code & 0xFF in _DAMAGE)


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables and switch to WAL mode, if the file is new; refuse a foreign file."""
    connection.execute("PRAGMA synchronous=NORMAL")  # in WAL mode a crash loses, never damages
    with _transaction(connection, "DEFERRED"):
        if _is_ours(connection):
            return
    _patiently(connection, "PRAGMA journal_mode=WAL")
    with _transaction(connection, "IMMEDIATE"):
        if not _is_ours(connection):  # nor made by another process meanwhile
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={_LAYOUT}")


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Tell a memory (True) from an empty file (False); anything else is damage."""
    application, layout, tables = (
        connection.execute(query).fetchone()[0]
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if (application, layout) == (_APPLICATION, _LAYOUT) and tables:
        return True
    if (application, layout, tables) == (0, 0, 0):
        return False
    raise _DamagedError("not a translation memory of this version")


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement for which SQLite does not wait by itself, as the switch to WAL mode."""
    patience = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute(statement).fetchall()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def _transaction(
    connection: sqlite3.Connection, kind: Literal["DEFERRED", "IMMEDIATE"]
) -> Iterator[None]:
    """Read one state of the file (deferred), or hold the right to write (immediate)."""
    connection.execute(f"BEGIN {kind}")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite ends it by itself when the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _select(
    connection: sqlite3.Connection, scope: str, sources: Sequence[str]
) -> dict[str, Remembered]:
    marks = ",".join("?" * len(sources))
    query = (
        "SELECT source, text, score, notes, checksum FROM translations"
        f" WHERE scope = (SELECT id FROM scopes WHERE name = ?) AND source IN ({marks})"
    )
    found = {}
    with closing(connection.execute(query, (scope, *sources))) as rows:
        for source, text, score, notes, checksum in rows:
            if _checksum(scope, source, text, score, notes) != checksum:
                raise _DamagedError("a row does not match its checksum")
            found[source] = Remembered(text, score, tuple(notes.split("\n")) if notes else ())
    return found


def _insert(connection: sqlite3.Connection, scope: str, entries: Mapping[str, Remembered]) -> None:
    with _transaction(connection, "IMMEDIATE"):
        connection.execute("INSERT OR IGNORE INTO scopes (name) VALUES (?)", (scope,))
        number = connection.execute("SELECT id FROM scopes WHERE name = ?", (scope,)).fetchone()[0]
        rows = []
        for source, entry in entries.items():
            values = (source, entry.text, entry.score, "\n".join(entry.notes))
            rows.append((number, *values, _checksum(scope, *values)))
        connection.executemany("INSERT OR REPLACE INTO translations VALUES (?,?,?,?,?,?)", rows)


def _checksum(scope: str, source: str, text: str, score: float, notes: str) -> int:
    row = (scope, source, text, score + 0.0, notes)  # SQLite keeps no -0.0
    return zlib.crc32(repr(row).encode("utf-8", "replace"))


def _chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk
