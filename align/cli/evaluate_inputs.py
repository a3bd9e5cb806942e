"""What `align evaluate` and `align compare` read: test sets, training words, translations."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from align.cli.evaluate_options import Names
from align.cli.streams import complain, is_terminal
from align.errors import UsageError

if TYPE_CHECKING:
    from align.evaluate.measurement import Measurement
    from align.evaluate.registry import Entry
    from align.evaluate.testsets import TestSet
    from align.translate.translator import Translator

_CHUNK = 512  # sentences between two steps of the progress bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Tests:
    """The test sets that are asked for: by name, or one by its files."""

    source: str | None
    references: list[str]
    names: list[str]
    registries: list[str]
    languages: tuple[str, str]

    def check(self) -> None:
        """Raise UsageError where the options do not fit together."""
        if self.names and (self.source or self.references):
            raise UsageError("--testset brings its source and references; leave the others out")
        if not (self.names or self.source or self.references):
            raise UsageError("no test set: give --testset NAME, or --source and --reference")

    @property
    def paths(self) -> list[str]:
        """All that is read for them, as it was given."""
        files = [self.source, *self.references, *self.names, *self.registries]
        return [path for path in files if path]

    def registry(self) -> dict[str, Entry]:
        """Read the registered test sets."""
        from align.evaluate.registry import read_registry

        return read_registry(self.registries)

    def entry(self, name: str) -> str:
        """Return what registers the source and references under a name."""
        from align.evaluate.registry import entry_toml

        if self.source is None:
            raise UsageError("--register needs --source FILE")
        references = [Path(path) for path in self.references]
        return entry_toml(name, Path(self.source), references, languages=self.languages)

    def read(self) -> list[TestSet]:
        """Read them."""
        from align.evaluate.inputs import read_test
        from align.evaluate.registry import read_registered

        if not self.names:
            return [read_test(self.source, self.references, languages=self.languages)]
        registry = self.registry()
        return [read_registered(name, registry, languages=self.languages) for name in self.names]

    def read_words(self, paths: Names) -> frozenset[str] | None:
        """Read the words of what a system was trained on."""
        if not paths:
            return None
        from align.evaluate.buckets import words_of
        from align.evaluate.inputs import read_segments

        sides = (read_segments(path, languages=self.languages) for path in paths)
        return frozenset().union(*(words_of(text) for side in sides for text in side.sources))


def check_stdin(paths: Iterable[str | None]) -> None:
    """Raise UsageError where standard input is named twice."""
    if list(paths).count("-") > 1:
        raise UsageError("standard input can be read only once")


def translated(sources: Sequence[str], translator: Translator) -> Iterator[str]:
    """Yield the translations; show how many, if standard error is a terminal."""
    starts: Iterable[int] = range(0, len(sources), _CHUNK)
    if is_terminal(sys.stderr) and len(sources) > _CHUNK:
        from rich.console import Console
        from rich.progress import track

        starts = track(starts, "translating", console=Console(stderr=True), transient=True)
    for start in starts:
        for translation in translator.translate(sources[start : start + _CHUNK]):
            yield translation.text


def warn_of_tokens(measured: Measurement) -> None:
    """Say so where hypotheses are cut into tokens, as sacrebleu does."""
    from align.evaluate.metrics import tokenized

    if count := tokenized(measured.system.hypotheses):
        complain(
            f"warning: {count:,} hypotheses for {measured.testset.name} end in ' .', as if cut "
            "into tokens; scores are for text as people read it"
        )
