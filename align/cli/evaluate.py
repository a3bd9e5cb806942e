"""`align evaluate`: a model or its output against references."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import (
    DEFAULT_BEAM,
    DEFAULT_MODEL,
    Beam,
    Device,
    Engine,
    EngineName,
    Json,
    NoMemory,
    OnDevice,
    Output,
    Threads,
    Translating,
    check_outputs,
)
from align.cli.streams import complain, is_terminal, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.evaluate.measurement import Measurement, System
    from align.evaluate.registry import Entry
    from align.evaluate.testsets import TestSet
    from align.report.evaluation import Evaluated
    from align.translate.translator import Translator

_TESTS = "Test set"
_CHUNK = 128  # sentences between two steps of the progress bar
Names = list[str] | None


class Format(StrEnum):
    """What an evaluation is written as."""

    table = "table"
    json = "json"
    markdown = "markdown"
    latex = "latex"
    html = "html"


_BY_SUFFIX = {
    ".json": Format.json,
    ".jsonl": Format.json,
    ".md": Format.markdown,
    ".tex": Format.latex,
    ".html": Format.html,
}


def evaluate(
    more: Annotated[
        Names,
        typer.Argument(metavar="[REFERENCE]...", help="As --reference.", show_default=False),
    ] = None,
    hypothesis: Annotated[
        str | None,
        typer.Option(
            "--hypothesis",
            metavar="FILE",
            help="Output of a system instead of a model: a segment a line, pairs (.tsv, .jsonl,"
            " .tmx, ...), or what `align translate --format jsonl` wrote; - is standard input.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="FILE",
            help="A segment a line; or pairs or JSON Lines of articles in both languages, which"
            " need no --reference.",
            rich_help_panel=_TESTS,
        ),
    ] = None,
    reference: Annotated[
        Names,
        typer.Option(
            "--reference",
            metavar="FILE",
            help="A reference translation, likewise; several are taken together.",
            rich_help_panel=_TESTS,
        ),
    ] = None,
    testset: Annotated[
        Names,
        typer.Option(
            "--testset",
            metavar="NAME",
            help="A registered test set (--list), FOLDER/NAME, or a file of pairs; repeatable.",
            rich_help_panel=_TESTS,
        ),
    ] = None,
    testsets_file: Annotated[
        Names,
        typer.Option(
            "--testsets-file",
            metavar="FILE",
            help="Registers test sets; TOML. Also read: testsets.toml in your folder of settings.",
            rich_help_panel=_TESTS,
        ),
    ] = None,
    list_testsets: Annotated[
        bool,
        typer.Option("--list", help="List the registered test sets.", rich_help_panel=_TESTS),
    ] = False,
    register: Annotated[
        str | None,
        typer.Option(
            "--register",
            metavar="NAME",
            help="Print what registers --source and --reference, with their checksums.",
            rich_help_panel=_TESTS,
        ),
    ] = None,
    source_language: Annotated[
        str,
        typer.Option(
            "--source-language", metavar="CODE", help="Of the source.", rich_help_panel=_TESTS
        ),
    ] = "ur",
    target_language: Annotated[
        str,
        typer.Option(
            "--target-language", metavar="CODE", help="Of references.", rich_help_panel=_TESTS
        ),
    ] = "en",
    metrics: Annotated[
        str,
        typer.Option("--metrics", metavar="NAME,...", help="Of bleu, chrf, chrf++ and ter."),
    ] = "bleu,chrf,ter",
    samples: Annotated[
        int,
        typer.Option(
            "--samples", min=0, max=100_000, help="Of the bootstrap intervals; 0 for none."
        ),
    ] = 1000,
    seed: Annotated[
        int, typer.Option("--seed", min=0, envvar="SACREBLEU_SEED", help="Of their draws.")
    ] = 12345,
    seen: Annotated[
        Names,
        typer.Option(
            "--seen",
            metavar="FILE",
            help="What the system was trained on: text, or pairs. Sentences with other words are"
            " then scored apart.",
        ),
    ] = None,
    sentences: Annotated[
        str | None,
        typer.Option(
            "--sentences", metavar="FILE", help="Scores of each segment, to .tsv or .jsonl."
        ),
    ] = None,
    examples: Annotated[
        int, typer.Option("--examples", min=0, help="How many of the worst and best to show.")
    ] = 3,
    system: Annotated[
        str | None,
        typer.Option("--system", metavar="NAME", help="What to call it.", show_default=False),
    ] = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the name of --output, else table.", show_default=False
        ),
    ] = None,
    output: Output = None,
    json: Json = False,
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="MODEL",
            help="ur-en (the default), a model folder, or a Hugging Face name.",
            rich_help_panel="Model",
        ),
    ] = None,
    engine: Engine = EngineName.ctranslate2,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Score a model, or the output of any system, against references.

    BLEU, chrF, chrF++ and TER are those of sacrebleu, each with its signature
    and its bootstrap interval. Besides: scores by length, feature, origin, date
    and document, lost numbers and names, worst and best sentences, and what is
    published of other models for a test set of that name.
    """
    asked = Asked(
        hypothesis=hypothesis,
        source=source,
        references=[*(reference or ()), *(more or ())],
        names=testset or [],
        registries=testsets_file or [],
        languages=(source_language, target_language),
    )
    if list_testsets:
        _list(asked.registry(), json=json or format is Format.json, output=output)
        return
    if register is not None:
        write_output(output, [asked.entry(register)])
        return
    from align.evaluate.metrics import parsed_metrics, tokenized

    chosen = _format(format, output, json=json)
    asked.check(sentences, output, model=model)
    wanted = parsed_metrics(metrics)
    tests = asked.read_tests()
    known = asked.read_words(seen)
    translating = Translating(
        model=model or os.environ.get("ALIGN_MODEL") or DEFAULT_MODEL,
        engine=engine,
        beam=beam,
        no_memory=no_memory,
        threads=threads,
        device=device,
    )
    from align.evaluate.measurement import measure
    from align.evaluate.published import read_published
    from align.report.evaluation import Evaluated

    measured = [
        measure(test, made, wanted, samples=samples, seed=seed, seen=known)
        for test, made in zip(tests, asked.systems(tests, translating, system), strict=True)
    ]
    evaluated = [Evaluated(one, tuple(read_published(one.testset.name)), examples)
                 for one in measured]  # fmt: skip
    for one in measured:
        if count := tokenized(one.system.hypotheses):
            complain(
                f"warning: {count:,} hypotheses for {one.testset.name} end in ' .', as if cut into "
                "tokens; scores are for text as people read it"
            )
    if sentences is not None:
        write_output(sentences, _sentences(measured[0], sentences))
    _write(evaluated, chosen, output, asked.languages)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be evaluated on what."""

    hypothesis: str | None
    source: str | None
    references: list[str]
    names: list[str]
    registries: list[str]
    languages: tuple[str, str]

    def check(self, sentences: str | None, output: str | None, *, model: str | None) -> None:
        """Raise UsageError where the options do not fit together."""
        if self.names and (self.source or self.references):
            raise UsageError("--testset brings its source and references; leave the others out")
        if not (self.names or self.source or self.references):
            raise UsageError("no test set: give --testset NAME, or --source and --reference")
        if self.hypothesis is not None and model is not None:
            raise UsageError("either --hypothesis or --model, not both")
        if self.hypothesis is None and not (self.names or self.source):
            raise UsageError("a model needs --source FILE, or give --hypothesis FILE")
        if len(self.names) > 1 and (self.hypothesis or sentences):
            raise UsageError("--hypothesis and --sentences take one --testset")
        if [self.hypothesis, self.source, *self.references].count("-") > 1:
            raise UsageError("standard input can be read only once")
        if sentences is not None and PurePath(sentences).suffix not in (".tsv", ".jsonl"):
            raise UsageError(f"--sentences {sentences}: let its name end in .tsv or .jsonl")
        given = [self.hypothesis, self.source, *self.references, *self.names, *self.registries]
        check_outputs([path for path in given if path and path != "-"], output, sentences)

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

    def read_tests(self) -> list[TestSet]:
        """Read the test sets."""
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

    def systems(
        self, tests: Sequence[TestSet], translating: Translating, name: str | None
    ) -> Iterator[System]:
        """Yield for each test set what was made of it."""
        from align.evaluate.inputs import read_hypotheses
        from align.evaluate.measurement import System

        if self.hypothesis is not None:
            texts = read_hypotheses(self.hypothesis, tests[0], languages=self.languages)
            own = "standard input" if self.hypothesis == "-" else PurePath(self.hypothesis).name
            yield System(name or own, texts)
            return
        with translating.translator() as translator:
            for test in tests:
                texts = tuple(_translated(test.sources, translator))
                yield System(name or translator.model, texts, translator.signature)


def _translated(sources: Sequence[str], translator: Translator) -> Iterator[str]:
    """Yield the translations; show how many, if standard error is a terminal."""
    starts: Iterable[int] = range(0, len(sources), _CHUNK)
    if is_terminal(sys.stderr) and len(sources) > _CHUNK:
        from rich.console import Console
        from rich.progress import track

        starts = track(starts, "translating", console=Console(stderr=True), transient=True)
    for start in starts:
        for translation in translator.translate(sources[start : start + _CHUNK]):
            yield translation.text


def _format(format: Format | None, output: str | None, *, json: bool) -> Format:
    if json and format not in (None, Format.json):
        raise UsageError(f"--json means --format json, not {format}")
    if json or format is not None:
        return format or Format.json
    return _BY_SUFFIX.get(PurePath(output or "").suffix.lower(), Format.table)


def _sentences(measured: Measurement, path: str) -> Iterator[str]:
    from align.report.evaluation import sentence_records
    from align.report.evaluation_texts import sentences_tsv
    from align.report.jsonl import json_line

    if path.endswith(".tsv"):
        return sentences_tsv(measured)
    return map(json_line, sentence_records(measured))


def _write(
    evaluated: list[Evaluated], format: Format, output: str | None, languages: tuple[str, str]
) -> None:
    from align.report import evaluation_texts as texts

    if format is Format.table:
        print_rich(texts.evaluations_view(evaluated), output)
    elif format is Format.json:
        from align.report.evaluation import evaluation_record
        from align.report.jsonl import json_line

        write_output(output, (json_line(evaluation_record(one)) for one in evaluated))
    elif format is Format.html:
        from align.report.evaluation_html import evaluations_html

        write_output(output, [evaluations_html(evaluated, languages=languages)])
    elif format is Format.markdown:
        write_output(output, texts.evaluations_markdown(evaluated))
    else:
        write_output(output, texts.evaluations_latex(evaluated))


def _list(registry: dict[str, Entry], *, json: bool, output: str | None) -> None:
    from align.report.evaluation_texts import registry_view
    from align.report.jsonl import json_line

    if json:
        records = [
            {"name": one.name, "title": one.title, "segments": one.segments,
             "languages": one.languages, "terms": one.terms or None, "home": one.home or None,
             "files": one.files}
            for one in registry.values()
        ]  # fmt: skip
        write_output(output, map(json_line, records))
    else:
        print_rich(registry_view(registry.values()), output)
