"""`align translate`: articles, or plain text, to English."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from glob import has_magic
from pathlib import Path
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
    Threads,
    Translating,
    check_outputs,
    folder_of,
    given,
    parsed_fields,
)
from align.cli.progress import tracked
from align.cli.streams import complain, is_terminal, write_output
from align.cli.tally import Tally
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.articles import Fields
    from align.pipeline import TranslatedArticle
    from align.translate.translator import Translator


class Format(StrEnum):
    """What translations are written as."""

    text = "text"
    jsonl = "jsonl"
    html = "html"
    tmx = "tmx"
    tsv = "tsv"


def translate(
    paths: Paths = None,
    format: Annotated[
        Format | None, typer.Option("--format", help="Default: text.", show_default=False)
    ] = None,
    output: Output = None,
    json: Json = False,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Each line of the input is a sentence: line for line."),
    ] = False,
    fields: FieldNames = None,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Translate scraped articles or plain Urdu text to English.

    Text keeps the layout of the article. For several inputs, -o FOLDER writes
    NAME.en.txt for each, in the same sub-folders. An interrupted run, started
    again, goes on where it stopped.
    """
    sources = given(paths)
    chosen = _format(format, json)
    several = len(sources) > 1 or any(map(_is_several, sources))
    folder = folder_of(output, several=several) if output and chosen is Format.text else None
    options = Translating(
        model=model, engine=engine, beam=beam, no_memory=no_memory, threads=threads, device=device
    )
    names = parsed_fields(fields)
    if folder is None:
        check_outputs(sources, output)
    tally, counts = Tally(), Counts()
    with options.translator() as translator:
        items = _translated(sources, translator, names, lines=lines)
        if output or not is_terminal(sys.stdout):
            items = tracked(items, "translating", sources)
        items = counts.all(items)
        if folder is not None:
            _write_folder(folder, sources, tally.good(items))
        else:
            write_output(output, tally.whole(_chunks(chosen, items, tally, lines=lines)))
    if tally.done > 1 or counts.marked:  # one that went well needs no words
        complain(_summary(tally, counts))
    raise typer.Exit(tally.exit_code)


def _is_several(path: str) -> bool:
    # Path.is_dir raises for a name that is too long.
    return os.path.isdir(path) or has_magic(path)  # noqa: PTH112


@dataclass(slots=True)
class Counts:
    """What passed: sentences, and translations that are marked with a doubt."""

    sentences: int = 0
    marked: int = 0

    def all(
        self, items: Iterable[TranslatedArticle | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Count what items hold and pass them on."""
        from align.report.figures import doubts

        for item in items:
            if not isinstance(item, InputError):
                self.sentences += len(item.sentences)
                self.marked += doubts(item)
            yield item


def _summary(tally: Tally, counts: Counts) -> str:
    from align.report.figures import counted

    text = f"{counted(tally.done, 'article')}, {counted(counts.sentences, 'sentence')}"
    text += f", {counts.marked} marked as doubtful" if counts.marked else ""
    return text + (f"; {counted(tally.failed, 'input')} failed" if tally.failed else "")


def _format(format: Format | None, json: bool) -> Format:
    if json and format not in (None, Format.jsonl):
        raise UsageError(f"--json means --format jsonl, not {format}")
    return Format.jsonl if json else format or Format.text


def _translated(
    sources: list[str], translator: Translator, fields: Fields | None, *, lines: bool
) -> Iterator[TranslatedArticle | InputError]:
    if lines:
        from align.cli.texts import read_texts
        from align.pipeline import translate_lines

        return translate_lines(read_texts(sources), translator)
    from align.articles import read_articles
    from align.pipeline import translate_articles

    articles = read_articles(sources, fields=fields)
    return translate_articles(articles, translator)


def _chunks(
    format: Format,
    items: Iterable[TranslatedArticle | InputError],
    tally: Tally,
    *,
    lines: bool,
) -> Iterator[str]:
    """Yield the output in `format`, part by part."""
    if format is Format.jsonl:
        from align.report.jsonl import jsonl

        yield from jsonl(tally.all(items))
    elif format is Format.html:
        yield from _html(tally.all(items))
    elif format is Format.tmx:
        from align.report.tmx import tmx

        yield from tmx(tally.good(items))
    elif format is Format.tsv:
        from align.report.tsv import tsv

        yield from tsv(tally.good(items))
    else:
        from align.report import text

        yield from (text.lines if lines else text.text)(tally.good(items))


def _html(items: Iterable[TranslatedArticle | InputError]) -> Iterator[str]:
    from align.report.html import html_page

    every = list(items)
    errors = [item for item in every if isinstance(item, InputError)]
    entries = [(item, None) for item in every if not isinstance(item, InputError)]
    yield html_page(entries, errors)


def _write_folder(folder: Path, sources: list[str], articles: Iterable[TranslatedArticle]) -> None:
    """Write a file for each article, in the same folders below `folder` as it was found in."""
    from align.cli.names import FileNames, folder_below
    from align.report.text import article_text

    names: dict[Path, FileNames] = {}
    for translated in articles:
        place = folder / folder_below(translated.article.path, sources)
        name = names.setdefault(place, FileNames(".en.txt")).name(translated.article.id)
        write_output(str(place / name), [article_text(translated)])
