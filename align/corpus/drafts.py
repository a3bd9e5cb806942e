"""Drafts: files that take their place only when they are whole.

A draft lies beside its place as `.NAME.PROCESS.part`, locked for as long as its writer lives; so
what a kill left can be told from what is being written.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from align.errors import UsageError

_LONGEST: Final = 100  # characters of a name that its draft has too
_DRAFT: Final = re.compile(r"\..+\.\d+\.part", re.DOTALL)


@contextmanager
def whole(path: Path, *, tidy: bool = False) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes the place of `path` when the block ends well.

    See `all_whole`.
    """
    with all_whole([path], tidy=tidy) as (file,):
        yield file


@contextmanager
def all_whole(paths: Iterable[Path], *, tidy: bool = False) -> Iterator[list[IO[bytes]]]:
    """Open files that take the places of `paths`, all when the block ends well, else none.

    Args:
        paths: Where one is a link, what it names is written; a pipe or a device as it comes.
        tidy: Whether to remove what killed runs left of them, for which folders are gone through.

    Raises:
        UsageError: One of them cannot be written.
        BrokenPipeError: The reader of a pipe went away.
    """
    named = list(paths)
    drafts: list[tuple[Path, Path]] = []
    with ExitStack() as locks:
        try:
            with ExitStack() as opened:
                yield [
                    opened.enter_context(_opened(_place(path, tidy=tidy), drafts, locks))
                    for path in named
                ]
            for draft, place in drafts:
                _to_disk(draft)
                draft.replace(place)
        except BrokenPipeError:
            raise
        except OSError as error:  # a full disk has no name in its error
            path = next((path for path in named if error.filename == str(path)), named[0])
            raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error
        finally:
            for draft, _ in drafts:
                draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all; halves of surrogate pairs as their escapes.

    Raises:
        UsageError: It cannot be written.
    """
    with whole(path) as file:
        file.write(text.encode("utf-8", "backslashreplace"))


def clear_drafts(folder: Path, name: str = "") -> None:
    """Remove the drafts that killed runs left in a folder, all or those of a file of this name."""
    begin = f".{name[:_LONGEST]}." if name else ""
    with suppress(OSError):  # it is not there, or not ours
        for path in list(folder.iterdir()):
            if _DRAFT.fullmatch(path.name) and path.name.startswith(begin):
                with suppress(OSError), path.open("r+b") as file:
                    if _lock(file):
                        path.unlink(missing_ok=True)


def _place(path: Path, *, tidy: bool) -> Path:
    place = Path(os.path.realpath(path))  # Path.resolve raises where links go round
    if tidy:
        clear_drafts(place.parent, place.name)
    return place


def _opened(place: Path, drafts: list[tuple[Path, Path]], locks: ExitStack) -> IO[bytes]:
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and not place.is_file():  # a pipe or a device; a folder is an error
        return place.open("wb")
    draft = place.with_name(f".{place.name[:_LONGEST]}.{os.getpid()}.part")
    drafts.append((draft, place))
    while True:
        file = draft.open("wb")
        if not _lock(file):
            return file
        # The lock stays when the file is closed, until the draft is in its place.
        locks.callback(os.close, os.dup(file.fileno()))
        with suppress(FileNotFoundError):
            if os.fstat(file.fileno()).st_ino == draft.stat().st_ino:
                return file
        file.close()  # another cleared it away before it was locked


def _to_disk(draft: Path) -> None:
    """Wait until a draft is on the disk: else after a power loss its name may stand for nothing."""
    descriptor = os.open(draft, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(file: IO[bytes]) -> bool:
    """Lock a file, unless another has; tell whether that was done, which on Windows it never is."""
    try:
        import fcntl
    except ImportError:
        return False
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
