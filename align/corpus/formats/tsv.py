"""TSV: source, target, then optionally score, origin, document, created and bead, by position.

The score may be missing: where no third column of the first `_HEAD` rows is a number, the third
is the origin and the others follow. There is no quoting: a tab or line end inside a text becomes
a space. The translation of a pair has no column.

What `align translate --format tsv` wrote is read too: source, target, the mean log-probability of
a token, notes, document, and the machine translation, by which one sees what was edited. It is
known by third columns that are below zero, which no chance is, and notes in the fourth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.fields import parse_score
from align.corpus.formats.lines import on_one_line
from align.errors import InputError
from align.translate.doubts import NOTES
from align.translate.translation import CORRECTED

COLUMNS: Final = ("source", "target", "score", "origin", "document", "created", "bead")
_UNSCORED: Final = tuple(name for name in COLUMNS if name != "score")
_TRANSLATED: Final = ("source", "target", "log-probability", "notes", "document", "translation")
_NOTES: Final = frozenset((*NOTES, CORRECTED, ""))
_ZERO: Final = "0.0000"  # what was not decoded; a corpus has 0.0
_HEAD: Final = 100  # rows
Line = tuple[int, str | None]


def parse_rows(lines: Iterable[Line], faults: Faults, *, header: bool) -> Iterator[Pair]:
    """Yield the pairs of the lines of a table; blank ones are left out.

    With `header` the first line names the columns, which may then be any of `COLUMNS`, the first
    two of them among these, in any order; unknown ones are passed over.
    """
    order: tuple[str, ...] = COLUMNS
    if not header:
        order, lines = _looked_at(lines)
    for number, line in lines:
        if line is None or not line or (line.isspace() and "\t" not in line):
            continue
        cells = line.split("\t")
        if header:
            header, order = False, tuple(cells)
            if "source" not in order or "target" not in order:
                faults.add("the header names no columns source and target", line=number)
                order = COLUMNS
            continue
        if len(cells) < 2:
            faults.add("one column; a row is source<TAB>target", line=number)
            continue
        try:
            yield _pair(cells, order)
        except ValueError as error:
            column = order.index("score") if "score" in order else 2
            reason = f"{error}, as column {column + 1}"
            faults.add(f"{reason} (cut -f1,2 keeps the texts alone)", line=number)


def _looked_at(lines: Iterable[Line]) -> tuple[tuple[str, ...], Iterator[Line]]:
    """Tell the columns by the first lines; also return all lines."""
    stream = iter(lines)
    head: list[Line] = []
    fault: InputError | None = None
    try:
        for line in islice(stream, _HEAD):
            head.append(line)
    except InputError as error:
        fault = error
    rows = [line.split("\t") for _, line in head if line]
    third = [cell for cells in rows for cell in cells[2:3] if cell]
    order = COLUMNS if not third or any(map(_is_number, third)) else _UNSCORED
    if third and _is_translated([cells for cells in rows if len(cells) > 2]):
        order = _TRANSLATED
    return order, _all(head, fault, stream)


def _is_translated(rows: list[list[str]]) -> bool:
    """Tell by rows of three columns or more whether `align translate` wrote them."""
    scores = [cells[2] for cells in rows]
    return (
        all(len(cells) >= len(_TRANSLATED) - 1 and _notes(cells[3]) <= _NOTES for cells in rows)
        and all(_is_log_probability(score) for score in scores)
        and (any(score.startswith("-") for score in scores) or set(scores) == {_ZERO})
    )


def _notes(cell: str) -> set[str]:
    return set(cell.split(", "))


def _is_log_probability(text: str) -> bool:
    return not text or (_is_number(text) and float(text) <= 0)


def _all(head: Iterable[Line], fault: InputError | None, rest: Iterable[Line]) -> Iterator[Line]:
    yield from head
    if fault is not None:
        raise fault
    yield from rest


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _pair(cells: list[str], order: tuple[str, ...]) -> Pair:
    if order is COLUMNS:
        if len(cells) == 2:
            return Pair(cells[0], cells[1])
        source, target, score, *rest = cells
        return Pair(source, target, parse_score(score), None, *rest[: len(COLUMNS) - 3])
    if order is _UNSCORED:
        source, target, *rest = cells
        return Pair(source, target, None, None, *rest[: len(_UNSCORED) - 2])
    if order is _TRANSLATED:
        source, target, score, _, document, machine = (*cells, *[""] * 4)[: len(_TRANSLATED)]
        if not _is_log_probability(score):
            raise ValueError(f"a log-probability is a number up to 0, not {score[:40]!r}")
        return Pair(source, target, translation=machine or None, document=document)
    named = dict(zip(order, cells, strict=False))
    texts = {name: named.get(name, "") for name in _UNSCORED}
    return Pair(**texts, score=parse_score(named.get("score")))


def rows(pairs: Iterable[Pair], changes: Changes, *, header: bool) -> Iterator[str]:
    """Yield a line for each pair, without its end; empty columns at its end are left out."""
    if header:
        yield "\t".join(COLUMNS)
    for number, pair in enumerate(pairs, 1):
        score = "" if pair.score is None else f"{pair.score!r}"
        rest = (pair.origin, pair.document, pair.created, pair.bead)
        source = on_one_line(pair.source, number, changes)
        target = on_one_line(pair.target, number, changes)
        if not score and not any(rest):
            yield f"{source}\t{target}"
            continue
        cells = (on_one_line(cell, number, changes) for cell in rest)
        yield "\t".join((source, target, score, *cells)).rstrip("\t")
