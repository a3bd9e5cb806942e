"""`align check`: how well an article's English carries its slug and headline."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import (
    DEFAULT_BEAM,
    DEFAULT_MODEL,
    Beam,
    Device,
    Engine,
    EngineName,
    FieldNames,
    Json,
    Model,
    NoMemory,
    OnDevice,
    Output,
    Paths,
    Quantized,
    Threads,
    Translating,
    check_outputs,
    given,
    parsed_fields,
)
from align.cli.progress import tracked
from align.cli.spellings import NameList, SpellingsFile
from align.cli.streams import complain, is_terminal, print_rich, write_output
from align.cli.tally import Tally
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from align.articles import Article
    from align.check import Calibration, Check
    from align.pipeline import CheckedArticle, TranslatedArticle

Page = Annotated[
    str | None,
    typer.Option("--html", metavar="FILE", help="Also write a page, Urdu beside English."),
]
FailUnder = Annotated[
    float | None,
    typer.Option(
        "--fail-under",
        min=0,
        max=1,
        help="Exit with 1 if an article scores less; without it, if one is a mismatch.",
    ),
]
TranslationFile = Annotated[
    str | None,
    typer.Option(
        "--translation",
        metavar="FILE",
        help="Check these translations, written by `align translate --format jsonl`.",
    ),
]
CalibrationFile = Annotated[
    str | None,
    typer.Option(
        "--calibration",
        metavar="FILE",
        envvar="ALIGN_CALIBRATION",
        help="Score as fitted to your own articles, by --calibrate.",
    ),
]
Calibrate = Annotated[
    str | None,
    typer.Option(
        "--calibrate",
        metavar="FILE",
        help="Fit the score to these articles, and write the fit to FILE, for --calibration. Learnt"
        " is the field `label` (match or mismatch) of JSON Lines; without any, the slugs are"
        " shuffled.",
    ),
]


def check(
    paths: Paths = None,
    output: Output = None,
    json: Json = False,
    html: Page = None,
    fail_under: FailUnder = None,
    translation: TranslationFile = None,
    spellings: SpellingsFile = None,
    calibration: CalibrationFile = None,
    calibrate: Calibrate = None,
    fields: FieldNames = None,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Translate articles and score the English against their slugs and headlines.

    The score is the chance, from 0 to 1, that slug and article belong together
    and that the translation carries it. An article without a usable slug is
    unchecked, and the reason is told.
    """
    options = Translating(
        model=model,
        engine=engine,
        quantization=quantization,
        beam=beam,
        no_memory=no_memory,
        threads=threads,
        device=device,
    )
    from align.articles import read_articles
    from align.pipeline import check_articles

    sources = given(paths)
    check_outputs(sources, output, html, calibrate, spellings)
    articles = read_articles(sources, fields=parsed_fields(fields))
    tally, run = Tally(), _Run(keep=not json or html is not None)
    if calibrate is not None:
        if output or html or json or spellings or fail_under is not None:
            raise UsageError(
                "--calibrate checks nothing: leave out"
                " -o, --html, --json, --spellings, --fail-under"
            )
        with _translations(articles, translation, options) as translated:
            _calibrate(tally.all(tracked(translated, "calibrating", sources)), calibrate)
        raise typer.Exit(tally.exit_code)
    fit, names = _calibration(calibration), NameList(spellings)
    with _translations(articles, translation, options) as translated:
        if output or not json or not is_terminal(sys.stdout):
            translated = tracked(translated, "checking", sources)
        translated = names.gathered(tally.all(translated))
        results = run.all(check_articles(translated, calibration=fit))
        if json:
            write_output(output, tally.whole(_json_lines(results)))
        else:
            for _ in results:
                pass
    if run.checks:
        names.write()
    if run.checks and not json:
        print_rich(_view(run.results), output)
    summary = _summary(run, fail_under)
    if html is not None:
        write_output(html, tally.whole([_page(run, summary)]))
    if run.checks:
        complain(summary)
    raise typer.Exit(tally.exit_code or int(_is_failed(run.checks, fail_under)))


def _calibration(file: str | None) -> Calibration:
    """Read the calibration, or take the one that comes along."""
    if file is None:
        from align.check import SHIPPED

        return SHIPPED
    from align.check.calibration_file import read_calibration

    return read_calibration(file)


def _calibrate(translated: Iterable[TranslatedArticle | InputError], file: str) -> None:
    """Fit the score to the articles, write the fit, and tell how good it is."""
    from datetime import UTC, datetime

    from align.check.calibration_file import calibration_json
    from align.check.recalibration import recalibrate
    from align.pipeline import check_subjects
    from align.report.calibration import calibration_lines

    subjects, models = check_subjects(translated)
    found = recalibrate(subjects, model=models, fitted=f"{datetime.now(UTC):%Y-%m-%d}")
    write_output(file, [calibration_json(found)])
    for line in calibration_lines(found, file):
        complain(line)


@dataclass(slots=True)
class _Run:
    """What is to be told at the end; whole articles only with `keep`, for they take room."""

    keep: bool
    results: list[CheckedArticle] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)

    def all(
        self, results: Iterable[CheckedArticle | InputError]
    ) -> Iterator[CheckedArticle | InputError]:
        """Pass results on, and keep what is needed of them."""
        for result in results:
            if isinstance(result, InputError):
                self.errors.append(result)
            else:
                self.checks.append(result.check)
                if self.keep:
                    self.results.append(result)
            yield result


@contextmanager
def _translations(
    articles: Iterable[Article | InputError], file: str | None, options: Translating
) -> Iterator[Iterator[TranslatedArticle | InputError]]:
    """Translate the articles, or take their translations from `file`."""
    if file is not None:
        from align.report.translations import read_translations

        yield read_translations(file).put_to(articles)
        return
    from align.pipeline import translate_articles

    with options.translator() as translator:
        yield translate_articles(articles, translator)


def _is_failed(checks: Iterable[Check], fail_under: float | None) -> bool:
    """Tell whether some article scores less than that, or without it is a mismatch."""
    if fail_under is None:
        return any(check.verdict == "mismatch" for check in checks)
    return any(check.score is not None and check.score < fail_under for check in checks)


def _json_lines(results: Iterable[CheckedArticle | InputError]) -> Iterator[str]:
    from align.report.jsonl import check_record, json_lines

    return json_lines(results, lambda result: check_record(*result))


def _view(results: Sequence[CheckedArticle]) -> RenderableType:
    from align.report.check_table import CheckTable
    from align.report.terminal import check_view

    return check_view(*results[0]) if len(results) == 1 else CheckTable(results)


def _page(run: _Run, summary: str) -> str:
    from align.pipeline import several_spellings
    from align.report.html import html_page

    names = several_spellings(translated for translated, _ in run.results)
    title = "Urdu to English, checked"
    return html_page(run.results, run.errors, title=title, notes=[summary], names=names)


def _summary(run: _Run, fail_under: float | None) -> str:
    from align.check import summarize
    from align.report.figures import counted, number, verdict_counts

    summary, failed = summarize(run.checks), len(run.errors)
    scores = summary.scores
    parts = [f"{counted(summary.articles, 'article')}: {verdict_counts(summary)}"]
    if failed:
        parts.append(f"{counted(failed, 'input')} failed")
    if fail_under is not None:
        low = sum(_is_failed([check], fail_under) for check in run.checks)
        parts.append(f"{low} below {fail_under:g}")
    if scores.articles:
        parts.append(f"corpus BLEU {number(scores.bleu)} ({scores.bleu_signature})")
        parts.append(f"chrF {number(scores.chrf)} ({scores.chrf_signature})")
    return "; ".join(parts)
