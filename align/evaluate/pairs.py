"""Lines of text as they lie in files, packed or not, and the pairs that tables and JSON hold.

Blank lines and texts of any length keep their places, and only the texts are looked at: a column
more may be anything. Every reader streams, and stops with one `InputError` that names file and
line: at bytes that are no UTF-8, at a line of another shape, where a packed file is cut off or
damaged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from align.corpus.formats.faults import Faults
from align.corpus.formats.lines import read_lines
from align.errors import InputError, not_json

RECORDS: Final = (".jsonl", ".ndjson")
MAX_LINE: Final = 2**16  # bytes; a line beyond is no sentence, and is not kept in memory

Line = tuple[str, str] | None  # source and target as they stand; None for a huge line


def read_texts(path: str) -> Iterator[str | None]:
    """Yield the lines of a text file without their ends; None for one of over `MAX_LINE` bytes.

    Raises:
        InputError: It cannot be read, is damaged, or holds bytes that are no UTF-8.
    """
    for _, line in read_lines(path, Faults(path), longest=MAX_LINE, tell_long=False):
        yield line


def read_pairs(
    path: str, *, is_json: bool, source_language: str, target_language: str
) -> Iterator[Line]:
    """Yield source and target of each line, both empty where it is blank.

    A line is `source<TAB>target`, further columns ignored, or a JSON object with the fields source
    and target or the language codes, also inside `translation`.

    Raises:
        InputError: See the module.
    """
    names = ((source_language, target_language), ("source", "target"))
    for number, text in enumerate(read_texts(path), 1):
        if text is None:
            yield None
        elif is_json:
            yield _parse_record(text, names, path=path, number=number)
        else:
            yield _split_row(text, path=path, number=number)


def _split_row(text: str, *, path: str, number: int) -> tuple[str, str]:
    """Return the first two columns of a row; a blank row has two empty ones."""
    columns = text.split("\t")
    if len(columns) > 1:
        return columns[0], columns[1]
    if text.strip():
        raise InputError(path, "one column; a row is source<TAB>target", line=number)
    return "", ""


def _parse_record(
    text: str, names: tuple[tuple[str, str], ...], *, path: str, number: int
) -> tuple[str, str]:
    if not text.strip():
        return "", ""
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        reason = not_json(error)
        raise InputError(path, reason, line=number) from None
    except (ValueError, RecursionError):
        raise InputError(path, "not JSON that can be read", line=number) from None
    if isinstance(record, dict) and isinstance(record.get("translation"), dict):
        record = record["translation"]
    if not isinstance(record, dict):
        raise InputError(path, "not a JSON object", line=number)
    for source, target in names:
        if source in record and target in record:
            sides = _text(record[source]), _text(record[target])
            if None in sides:
                reason = f"{source} and {target} are to be text"
                raise InputError(path, reason, line=number)
            return sides  # type: ignore[return-value]  # None was refused
    wanted = " or ".join(f"{source} and {target}" for source, target in names)
    there = ", ".join(map(str, record))[:100] or "none"
    raise InputError(path, f"no fields {wanted} (there: {there})", line=number)


def _text(value: Any) -> str | None:
    """Return the text of a field: "" for null, None for what is no text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return None
    # Half a surrogate pair is valid JSON, but no text.
    return value.encode("utf-8", "ignore").decode("utf-8")
