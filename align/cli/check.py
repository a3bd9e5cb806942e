"""`align check`: how well an article's English carries its slug and headline."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import (
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
    Threads,
    Translating,
    count_articles,
    given,
    parsed_fields,
)
from align.cli.streams import complain, is_terminal, print_rich, tracked, write_output
from align.cli.tally import Tally
from align.errors import InputError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from align.articles import Article
    from align.check import Check
    from align.pipeline import TranslatedArticle

    Checked = tuple[TranslatedArticle, Check]

# Articles translated in one call: enough to fill batches, and what a killed run has to do again.
_WINDOW = 8


def check(
    paths: Paths = None,
    output: Output = None,
    json: Json = False,
    html: Annotated[
        str | None,
        typer.Option("--html", metavar="FILE", help="Also write a page, Urdu beside English."),
    ] = None,
    fail_under: Annotated[
        float | None,
        typer.Option(
            "--fail-under",
            min=0,
            max=1,
            help="Exit with 1 if an article scores less; without it, if one is a mismatch.",
        ),
    ] = None,
    translation: Annotated[
        str | None,
        typer.Option(
            "--translation",
            metavar="FILE",
            help="Check these translations, written by `align translate --format jsonl`.",
        ),
    ] = None,
    fields: FieldNames = None,
    model: Model = "ur-en",
    engine: Engine = EngineName.ctranslate2,
    beam: Beam = 4,
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
        model=model, engine=engine, beam=beam, no_memory=no_memory, threads=threads, device=device
    )
    from align.articles import read_articles

    sources = given(paths)
    articles = read_articles(sources, fields=parsed_fields(fields))
    tally, run = Tally(), _Run(keep=not json or html is not None)
    with _translations(articles, translation, options) as translated:
        if output or not json or not is_terminal(sys.stdout):
            translated = tracked(translated, "checking", total=count_articles(sources))
        results = run.all(_checked(tally.all(translated)))
        if json:
            write_output(output, _json_lines(results))
        else:
            for _ in results:
                pass
    if not json and run.checks:
        print_rich(_view(run), output)
    if html is not None:
        write_output(html, [_page(run)])
    if run.checks:
        complain(_summary(run, tally.failed))
    raise typer.Exit(tally.exit_code or int(run.is_failed(fail_under)))


@dataclass(slots=True)
class _Run:
    """What is to be told at the end; whole articles only with `keep`, for they take room."""

    keep: bool
    results: list[Checked] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    slug_pairs: list[tuple[str, str]] = field(default_factory=list)

    def all(self, results: Iterable[Checked | InputError]) -> Iterator[Checked | InputError]:
        """Pass results on, and keep what is needed of them."""
        for result in results:
            if isinstance(result, InputError):
                self.errors.append(result)
            else:
                self._keep(*result)
            yield result

    def _keep(self, translated: TranslatedArticle, check: Check) -> None:
        self.checks.append(check)
        slug = translated.article.slug
        if translated.headline and slug and check.slug_bleu is not None:
            self.slug_pairs.append((translated.headline.text, slug.text))
        if self.keep:
            self.results.append((translated, check))

    def is_failed(self, fail_under: float | None) -> bool:
        """Tell whether some article scores less than that, or without it is a mismatch."""
        if fail_under is None:
            return any(check.verdict == "mismatch" for check in self.checks)
        return any(check.score is not None and check.score < fail_under for check in self.checks)


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
        yield translate_articles(articles, translator, window=_WINDOW)


def _checked(
    items: Iterable[TranslatedArticle | InputError],
) -> Iterator[Checked | InputError]:
    from align.check import check_article

    for item in items:
        if isinstance(item, InputError):
            yield item
        else:
            sentences = [each.translation for row in item.paragraphs for each in row]
            yield item, check_article(item.article, item.headline, sentences)


def _json_lines(results: Iterable[Checked | InputError]) -> Iterator[str]:
    from align.report.jsonl import check_record, error_record, json_line

    for result in results:
        if isinstance(result, InputError):
            yield json_line(error_record(result))
        else:
            yield json_line(check_record(*result))


def _view(run: _Run) -> RenderableType:
    from align.report.terminal import check_table, check_view

    return check_view(*run.results[0]) if len(run.results) == 1 else check_table(run.results)


def _page(run: _Run) -> str:
    from align.report.html import html_page

    notes = [_summary(run, len(run.errors))]
    return html_page(run.results, run.errors, title="Urdu to English, checked", notes=notes)


def _summary(run: _Run, failed: int) -> str:
    from align.check import corpus_scores
    from align.report.figures import number, verdict_counts

    count = len(run.checks)
    parts = [f"{count} article{'s' * (count != 1)}: {verdict_counts(run.checks)}"]
    if failed:
        parts.append(f"{failed} input{'s' * (failed != 1)} failed")
    scores = corpus_scores(run.slug_pairs)
    if scores.articles:
        parts.append(f"corpus BLEU {number(scores.bleu)} ({scores.bleu_signature})")
        parts.append(f"chrF {number(scores.chrf)} ({scores.chrf_signature})")
    return "; ".join(parts)
