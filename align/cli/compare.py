"""`align compare`: two or more systems on the same test sets, with significance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.evaluate_inputs import Tests, check_stdin, translated, warn_of_tokens
from align.cli.evaluate_options import (
    AnyFormat,
    Examples,
    Format,
    Metrics,
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
from align.cli.streams import complain, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.evaluate.measurement import System
    from align.evaluate.testsets import TestSet
    from align.report.comparison import Compared

_MODEL = "model:"
_TESTSET = "{testset}"
_FORMS = "FILE, NAME=FILE, model:MODEL or NAME=model:MODEL"
_MOST = 26  # systems, named by letters


def compare(
    systems: Annotated[
        list[str],
        typer.Argument(
            metavar="SYSTEM SYSTEM...",
            help="FILE or NAME=FILE of its output, as --hypothesis of align evaluate; or"
            " model:MODEL or NAME=model:MODEL. The first one is the baseline. {testset} in a"
            " file's name stands for the name of each test set.",
            show_default=False,
        ),
    ],
    source: Source = None,
    reference: Reference = None,
    testset: Testset = None,
    testsets_file: TestsetsFile = None,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
    metrics: Metrics = "bleu,chrf,ter",
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="NAME,...",
            help="Metrics that decide for --fail-if-worse; segments go by the first. Default:"
            " chrf, or else the first of --metrics.",
            show_default=False,
        ),
    ] = None,
    samples: Samples = 1000,
    trials: Annotated[
        int,
        typer.Option(
            "--trials",
            min=0,
            max=1_000_000,
            help="How often approximate randomisation exchanges outputs; 0 leaves it out.",
        ),
    ] = 10_000,
    seed: Seed = 12345,
    alpha: Annotated[
        float,
        typer.Option(
            "--alpha",
            min=0.0001,
            max=0.5,
            help="The p-value below which a difference is significant.",
        ),
    ] = 0.05,
    seen: Seen = None,
    examples: Examples = 5,
    fail_if_worse: Annotated[
        bool,
        typer.Option(
            "--fail-if-worse",
            help="Exit with 1 if a system is significantly worse than the baseline on a test set.",
        ),
    ] = False,
    format: AnyFormat = None,
    output: Output = None,
    json: Json = False,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Compare two or more systems on the same test sets.

    Scores and p-values (paired bootstrap, approximate randomisation) are those of
    sacrebleu. Besides: who is better by length, feature, origin, date and document,
    words and phrases that one gets and the other misses, and the segments that
    differ most, side by side. Several test sets make a matrix.
    """
    tests = Tests(
        source=source,
        references=reference or [],
        names=testset or [],
        registries=testsets_file or [],
        languages=(source_language, target_language),
    )
    from align.evaluate.metrics import parsed_metrics

    chosen = chosen_format(format, output, json=json)
    tests.check()
    named = _named(systems)
    check_stdin((*tests.paths, *(one.path for one in named)))
    wanted = parsed_metrics(metrics)
    deciding = parsed_metrics(by, option="--by", known=wanted) if by is not None else ()
    if fail_if_worse and samples < 2 and not trials:
        raise UsageError("--fail-if-worse needs --samples or --trials")
    sets = _read_sets(tests, named)
    inputs = [path for one in named for path in one.paths(sets)]
    check_outputs([path for path in (*tests.paths, *inputs) if path != "-"], output)
    known = tests.read_words(seen)
    how = Translating(
        model="",
        engine=engine,
        quantization=quantization,
        beam=beam,
        no_memory=no_memory,
        threads=threads,
        device=device,
    )
    made = _made(named, sets, how, tests.languages)
    from align.evaluate.comparison import compare as compare_measured
    from align.evaluate.measurement import measure_all
    from align.report.comparison import Compared, verdict_line

    compared = []
    for one, its in zip(sets, made, strict=True):
        measured = measure_all(one, its, wanted, samples=samples, seed=seed, seen=known)
        for each in measured:
            warn_of_tokens(each)
        found = compare_measured(measured, by=deciding, alpha=alpha, trials=trials)
        compared.append(Compared(found, examples))
    _write(compared, chosen, output, tests.languages)
    if fail_if_worse and (line := verdict_line(compared)):
        complain(line)
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Named:
    """A system as it was given: its name, and where its output is or which model makes it."""

    name: str
    path: str
    model: str

    def paths(self, tests: Sequence[TestSet]) -> list[str]:
        """Return the files of its outputs, one a test set; none of a model."""
        return [self.path.replace(_TESTSET, test.name) for test in tests if not self.model]


def _named(systems: Sequence[str]) -> list[_Named]:
    """Read what systems are given; raise UsageError where that is not clear."""
    if not 2 <= len(systems) <= _MOST:
        raise UsageError(f"give 2 to {_MOST} systems: {_FORMS}")
    named = [_parsed(text) for text in systems]
    for at, one in enumerate(named):
        if any(one.name == other.name for other in named[:at]):
            raise UsageError(f"two systems are called {one.name}; name them: NAME=FILE")
    return named


def _parsed(text: str) -> _Named:
    name, equals, rest = text.partition("=")
    if not equals or text.startswith(_MODEL) or Path(text).is_file():
        name, rest = "", text
    model = rest.removeprefix(_MODEL) if rest.startswith(_MODEL) else ""
    if not rest or rest == _MODEL or text.startswith("="):
        raise UsageError(f"{text!r} is no system: give {_FORMS}")
    own = "standard input" if rest == "-" else PurePath(rest).name
    return _Named(name.strip() or model or (rest if _TESTSET in rest else own), rest, model)


def _read_sets(tests: Tests, named: Sequence[_Named]) -> list[TestSet]:
    """Read the test sets, each of a name of its own, for each of which there is an output."""
    from align.corpus.formats.names import holds_pairs

    if len(tests.names) > 1:
        for one in named:
            if not (one.model or _TESTSET in one.path or holds_pairs(one.path)):
                raise UsageError(
                    f"{one.path}: which test set is it of? write {_TESTSET} where its name stands"
                )
    sets = tests.read()
    for at, test in enumerate(sets):
        if any(test.name == other.name for other in sets[:at]):
            raise UsageError(f"two test sets are called {test.name}")
    if any(one.model for one in named) and not all(test.sources for test in sets):
        raise UsageError("a model needs --source FILE")
    return sets


def _made(
    named: Sequence[_Named],
    tests: Sequence[TestSet],
    how: Translating,
    languages: tuple[str, str],
) -> list[list[System]]:
    """Return for each test set what each system made of it; all files are read first.

    `how` models translate, but for the name of each.
    """
    from align.evaluate.inputs import read_hypotheses
    from align.evaluate.measurement import System

    outputs = {
        one.name: [
            System(one.name, read_hypotheses(path, test, languages=languages))
            for path, test in zip(one.paths(tests), tests, strict=True)
        ]
        for one in named
        if not one.model
    }
    for one in named:
        if one.model:
            own = replace(how, model=one.model)
            with own.translator(corrections=False) as translator:
                outputs[one.name] = [
                    System(
                        one.name, tuple(translated(test.sources, translator)), translator.signature
                    )
                    for test in tests
                ]
    return [[outputs[one.name][at] for one in named] for at in range(len(tests))]


def _write(
    compared: list[Compared], format: Format, output: str | None, languages: tuple[str, str]
) -> None:
    from align.report import comparison_texts as texts

    if format is Format.table:
        print_rich(texts.comparisons_view(compared), output)
    elif format is Format.json:
        from align.report.comparison_record import comparison_record
        from align.report.jsonl import json_line

        write_output(output, (json_line(comparison_record(one)) for one in compared))
    elif format is Format.html:
        from align.report.comparison_html import comparisons_html

        write_output(output, [comparisons_html(compared, languages=languages)])
    elif format is Format.markdown:
        write_output(output, texts.comparisons_markdown(compared))
    else:
        write_output(output, texts.comparisons_latex(compared))
