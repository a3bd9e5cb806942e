"""Statistics and splits of corpora, as tables for the terminal and as records for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from align.corpus.split import PARTS, Split
from align.corpus.statistics import Lengths, Statistics, quantile
from align.report.data_card import ORIGIN_TITLES, SIDE_TITLES, DataCard
from align.report.figures import NONE
from align.report.jsonl import Record
from align.report.text_tables import Row
from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

_SHOWN = 30  # origins
_NAMES = 10  # columns of the terminal


def statistics_view(card: DataCard) -> RenderableType:
    """Return what a corpus holds, as tables one below the other."""
    from rich.console import Group
    from rich.text import Text

    origins = card.origins()
    more = f"and {len(origins) - _SHOWN:,} more origins" if len(origins) > _SHOWN else ""
    parts = [
        Text(card.summary + "."),
        _grid((), card.counts()),
        _grid(SIDE_TITLES, card.sides()),
        _grid(*_filled(ORIGIN_TITLES, origins[:_SHOWN])),
    ]
    return Group(*parts, Text(more)) if more else Group(*parts)


def split_view(split: Split) -> RenderableType:
    """Return the parts with their pairs, documents and dates."""
    counts = split.counts
    rows = [
        (name, f"{counts[name]:,}", f"{documents:,}", prose(oldest) or NONE, prose(newest) or NONE)
        for name, documents, oldest, newest in zip(
            PARTS, split.documents, split.oldest, split.newest, strict=True
        )
    ]
    rows.append(("left out", f"{counts['left out']:,}", "", "", ""))
    return _grid(("Part", "pairs", "documents", "from", "to"), rows)


def split_record(split: Split) -> Record:
    """Return the parts as a record."""
    counts = split.counts
    return {
        name: {
            "pairs": counts[name],
            "documents": split.documents[index],
            "oldest": split.oldest[index] or None,
            "newest": split.newest[index] or None,
        }
        for index, name in enumerate(PARTS)
    } | {"left_out": counts["left out"], "without_document": split.nameless}


def statistics_record(statistics: Statistics) -> Record:
    """Return the figures as a record."""
    return {
        "pairs": statistics.pairs,
        "documents": statistics.documents,
        "first": statistics.first or None,
        "last": statistics.last or None,
        "repeated": statistics.repeated,
        "source": _lengths(statistics.source),
        "target": _lengths(statistics.target),
        "scores": statistics.scores if any(statistics.scores) else None,
        "beads": dict(sorted(statistics.beads.items())),
        "origins": {
            name: {
                "pairs": origin.pairs,
                "documents": len(origin.documents),
                "first": origin.first or None,
                "last": origin.last or None,
                "source_words": origin.source_words,
                "target_words": origin.target_words,
                "score": None if origin.score is None else round(origin.score, 4),
            }
            for name, origin in sorted(statistics.origins.items())
        },
    }


def _lengths(lengths: Lengths) -> Record:
    return {
        "words": lengths.words,
        "characters": lengths.characters,
        "empty": lengths.empty,
        "median": quantile(lengths.histogram, 0.5),
        "longest": max(lengths.histogram, default=0),
    }


def _filled(titles: Sequence[str], rows: list[Row]) -> tuple[list[str], list[Row]]:
    """Leave out the columns that say nothing, and break the titles, so that 80 columns do."""
    told = [n for n in range(len(titles)) if not rows or any(row[n] != NONE for row in rows)]
    return [titles[n].replace(" ", "\n") for n in told], [tuple(r[n] for n in told) for r in rows]


def _grid(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    rows = list(rows)
    table = Table.grid(padding=(0, 2))
    for number in range(len(rows[0]) if rows else len(titles)):
        # The first one is what the others are about: it is the last to lose its room.
        table.add_column(
            justify="right" if number else "left",
            no_wrap=number > 0,
            min_width=0 if number else _NAMES,
            overflow="ellipsis" if number else "fold",
        )
    if titles:
        table.add_row(*(Text(title, style="bold") for title in titles))
    for row in rows:
        table.add_row(*map(Text, row))
    table.add_row("")
    return table
