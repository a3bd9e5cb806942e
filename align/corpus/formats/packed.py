"""Bytes of files, packed or not: gzip and xz by name, `-` for the standard streams."""

from __future__ import annotations

import gzip
import lzma
import os
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, cast

from align.errors import InputError, UsageError, one_line

PACKED: Final = (".gz", ".xz")
# What reading a damaged file raises.
READ_ERRORS: Final = (EOFError, OSError, zlib.error, lzma.LZMAError)
# Twice as fast as the preset 6 of xz, and within a tenth of its size.
_XZ_PRESET: Final = 2


def read_packed(path: str) -> IO[bytes]:
    """Open a file for reading, unpacked by its name; `-` is standard input.

    Raises:
        InputError: It is not there or cannot be opened.
    """
    if path == "-":
        return sys.stdin.buffer
    try:
        if path.endswith(".gz"):
            return cast(IO[bytes], gzip.open(path, "rb"))
        return lzma.open(path, "rb") if path.endswith(".xz") else Path(path).open("rb")
    except FileNotFoundError:
        raise InputError(path, "no such file") from None
    except IsADirectoryError:
        raise InputError(path, "a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise InputError(path, damage(error, path, begun=False)) from None


def damage(error: BaseException, path: str, *, begun: bool) -> str:
    """Return what is wrong with a file whose reading raised one of `READ_ERRORS`.

    >>> damage(EOFError(), "a.tsv.gz", begun=True)
    'the packed file is cut off'
    """
    kind = path.rpartition(".")[2]
    if isinstance(error, EOFError):
        return "the packed file is cut off"
    if isinstance(error, gzip.BadGzipFile | lzma.LZMAError | zlib.error):
        what = f"the {kind} data are damaged" if begun else f"no {kind} file"
        return f"{what}: {one_line(error)}"
    return f"cannot be read: {getattr(error, 'strerror', None) or one_line(error)}"


@contextmanager
def write_packed(*paths: str) -> Iterator[list[IO[bytes]]]:
    """Open files that take the places of `paths`, all when the block ends well, else none.

    Packed by name; `-` is standard output. The same content gives the same bytes.

    Raises:
        UsageError: One of them cannot be written.
    """
    drafts: list[tuple[Path, Path]] = []
    try:
        with ExitStack() as opened:
            yield [_write_draft(path, drafts, opened) for path in paths]
        for draft, place in drafts:
            draft.replace(place)
    except OSError as error:
        if error.filename is None and "-" in paths:  # the reader of a pipe went away
            raise
        raise UsageError(
            f"{error.filename or paths[0]}: cannot be written: {error.strerror or error}"
        ) from error
    finally:
        for draft, _ in drafts:
            draft.unlink(missing_ok=True)


def _write_draft(path: str, drafts: list[tuple[Path, Path]], opened: ExitStack) -> IO[bytes]:
    if path == "-":
        sys.stdout.flush()
        opened.callback(sys.stdout.buffer.flush)
        return sys.stdout.buffer
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and not place.is_file():  # a pipe or a device; a folder is an error
        file: IO[bytes] = opened.enter_context(place.open("wb"))
    else:
        draft = place.with_name(f".{place.name[:100]}.{os.getpid()}.part")
        drafts.append((draft, place))
        file = opened.enter_context(draft.open("wb"))
    if path.endswith(".gz"):
        packed = gzip.GzipFile("", "wb", 6, file, mtime=0)
        return opened.enter_context(cast(IO[bytes], packed))
    if path.endswith(".xz"):
        return opened.enter_context(lzma.LZMAFile(file, "wb", preset=_XZ_PRESET))
    return file
