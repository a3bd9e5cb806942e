"""`ShardFolder`: translated articles as JSON Lines, some thousand to a file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from align.cli.folder import write_if_changed, write_probe
from align.errors import InputError

if TYPE_CHECKING:
    from align.pipeline import TranslatedArticle

SIZE: Final = 1000  # articles, and inputs that failed; some 10 MB
_NAME: Final = re.compile(r"\d{6,}\.jsonl")


class ShardFolder:
    """Writes 000000.jsonl and so on, each whole or not at all; all in a row are one file."""

    def __init__(self, root: Path, *, size: int = SIZE) -> None:
        """Take the folder, and how many results make a file.

        Raises:
            UsageError: Nothing can be written there.
        """
        self._root, self._size = root, size
        write_probe(root)

    def begin(self) -> None:
        """Begin anew; the same results get into the same files."""

    def written(
        self, items: Iterable[TranslatedArticle | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Pass items on, and write them when a file is full; at the end, what is left.

        Files of an earlier run with more of them are removed then.

        Raises:
            UsageError: A file cannot be written.
        """
        number = 0
        held: list[TranslatedArticle | InputError] = []
        for item in items:
            held.append(item)
            if len(held) == self._size:
                self._write(number, held)
                number, held = number + 1, []
            yield item
        if held:
            self._write(number, held)
            number += 1
        if number:
            self._clear(number)

    def _write(self, number: int, items: list[TranslatedArticle | InputError]) -> None:
        from align.report.jsonl import jsonl

        content = "".join(jsonl(items)).encode("utf-8", "backslashreplace")
        write_if_changed(self._path(number), content)

    def _clear(self, count: int) -> None:
        current = {self._path(number).name for number in range(count)}
        for path in self._root.iterdir():
            if _NAME.fullmatch(path.name) and path.name not in current:
                path.unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return self._root / f"{number:06}.jsonl"
