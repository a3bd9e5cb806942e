"""Packed files, told by their names: unpacked as a stream, in bounded memory."""

from __future__ import annotations

import gzip
import io
import lzma
import zlib
from pathlib import PurePath
from typing import IO, Final

from align.articles.xz import open_xz

PACKED: Final = (".gz", ".xz")
DAMAGE: Final = (OSError, EOFError, zlib.error, lzma.LZMAError)  # raised by reading on


def unpacked(stream: IO[bytes], path: str) -> IO[bytes] | gzip.GzipFile | io.BufferedReader:
    """Return a file's content as the end of its name says that it is packed, or as it is.

    Nothing is read yet. How much comes out is for the caller to bound.
    """
    match PurePath(path.lower()).suffix:
        case ".gz":
            return gzip.GzipFile(fileobj=stream, mode="rb")
        case ".xz":
            return open_xz(stream)
        case _:
            return stream


def with_packed(suffixes: tuple[str, ...]) -> tuple[str, ...]:
    """Add to each suffix those that it has where the file is packed.

    >>> with_packed((".txt",))
    ('.txt', '.txt.gz', '.txt.xz')
    """
    return tuple(suffix + packed for suffix in suffixes for packed in ("", *PACKED))


def stem(path: str) -> str:
    """Return the name of a file without its ending, and that of its packing.

    >>> stem("news/a.1.txt"), stem("news/a.1.txt.gz")
    ('a.1', 'a.1')
    """
    name = PurePath(path)
    return PurePath(name.stem).stem if name.suffix.lower() in PACKED else name.stem
