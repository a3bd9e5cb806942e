"""`align evaluate`: a model or its output against references."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.evaluate_inputs import Tests, check_stdin, translated, warn_of_tokens
from align.cli.evaluate_links import evaluate_links
from align.cli.evaluate_options import (
    AnyFormat,
    Examples,
    Format,
    Metrics,
    Names,
    Reference,
    Samples,
    Seed,
    Seen,
    Source,
    SourceLanguage,
    TargetLanguage,
    Testset,
    TestsetsFile,
    chosen_format,
)
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
    Quantized,
    Threads,
    Translating,
    check_outputs,
)
from align.cli.streams import print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.evaluate.measurement import Measurement, System
    from align.evaluate.registry import Entry
    from align.evaluate.testsets import TestSet
    from align.report.evaluation import Evaluated


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
    source: Source = None,
    reference: Reference = None,
    testset: Testset = None,
    testsets_file: TestsetsFile = None,
    list_testsets: Annotated[
        bool,
        typer.Option("--list", help="List the registered test sets.", rich_help_panel="Test set"),
    ] = False,
    register: Annotated[
        str | None,
        typer.Option(
            "--register",
            metavar="NAME",
            help="Print what registers --source and --reference, with their checksums.",
            rich_help_panel="Test set",
        ),
    ] = None,
    links: Annotated[
        str | None,
        typer.Option(
            "--links",
            metavar="FILE",
            help="Gold links of words, 0-0 1p2; --hypothesis holds those of an aligner.",
            rich_help_panel="Test set",
        ),
    ] = None,
    first: Annotated[
        int,
        typer.Option(
            "--first",
            min=0,
            max=1,
            help="Number of the first word in --links.",
            rich_help_panel="Test set",
        ),
    ] = 0,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
    metrics: Metrics = "bleu,chrf,ter",
    samples: Samples = 1000,
    seed: Seed = 12345,
    seen: Seen = None,
    sentences: Annotated[
        str | None,
        typer.Option(
            "--sentences",
            metavar="FILE",
            help="Also write the scores of each segment: .tsv or .jsonl.",
        ),
    ] = None,
    examples: Examples = 3,
    system: Annotated[
        str | None,
        typer.Option(
            "--system",
            metavar="NAME",
            help="Name of the system in what is written.",
            show_default=False,
        ),
    ] = None,
    format: AnyFormat = None,
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
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Score a model, or the output of any system, against references.

    BLEU, chrF, chrF++ and TER are those of sacrebleu, each with its signature
    and its bootstrap interval. Besides: scores by length, feature, origin, date
    and document, lost numbers and names, worst and best sentences, and what is
    published of other models for a test set of that name. With --links, the
    error rate of word links, as `align words` finds them.
    """
    tests = Tests(
        source=source,
        references=[*(reference or ()), *(more or ())],
        names=testset or [],
        registries=testsets_file or [],
        languages=(source_language, target_language),
    )
    if list_testsets:
        _list(tests.registry(), json=json or format is Format.json, output=output)
        return
    if register is not None:
        write_output(output, [tests.entry(register)])
        return
    chosen = chosen_format(format, output, json=json)
    if links is not None:
        if tests.paths or model or seen or sentences:
            raise UsageError("--links takes --hypothesis alone: no test set, model or other file")
        evaluate_links(links, hypothesis, first=first, samples=samples, seed=seed, system=system,
                       format=chosen, output=output)  # fmt: skip
        return
    from align.evaluate.metrics import parsed_metrics

    _check(tests, hypothesis, sentences, output, model=model)
    wanted = parsed_metrics(metrics)
    sets = tests.read()
    known = tests.read_words(seen)
    translating = Translating(
        model=model or os.environ.get("ALIGN_MODEL") or DEFAULT_MODEL, engine=engine,
        quantization=quantization, beam=beam, no_memory=no_memory, threads=threads, device=device,
    )  # fmt: skip
    from align.evaluate.measurement import measure

    made = _systems(hypothesis, sets, translating, name=system, languages=tests.languages)
    measured = [
        measure(one, its, wanted, samples=samples, seed=seed, seen=known)
        for one, its in zip(sets, made, strict=True)
    ]
    for one in measured:
        warn_of_tokens(one)
    if sentences is not None:
        write_output(sentences, _sentences(measured[0], sentences))
    _write(_evaluated(measured, examples), chosen, output, tests.languages)


def _check(
    tests: Tests,
    hypothesis: str | None,
    sentences: str | None,
    output: str | None,
    *,
    model: str | None,
) -> None:
    """Raise UsageError where the options do not fit together."""
    tests.check()
    if hypothesis is not None and model is not None:
        raise UsageError("either --hypothesis or --model, not both")
    if hypothesis is None and not (tests.names or tests.source):
        raise UsageError("a model needs --source FILE, or give --hypothesis FILE")
    if len(tests.names) > 1 and (hypothesis or sentences):
        raise UsageError("--hypothesis and --sentences take one --testset")
    given = [path for path in (hypothesis, *tests.paths) if path]
    check_stdin(given)
    if sentences is not None and PurePath(sentences).suffix not in (".tsv", ".jsonl"):
        raise UsageError(f"--sentences {sentences}: let its name end in .tsv or .jsonl")
    check_outputs([path for path in given if path != "-"], output, sentences)


def _systems(
    hypothesis: str | None,
    tests: Sequence[TestSet],
    translating: Translating,
    *,
    name: str | None,
    languages: tuple[str, str],
) -> Iterator[System]:
    """Yield for each test set what was made of it."""
    from align.evaluate.inputs import read_hypotheses
    from align.evaluate.measurement import System

    if hypothesis is not None:
        texts = read_hypotheses(hypothesis, tests[0], languages=languages)
        own = "standard input" if hypothesis == "-" else PurePath(hypothesis).name
        yield System(name or own, texts)
        return
    with translating.translator(corrections=False) as translator:
        for test in tests:
            texts = tuple(translated(test.sources, translator))
            yield System(name or translator.model, texts, translator.signature)


def _evaluated(measured: Sequence[Measurement], examples: int) -> list[Evaluated]:
    """Put what is published of other models beside the measurements."""
    from align.evaluate.published import read_published
    from align.report.evaluation import Evaluated

    return [Evaluated(one, tuple(read_published(one.testset.name)), examples) for one in measured]


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
