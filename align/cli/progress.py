"""How far a command is, on standard error, where that is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from align.cli.streams import is_terminal

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from align.bitext import Pair
    from align.corpus.filtering import Progress

T = TypeVar("T")


def tracked(items: Iterable[T], what: str, paths: Sequence[str]) -> Iterator[T]:
    """Pass `items` on, and show how many of those in `paths`."""
    if not is_terminal(sys.stderr):
        yield from items
        return
    with _bar(what) as bar:
        yield from bar.track(items, total=count_articles(paths))


def count_articles(paths: Sequence[str]) -> int | None:
    """Return how many articles the paths give; None where that is seen only by reading."""
    from align.articles.inputs import list_files
    from align.articles.reader import RECORDS, SUFFIXES

    files = [file for path in paths for file in list_files(path, SUFFIXES)]
    unknown = any(
        isinstance(file, str) and (file == "-" or file.lower().endswith(RECORDS)) for file in files
    )
    return None if unknown else len(files)


def counted_pairs(pairs: Iterable[Pair], doing: str) -> Iterator[Pair]:
    """Pass pairs on, and show how many."""
    if not is_terminal(sys.stderr):
        yield from pairs
        return
    with _bar("{task.description}", counts=False) as bar:
        task = bar.add_task(doing)
        for number, pair in enumerate(pairs):
            if number % 4096 == 0:
                bar.update(task, description=f"{doing}: {number:,} pairs")
            yield pair


@contextmanager
def shown_stages() -> Iterator[Progress]:
    """Show each stage and how far it is."""
    if not is_terminal(sys.stderr):
        yield lambda _, __, ___: None
        return
    with _bar("{task.description}") as bar:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield tell


@contextmanager
def _bar(text: str, *, counts: bool = True) -> Iterator[Bar]:
    """Show a line a task: its text, with `counts` how many of how many, and the time."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    told = TextColumn(text)
    columns = (told, BarColumn(), MofNCompleteColumn()) if counts else (SpinnerColumn(), told)
    console = Console(stderr=True, soft_wrap=True)  # lines of errors stay whole
    bar = Progress(
        *columns, TimeElapsedColumn(), console=console, redirect_stdout=False, transient=True
    )
    with bar:
        yield bar
