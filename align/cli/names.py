"""File names for results, from names that others chose."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePath

_UNSAFE = re.compile(r"[^\w.\-]+")
# What Windows takes for a device, whatever suffix it has.
_DEVICE = re.compile("con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]", re.I)
_LONGEST = 120  # bytes; file systems take 255, and a draft's name is longer


def folder_below(path: str, sources: Sequence[str]) -> Path:
    """Return where the file `path` lies below that of `sources` which is a folder; else `.`.

    >>> folder_below("scrapes/2025/may/a.txt", ["a.txt", "scrapes/"])
    PosixPath('2025/may')
    >>> folder_below("../a.txt", ["../a.txt"])
    PosixPath('.')
    """
    parent = PurePath(path).parent
    for source in sources:
        if PurePath(source) != PurePath(path) and parent.is_relative_to(source):
            return Path(*(part for part in parent.relative_to(source).parts if part != ".."))
    return Path()


class FileNames:
    """Gives each article a file name that stays in its folder, and no two the same."""

    def __init__(self, suffix: str) -> None:
        """Let all names end in `suffix`."""
        self._suffix = suffix
        self._taken: set[str] = set()

    def name(self, id: str) -> str:
        """Return a name for article `id`: letters, digits, dots, dashes and underscores.

        >>> names = FileNames(".en.txt")
        >>> names.name("../../etc/passwd"), names.name("a"), names.name("A"), names.name("con")
        ('etc_passwd.en.txt', 'a.en.txt', 'A-2.en.txt', '_con.en.txt')
        """
        stem = _UNSAFE.sub("_", id).strip("._-") or "article"
        stem = stem.encode()[:_LONGEST].decode(errors="ignore")
        if _DEVICE.fullmatch(stem.partition(".")[0]):
            stem = f"_{stem}"
        name, number = stem, 1
        while name.casefold() in self._taken:  # some file systems take a and A for one name
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.casefold())
        return name + self._suffix
