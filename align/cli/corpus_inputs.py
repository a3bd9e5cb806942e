"""The corpora that a command reads: found, gone through as often as need be, faults told once."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from align.cli.options import check_languages, check_outputs, given
from align.cli.progress import counted_pairs
from align.cli.streams import complain
from align.errors import InputError, UsageError
from align.report.visible import visible

if TYPE_CHECKING:
    from align.bitext import Pair

_TOLD: Final = 20  # faults of a file that are told one by one


@dataclass(slots=True)
class Corpora:
    """Corpora that are there. `failed` counts what could not be read: files and records."""

    paths: list[str]
    languages: tuple[str, str]
    header: bool
    failed: int
    _count: int | None = None
    _copies: dict[str, str] = field(default_factory=dict)

    @property
    def passing(self) -> list[int]:
        """Places of those that can be read only once: standard input and pipes."""
        return [
            number
            for number, path in enumerate(self.paths)
            if path == "-" or not all(map(os.path.isfile, corpus_files(path, self.languages)))
        ]

    def keep(self, folder: Path) -> None:
        """Copy to `folder` what can be read only once."""
        for number in self.passing:
            path = self.paths[number]
            copy = _copied(path, folder / str(number), self.languages)
            self.paths[number] = copy
            self._copies[copy] = path

    def pairs(self, doing: str) -> Iterator[Pair]:
        """Yield the pairs of all, and say what cannot be read the first time.

        Raises:
            Exit: There is no pair at all.
            InputError: There are not as many as the last time.
        """
        is_first = self._count is None
        count = 0
        for pair in counted_pairs(self._read(is_first=is_first), doing):
            count += 1
            yield pair
        if not is_first and count != self._count:
            raise InputError(self.paths[0], "changed while it was read; once again, please")
        self._count = count
        if not count:
            if not self.failed:
                complain("nothing to do: no pairs there")
            raise typer.Exit(2)

    def _read(self, *, is_first: bool) -> Iterator[Pair]:
        from align.corpus.formats import read_pairs

        for path in self.paths:
            faults = _Told(path, self._copies.get(path, path))
            try:
                yield from read_pairs(
                    path,
                    languages=self.languages,
                    skipped=faults.add if is_first else _say_nothing,
                    header=self.header,
                )
            except InputError as error:
                if is_first:
                    faults.add(str(error))
            self.failed += faults.close()

    @property
    def exit_code(self) -> int:
        """Give 0 where all could be read, 1 otherwise."""
        return int(self.failed > 0)


@dataclass(slots=True)
class _Told:
    """Tells the faults of the file `path` by its `name`, and counts those beyond `_TOLD`."""

    path: str
    name: str
    count: int = 0

    def add(self, message: str) -> None:
        self.count += 1
        if self.count <= _TOLD:
            complain(message.replace(self.path, self.name, 1))

    def close(self) -> int:
        if self.count > _TOLD:
            complain(f"{self.name}: {self.count - _TOLD:,} more of the kind")
        return self.count


def _say_nothing(_: str) -> None:
    """Take a fault that was told before."""


@contextmanager
def opened(
    paths: Sequence[str] | None,
    languages: tuple[str, str],
    *,
    header: bool,
    outputs: Sequence[str | None] = (),
    again: bool = False,
) -> Iterator[Corpora]:
    """Find the corpora of a command line; standard input is kept where it is read `again`.

    Raises:
        UsageError: Nothing is named, the languages are one, or an output is an input.
        Exit: Nothing is there.
    """
    check_languages(languages)
    found, failed = found_corpora(given(paths), languages)
    check_corpus_outputs(found, outputs, languages)
    corpora = Corpora(found, languages, header, failed)
    if not (again and corpora.passing):
        yield corpora
        return
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        corpora.keep(Path(folder))
        yield corpora


def found_corpora(paths: Sequence[str], languages: tuple[str, str]) -> tuple[list[str], int]:
    """Return the corpora that are there, and how many paths stand for none, which is told.

    Raises:
        Exit: There is no corpus at all.
    """
    from align.corpus.formats import find_corpora

    found: list[str] = []
    failed = 0

    def repeated(path: str) -> None:
        complain(f"{visible(path)}: named more than once, read once")

    for path in find_corpora(paths, languages, repeated=repeated):
        if isinstance(path, InputError):
            complain(path)
            failed += 1
        else:
            found.append(path)
    if not found:
        if not failed:
            complain("nothing to read: no corpus there")
        raise typer.Exit(2)
    return found, failed


def check_corpus_outputs(
    paths: Sequence[str], outputs: Sequence[str | None], languages: tuple[str, str]
) -> None:
    """Raise UsageError where an output is an input or named twice; Moses pairs are two files."""
    sources = [file for path in paths if path != "-" for file in corpus_files(path, languages)]
    named = [file for path in outputs if path for file in corpus_files(path, languages)]
    check_outputs(sources, *named)


def corpus_files(path: str, languages: tuple[str, str]) -> tuple[str, ...]:
    """Return the files of a corpus: both of a Moses pair; of what is none, the path itself."""
    from align.corpus.formats.names import corpus_to_read, corpus_to_write

    for find in (corpus_to_read, corpus_to_write):
        try:
            return find(path, languages).paths
        except (InputError, UsageError):
            continue
    return (path,)


def _copied(path: str, folder: Path, languages: tuple[str, str]) -> str:
    """Copy what can be read only once to a file whose name tells its format."""
    from align.corpus.formats.names import corpus_to_read
    from align.corpus.formats.packed import read_plain

    folder.mkdir()
    name = Path(path).name
    with read_plain(path) as stream:
        try:
            head = stream.read(4096)
            if corpus_to_read(path, languages).kind == "stream":
                is_json = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
                name = "stream.jsonl" if is_json else "stream.tsv"
            with (folder / name).open("wb") as file:
                file.write(head)
                shutil.copyfileobj(stream, file)
        except OSError as error:
            raise InputError(path, f"cannot be read: {error.strerror}") from None
    return str(folder / name)


def for_eyes(pairs: Iterable[Pair], output: str) -> Iterable[Pair]:
    """Return pairs with what could steer a terminal as escapes, where they go to one."""
    if output != "-" or not sys.stdout.isatty():
        return pairs
    return (pair.mapped(visible) for pair in pairs)


def written_to(output: str, languages: tuple[str, str]) -> str:
    """Return the names of the files of an output."""
    return " and ".join(corpus_files(output, languages))
