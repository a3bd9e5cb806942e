"""Bytes of files, packed or not: gzip and xz by name, `-` for the standard streams."""

from __future__ import annotations

import gzip
import lzma
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Thread
from typing import IO, Final, cast

from align.articles.packed import PACKED
from align.articles.xz import open_xz
from align.corpus.drafts import all_whole
from align.errors import InputError, one_line

# Twice as fast as the preset 6 of xz, and within a tenth of its size.
_XZ_PRESET: Final = 2
PATIENCE: Final = 30.0  # seconds to wait for the writer of a pipe


def find_packed(path: str) -> str | None:
    """Return the file of this name, plain or packed; None where there is none."""
    return next((path + end for end in ("", *PACKED) if os.path.isfile(path + end)), None)  # noqa: PTH113 never raises


def read_packed(path: str) -> IO[bytes]:
    """Open a file for reading, unpacked by its name; `-` is standard input.

    Raises:
        InputError: It is not there or cannot be opened.
    """
    if not path.endswith(PACKED):
        return read_plain(path)
    if _is_named_pipe(path):
        raise InputError(path, "a pipe; unpack what comes through it, and leave the suffix out")
    with _told(path):
        _refuse_device(path)
        if path.endswith(".gz"):
            return cast(IO[bytes], gzip.open(path, "rb"))
        return open_xz(Path(path).open("rb"))


def read_plain(path: str) -> IO[bytes]:
    """Open a file for reading, as it is; `-` is standard input.

    Raises:
        InputError: It is not there, cannot be opened, or is a pipe that nobody opens to write.
    """
    if path == "-":
        return sys.stdin.buffer
    with _told(path):
        if _is_named_pipe(path):
            return os.fdopen(_open_pipe(path), "rb")
        _refuse_device(path)
        return Path(path).open("rb")


def _refuse_device(path: str) -> None:
    """Raise InputError for what may have no end, such as /dev/zero."""
    mode = Path(path).stat().st_mode
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        raise InputError(path, "a device, not a file (standard input is read as -)")


@contextmanager
def _told(path: str) -> Iterator[None]:
    """Raise what is wrong with a file that is opened as an InputError."""
    try:
        yield
    except FileNotFoundError:
        raise InputError(path, "no such file") from None
    except IsADirectoryError:
        raise InputError(path, "a folder, not a file") from None
    except (OSError, ValueError) as error:
        raise InputError(path, damage(error, path, begun=False)) from None


def is_pipe(path: str) -> bool:
    """Tell whether a path is a pipe, one with a name or that of a shell's `<(…)`."""
    try:
        return stat.S_ISFIFO(Path(path).stat().st_mode)
    except (OSError, ValueError):
        return False


def _is_named_pipe(path: str) -> bool:
    return is_pipe(path) and os.path.exists(os.path.realpath(path))  # noqa: PTH110 never raises


def _open_pipe(path: str) -> int:
    """Open a named pipe as soon as another program opens it to write, and return its number."""
    opened: list[int | OSError] = []

    def wait() -> None:
        try:
            opened.append(os.open(path, os.O_RDONLY))
        except OSError as error:
            opened.append(error)

    waiting = Thread(target=wait, daemon=True)
    waiting.start()
    waiting.join(PATIENCE)
    is_late = not opened
    if is_late:  # opening it to write ourselves lets the thread go
        with suppress(OSError):
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        waiting.join()
    (found,) = opened
    if isinstance(found, OSError):
        raise found
    if is_late:
        os.close(found)
        raise InputError(path, f"a pipe to which nobody writes (for {PATIENCE:g} seconds)")
    return found


def damage(error: BaseException, path: str, *, begun: bool) -> str:
    """Return what is wrong with a file whose reading raised one of `align.articles.packed.DAMAGE`.

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

    Packed by name; `-` is standard output. The same content gives the same bytes. Drafts that a
    killed run left beside them go away.

    Raises:
        UsageError: One of them cannot be written.
    """
    places = [Path(path) for path in paths if path != "-"]
    with ExitStack() as opened:
        files = iter(opened.enter_context(all_whole(places, tidy=True)))
        yield [
            _standard_output(opened) if path == "-" else _pack(path, next(files), opened)
            for path in paths
        ]


def _standard_output(opened: ExitStack) -> IO[bytes]:
    sys.stdout.flush()
    opened.callback(sys.stdout.buffer.flush)
    return sys.stdout.buffer


def _pack(path: str, file: IO[bytes], opened: ExitStack) -> IO[bytes]:
    if path.endswith(".gz"):
        packed = gzip.GzipFile("", "wb", 6, file, mtime=0)
        return opened.enter_context(cast(IO[bytes], packed))
    if path.endswith(".xz"):
        return opened.enter_context(lzma.LZMAFile(file, "wb", preset=_XZ_PRESET))
    return file
