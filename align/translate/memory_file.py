"""The file of the memory: its tables, older layouts, transactions, and what counts as damage."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Literal

from align.text.normalize import VERSION as NORMALIZE_VERSION
from align.translate.memory_rows import DamagedError, rekey_corrections, whole_corrections

APPLICATION: Final = 0x616C676E  # "algn": tells our files from other people's
LAYOUT: Final = 2
_CORRECTIONS: Final = """
CREATE TABLE corrections (
    normalize TEXT NOT NULL, key TEXT NOT NULL,
    source TEXT NOT NULL, text TEXT NOT NULL, added INTEGER NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (normalize, key)
) WITHOUT ROWID
"""
_SCHEMA: Final = f"""
CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE translations (
    scope INTEGER NOT NULL REFERENCES scopes, source TEXT NOT NULL,
    text TEXT NOT NULL, score REAL NOT NULL, notes TEXT NOT NULL, checksum INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (scope, source)
) WITHOUT ROWID;
{_CORRECTIONS}
"""
BUSY_SECONDS: Final = 30.0
# SQLITE_ERROR: the statements are right, so it is the tables that are not.
_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}


class NewerError(Exception):
    """The file was made by a later version; it is left alone."""


# SQLite's messages quote a damaged schema, which Python may fail to decode.
FAILURES: Final = (sqlite3.Error, OSError, UnicodeDecodeError, DamagedError, NewerError)


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a database for any thread, without transactions of Python's own making."""
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    # Bytes that are no text are damage, for the checksum to find.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    return connection


def is_damage(error: Exception) -> bool:
    """Tell whether the file is broken, not merely busy, full or forbidden."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, DamagedError | UnicodeDecodeError) or (
        code is not None and code & 0xFF in _DAMAGE
    )


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables and switch to WAL mode, if the file is new; bring an old one up to date.

    Raises:
        DamagedError: It is a foreign file.
        NewerError: It is of a later version.
    """
    connection.execute("PRAGMA synchronous=NORMAL")  # in WAL mode a crash loses, never damages
    with transaction(connection, "DEFERRED"):
        layout = _layout(connection)
        current = layout == LAYOUT and not _is_of_another_normalisation(connection)
    if current:
        return
    if not layout:
        connection.execute("PRAGMA auto_vacuum=INCREMENTAL")  # so that it can shrink
        patiently(connection, "PRAGMA journal_mode=WAL")
    with transaction(connection, "IMMEDIATE"):
        layout = _layout(connection)  # another process may have been here meanwhile
        if not layout:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={APPLICATION}")
        elif layout == 1:
            now = int(time.time())
            connection.execute(f"ALTER TABLE translations ADD used INTEGER NOT NULL DEFAULT {now}")
            connection.execute(_CORRECTIONS)
        connection.execute(f"PRAGMA user_version={LAYOUT}")
        rekey_corrections(connection)


def _layout(connection: sqlite3.Connection) -> int:
    """Return the layout of a memory, 0 of an empty file; anything else is damage."""
    application, layout, tables = (
        connection.execute(query).fetchone()[0]
        for query in (
            "PRAGMA application_id",
            "PRAGMA user_version",
            "SELECT count(*) FROM sqlite_master",
        )
    )
    if application == APPLICATION and layout > LAYOUT:
        raise NewerError("made by a later version of align")
    if application == APPLICATION and layout > 0 and tables:
        return int(layout)
    if (application, layout, tables) == (0, 0, 0):
        return 0
    raise DamagedError("not a translation memory")


def _is_of_another_normalisation(connection: sqlite3.Connection) -> bool:
    lowest, highest = connection.execute(
        "SELECT (SELECT min(normalize) FROM corrections), (SELECT max(normalize) FROM corrections)"
    ).fetchone()
    return not {lowest, highest} <= {None, NORMALIZE_VERSION}


def read_corrections(path: Path) -> tuple[list[tuple[str, str, int]], bool]:
    """Return what corrections can be read of a damaged file, and whether that is all of them."""
    rescued: list[tuple[str, str, int]] = []
    try:
        with closing(connect(path, read_only=True)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
                return [], True
            rescued.extend(whole_corrections(connection))
            count = connection.execute("SELECT count(*) FROM corrections").fetchone()[0]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # A first layout had no corrections to lose; no database had none either.
        is_other = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
        return rescued, is_other or "no such table" in str(error)
    return rescued, count == len(rescued)


def patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Run a statement for which SQLite does not wait by itself, as the switch to WAL mode."""
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.executescript(statement)  # to its end, which execute does not reach
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def transaction(
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
