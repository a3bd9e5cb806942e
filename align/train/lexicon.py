"""A lexicon of names and places in both languages: a TSV of source, target and category."""

from __future__ import annotations

from dataclasses import dataclass

from align.errors import InputError
from align.evaluate.pairs import read_texts
from align.text.normalize import normalize
from align.train.formats import check_regular


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase, its translation, and its category (person, place, …), normalised."""

    source: str
    target: str
    category: str


def read_lexicon(path: str) -> tuple[Entry, ...]:
    """Read a lexicon, plain, .gz or .xz, in its order, no entry twice.

    Raises:
        InputError: It cannot be read, a row has fewer than three columns, or there is none.
    """
    check_regular(path)
    entries: dict[Entry, None] = {}
    for number, text in enumerate(read_texts(path), 1):
        columns = (text or "").split("\t")
        if not any(column.strip() for column in columns):
            continue
        if len(columns) < 3:
            raise InputError(path, "a row is source<TAB>target<TAB>category", line=number)
        source, target, category = map(normalize, columns[:3])
        if source and target:
            entries[Entry(source, target, category)] = None
    if not entries:
        raise InputError(path, "no entries")
    return tuple(entries)
