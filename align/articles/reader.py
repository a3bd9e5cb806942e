"""`read_articles`: articles from files, folders, patterns and standard input."""

from __future__ import annotations

import gzip
import json
import lzma
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import IO, Final

from align.articles.article import Article
from align.articles.english import parse_english
from align.articles.html import is_html, parse_html
from align.articles.inputs import list_files, shown
from align.articles.jsonl import BilingualFields, Fields, parse_bilingual, parse_records
from align.articles.scraped import parse_scraped
from align.articles.source import MAX_BYTES, check_size, decode, read_bytes, read_regular
from align.errors import InputError

RECORDS: Final = (".jsonl", ".ndjson", ".jsonl.gz", ".jsonl.xz")
SUFFIXES: Final = (".txt", ".html", ".htm", *RECORDS)  # looked for in folders


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
    for path in [paths] if isinstance(paths, str) else paths:
        for file in list_files(path, SUFFIXES):
            if isinstance(file, InputError):
                yield file
            else:
                yield from _read_file(file, _Reading(fields, language))


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """How files are read."""

    fields: Fields | None
    language: str

    def records(
        self, lines: Iterable[bytes | InputError], path: str
    ) -> Iterator[Article | InputError]:
        return parse_records(lines, path=path, fields=self.fields, language=self.language)


def _read_file(path: str, reading: _Reading) -> Iterator[Article | InputError]:
    """Read one file with the reader that its name and its content call for."""
    name = shown(path)
    try:
        if path == "-":
            yield from _read_standard_input(reading)
        elif path.lower().endswith(RECORDS):
            with read_regular(path) as stream:
                yield from reading.records(_read_packed(stream, name), name)
        else:
            yield from _parse(read_bytes(path), name, reading)
    except InputError as error:
        yield InputError(name, error.reason, line=error.line)


def _read_standard_input(reading: _Reading) -> Iterator[Article | InputError]:
    """Read JSON Lines as they come, anything else as one article."""
    try:
        stream = sys.stdin.buffer
        first = stream.readline(MAX_BYTES + 1)
        if _is_record(first):
            lines = chain([first], _lines(stream, "-"))
            yield from reading.records(lines, "-")
            return
        data = first + stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError("-", f"standard input cannot be read: {error.strerror}") from None
    check_size(data, path="-")
    yield from _parse(data, "-", reading)


def _parse(data: bytes, name: str, reading: _Reading) -> Iterator[Article | InputError]:
    """Read a file of any kind but packed records."""
    if _is_record(data.lstrip().split(b"\n", 1)[0]):
        yield from reading.records(data.splitlines(), name)
        return
    text = decode(data, path=name)
    if text.lstrip().startswith(("{\n", "{\r", "[\n", "[\r", "[{")):
        query = ".[]" if text.lstrip().startswith("[") else "."
        advice = f"jq -c '{query}' FILE > FILE.jsonl"
        raise InputError(name, f"JSON, but not a record a line; to make it so: {advice}")
    if is_html(text):
        yield parse_html(text, path=name, language=reading.language)
    else:
        yield (parse_english if reading.language == "en" else parse_scraped)(text, path=name)


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
        for line in _lines(_unpacked(stream, name), name):
            number += 1
            yield line
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        reason = (str(error).splitlines() or ["damaged"])[0]
        yield InputError(name, f"cannot be unpacked: {reason}", line=number + 1)


def _unpacked(stream: IO[bytes], name: str) -> IO[bytes] | gzip.GzipFile | lzma.LZMAFile:
    match os.path.splitext(name.lower())[1]:  # noqa: PTH122 a name, not a path
        case ".gz":
            return gzip.GzipFile(fileobj=stream, mode="rb")
        case ".xz":
            return lzma.LZMAFile(stream)
        case _:
            return stream


def _lines(
    stream: IO[bytes] | gzip.GzipFile | lzma.LZMAFile, name: str
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
