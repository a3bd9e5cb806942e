"""`align words`: which words of a pair translate each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Final

import typer

from align.cli.corpus_options import Header, SourceLanguage, TargetLanguage
from align.cli.options import (
    DEFAULT_MODEL,
    Device,
    Engine,
    EngineName,
    Json,
    Model,
    OnDevice,
    Output,
    Paths,
    Quantized,
    Threads,
    check_languages,
    check_outputs,
    given,
    named_format,
)
from align.cli.streams import complain, write_output
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.bitext.tokens import Words
    from align.bitext.word_alignment import WordAlignment
    from align.evaluate.word_links import GoldLinks
    from align.translate.engine import AttentiveEngine

_WINDOW: Final = 512  # pairs that are aligned in one call
_MOST_DRAWN: Final = 500


class Format(StrEnum):
    """What links are written as."""

    pharaoh = "pharaoh"
    tsv = "tsv"
    jsonl = "jsonl"
    html = "html"
    tokens = "tokens"


class Aligner(StrEnum):
    """What links words."""

    model = "model"
    eflomal = "eflomal"


class Method(StrEnum):
    """How the links that look from either side are made one, as in `align.bitext`."""

    intersection = "intersection"
    grow_diag = "grow-diag"
    grow_diag_final_and = "grow-diag-final-and"
    grow_diag_final = "grow-diag-final"
    union = "union"
    forward = "forward"
    backward = "backward"


def words(
    paths: Paths = None,
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the name of --output, else pharaoh.", show_default=False
        ),
    ] = None,
    output: Output = None,
    json: Json = False,
    tokenized: Annotated[
        bool, typer.Option("--tokenized", help="Words are parted by spaces already.")
    ] = False,
    method: Annotated[
        Method | None,
        typer.Option("--method", help="How the two directions are made one.", show_default=False),
    ] = None,
    aligner: Annotated[
        Aligner, typer.Option("--aligner", help="eflomal: a program of its own, for whole corpora.")
    ] = Aligner.model,
    gold: Annotated[
        str | None,
        typer.Option("--gold", metavar="FILE", help="Score the links against these."),
    ] = None,
    first: Annotated[
        int, typer.Option("--first", min=0, max=1, help="Number of the first word in --gold.")
    ] = 0,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Link the words of pairs of sentences, by the attention of the model.

    Pairs come from TSV, JSON Lines, TMX, XLIFF, Parquet or Moses files. A line
    a pair, 0-0 1-2: numbers of words from zero, those of --format tokens.
    tsv counts linked words over all pairs; html draws a matrix of each.
    """
    if json and format not in (None, Format.jsonl):
        raise UsageError(f"--json means --format jsonl, not {format}")
    chosen = Format.jsonl if json else format or named_format(output, Format) or Format.pharaoh
    sources = given(paths)
    languages = (source_language, target_language)
    check_languages(languages)
    check_outputs([*_files(sources, languages), *([gold] if gold else [])], output)
    from align.evaluate.word_links import read_gold_links

    truth = None if gold is None else read_gold_links(gold, first=first)
    run = _Run(tokenized=tokenized, method=method.value if method else None)
    pairs = run.pairs(sources, languages, header=header)
    if aligner is Aligner.eflomal:
        found: Iterable[WordAlignment] = run.by_program(pairs)
    else:
        from align.translate import load_engine

        loaded = load_engine(
            model,
            engine=engine.value,
            quantization=quantization and quantization.value,
            threads=threads or None,
            device=device.value,
        )
        found = run.by_model(pairs, loaded)
    kept: list[WordAlignment] = []
    if truth is not None:
        found = _kept(found, kept)
    write_output(output, _chunks(chosen, found, languages))
    if truth is not None:
        complain(_scores(kept, truth, gold or ""))
    if not run.read:
        complain("nothing to read: no pairs there")
    raise typer.Exit(2 if not run.read else int(run.failed > 0))


def _files(paths: Iterable[str], languages: tuple[str, str]) -> list[str]:
    from align.cli.corpus_inputs import corpus_files
    from align.corpus.formats import find_corpora

    corpora = [path for path in find_corpora(paths, languages) if isinstance(path, str)]
    return [file for path in corpora if path != "-" for file in corpus_files(path, languages)]


@dataclass(slots=True)
class _Run:
    """Pairs as they pass; each that fails is one line on standard error."""

    tokenized: bool
    method: str | None
    read: int = 0
    failed: int = 0

    def pairs(
        self, paths: Iterable[str], languages: tuple[str, str], *, header: bool
    ) -> Iterator[tuple[Words, Words]]:
        """Read the words of all pairs."""
        from align.bitext.tokens import read_words, split_words
        from align.corpus.formats import find_corpora, read_pairs

        words = read_words if self.tokenized else split_words
        for path in find_corpora(paths, languages):
            if isinstance(path, InputError):
                self._complain(str(path))
                continue
            try:
                for pair in read_pairs(
                    path, languages=languages, skipped=self._complain, header=header
                ):
                    self.read += 1
                    yield words(pair.source), words(pair.target)
            except InputError as error:
                self._complain(str(error))

    def by_model(
        self, pairs: Iterator[tuple[Words, Words]], engine: AttentiveEngine
    ) -> Iterator[WordAlignment]:
        """Link by attention, window by window."""
        from align.bitext.attention import METHOD, align_words
        from align.bitext.word_alignment import WordAlignment

        done = 0
        while window := list(islice(pairs, _WINDOW)):
            for pair, found in zip(
                window, align_words(window, engine, method=self.method or METHOD), strict=True
            ):
                done += 1
                if found is None:
                    limit = engine.max_source_tokens
                    self._complain(f"pair {done:,}: no links: a side has over {limit} pieces")
                yield found or WordAlignment(pair[0].words, pair[1].words, ())

    def by_program(self, pairs: Iterator[tuple[Words, Words]]) -> Iterator[WordAlignment]:
        """Link by eflomal, which reads all before it says anything."""
        from align.bitext.eflomal import METHOD, align_corpus

        return iter(align_corpus(list(pairs), method=self.method or METHOD))

    def _complain(self, reason: str) -> None:
        self.failed += 1
        complain(reason)


def _kept(found: Iterable[WordAlignment], kept: list[WordAlignment]) -> Iterator[WordAlignment]:
    for one in found:
        kept.append(one)
        yield one


def _chunks(
    format: Format, found: Iterable[WordAlignment], languages: tuple[str, str]
) -> Iterator[str]:
    from align.report import words as report

    match format:
        case Format.pharaoh:
            yield from (one.pharaoh + "\n" for one in found)
        case Format.tokens:
            yield from (f"{' '.join(one.source)} ||| {' '.join(one.target)}\n" for one in found)
        case Format.jsonl:
            yield from report.word_lines(found)
        case Format.tsv:
            yield from report.word_pairs(found)
        case Format.html:
            drawn = list(islice(found, _MOST_DRAWN))
            rest = sum(1 for _ in found)
            notes = [f"The first {len(drawn):,} of {len(drawn) + rest:,} pairs."] if rest else []
            yield report.words_page(drawn, languages=languages, notes=notes)


def _scores(found: list[WordAlignment], truth: list[GoldLinks], path: str) -> str:
    from align.evaluate.word_links import score_links

    if len(found) != len(truth):
        raise UsageError(f"{path}: {len(truth):,} lines for {len(found):,} pairs")
    scores = score_links([[link[:2] for link in one.links] for one in found], truth)
    return (
        f"alignment error rate {scores.error_rate:.3f} (precision {scores.precision:.3f}, "
        f"recall {scores.recall:.3f}; {scores.found:,} links, {scores.sure:,} sure ones in the "
        "gold set)"
    )
