"""`ready_files`: files as they come into folders, each when it is whole."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Final

from align.articles.inputs import list_files
from align.errors import InputError

SETTLE: Final = 1.0  # seconds in which a file that is whole does not change
_PATIENCE: Final = 5.0  # seconds between looks where the system tells of nothing (network folders)
_BATCH: Final = 256  # files between looks

_Stamp = tuple[int, int, int]  # time of change in ns, size, inode


def ready_files(
    folders: Sequence[str], suffixes: tuple[str, ...], stop: Event, *, settle: float = SETTLE
) -> Iterator[list[str]]:
    """Yield the files that are there, then those that come or change, until `stop` is set.

    A file counts when its size and time have stayed for `settle` seconds; so what is still being
    written waits, and what was renamed into its place hardly does.

    Args:
        folders: Searched through as by `list_files`, again and again.
        suffixes: As there.
        stop: Ends the watching.
        settle: Seconds.

    Yields:
        Files in order of names, at most some hundred at a time.
    """
    changes = _changes(folders, stop)
    done: dict[str, _Stamp] = {}
    seen: dict[str, tuple[_Stamp, float]] = {}  # and since when
    while not stop.is_set():
        now, clock = dict(_stamps(folders, suffixes)), time.monotonic()
        done = {path: stamp for path, stamp in done.items() if path in now}
        fresh = {path: stamp for path, stamp in now.items() if done.get(path) != stamp}
        seen = {
            path: seen[path] if path in seen and seen[path][0] == stamp else (stamp, clock)
            for path, stamp in fresh.items()
        }
        ready = [
            p for p, (s, since) in seen.items() if clock - since >= settle or _is_old(s, settle)
        ]
        if batch := ready[:_BATCH]:
            done |= {path: fresh[path] for path in batch}
            yield batch
        elif fresh:
            stop.wait(settle / 4)
        else:
            next(changes)


def _is_old(stamp: _Stamp, settle: float) -> bool:
    return 5 * settle < time.time() - stamp[0] / 1e9


def _stamps(folders: Sequence[str], suffixes: tuple[str, ...]) -> Iterator[tuple[str, _Stamp]]:
    """Yield what is in the folders; that nothing is there is no error here."""
    for folder in folders:
        for path in list_files(folder, suffixes):
            if isinstance(path, InputError):
                continue
            try:
                status = os.stat(path)  # noqa: PTH116 keeps odd bytes
            except OSError:  # gone already
                continue
            yield path, (status.st_mtime_ns, status.st_size, status.st_ino)


def _changes(folders: Sequence[str], stop: Event) -> Iterator[None]:
    """Yield when something has changed, or when it is time to look again in any case."""
    from watchfiles import watch

    try:
        for _ in watch(
            *folders,
            watch_filter=None,
            stop_event=stop,
            debounce=200,
            rust_timeout=int(1000 * _PATIENCE),
            yield_on_timeout=True,
            raise_interrupt=False,
        ):
            yield
    except (OSError, RuntimeError):  # the system watches no more folders, or has no more handles
        pass
    while True:
        stop.wait(_PATIENCE)
        yield
