"""Upkeep of the memory: what is in it, forgetting, and keeping it below its size.

Whatever goes through the whole file does so in steps, so that other processes can write between.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from align.errors import UsageError
from align.translate.memory_file import patiently, transaction

DEFAULT_SIZE: Final = 4 * 2**30  # some eight million sentences
_STEP: Final = 10_000  # rows
_HOUR: Final = 3600
_SHARES: Final = 1024
# How far below its size a full memory is brought, so that the next batch fits.
_AFTER: Final = 0.95
_UNITS: Final = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}
# No more digits than sizes have: a float has an end.
_SIZE: Final = re.compile(r"(\d{1,20}(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ScopeStats:
    """What is remembered of one model and setting; times of last use in seconds since 1970."""

    scope: str
    rows: int
    oldest: int
    newest: int

    @property
    def model(self) -> str:
        """Name and content of the model, `ur-en@1a2b3c4d`."""
        return model_of(self.scope)


@dataclass(frozen=True, slots=True)
class MemoryStats:
    """What is in a memory: `size` in bytes, with its log; `limit` is 0 where there is none."""

    path: Path
    size: int
    limit: int
    corrections: int
    scopes: tuple[ScopeStats, ...]

    @property
    def rows(self) -> int:
        """Translations of models."""
        return sum(scope.rows for scope in self.scopes)


@dataclass(frozen=True, slots=True)
class Kept:
    """A source with a translation: as `model` saw it, or None and as the user gave it."""

    source: str
    text: str
    model: str | None


def model_of(scope: str) -> str:
    """Return the model of a scope.

    >>> model_of("ur-en@1a2b3c4d|ctranslate2:4.8.5|int8|cpu|beam:4|translate:1")
    'ur-en@1a2b3c4d'
    """
    return scope.partition("|")[0]


def size_limit() -> int:
    """Return how many bytes a memory may have: `ALIGN_MEMORY_SIZE`; 0 for as many as it takes.

    Raises:
        UsageError: It says something else than a size.
    """
    chosen = os.environ.get("ALIGN_MEMORY_SIZE", "")
    return parse_size(chosen, "ALIGN_MEMORY_SIZE") if chosen else DEFAULT_SIZE


def parse_size(text: str, name: str) -> int:
    """Return the bytes of a size; `name` is what it was given by.

    Raises:
        UsageError: It is none.

    >>> parse_size("500M", "--size"), parse_size("1.5 GiB", "--size"), parse_size("0", "--size")
    (524288000, 1610612736, 0)
    """
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"{name}: a size is a number of bytes, or like 500M or 2G, not {text!r}")
    return int(float(match[1]) * _UNITS[match[2].upper()])


def read_scopes(connection: sqlite3.Connection) -> tuple[ScopeStats, ...]:
    """Return what there is of each scope, the largest first."""
    rows = connection.execute(
        "SELECT name, count(*), min(used), max(used) FROM translations"
        " JOIN scopes ON scopes.id = scope GROUP BY scope ORDER BY count(*) DESC, name"
    )
    return tuple(ScopeStats(*row) for row in rows)


def step_of_rows(
    connection: sqlite3.Connection, after: tuple[int, str]
) -> tuple[list[Kept], tuple[int, str] | None]:
    """Return the rows after a key, some thousand, and the key to go on with, None at the end."""
    rows = connection.execute(
        "SELECT scope, source, text, name FROM translations JOIN scopes ON scopes.id = scope"
        " WHERE (scope, source) > (?, ?) ORDER BY scope, source LIMIT ?",
        (*after, _STEP),
    ).fetchall()
    kept = [Kept(source, text, model_of(name)) for _, source, text, name in rows]
    return kept, (rows[-1][0], rows[-1][1]) if len(rows) == _STEP else None


@dataclass(frozen=True, slots=True)
class Condition:
    """Which translations are meant: all of these scopes (None: of any) and last used before."""

    scopes: Collection[str] | None = None
    before: int | None = None

    def sql(self, connection: sqlite3.Connection) -> tuple[str, tuple[int, ...]]:
        """Return the condition of a query, and its values."""
        parts, values = ["1"], []
        if self.scopes is not None:
            found = [_scope_id(connection, scope) for scope in self.scopes]
            parts.append(f"scope IN ({','.join(map(str, found))})")
        if self.before is not None:
            parts.append("used < ?")
            values.append(self.before)
        return " AND ".join(parts), tuple(values)


def _scope_id(connection: sqlite3.Connection, scope: str) -> int:
    row = connection.execute("SELECT id FROM scopes WHERE name = ?", (scope,)).fetchone()
    return int(row[0]) if row else -1


def count_rows(connection: sqlite3.Connection, condition: Condition) -> int:
    """Return how many translations are meant."""
    where, values = condition.sql(connection)
    query = f"SELECT count(*) FROM translations WHERE {where}"
    return int(connection.execute(query, values).fetchone()[0])


def forget(connection: sqlite3.Connection, condition: Condition) -> int:
    """Delete the translations that are meant, and return how many."""
    return _sweep(connection, *condition.sql(connection))


def used_bytes(connection: sqlite3.Connection) -> int:
    """Return the size of what is in the file, the pages that are free not counted."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def shrink_to(connection: sqlite3.Connection, size: int) -> int:
    """Delete what was not used for longest until at most `size` bytes are left.

    Corrections are the user's work and stay. Returns how many rows were deleted.
    """
    deleted = 0
    # Rows differ in length: a second round may be needed.
    while used_bytes(connection) > size:
        if not (gone := _delete_oldest(connection, size)):
            break
        deleted += gone
    return deleted


def _delete_oldest(connection: sqlite3.Connection, size: int) -> int:
    """Delete as many rows as on average would do; return how many there were."""
    hours = connection.execute(
        f"SELECT used / {_HOUR}, count(*) FROM translations GROUP BY 1 ORDER BY 1"
    ).fetchall()
    used = used_bytes(connection)
    left = sum(count for _, count in hours) * (used - size) / used
    for hour, count in hours:
        if count >= left or hour == hours[-1][0]:
            # Of the last hour a share, by chance.
            share = min(_SHARES, int(_SHARES * left / count) + 1)
            where = f"used < ? OR (used < ? AND checksum % {_SHARES} < ?)"
            values = (hour * _HOUR, (hour + 1) * _HOUR, share)
            # Another process may be at it too.
            return _sweep(connection, where, values, lambda: used_bytes(connection) <= size)
        left -= count
    return 0


def keep_below(connection: sqlite3.Connection, limit: int) -> None:
    """Bring a memory of over `limit` bytes below it; cheap where there is nothing to do."""
    if limit and used_bytes(connection) > limit:
        shrink_to(connection, int(limit * _AFTER))
        pages, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size")
        )
        if (beyond := pages - limit // size) > 0:
            patiently(connection, f"PRAGMA incremental_vacuum({beyond})")


def give_back_space(connection: sqlite3.Connection) -> None:
    """Make the file as small as what is in it."""
    with transaction(connection, "IMMEDIATE"):
        connection.execute(
            "DELETE FROM scopes WHERE id NOT IN (SELECT DISTINCT scope FROM translations)"
        )
    if connection.execute("PRAGMA auto_vacuum").fetchone()[0]:
        patiently(connection, "PRAGMA incremental_vacuum")
    else:  # of the first layout
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        patiently(connection, "VACUUM")
    patiently(connection, "PRAGMA wal_checkpoint(TRUNCATE)")


def _sweep(
    connection: sqlite3.Connection,
    where: str,
    values: tuple[int, ...],
    is_enough: Callable[[], bool] = lambda: False,
) -> int:
    """Delete the rows of a condition, in order of their keys, and return how many."""
    deleted = 0
    for low, high in _steps(connection):
        span, keys = "(scope, source) > (?, ?)", low
        if high is not None:
            span, keys = f"{span} AND (scope, source) <= (?, ?)", (*low, *high)
        with transaction(connection, "IMMEDIATE"):
            query = f"DELETE FROM translations WHERE {span} AND ({where})"
            deleted += connection.execute(query, (*keys, *values)).rowcount
        if is_enough():
            break
    return deleted


def _steps(
    connection: sqlite3.Connection,
) -> Iterator[tuple[tuple[int | str, ...], tuple[int | str, ...] | None]]:
    """Cut the keys into spans of some thousand rows: after one key, up to another."""
    low: tuple[int | str, ...] = (-1, "")
    while True:
        high = connection.execute(
            "SELECT scope, source FROM translations WHERE (scope, source) > (?, ?)"
            f" ORDER BY scope, source LIMIT 1 OFFSET {_STEP - 1}",
            low,
        ).fetchone()
        yield low, high
        if high is None:
            return
        low = high
