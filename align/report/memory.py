"""What is in the translation memory: a table of it, and its JSON record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from align.report.figures import counted
from align.report.jsonl import Record
from align.report.visible import visible
from align.translate.memory_upkeep import MemoryStats

if TYPE_CHECKING:
    from rich.table import Table


def memory_lines(stats: MemoryStats) -> list[str]:
    """Return where it is and how much is in it, a line each."""
    limit = f"at most {size(stats.limit)}" if stats.limit else "without limit"
    corrections = counted(stats.corrections, "correction")
    return [
        f"{visible(str(stats.path))}: {size(stats.size)}, {limit}",
        f"{counted(stats.rows, 'translation')}, {corrections} of yours",
    ]


def memory_table(stats: MemoryStats) -> Table:
    """Return a table with a row for each model and setting, the largest first."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Model", no_wrap=True)
    table.add_column("Rows", justify="right", no_wrap=True)
    table.add_column("Last used", no_wrap=True)
    table.add_column("Settings", overflow="fold")
    for scope in stats.scopes:
        used = " to ".join(dict.fromkeys((_day(scope.oldest), _day(scope.newest))))
        settings = scope.scope.partition("|")[2].replace("|", " ")
        table.add_row(Text(visible(scope.model)), f"{scope.rows:,}", used, Text(visible(settings)))
    return table


def memory_record(stats: MemoryStats) -> Record:
    """Return the record of `align memory stats --json`; sizes in bytes, times in UTC."""
    return {
        "path": str(stats.path),
        "size": stats.size,
        "limit": stats.limit or None,
        "rows": stats.rows,
        "corrections": stats.corrections,
        "oldest": _time(min((scope.oldest for scope in stats.scopes), default=None)),
        "newest": _time(max((scope.newest for scope in stats.scopes), default=None)),
        "scopes": [
            {
                "model": scope.model,
                "scope": scope.scope,
                "rows": scope.rows,
                "oldest": _time(scope.oldest),
                "newest": _time(scope.newest),
            }
            for scope in stats.scopes
        ],
    }


def size(count: int) -> str:
    """Return a number of bytes as people read it.

    >>> size(900), size(1_500_000), size(4 * 2**30)
    ('900 bytes', '1.4 MB', '4.0 GB')
    """
    if count < 10**4:
        return f"{count:,} bytes"
    value, unit = count / 2**10, "kB"
    for larger in ("MB", "GB"):
        if value >= 1000:
            value, unit = value / 2**10, larger
    return f"{value:.1f} {unit}"


def _day(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
