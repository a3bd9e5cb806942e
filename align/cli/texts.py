"""Plain texts from paths and standard input, for the commands that are pipes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from align.errors import InputError

if TYPE_CHECKING:
    from align.report.jsonl import Record


def read_texts(paths: Iterable[str]) -> Iterator[tuple[str, str] | InputError]:
    """Yield (path, text) for each file; a blank text is one too, so that pipes keep its lines.

    In folders only `*.txt`, plain or packed, is looked for: pages and records are no plain text.
    """
    from align.articles.inputs import list_files, shown
    from align.articles.packed import with_packed
    from align.articles.source import decode, read_bytes

    for path in paths:
        for file in list_files(path, with_packed((".txt",))):
            if isinstance(file, InputError):
                yield file
                continue
            try:
                data = _read_standard_input() if file == "-" else read_bytes(file)
                text = decode(data, path=shown(file)) if data.strip() else data.decode("ascii")
                yield shown(file), text
            except InputError as error:
                yield error


def written(
    items: Iterable[tuple[str, str] | InputError],
    records: Callable[[str, str], Iterable[Record]],
    *,
    shown_as: Callable[[Record], str],
    json: bool,
) -> Iterator[str]:
    """Yield the records of each path and text: as JSON, errors too, or a line of text each."""
    from align.report.jsonl import error_record, json_line

    for item in items:
        if isinstance(item, InputError):
            if json:
                yield json_line(error_record(item))
            continue
        for record in records(*item):
            yield json_line(record) if json else shown_as(record) + "\n"


def _read_standard_input() -> bytes:
    from align.articles.source import MAX_BYTES, check_size

    try:
        data = sys.stdin.buffer.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("-", f"standard input cannot be read: {error.strerror}") from None
    check_size(data, path="-")
    return data
