"""Files of sentence pairs as they lie: TSV, Moses pairs, JSON Lines; plain, .gz or .xz.

Every reader streams `Line`s and stops with one `InputError` that names file and line: at bytes
that are no UTF-8, at a line of another shape, where a packed file is cut off or damaged.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any, Final

from align.errors import InputError

PACKED: Final = (".gz", ".xz")
RECORDS: Final = (".jsonl", ".ndjson")
TABLE: Final = ".tsv"
MAX_LINE: Final = 2**16  # bytes; a line beyond is no sentence, and is not kept in memory
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Files:
    """The one or two files of a corpus: `kind` is tsv, jsonl or moses; `name` has no suffixes."""

    kind: str
    paths: tuple[str, ...]
    name: str


Line = tuple[str, str] | None  # source and target as they stand; None for a huge line


def find_files(path: str, *, source_language: str, target_language: str) -> Files:
    """Tell by its name what kind of corpus `path` is, and where its second file lies.

    Raises:
        InputError: It is missing, a folder or a pipe, or of a kind that is not read.
    """
    if path == "-":
        raise InputError(path, "a corpus is read again when a run goes on: give a file")
    stem, suffix = _split(path)
    if suffix == TABLE or suffix in RECORDS:
        check_regular(path)
        return Files("tsv" if suffix == TABLE else "jsonl", (path,), Path(stem).name)
    languages = (source_language, target_language)
    if suffix.removeprefix(".") in languages:
        prefix = stem
    elif os.path.lexists(path):
        check_regular(path)
        known = ", ".join((TABLE, *RECORDS, *(f".{code}" for code in languages)))
        raise InputError(path, f"a corpus ends in {known}, or these with .gz or .xz")
    else:
        prefix = path
    return Files("moses", _sides(prefix, languages, asked=path), Path(prefix).name)


def read_lines(files: Files, *, source_language: str, target_language: str) -> Iterator[Line]:
    """Yield the lines of a corpus in order.

    Raises:
        InputError: See the module.
    """
    if files.kind == "moses":
        yield from _read_moses(*files.paths)
        return
    path = files.paths[0]
    names = ((source_language, target_language), ("source", "target"))
    for number, text in enumerate(read_texts(path), 1):
        if text is None:
            yield None
        elif files.kind == "tsv":
            yield split_row(text, path=path, number=number)
        else:
            yield _parse_record(text, names, path=path, number=number)


def digest_of(files: Files) -> str:
    """Return the SHA-256 of the file; of two, that of their own, a line each."""
    digests = []
    for path in files.paths:
        with Path(path).open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


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
        raise InputError(path, f"{reason}: {_flat(error)}", line=number + 1) from None
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


def split_row(text: str, *, path: str, number: int) -> tuple[str, str]:
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


def _read_moses(source: str, target: str) -> Iterator[Line]:
    end = object()
    pairs = zip_longest(read_texts(source), read_texts(target), fillvalue=end)
    for number, (left, right) in enumerate(pairs, 1):
        if left is end or right is end:
            longer, shorter = (target, source) if left is end else (source, target)
            reason = f"{shorter} has no such line: the two files are to have as many"
            raise InputError(longer, reason, line=number)
        if isinstance(left, str) and isinstance(right, str):
            yield left, right
        else:
            yield None


def _split(path: str) -> tuple[str, str]:
    """Return path and suffix without .gz or .xz: `a/b.tsv.xz` gives `a/b` and `.tsv`."""
    for packed in PACKED:
        path = path.removesuffix(packed)
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 keeps what stands before as it was given
    return stem, suffix


def _sides(prefix: str, codes: tuple[str, str], *, asked: str) -> tuple[str, ...]:
    """Return the files of both languages."""
    sides = [(f"{prefix}.{code}", _side(prefix, code)) for code in codes]
    missing = [name for name, path in sides if path is None]
    if len(missing) == 1:
        raise InputError(asked, f"there is no {missing[0]}[.gz|.xz], its other side")
    if missing:
        other = "" if missing[0] == asked else f", nor {missing[0]}[.gz|.xz]"
        raise InputError(asked, f"no such file{other}")
    return tuple(path for _, path in sides if path is not None)


def _side(prefix: str, code: str) -> str | None:
    """Return the file of a language, packed or not; None where there is none."""
    paths = [f"{prefix}.{code}{packed}" for packed in ("", *PACKED)]
    for path in paths:
        if Path(path).exists():
            check_regular(path)
            return path
    return None


def check_regular(path: str) -> None:
    """Raise InputError for what is missing, a folder, or cannot be read twice."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        raise InputError(path, "no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be read: {_flat(error)}") from None
    if stat.S_ISDIR(mode):
        raise InputError(path, "a folder, not a file")
    if not stat.S_ISREG(mode):
        raise InputError(path, "a pipe or device: a corpus is read again when a run goes on")


def _flat(error: BaseException) -> str:
    return " ".join(str(error).split())[:100]
