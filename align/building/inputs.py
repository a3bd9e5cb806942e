"""What a corpus is built from: the files, their digests, and where each is from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from align.articles import BilingualFields, Fields
from align.articles.inputs import list_files, shown
from align.articles.reader import RECORDS, SUFFIXES
from align.articles.source import read_regular
from align.errors import InputError, UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The paths of a build.

    Attributes:
        source: Files, folders and patterns with Urdu articles; without `target`, files of JSON
            Lines that hold both sides.
        target: The same with English articles; empty where records hold both sides.
        origin: Name of the corpus or outlet; empty to call each after its file or folder.
        fields: Where records hold what, of the Urdu ones.
        target_fields: Likewise, of the English ones.
        bilingual_fields: Likewise, of those that hold both sides.
    """

    source: Sequence[str]
    target: Sequence[str] = ()
    origin: str = ""
    fields: Fields | None = None
    target_fields: Fields | None = None
    bilingual_fields: BilingualFields | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A file: its path as found, its origin, SHA-256 and size in bytes."""

    path: str
    origin: str
    sha256: str
    bytes: int

    @property
    def record(self) -> dict[str, object]:
        """The input as the manifest names it."""
        return {
            "path": shown(self.path), "origin": self.origin, "bytes": self.bytes,
            "sha256": self.sha256,
        }  # fmt: skip


def find_inputs(
    paths: Iterable[str],
    *,
    origin: str = "",
    only_records: bool = False,
    outside: Sequence[PurePath] = (),
) -> tuple[list[Input], list[str]]:
    """Find the files of some paths, each once, and what is wrong with the others.

    Args:
        paths: Files, folders, patterns.
        origin: Of all of them; empty for the name of each file of records, and of the folder
            of others.
        only_records: Whether to look for JSON Lines alone in folders.
        outside: Folders that are written: what is in them would be read by the next run.

    Raises:
        UsageError: Standard input is named, which a build that goes on cannot read again; or
            an input lies in a folder of `outside`, or the other way round.
    """
    suffixes = RECORDS if only_records else SUFFIXES
    inputs: list[Input] = []
    failures: list[str] = []
    seen: set[str] = set()
    for path in paths:
        if path == "-":
            raise UsageError("a build reads files, which are there when it is run again; not -")
        _check_outside(path, outside)
        for file in list_files(path, suffixes):
            try:
                if isinstance(file, InputError):
                    raise file
                _check_outside(file, outside)
                if (place := os.path.realpath(file)) not in seen:
                    seen.add(place)
                    inputs.append(_input(file, origin or origin_of(file, path)))
            except InputError as error:
                failures.append(str(error))
    return inputs, failures


def _check_outside(path: str, folders: Sequence[PurePath]) -> None:
    place = PurePath(os.path.realpath(path))
    for folder in folders:
        written = PurePath(os.path.realpath(folder))
        if place.is_relative_to(written):
            raise UsageError(f"{path}: lies in {folder}, which is written")
        if written.is_relative_to(place):
            raise UsageError(f"{folder}: lies in {path}, which is read; name a folder elsewhere")


def origin_of(file: str, path: str) -> str:
    """Return the origin of a file that was found by a path of the command line.

    In a folder that was named it is the folder's name; else that of a file of records, or of the
    folder in which another file lies.

    >>> origin_of("news/dawn/2025/a.txt", "news/*/2025/*"), origin_of("a/tafhim.jsonl.xz", "a/*")
    ('2025', 'tafhim')
    """
    if os.path.isdir(path):  # noqa: PTH112 Path.is_dir raises for a name that is too long
        name = PurePath(os.path.realpath(path)).name
    elif file.lower().endswith(RECORDS):
        name = PurePath(file).name.split(".")[0] or PurePath(file).name
    else:
        name = PurePath(os.path.realpath(file)).parent.name
    return shown(name)


def _input(path: str, origin: str) -> Input:
    with read_regular(path) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        return Input(path, origin, digest, file.tell())
