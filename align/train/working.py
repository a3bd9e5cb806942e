"""The working folder of a run, `OUTPUT.work`: what it holds, and that it is one run's alone.

recipe.json   the settings; another recipe is not let in
data.json     what was read: corpora with their SHA-256, the model it started from
tokenizer/    vocabularies
before.json   scores of the model it started from
checkpoints/  see `align.train.checkpoints`
log.jsonl     see `align.train.log`
curves.svg    the log as a picture
outcome.json  once the model folder is written
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from align.errors import InputError, UsageError, one_line
from align.train.recipe import Recipe
from align.translate.layout import read_json

if TYPE_CHECKING:
    from align.train.corpora import Corpus
    from align.train.tokenizer import Tokenizer

SUFFIX: Final = ".work"


@dataclass(frozen=True, slots=True)
class Working:
    """The places in a working folder."""

    folder: Path

    @classmethod
    def of(cls, output: str) -> Working:
        """Return the one of a model folder, beside it."""
        target = Path(os.path.realpath(output))
        return cls(target.with_name(target.name + SUFFIX))

    @property
    def recipe(self) -> Path:
        """The settings."""
        return self.folder / "recipe.json"

    @property
    def data(self) -> Path:
        """What was read."""
        return self.folder / "data.json"

    @property
    def tokenizer(self) -> Path:
        """The vocabularies."""
        return self.folder / "tokenizer"

    @property
    def _partial(self) -> Path:
        return self.folder / "tokenizer.part"

    @property
    def before(self) -> Path:
        """Scores of the model it started from."""
        return self.folder / "before.json"

    @property
    def checkpoints(self) -> Path:
        """The checkpoints."""
        return self.folder / "checkpoints"

    @property
    def log(self) -> Path:
        """The log."""
        return self.folder / "log.jsonl"

    @property
    def curves(self) -> Path:
        """The picture."""
        return self.folder / "curves.svg"

    @property
    def outcome(self) -> Path:
        """What came out."""
        return self.folder / "outcome.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Make the folder, and keep other processes from it; a killed one's lock goes with it.

        Raises:
            InputError: It cannot be made.
            UsageError: Another process trains there.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = (self.folder / "lock").open("w")
        except OSError as error:
            raise InputError(str(self.folder), f"cannot be made: {error.strerror}") from error
        with file:
            try:
                import fcntl
            except ImportError:  # Windows
                yield
                return
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(f"{self.folder}: another process is training there") from error
            except OSError:  # a file system without locks
                yield
                return
            yield

    @property
    def has_steps(self) -> bool:
        """Whether there is training that another recipe would make worthless."""
        return self.outcome.is_file() or any(self.checkpoints.glob("*/checkpoint.json"))

    def agree(self, recipe: Recipe) -> None:
        """Keep the recipe, or hold it against the one that the run began with.

        A run that came to no checkpoint, as by a slip in the name of a corpus, gives way.

        Raises:
            UsageError: They differ in what makes another model; says where. Or the model folder
                holds a model that is not of this run.
        """
        if self.recipe.is_file():
            try:
                begun = Recipe.from_json(self.recipe.read_text(encoding="utf-8"))
            except (UsageError, UnicodeDecodeError) as error:
                raise UsageError(
                    f"{self.recipe}: damaged ({one_line(error)}); give another output, or remove "
                    "that folder"
                ) from error
            differences = begun.differences(recipe)
            if not differences:
                return
            if self.has_steps:
                raise UsageError(
                    f"{self.folder}: that run has another recipe: {', '.join(differences)}; go on "
                    "with the old one, give another output, or remove that folder"
                )
            self._forget()
        output = self.folder.with_name(self.folder.name.removesuffix(SUFFIX))
        if output.is_dir() and any(output.iterdir()):
            raise UsageError(
                f"{output}: holds a model that is not of this run; give another output, or "
                "remove it"
            )
        write_whole(self.recipe, recipe.to_json())

    def _forget(self) -> None:
        """Remove what was made of another recipe or other data."""
        for folder in (self.tokenizer, self._partial):
            if folder.is_dir():
                shutil.rmtree(folder)
        for file in (self.data, self.before):
            file.unlink(missing_ok=True)

    def agree_on_data(self, corpora: Sequence[Corpus], base: str | None) -> list[dict[str, Any]]:
        """Keep what was read, or hold it against what the run began with; return the corpora.

        Raises:
            UsageError: A file has another content now.
        """
        records = [corpus_record(corpus) for corpus in corpora]
        now = {"corpora": records, "base": base}
        begun = read_record(self.data)
        if begun is not None and begun != now and not self.has_steps:
            self._forget()
            begun = None
        if begun is None:
            write_whole(self.data, json.dumps(now, ensure_ascii=False, indent=2) + "\n")
            return records
        for old, new in zip(begun["corpora"], records, strict=True):
            if old["sha256"] != new["sha256"]:
                raise UsageError(
                    f"{new['name']}: this corpus changed since the run in {self.folder} began; "
                    "give another output, or remove that folder"
                )
        if begun["base"] != base:
            raise UsageError(f"{self.folder}: that run began with {begun['base']}, not {base}")
        return records

    def keep_tokenizer(self, make: Callable[[], Tokenizer]) -> Tokenizer:
        """Return the tokenizer of the run; the first time `make` makes it."""
        from align.train.tokenizer import open_tokenizer

        if not self.tokenizer.is_dir():
            made = make()
            if self._partial.is_dir():  # of a run that was killed
                shutil.rmtree(self._partial)
            made.save(self._partial)
            self._partial.rename(self.tokenizer)
        return open_tokenizer(self.tokenizer)


def corpus_record(corpus: Corpus) -> dict[str, Any]:
    """Return what the record of a training says of a corpus."""
    return {
        "name": corpus.name,
        "weight": corpus.spec.weight,
        "final_weight": corpus.spec.final_weight,
        "pairs": len(corpus.pairs),
        "read": corpus.read,
        "dropped": dict(corpus.dropped),
        "sha256": corpus.sha256,
    }


def write_whole(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        partial.replace(path)
    except OSError:
        with suppress(OSError):
            partial.unlink()
        raise


def read_record(path: Path) -> dict[str, Any] | None:
    """Return a JSON object that was kept, None where it was not."""
    return read_json(path) if path.is_file() else None
