"""`Folder`: a file for each translated article, in the same folders as the articles lie in."""

from __future__ import annotations

import errno
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from align.cli.names import FileNames, folder_below
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.pipeline import TranslatedArticle

_SUFFIX: Final = ".en.txt"
# What ails the whole folder, not the one file.
_HOPELESS: Final = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE}


class Folder:
    """Writes NAME.en.txt files, each whole or not at all; what is there already is not written."""

    def __init__(self, root: Path, sources: Sequence[str]) -> None:
        """Take the folder, and the paths below which the articles lie.

        Raises:
            UsageError: Nothing can be written there.
        """
        self._root, self._sources = root, sources
        self._names: dict[Path, FileNames] = {}
        self._known: dict[tuple[str, str, int], Path] = {}
        self._times: Counter[tuple[str, str]] = Counter()
        self._done = 0
        write_probe(root)

    def begin(self) -> None:
        """Begin anew with the same articles: they get the same files as the last time."""
        self._times.clear()

    def written(
        self, items: Iterable[TranslatedArticle | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Write each article and pass it on; what failed, and what cannot be written, as error.

        Raises:
            UsageError: The disk is full or read-only, or fails: nothing more can be written.
        """
        for item in items:
            yield item if isinstance(item, InputError) else self._written(item)

    def _written(self, translated: TranslatedArticle) -> TranslatedArticle | InputError:
        from align.report.text import article_text

        path = self._path(translated.article.path, translated.article.id)
        content = article_text(translated).encode("utf-8", "backslashreplace")
        try:
            write_if_changed(path, content)
        except UsageError as error:
            cause = error.__cause__
            if isinstance(cause, OSError) and cause.errno in _HOPELESS:
                raise UsageError(
                    f"{error}; {self._done} articles are done, the same command goes on from there"
                ) from error
            return InputError(translated.article.path, f"its English is not written: {error}")
        self._done += 1
        return translated

    def _path(self, path: str, id: str) -> Path:
        """Choose the file of an article; the second of one id in one file gets another."""
        key = (path, id, self._times[path, id])
        self._times[path, id] += 1
        if key not in self._known:
            place = self._root / folder_below(path, self._sources)
            if place not in self._names:
                from align.corpus.drafts import clear_drafts

                clear_drafts(place)
                self._names[place] = FileNames(_SUFFIX)
            self._known[key] = place / self._names[place].name(id)
        return self._known[key]


def write_if_changed(path: Path, content: bytes) -> None:
    """Write a file, whole or not at all, unless that is what it holds."""
    from align.corpus.drafts import whole

    try:
        is_there = path.stat().st_size == len(content) and path.read_bytes() == content
    except OSError:
        is_there = False
    if not is_there:
        with whole(path) as file:
            file.write(content)


def write_probe(folder: Path) -> None:
    """Write nothing where the files will be, to see whether something could be.

    Raises:
        UsageError: It cannot.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
