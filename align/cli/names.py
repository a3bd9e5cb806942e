"""File names for results, from names that others chose."""

from __future__ import annotations

import re

_UNSAFE = re.compile(r"[^\w.\-]+")
_LONGEST = 120  # bytes; file systems take 255, and a draft's name is longer


class FileNames:
    """Gives each article a file name that stays in its folder, and no two the same."""

    def __init__(self, suffix: str) -> None:
        """Let all names end in `suffix`."""
        self._suffix = suffix
        self._taken: set[str] = set()

    def name(self, id: str) -> str:
        """Return a name for article `id`: letters, digits, dots, dashes and underscores.

        >>> names = FileNames(".en.txt")
        >>> names.name("../../etc/passwd"), names.name("a"), names.name("A")
        ('etc_passwd.en.txt', 'a.en.txt', 'A-2.en.txt')
        """
        stem = _UNSAFE.sub("_", id).strip("._-") or "article"
        stem = stem.encode()[:_LONGEST].decode(errors="ignore")
        name, number = stem, 1
        while name.casefold() in self._taken:  # some file systems take a and A for one name
            number += 1
            name = f"{stem}-{number}"
        self._taken.add(name.casefold())
        return name + self._suffix
