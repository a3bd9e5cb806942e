"""The duplicates that were dropped, as JSON Lines: what they were, and what is kept for them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from align.bitext.pair import Pair
from align.corpus.duplicates import Duplicates
from align.corpus.formats import write_records
from align.corpus.formats.jsonl import record_of


def write_dropped(path: str, pairs: Iterable[Pair], duplicates: Duplicates) -> int:
    """Write the dropped ones of `pairs`, whole or not at all, and return how many.

    Each line is the record of a pair, as `read_pairs` reads it, with its `number` (from 1), the
    number of the pair that is `kept` for it, and `duplicate`, exact or near.

    Raises:
        UsageError: The file cannot be written, or its name does not end in .jsonl (.gz, .xz).
    """
    return write_records(path, _records(pairs, duplicates))


def _records(pairs: Iterable[Pair], duplicates: Duplicates) -> Iterator[str]:
    kept = duplicates.kept
    for number, pair in enumerate(pairs):
        if kept[number]:
            continue
        about = {
            "number": number + 1,
            "kept": int(duplicates.keeper[number]) + 1,
            "duplicate": "near" if duplicates.near[number] else "exact",
        }
        yield json.dumps(record_of(pair) | about, ensure_ascii=False)
