"""The rows of the memory: translations of models, corrections of the user, and their checksums.

SQLite finds damage to its pages only by chance, so each row carries a checksum of its own.
"""

from __future__ import annotations

import sqlite3
import time
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Final

from align.text.normalize import VERSION as NORMALIZE_VERSION
from align.translate.seen import seen_by_model
from align.translate.translation import CORRECTED

PER_QUERY: Final = 500  # older SQLite takes at most 999 variables in a statement
# When a row was last used is kept to the day: a run that is repeated within it only reads.
_DAY: Final = 86_400


class DamagedError(Exception):
    """The file is not a memory, or not what was written."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A translation without its source: `text`, `score` and `notes` as in `Translation`."""

    text: str
    score: float
    notes: tuple[str, ...] = ()


def select(
    connection: sqlite3.Connection, scope: str, sources: Sequence[str]
) -> tuple[dict[str, Remembered], list[str]]:
    """Return what is remembered of at most `PER_QUERY` sources, and which were long unused.

    Raises:
        DamagedError: A row is not what was written.
    """
    query = (
        "SELECT source, text, score, notes, checksum, used FROM translations"
        " WHERE scope = (SELECT id FROM scopes WHERE name = ?)"
        f" AND source IN ({_marks(sources)})"
    )
    found, stale = {}, []
    today = int(time.time()) - _DAY
    with closing(connection.execute(query, (scope, *sources))) as rows:
        for source, text, score, notes, checksum, used in rows:
            if _checksum(scope, source, text, score, notes) != checksum:
                raise DamagedError("a row does not match its checksum")
            found[source] = Remembered(text, score, tuple(notes.split("\n")) if notes else ())
            if not isinstance(used, int) or used < today:  # it has no checksum
                stale.append(source)
    return found, stale


def touch(connection: sqlite3.Connection, scope: str, sources: Sequence[str]) -> None:
    """Note that at most `PER_QUERY` translations were used now."""
    connection.execute(
        "UPDATE translations SET used = ? WHERE scope = (SELECT id FROM scopes WHERE name = ?)"
        f" AND source IN ({_marks(sources)})",
        (int(time.time()), scope, *sources),
    )


def insert(connection: sqlite3.Connection, scope: str, entries: Mapping[str, Remembered]) -> None:
    """Keep `entries`, by source, within a transaction of the caller's."""
    connection.execute("INSERT OR IGNORE INTO scopes (name) VALUES (?)", (scope,))
    number = connection.execute("SELECT id FROM scopes WHERE name = ?", (scope,)).fetchone()[0]
    now, rows = int(time.time()), []
    for source, entry in entries.items():
        values = (source, entry.text, entry.score, "\n".join(entry.notes))
        rows.append((number, *values, _checksum(scope, *values), now))
    connection.executemany("INSERT OR REPLACE INTO translations VALUES (?,?,?,?,?,?,?)", rows)


def select_corrections(
    connection: sqlite3.Connection, keys: Sequence[str]
) -> dict[str, Remembered]:
    """Return the corrections of at most `PER_QUERY` normalised sources.

    Raises:
        DamagedError: A row is not what was written.
    """
    query = (
        "SELECT key, source, text, added, checksum FROM corrections"
        f" WHERE normalize = ? AND key IN ({_marks(keys)})"
    )
    found = {}
    with closing(connection.execute(query, (NORMALIZE_VERSION, *keys))) as rows:
        for key, source, text, added, checksum in rows:
            if _checksum_of_correction(source, text, added) != checksum:
                raise DamagedError("a correction does not match its checksum")
            found[key] = Remembered(text, 0.0, (CORRECTED,))
    return found


def insert_corrections(
    connection: sqlite3.Connection,
    corrections: Iterable[tuple[str, str, int]],
    *,
    replace: bool = True,
) -> None:
    """Keep source, text and time of each, within a transaction of the caller's.

    With `replace` in place of what is there for the same normalised source.
    """
    rows = []
    for source, text, added in corrections:
        checksum = _checksum_of_correction(source, text, added)
        rows.append((NORMALIZE_VERSION, seen_by_model(source), source, text, added, checksum))
    otherwise = "REPLACE" if replace else "IGNORE"
    connection.executemany(f"INSERT OR {otherwise} INTO corrections VALUES (?,?,?,?,?,?)", rows)


def count_replaced(connection: sqlite3.Connection, sources: Collection[str]) -> int:
    """Return how many corrections are lost when one is kept for each of the sources."""
    keys = {seen_by_model(source) for source in sources}
    count = len(sources) - len(keys)
    for chunk in chunks(keys, PER_QUERY):
        query = f"SELECT count(*) FROM corrections WHERE normalize = ? AND key IN ({_marks(chunk)})"
        count += connection.execute(query, (NORMALIZE_VERSION, *chunk)).fetchone()[0]
    return count


def rekey_corrections(connection: sqlite3.Connection) -> None:
    """Find corrections of another normalisation their new keys; those that are new ones win."""
    other = "FROM corrections WHERE normalize <> ?"
    rows = connection.execute(
        f"SELECT source, text, added, checksum {other} ORDER BY added DESC", (NORMALIZE_VERSION,)
    ).fetchall()
    if any(_checksum_of_correction(*row[:3]) != row[3] for row in rows):
        raise DamagedError("a correction does not match its checksum")
    insert_corrections(connection, [row[:3] for row in rows], replace=False)
    connection.execute(f"DELETE {other}", (NORMALIZE_VERSION,))


def whole_corrections(connection: sqlite3.Connection) -> Iterator[tuple[str, str, int]]:
    """Yield source, text and time of each correction that is what was written."""
    query = "SELECT source, text, added, checksum FROM corrections"
    with closing(connection.execute(query)) as rows:
        for source, text, added, checksum in rows:
            if _checksum_of_correction(source, text, added) == checksum:
                yield source, text, added


def select_texts(connection: sqlite3.Connection, keys: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield key and translation of each model and setting, of at most `PER_QUERY` sources."""
    query = (
        "SELECT source, text FROM translations"
        f" WHERE scope IN (SELECT id FROM scopes) AND source IN ({_marks(keys)})"
    )
    with closing(connection.execute(query, keys)) as rows:
        yield from rows


def chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield neighbours, `size` at a time."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _marks(items: Collection[str]) -> str:
    return ",".join("?" * len(items))


def _checksum(scope: str, source: str, text: str, score: float, notes: str) -> int:
    row = (scope, source, text, score + 0.0, notes)  # SQLite keeps no -0.0
    return zlib.crc32(repr(row).encode("utf-8", "replace"))


def _checksum_of_correction(source: str, text: str, added: int) -> int:
    return zlib.crc32(repr((source, text, added)).encode("utf-8", "replace"))
