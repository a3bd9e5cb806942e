"""Lines of text as they lie in files, packed or not, and the pairs that tables and JSON hold.

Every reader streams, and stops with one `InputError` that names file and line: at bytes that are
no UTF-8, at a line of another shape, where a packed file is cut off or damaged.
"""

from __future__ import annotations

import gzip
import json
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from align.errors import InputError, one_line

PACKED: Final = (".gz", ".xz")
RECORDS: Final = (".jsonl", ".ndjson")
MAX_LINE: Final = 2**16  # bytes; a line beyond is no sentence, and is not kept in memory
_BOM: Final = b"\xef\xbb\xbf"

Line = tuple[str, str] | None  # source and target as they stand; None for a huge line


def read_texts(path: str) -> Iterator[str | None]:
    """Yield the lines of a text file without their ends; None for one of over `MAX_LINE` bytes.

    Raises:
        InputError: It cannot be read, is damaged, or holds bytes that are no UTF-8.
    """
    number = 0
    try:
        with _open(path) as stream:
            while data := stream.readline(MAX_LINE):
                number += 1
                data = data.removeprefix(_BOM) if number == 1 else data
                whole = len(data) < MAX_LINE - len(_BOM) or data.endswith(b"\n")
                if not whole and _skip_line(stream):
                    yield None
                    continue
                yield _decode(data, path=path, number=number).rstrip("\r\n")
    except EOFError:
        raise InputError(path, "the packed file is cut off", line=number + 1) from None
    except (gzip.BadGzipFile, lzma.LZMAError, zlib.error) as error:
        kind = Path(path).suffix.removeprefix(".")
        reason = f"no {kind} file" if not number else f"the {kind} data are damaged"
        raise InputError(path, f"{reason}: {one_line(error)}", line=number + 1) from None
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror or error}") from None


def _skip_line(stream: IO[bytes]) -> bool:
    """Read to the end of a line; tell whether there was anything more of it."""
    more = False
    while rest := stream.readline(MAX_LINE):
        more = more or bool(rest.strip(b"\r\n"))
        if rest.endswith(b"\n"):
            break
    return more


def _decode(data: bytes, *, path: str, number: int) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        reason = f"not UTF-8: byte 0x{data[error.start]:02x}; save it as UTF-8"
        raise InputError(path, reason, line=number) from None


def _open(path: str) -> IO[bytes]:
    suffix = Path(path).suffix
    if suffix == ".gz":
        return gzip.open(path, "rb")  # type: ignore[return-value]  # reads bytes like one
    return lzma.open(path, "rb") if suffix == ".xz" else Path(path).open("rb")


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
        reason = f"not JSON: {error.msg} at column {error.colno}"
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
