"""`align translate`: articles, or plain text, to English."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from glob import has_magic
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.folder import Folder
from align.cli.interrupt import CODE as INTERRUPTED
from align.cli.interrupt import Interrupt
from align.cli.on_cluster import OnCluster, Ray, WorkingFolder, check_ray, on_cluster
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
    folder_of,
    given,
    named_format,
    parsed_fields,
)
from align.cli.progress import tracked
from align.cli.shard_folder import ShardFolder
from align.cli.spellings import NameList, SpellingsFile
from align.cli.streams import complain, is_terminal, write_output
from align.cli.tally import Tally
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.articles import Fields
    from align.pipeline import TranslatedArticle
    from align.report.run import Run
    from align.translate.translator import Translator


_TOLD = 3  # failures that need no summing up


class Format(StrEnum):
    """What translations are written as."""

    text = "text"
    jsonl = "jsonl"
    html = "html"
    tmx = "tmx"
    tsv = "tsv"


Watch = Annotated[
    bool,
    typer.Option(
        "--watch", help="Go on with articles as they come into the folders, until Ctrl-C."
    ),
]
Report = Annotated[
    str | None,
    typer.Option("--report", metavar="FILE", help="Also write an account of the run, as JSON."),
]


def translate(
    paths: Paths = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the name of --output, else text.", show_default=False
        ),
    ] = None,
    output: Output = None,
    json: Json = False,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Each line of the input is a sentence: line for line."),
    ] = False,
    watch: Watch = False,
    report: Report = None,
    spellings: SpellingsFile = None,
    fields: FieldNames = None,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
    ray: Ray = None,
    work: WorkingFolder = None,
) -> None:
    """Translate scraped articles or plain Urdu text to English.

    Text keeps the layout of the article. For several inputs, -o FOLDER writes
    NAME.en.txt for each, in the same sub-folders; with --format jsonl,
    -o FOLDER/ writes files of a thousand articles. An interrupted run, started
    again, goes on where it stopped.
    """
    from align.report.run import Run

    run = Run()
    sources = given(paths)
    chosen = _format(format, output, json=json)
    several = len(sources) > 1 or any(map(_is_several, sources))
    root = _folder_of(output, chosen, several=several)
    options = Translating(
        model=model,
        engine=engine,
        quantization=quantization,
        beam=beam,
        no_memory=no_memory,
        threads=threads,
        device=device,
    )
    task = _Task(sources, parsed_fields(fields), chosen, output, lines, watch)
    if watch:
        _check_watching(task, root)
    if root is None or report is not None or spellings is not None:
        check_outputs(sources, None if root else output, report, spellings)
    check_ray(ray, work, lines=lines, watch=watch)
    folder = None
    if root is not None:
        folder = ShardFolder(root) if chosen is Format.jsonl else Folder(root, sources)
    tally, interrupt, names = Tally(), Interrupt(), NameList(spellings)
    listening = nullcontext() if lines else interrupt.listening()
    making: AbstractContextManager[Translator | OnCluster] = (
        options.translator(sturdy=several)
        if ray is None
        else on_cluster(ray, options, sources, (output, work), interrupt)
    )
    with making as translator, listening:
        try:
            items = names.gathered(run.all(task.translated(translator, interrupt, folder)))
            task.write(items, tally, interrupt, folder)
        except KeyboardInterrupt:
            if not interrupt.requested:
                raise
    run.interrupted = interrupt.requested
    if tally.done:
        names.write()
    _account(run, report, remembers=not no_memory or ray is not None)
    raise typer.Exit(INTERRUPTED if run.interrupted else tally.exit_code)


AnyFolder = Folder | ShardFolder


@dataclass(frozen=True, slots=True)
class _Task:
    """What is to be translated and written."""

    sources: list[str]
    fields: Fields | None
    format: Format
    output: str | None
    lines: bool
    watch: bool

    def translated(
        self, translator: Translator | OnCluster, interrupt: Interrupt, folder: AnyFolder | None
    ) -> Iterator[TranslatedArticle | InputError]:
        """Yield articles and errors, written where it is a folder that gets them."""
        if isinstance(translator, OnCluster):
            items = interrupt.until(translator.articles(self.sources, self.fields))
        elif self.lines:
            from align.cli.texts import read_texts
            from align.pipeline import translate_lines

            items = translate_lines(read_texts(self.sources), translator)
        elif self.watch:
            items = self._watched(translator, interrupt, folder)
        else:
            items = self._articles(self.sources, translator, interrupt)
        if not self.watch and (self.output or not is_terminal(sys.stdout)):
            items = tracked(items, "translating", self.sources)
        return items if folder is None else folder.written(items)

    def _articles(
        self, paths: list[str], translator: Translator, interrupt: Interrupt
    ) -> Iterator[TranslatedArticle | InputError]:
        from align.articles import read_articles
        from align.pipeline import translate_articles

        articles = interrupt.until(read_articles(paths, fields=self.fields))
        return translate_articles(articles, translator)

    def _watched(
        self, translator: Translator, interrupt: Interrupt, folder: AnyFolder | None
    ) -> Iterator[TranslatedArticle | InputError]:
        """Translate what is in the folders, and then what comes, until Ctrl-C."""
        from align.articles.reader import SUFFIXES
        from align.articles.watching import ready_files

        for files in ready_files(self.sources, SUFFIXES, interrupt.event):
            if folder is not None:
                folder.begin()
            yield from self._articles(files, translator, interrupt)

    def write(
        self,
        items: Iterator[TranslatedArticle | InputError],
        tally: Tally,
        interrupt: Interrupt,
        folder: AnyFolder | None,
    ) -> None:
        """Write the items, which a folder has already, and tell the tally."""
        if folder is not None:
            for _ in tally.all(items):
                pass
            return
        chunks = _chunks(self.format, self._until_whole(items, interrupt), tally, lines=self.lines)
        write_output(self.output, chunks if self.watch else tally.whole(chunks))

    def _until_whole(
        self, items: Iterator[TranslatedArticle | InputError], interrupt: Interrupt
    ) -> Iterator[TranslatedArticle | InputError]:
        """Pass items on; after Ctrl-C a file is not written, for it would not be whole."""
        yield from items
        if interrupt.requested and not self.watch:
            raise KeyboardInterrupt


def _folder_of(output: str | None, format: Format, *, several: bool) -> Path | None:
    """Tell which folder gets files, if one does: of text one an article, of JSON Lines shards."""
    if not output or format not in (Format.text, Format.jsonl):
        return None
    # Of JSON Lines a name without an end is a file, as ever.
    return folder_of(output, several=several and format is Format.text)


def _is_several(path: str) -> bool:
    # Path.is_dir raises for a name that is too long.
    return os.path.isdir(path) or has_magic(path)  # noqa: PTH112


def _check_watching(task: _Task, root: Path | None) -> None:
    """Raise UsageError for what cannot be watched, or cannot be written as it comes."""
    for source in task.sources:
        if not os.path.isdir(source):  # noqa: PTH112 never raises
            raise UsageError(f"--watch: {source} is no folder")
        if root is not None and root.resolve().is_relative_to(Path(source).resolve()):
            raise UsageError(f"--watch: {root} lies in {source}, and would be translated again")
    if task.lines:
        raise UsageError("--watch and --lines do not go together")
    if root is not None and task.format is Format.jsonl:
        raise UsageError("--watch writes to -o FOLDER as text; a shard would wait to be full")
    is_stream = task.output in (None, "-") and task.format in (Format.jsonl, Format.tsv)
    if root is None and not is_stream:
        raise UsageError("--watch writes to -o FOLDER, or --json or --format tsv to a pipe")


def _account(run: Run, report: str | None, *, remembers: bool) -> None:
    """Say what was done; one article that went well needs no words."""
    if run.articles > 1 or run.marked or run.interrupted:
        complain(run.summary())
    if run.articles > 1 or run.interrupted:
        complain(run.work())
    if len(run.failures) > _TOLD:
        complain(run.failed())
    if run.interrupted:
        goes_on = "goes on from there" if remembers else "starts over, since nothing is remembered"
        complain(f"interrupted; the same command {goes_on}")
    if report is not None:
        from align.report.jsonl import json_line

        write_output(report, [json_line(run.record())])


def _format(format: Format | None, output: str | None, *, json: bool) -> Format:
    if json and format not in (None, Format.jsonl):
        raise UsageError(f"--json means --format jsonl, not {format}")
    return Format.jsonl if json else format or named_format(output, Format) or Format.text


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
    from align.pipeline import several_spellings
    from align.report.html import html_page

    every = list(items)
    errors = [item for item in every if isinstance(item, InputError)]
    entries = [(item, None) for item in every if not isinstance(item, InputError)]
    names = several_spellings(item for item, _ in entries)
    yield html_page(entries, errors, names=names)
