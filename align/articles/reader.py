"""`read_articles`: articles from files, folders, patterns and standard input."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final

from align.articles.article import Article
from align.articles.english import parse_english
from align.articles.html import is_html, parse_html
from align.articles.inputs import list_files, shown
from align.articles.jsonl import (
    BilingualFields,
    Fields,
    number_records,
    parse_bilingual,
    parse_record,
)
from align.articles.packed import DAMAGE, unpacked, with_packed
from align.articles.scraped import parse_scraped
from align.articles.source import MAX_BYTES, check_size, decode, read_bytes, read_regular
from align.errors import InputError

RECORDS: Final = with_packed((".jsonl", ".ndjson"))
SUFFIXES: Final = (*with_packed((".txt", ".html", ".htm")), *RECORDS)  # looked for in folders


@dataclass(frozen=True, slots=True)
class Unread:
    """What one article is made of, as it lies on disk: a file, or a line of a file of records.

    `path` can be printed; `line` counts the lines from 1, and is None for a file.
    """

    path: str
    data: bytes
    line: int | None = None


def read_articles(
    paths: str | Iterable[str], *, fields: Fields | None = None, language: str = "ur"
) -> Iterator[Article | InputError]:
    """Read articles one by one; what cannot be read gives an InputError in its place.

    Args:
        paths: One or many: files, folders (searched through, in order of names, without hidden
            files and without following links to folders), patterns such as `news/**/*.txt`, `-`.
        fields: Where JSON records hold what; guessed if None.
        language: What they are in, ur or en; what is clearly in another is an error.

    Yields:
        An article, or an error, for each file or record. One file is held at a time, of JSON
        Lines one line.
    """
    for item in read_unread([paths] if isinstance(paths, str) else paths):
        if isinstance(item, InputError):
            yield item
        else:
            yield parse_unread(item, fields=fields, language=language)


def read_unread(
    paths: Iterable[str], *, standard_input: IO[bytes] | None = None
) -> Iterator[Unread | InputError]:
    """Read as `read_articles`, and leave the parsing, most of the work, to `parse_unread`.

    `standard_input` stands for what `-` names.
    """
    for path in paths:
        for file in list_files(path, SUFFIXES):
            if isinstance(file, InputError):
                yield file
            else:
                yield from _read_file(file, standard_input)


def parse_unread(
    unread: Unread, *, fields: Fields | None = None, language: str = "ur"
) -> Article | InputError:
    """Make an article of what was read; see `read_articles`."""
    path, data = unread.path, unread.data
    if unread.line is not None:
        return parse_record(data, unread.line, path=path, fields=fields, language=language)
    try:
        return _parse(data, path, language)
    except InputError as error:
        return InputError(path, error.reason, line=error.line)


def read_bilingual(
    path: str, *, fields: BilingualFields | None = None
) -> Iterator[tuple[Article, Article] | InputError]:
    """Read a file of JSON Lines (also .gz, .xz) that hold an article and its English.

    What cannot be read gives an InputError in its place.
    """
    name = shown(path)
    try:
        with read_regular(path) as stream:
            yield from parse_bilingual(_read_packed(stream, name), path=name, fields=fields)
    except InputError as error:
        yield InputError(name, error.reason, line=error.line)


def _read_file(path: str, standard_input: IO[bytes] | None) -> Iterator[Unread | InputError]:
    """Read one file as its name and its content call for."""
    name = shown(path)
    try:
        if path == "-":
            yield from _read_standard_input(standard_input or sys.stdin.buffer)
        elif path.lower().endswith(RECORDS):
            with read_regular(path) as stream:
                yield from _records(_read_packed(stream, name), name)
        else:
            data = read_bytes(path)
            if _is_record(data.lstrip().split(b"\n", 1)[0]):
                yield from _records(data.splitlines(), name)
            else:
                yield Unread(name, data)
    except InputError as error:
        yield InputError(name, error.reason, line=error.line)


def _read_standard_input(stream: IO[bytes]) -> Iterator[Unread | InputError]:
    """Read JSON Lines as they come, anything else as one article."""
    try:
        first = stream.readline(MAX_BYTES + 1)
        if _is_record(first):
            yield from _records(chain([first], _lines(stream, "-")), "-")
            return
        data = first + stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("-", f"standard input cannot be read: {error.strerror}") from None
    check_size(data, path="-")
    if _is_record(data.lstrip().split(b"\n", 1)[0]):
        yield from _records(data.splitlines(), "-")
    else:
        yield Unread("-", data)


def _records(lines: Iterable[bytes | InputError], name: str) -> Iterator[Unread | InputError]:
    for item in number_records(lines, path=name):
        yield item if isinstance(item, InputError) else Unread(name, item[1], item[0])


def _parse(data: bytes, name: str, language: str) -> Article:
    """Parse a file that holds one article."""
    text = decode(data, path=name)
    if text.lstrip().startswith(("{\n", "{\r", "[\n", "[\r", "[{")):
        query = ".[]" if text.lstrip().startswith("[") else "."
        advice = f"jq -c '{query}' FILE > FILE.jsonl"
        raise InputError(name, f"JSON, but not a record a line; to make it so: {advice}")
    if is_html(text):
        return parse_html(text, path=name, language=language)
    return (parse_english if language == "en" else parse_scraped)(text, path=name)


def _is_record(line: bytes) -> bool:
    line = line.removeprefix(b"\xef\xbb\xbf")
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return line.startswith(b'{"')


def _read_packed(stream: IO[bytes], name: str) -> Iterator[bytes | InputError]:
    """Give the lines of a file, unpacked as its name says; damage ends it with an error."""
    number = 0
    try:
        for line in _lines(unpacked(stream, name), name):
            number += 1
            yield line
    except DAMAGE as error:
        reason = (str(error).splitlines() or ["damaged"])[0]
        yield InputError(name, f"cannot be unpacked: {reason}", line=number + 1)


def _lines(
    stream: IO[bytes] | gzip.GzipFile | io.BufferedReader, name: str
) -> Iterator[bytes | InputError]:
    """Give lines of at most `MAX_BYTES`, an error in place of a longer one."""
    number = 0
    while line := stream.readline(MAX_BYTES + 1):
        number += 1
        if len(line) <= MAX_BYTES:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(MAX_BYTES)
        yield InputError(name, f"longer than {MAX_BYTES // 2**20} MB", line=number)
