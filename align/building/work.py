"""`Work`: the folders of a build, where every stage says what it has done.

In the working folder:

    stages/NAME.json   the key of a stage (a digest of all that decides its result), its outputs
                       with their sizes, and what there is to tell of it
    lock               held by the build that is at work

A stage writes its outputs, each whole or not at all, and says so last. So after a kill at any
moment a stage is either done or begins again, and what other stages did is still good.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from align.corpus.drafts import clear_drafts, write_text
from align.corpus.filtering import Progress
from align.errors import UsageError

MANIFEST: Final = "manifest.json"  # of the corpus


class Work:
    """The stages of a build that are done.

    Attributes:
        corpus: The folder that gets the corpus.
        folder: The working folder.
        progress: Is told the stage and how far it is.
        warn: Is told of what is odd, failures of inputs among them, a line each.
    """

    def __init__(
        self,
        corpus: Path,
        folder: Path | None = None,
        *,
        progress: Progress | None = None,
        warn: Callable[[str], None] | None = None,
    ) -> None:
        """Use these folders, which are made where they are not there.

        Args:
            corpus: As above.
            folder: As above; `corpus` with `.work` where left out.
            progress: As above.
            warn: As above.

        Raises:
            UsageError: One cannot be made, or holds something else.
        """
        named = corpus if corpus.name.strip(".") else Path(os.path.realpath(corpus))  # "." has none
        self.corpus = corpus
        self.folder = folder = folder or named.parent / f"{named.name}.work"
        self.progress: Progress = progress or (lambda _, __, ___: None)
        self.warn: Callable[[str], None] = warn or (lambda _: None)
        if os.path.realpath(corpus) == os.path.realpath(folder):
            raise UsageError(f"{corpus}: the corpus and its working folder are two folders")
        try:
            if _holds_something(folder) and not (folder / "stages").is_dir():
                raise UsageError(f"{folder}: is no working folder; name another with --work")
            is_ours = (corpus / MANIFEST).is_file() or _holds_something(folder / "stages")
            if _holds_something(corpus) and not is_ours:
                raise UsageError(f"{corpus}: holds something else; name a new folder")
            both = (self.folder, self.corpus)
            self._new = [path for one in both for path in (one, *one.parents) if not path.exists()]
            (folder / "stages").mkdir(parents=True, exist_ok=True)
            corpus.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{error.filename or corpus}: {error.strerror or error}") from error

    def record(self, stage: str, key: str) -> dict[str, Any] | None:
        """Return what there is to tell of a stage, if it is done with this key.

        Else None: what it may have done with another key is forgotten, for its outputs will change.
        """
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            found = json.loads(self._stamp(stage).read_text("utf-8"))
            sizes: dict[str, int] = found["outputs"]
            there = all((self.folder / path).stat().st_size == size for path, size in sizes.items())
            if found["key"] == key and there and isinstance(found["record"], dict):
                return dict(found["record"])
        self._stamp(stage).unlink(missing_ok=True)
        return None

    def finish(
        self, stage: str, key: str, record: Mapping[str, Any], outputs: Iterable[Path]
    ) -> dict[str, Any]:
        """Say that a stage is done, and return its record as it will be read."""
        sizes = {os.path.relpath(path, self.folder): path.stat().st_size for path in outputs}
        text = json.dumps({"key": key, "outputs": sizes, "record": record}, ensure_ascii=False)
        write_text(self._stamp(stage), text)
        told: dict[str, Any] = json.loads(text)["record"]
        return told

    def unpublish(self) -> None:
        """Take the manifest away, which holds for the files of the corpus as they are."""
        (self.corpus / MANIFEST).unlink(missing_ok=True)

    def discard(self) -> None:
        """Take away the folders that were not there before, with all in them."""
        for folder in {self.folder, self.corpus}.intersection(self._new):
            shutil.rmtree(folder, ignore_errors=True)
        for folder in self._new:
            with suppress(OSError):  # gone, or by now a place of something else
                folder.rmdir()

    def _stamp(self, stage: str) -> Path:
        return self.folder / "stages" / f"{stage}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other builds out, and clear what a killed one left half written.

        Raises:
            UsageError: Another build is at work here.
        """
        with (self.folder / "lock").open("w") as file:
            try:
                import fcntl
            except ImportError:  # Windows, where nobody is kept out
                yield
                return
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise UsageError(f"{self.folder}: another build is at work here") from None
            aligned = (self.folder / "aligned").glob("*/")
            for folder in (self.corpus, self.folder, *self.folder.glob("*/"), *aligned):
                clear_drafts(folder)
            yield


def _holds_something(folder: Path) -> bool:
    return folder.exists() and any(folder.iterdir())


def key_of(*parts: object) -> str:
    """Return 32 hexadecimal digits that name these values, which JSON can hold.

    >>> key_of("a", 1) == key_of("a", 1), key_of("a", 1) == key_of("a1")
    (True, False)
    """
    text = json.dumps(parts, ensure_ascii=True, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
