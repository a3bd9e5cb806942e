"""A `Ledger` as JSON, as a table for the terminal, and as Markdown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from align.corpus.filters import Filter
from align.corpus.ledger import Entry, Ledger, Verdict
from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

_LONGEST = 160  # characters of a text in an example


def ledger_json(ledger: Ledger) -> str:
    """Return the whole account as one JSON object, indented."""
    return json.dumps(ledger.record, ensure_ascii=False, indent=2) + "\n"


def ledger_table(ledger: Ledger) -> RenderableType:
    """Return the filters that dropped something, most first, below the sums."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for justify in ("left", "right", "right", "right", "left"):
        table.add_column(justify=justify, no_wrap=justify == "right")
    titles = ("Filter", "Dropped", "", "Alone", "Keeps")
    table.add_row(*(Text(title, style="bold") for title in titles))
    for entry in _by_number(ledger):
        share = _percent(entry.dropped, ledger.read)
        table.add_row(entry.name, f"{entry.dropped:,}", share, f"{entry.alone:,}", entry.rule)
    parts: list[RenderableType] = [Text(_sums(ledger))]
    if any(entry.dropped for entry in ledger.entries):
        parts.append(table)
    idle = [entry.name for entry in ledger.entries if not entry.dropped]
    if idle:
        parts.append(Text(f"dropped nothing: {', '.join(idle)}", style="dim"))
    return Group(*parts)


def ledger_markdown(ledger: Ledger) -> str:
    """Return the account with its examples as Markdown."""
    lines = [
        "# Ledger",
        "",
        _sums(ledger),
        "",
        "| filter | keeps | judged | dropped | | it alone |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {entry.name} | {entry.rule} | {entry.judged:,} | {entry.dropped:,} "
        f"| {_percent(entry.dropped, ledger.read)} | {entry.alone:,} |"
        for entry in ledger.entries
    ]
    for entry in _by_number(ledger):
        lines += ["", f"## {entry.name}", "", f"{entry.reason[:1].upper()}{entry.reason[1:]}.", ""]
        lines += ["| pair | score | | source | target |", "| ---: | ---: | --- | --- | --- |"]
        lines += [_example_row(entry, verdict) for verdict in entry.examples]
    if len(ledger.origins) > 1:
        lines += ["", "## Origins", "", "| origin | read | kept |", "| --- | ---: | ---: |"]
        lines += [
            f"| {_cell(name) or '(none)'} | {read:,} | {kept:,} |"
            for name, (kept, read) in sorted(ledger.origins.items())
        ]
    return "\n".join(lines) + "\n"


def filters_json(filters: Iterable[Filter]) -> Iterator[str]:
    """Yield a JSON object a filter."""
    for one in filters:
        record = {
            "filter": one.name,
            "threshold": one.threshold,
            "keeps": "at least" if one.at_least else "at most",
            "unit": one.unit,
            "reason": one.reason,
        }
        yield json.dumps(record, ensure_ascii=False) + "\n"


def filters_table(filters: Iterable[Filter]) -> RenderableType:
    """Return the filters with their thresholds and reasons."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_row(*(Text(title, style="bold") for title in ("Filter", "Keeps", "Drops because")))
    for one in filters:
        table.add_row(one.name, one.rule, one.reason)
    return table


def _by_number(ledger: Ledger) -> list[Entry]:
    guilty = [entry for entry in ledger.entries if entry.dropped]
    return sorted(guilty, key=lambda entry: -entry.dropped)


def _sums(ledger: Ledger) -> str:
    text = (
        f"{ledger.read:,} read = {ledger.kept:,} kept ({_percent(ledger.kept, ledger.read)})"
        f" + {ledger.dropped:,} dropped"
    )
    return f"{text}; {ledger.unreadable:,} unreadable" if ledger.unreadable else text


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "–"


def _example_row(entry: Entry, verdict: Verdict) -> str:
    reason = next(one for one in verdict.reasons if one.filter == entry.name)
    pair = verdict.pair
    cells = (_cell(reason.text), _cell(pair.source), _cell(pair.target))
    return f"| {verdict.number:,} | {reason.score:.3g} | {' | '.join(cells)} |"


def _cell(text: str) -> str:
    text = prose(text)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    for mark, escape in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("`", "&#96;")):
        text = text.replace(mark, escape)
    return text
