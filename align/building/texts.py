"""`Texts`: one side of all documents in a file, cut into sentences, one in memory at a time.

NAME.jsonl   a document a line
NAME.index   of each document 8 bytes, where its line begins, and 16, a digest of its sentences
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO, Any, Final

from align.bitext.document import Document
from align.bitext.side import Side
from align.corpus.drafts import whole

_ENTRY: Final = 24  # bytes of a document in the index
_OFFSET: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    """One side of a document.

    Attributes:
        side: Its sentences. Its id is the only one of its kind in its origin.
        origin: Corpus or outlet.
        slug: English words of its address; empty where there are none.
        headline: English, where the source of an Urdu article tells it; else empty.
    """

    side: Side
    origin: str
    slug: str = ""
    headline: str = ""


class Texts:
    """The texts of a file, by number."""

    def __init__(self, path: Path) -> None:
        """Read the index; the texts are read when they are asked for."""
        self._path = path
        self._index = path.with_suffix(".index").read_bytes()

    def __len__(self) -> int:
        return len(self._index) // _ENTRY

    def __getitem__(self, number: int) -> Text:
        """Read a text.

        Raises:
            IndexError: There is none of this number.
        """
        if not 0 <= number < len(self):
            raise IndexError(number)
        begin = number * _ENTRY
        with self._path.open("rb") as file:
            file.seek(int.from_bytes(self._index[begin : begin + _OFFSET], "little"))
            return _text(json.loads(file.readline()))

    def __iter__(self) -> Iterator[Text]:
        with self._path.open("rb") as file:
            for line in file:
                yield _text(json.loads(line))

    def digest(self, number: int) -> str:
        """Return 32 hexadecimal digits that name the sentences of a text and their paragraphs."""
        begin = number * _ENTRY + _OFFSET
        return self._index[begin : begin + _ENTRY - _OFFSET].hex()


@contextmanager
def write_texts(*paths: Path) -> Iterator[list[Callable[[Text], None]]]:
    """Give a function for each path that writes a text to it; all whole, or none."""
    with ExitStack() as opened:
        writers = [_Writer(opened.enter_context(whole(path))) for path in paths]
        yield [writer.add for writer in writers]
        for path, writer in zip(paths, writers, strict=True):
            with whole(path.with_suffix(".index")) as file:
                file.write(writer.index)


@dataclass(slots=True)
class _Writer:
    file: IO[bytes]
    index: bytearray = field(default_factory=bytearray)

    def add(self, text: Text) -> None:
        self.index += self.file.tell().to_bytes(_OFFSET, "little") + _digest(text.side.document)
        self.file.write(_line(text))


def _digest(document: Document) -> bytes:
    data = json.dumps([document.sentences, document.paragraphs], ensure_ascii=True)
    return hashlib.blake2b(data.encode(), digest_size=_ENTRY - _OFFSET).digest()


def _line(text: Text) -> bytes:
    side = text.side
    record = {
        "path": side.path,
        "id": side.id,
        "origin": text.origin,
        "created": side.created.isoformat() if side.created else None,
        "slug": text.slug,
        "headline": text.headline,
        "sentences": side.sentences,
        "paragraphs": side.document.paragraphs,
    }
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _text(record: dict[str, Any]) -> Text:
    document = Document(tuple(record["sentences"]), tuple(record["paragraphs"]))
    created = record["created"] and date.fromisoformat(record["created"])
    side = Side(record["path"], record["id"], document, created or None)
    return Text(side, record["origin"], record["slug"], record["headline"])
