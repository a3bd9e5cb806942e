"""`align memory`: what the translation memory holds, in and out, and less of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import Json
from align.cli.streams import complain, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.bitext import Pair
    from align.translate import Memory
    from align.translate.memory_upkeep import ScopeStats

app = typer.Typer(
    help="The translation memory: look into it, take translations out, put corrections in.",
    no_args_is_help=True,
)

_BATCH = 2000  # corrections kept at once
_USER = "user"  # the origin of corrections in exported files

ModelName = Annotated[
    str | None,
    typer.Option("--model", metavar="MODEL", help="Only of this model: ur-en, or ur-en@1a2b3c4d."),
]
Header = Annotated[bool, typer.Option("--header", help="TSV begins with the names of its columns.")]


@app.command("stats")
def stats(json: Json = False) -> None:
    """Show where it is, how large, and what it holds of which model and settings."""
    from align.report.jsonl import json_line
    from align.report.memory import memory_lines, memory_record, memory_table

    with _opened() as memory:
        found = memory.stats()
    if json:
        write_output(None, [json_line(memory_record(found))])
        return
    write_output(None, (f"{line}\n" for line in memory_lines(found)))
    if found.scopes:
        print_rich(memory_table(found), None)


@app.command("export")
def export(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help=".tmx, .tsv or .jsonl, also .gz, .xz; - is TSV."),
    ],
    model: ModelName = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Only what you have corrected.")
    ] = False,
    header: Header = False,
) -> None:
    """Write what is remembered as pairs; other tools read TMX.

    Corrections come first, with the origin "user" and their sources as given.
    Of what models made, the origin is the model, the source is as the model
    saw it (normalised: one spelling for each letter), and the text stands as
    machine translation too, so that an import of the file can tell what was
    changed in it; TSV has no place for that, and wants import --changed.
    """
    from align.cli.corpus_inputs import for_eyes
    from align.corpus.formats import write_pairs
    from align.report.figures import counted_thousands

    if corrections and model:
        raise UsageError("--corrections are of no model")
    with _opened() as memory:
        count = write_pairs(
            file,
            for_eyes(_exported(memory, model, only_corrections=corrections), file),
            changed=complain,
            header=header,
        )
    if file != "-":
        complain(f"{counted_thousands(count, 'pair')} written to {file}")


@app.command("import")
def import_(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE", help=".tmx, .tsv, .jsonl, also .gz, .xz; or - ."),
    ],
    changed: Annotated[
        bool,
        typer.Option(
            "--changed", help="Leave out what a model translates so already, as remembered."
        ),
    ] = False,
    header: Header = False,
    source_language: Annotated[str, typer.Option(help="Language of the source.")] = "ur",
    target_language: Annotated[str, typer.Option(help="Language of the target.")] = "en",
) -> None:
    """Take corrected translations, which from now on win over any model's.

    Of a source that comes twice the last one counts. Pairs whose target is the
    machine translation that stands beside it in the file are left out: nobody
    corrected them.
    """
    from align.cli.corpus_inputs import opened

    languages = (source_language, target_language)
    with _opened(create=True) as memory, opened(files, languages, header=header) as corpora:
        if not memory.is_open:
            raise UsageError("without a memory there is nothing to import to")
        taken = _Taken(memory, changed=changed)
        taken.all(corpora.pairs("importing"))
        if not memory.is_open:
            raise UsageError("the memory failed; not all was imported")
    complain(taken.summary())
    raise typer.Exit(corpora.exit_code)


@app.command("prune")
def prune(
    model: ModelName = None,
    orphaned: Annotated[
        bool,
        typer.Option(
            "--orphaned",
            help="Only of models that are not here, or settings of other versions of align.",
        ),
    ] = False,
    unused: Annotated[
        float | None,
        typer.Option("--unused", metavar="DAYS", min=0, help="Only what was not used for so long."),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            "--size",
            metavar="SIZE",
            help="Forget the least recently used until so much is left: 500M.",
        ),
    ] = None,
    corrections: Annotated[
        bool, typer.Option("--corrections", help="Forget all that you have corrected.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say how much it would be.")
    ] = False,
) -> None:
    """Forget translations of models: those that all given options mean.

    Your corrections stay, but for --corrections, which forgets them alone.
    """
    from align.translate.memory_upkeep import Condition, parse_size

    chosen = model is not None or orphaned or unused is not None
    if not (chosen or size or corrections):
        raise UsageError("what to forget? --model, --orphaned, --unused, --size or --corrections")
    if corrections and (chosen or size):
        raise UsageError("--corrections stands alone")
    if size and dry_run:
        raise UsageError("--size and --dry-run: how much that is shows by doing it")
    target = None if size is None else parse_size(size, "--size")
    with _opened() as memory:
        if corrections:
            count = memory.stats().corrections if dry_run else memory.forget_corrections()
            _tell(count, "correction", dry_run=dry_run)
            return
        count = 0
        if chosen:
            before = None if unused is None else int(max(0.0, time.time() - unused * 86_400)) + 1
            scopes = _meant(memory, model, orphaned=orphaned)
            condition = Condition(scopes, before)
            count = memory.count(condition) if dry_run else memory.forget(condition)
        if target is not None:
            count += memory.shrink(target)
        _tell(count, "translation", dry_run=dry_run)


@contextmanager
def _opened(*, create: bool = False) -> Iterator[Memory]:
    """Open the memory, if there is one."""
    from align.translate import Memory
    from align.translate.memory import default_path

    path = default_path()
    if not create and not path.exists():
        complain(f"{path}: no translation memory yet; it comes with the first translation")
        raise typer.Exit(2)
    with Memory(path) as memory:
        if not memory.is_open:
            raise typer.Exit(2)
        yield memory


def _exported(memory: Memory, model: str | None, *, only_corrections: bool) -> Iterator[Pair]:
    from align.bitext import Pair

    if model is None:
        for kept in memory.corrections():
            yield Pair(kept.source, kept.text, origin=_USER)
    if only_corrections:
        return
    is_meant = _of_model(model)
    for kept in memory.translations():
        if kept.model is not None and is_meant(kept.model):
            yield Pair(kept.source, kept.text, translation=kept.text, origin=kept.model)


def _of_model(name: str | None) -> Callable[[str], bool]:
    """Tell whether a model, `ur-en@1a2b3c4d`, is the one of this name; any is without one."""
    return lambda model: name is None or name in (model, model.rpartition("@")[0])


def _meant(memory: Memory, model: str | None, *, orphaned: bool) -> list[str] | None:
    """Return the scopes that options name; None for all."""
    if model is None and not orphaned:
        return None
    is_meant = _of_model(model)
    scopes = [scope for scope in memory.stats().scopes if is_meant(scope.model)]
    if model is not None and not scopes:
        raise UsageError(f"--model {model}: nothing is remembered of it; see align memory stats")
    return [scope.scope for scope in (_orphans(scopes) if orphaned else scopes)]


def _orphans(scopes: Iterable[ScopeStats]) -> list[ScopeStats]:
    """Return those that nothing on this machine would ask for again."""
    from align.translate import list_models
    from align.translate.translator import is_current

    here = {model.identity for model in list_models()}
    return [scope for scope in scopes if scope.model not in here or not is_current(scope.scope)]


def _tell(count: int, what: str, *, dry_run: bool) -> None:
    from align.report.figures import counted_thousands

    complain(f"{counted_thousands(count, what)} {'would be ' if dry_run else ''}forgotten")


@dataclass(slots=True)
class _Taken:
    """Corrections on their way into the memory, and what was left out."""

    memory: Memory
    changed: bool
    kept: int = 0
    empty: int = 0
    foreign: int = 0
    same: int = 0
    replaced: int = 0
    several: int = 0

    def all(self, pairs: Iterable[Pair]) -> None:
        """Keep all that are corrections, a batch at a time."""
        pairs = iter(pairs)
        while batch := list(islice(pairs, _BATCH)):
            meant = [(pair.source, pair.target) for pair in batch if self._is_meant(pair)]
            corrections = dict(meant)
            self.kept += len(meant)
            self.replaced += len(meant) - len(corrections)
            if self.changed:
                known = self.memory.texts_of(corrections)
                same = {source for source, text in corrections.items() if text in known[source]}
                self.same += len(same)
                self.kept -= len(same)
                corrections = {s: text for s, text in corrections.items() if s not in same}
            self.replaced += self.memory.correct(corrections)

    def _is_meant(self, pair: Pair) -> bool:
        from align.text.sentences import split_sentences
        from align.translate.seen import seen_by_model
        from align.translate.segments import needs_translation

        if not pair.source.strip() or not pair.target.strip():
            self.empty += 1
        elif not needs_translation(seen_by_model(pair.source)):
            self.foreign += 1
        elif pair.target == pair.translation:
            self.same += 1
        else:
            self.several += len(split_sentences(pair.source)) > 1
            return True
        return False

    def summary(self) -> str:
        """Return how many were kept, and what became of the others."""
        from align.report.figures import counted_thousands

        others = {
            "left as the model has them": self.same,
            "with an empty side": self.empty,
            "without Urdu": self.foreign,
            "of them in place of an earlier one": self.replaced,
            "of several sentences, which only headlines and --lines can match": self.several,
        }
        told = [f"{count:,} {what}" for what, count in others.items() if count]
        if self.same and not self.kept:
            told.append("nothing was edited")
        return "; ".join([f"{counted_thousands(self.kept, 'correction')} kept", *told])
