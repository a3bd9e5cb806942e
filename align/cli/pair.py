"""`align pair`: the sentences of two documents that translate each other."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
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
    Quantized,
    Threads,
    Translating,
    check_languages,
    check_outputs,
    named_format,
    parsed_fields,
)
from align.cli.streams import complain, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.bitext import Bead
    from align.bitext.alignment import Alignment
    from align.bitext.explanation import Explanation
    from align.bitext.pair import Pair
    from align.bitext.side import Side


class Format(StrEnum):
    """What beads are written as."""

    beads = "beads"
    tsv = "tsv"
    jsonl = "jsonl"
    tmx = "tmx"
    ladder = "ladder"


class Preset(StrEnum):
    """How much of either side may have no counterpart."""

    clean = "clean"
    comparable = "comparable"


def pair(
    source: Annotated[str, typer.Argument(metavar="UR", help="Article, page or text, Urdu.")],
    target: Annotated[str, typer.Argument(metavar="EN", help="Likewise, its English.")],
    format: Annotated[
        Format | None,
        typer.Option(
            "--format", help="Default: by the name of --output, else beads.", show_default=False
        ),
    ] = None,
    output: Output = None,
    json: Json = False,
    lines: Annotated[
        bool,
        typer.Option(
            "--lines", help="Each line of both is a sentence, blank lines part paragraphs."
        ),
    ] = False,
    preset: Annotated[
        Preset | None,
        typer.Option(
            "--preset",
            help="A whole translation, or much left out on either side. Default: by what is found.",
            show_default=False,
        ),
    ] = None,
    min_score: Annotated[
        float,
        typer.Option("--min-score", min=0, max=1, help="Leave out beads less probable than this."),
    ] = 0.0,
    explain: Annotated[
        bool, typer.Option("--explain", help="Tell why each bead was made, and what came second.")
    ] = False,
    gold: Annotated[
        str | None,
        typer.Option("--gold", metavar="FILE", help="Score the beads against these."),
    ] = None,
    translation: Annotated[
        str | None,
        typer.Option(
            "--translation",
            metavar="FILE",
            help="The source in the target's language, a line a sentence, or pairs such as"
            " `align translate --format jsonl` writes: no model is asked.",
        ),
    ] = None,
    reverse_translation: Annotated[
        str | None,
        typer.Option(
            "--reverse-translation",
            metavar="FILE",
            help="The target in the source's language, likewise.",
        ),
    ] = None,
    source_language: Annotated[
        str,
        typer.Option(
            "--source-language",
            metavar="CODE",
            help="Language of UR; others than ur and en need --lines.",
        ),
    ] = "ur",
    target_language: Annotated[
        str, typer.Option("--target-language", metavar="CODE", help="Language of EN, likewise.")
    ] = "en",
    fields: FieldNames = None,
    english_fields: Annotated[
        str | None,
        typer.Option("--english-fields", metavar="NAME=FIELD,...", help="As --fields, for EN."),
    ] = None,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    no_memory: NoMemory = False,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Align the sentences of two documents, by a translation of the first.

    A line a bead, 0,1:0 and the probability: numbers of sentences from zero,
    those of the source before the colon. tsv, jsonl and tmx hold the text of
    what has both sides. The embedded model translates Urdu; with --translation
    or --reverse-translation any two languages can be aligned.
    """
    chosen = _format(format, output, json=json, explain=explain)
    files = [file for file in (gold, translation, reverse_translation) if file is not None]
    _check_inputs(source, target, files)
    check_outputs([source, target, *files], output)
    options = Translating(
        model=model,
        engine=engine,
        quantization=quantization,
        beam=beam,
        no_memory=no_memory,
        threads=threads,
        device=device,
    )
    languages = (source_language, target_language)
    given = (translation, reverse_translation)
    _check_languages(languages, lines=lines, translated=any(given))
    from align.bitext.aligner import align
    from align.cli.pair_inputs import read_gold, read_sides, read_translations

    known = parsed_fields(fields), parsed_fields(english_fields, option="--english-fields")
    sides = read_sides((source, target), languages, known, lines=lines)
    forth, back = read_translations(sides, given, languages)
    truth = None if gold is None else read_gold(gold, sides)
    if forth is None and back is None:
        # As in a corpus, `Pair.translation` is the model's.
        with options.translator(corrections=False) as translator:
            forth = [each.text for each in translator.translate(sides[0].sentences)]
    found = align(
        sides[0].document, sides[1].document, forth, reverse=back,
        preset=None if preset is None else preset.value,
    )  # fmt: skip
    result = _Result(sides, languages, forth, found, min_score, explain=explain)
    write_output(output, result.chunks(chosen))
    complain(result.summary())
    if truth is not None:
        for line in _scores(found.beads, truth):
            complain(line)


def _format(
    format: Format | None, output: str | None, *, json: bool, explain: bool
) -> Format | None:
    """Return the format; None for beads with text and reasons, to be read by people."""
    if json and format not in (None, Format.jsonl):
        raise UsageError(f"--json means --format jsonl, not {format}")
    chosen = Format.jsonl if json else format or named_format(output, Format)
    if explain and chosen not in (None, Format.jsonl):
        raise UsageError(f"--explain writes text or JSON Lines (--json), not {chosen}")
    return chosen if explain else chosen or Format.beads


def _check_inputs(source: str, target: str, files: Sequence[str]) -> None:
    """Refuse the same document twice, standard input twice, and folders."""
    if [source, target, *files].count("-") > 1:
        raise UsageError("only one input can be standard input (-)")
    for path in (source, target):
        if os.path.isdir(path):  # noqa: PTH112 Path.is_dir raises for a name that is too long
            raise UsageError(f"{path}: a folder; align pair takes two documents")
    # Two empty names are no file at all.
    if all(map(os.path.isfile, (source, target))) and os.path.samefile(source, target):  # noqa: PTH121
        raise UsageError(f"{source} and {target} are the same file")


def _check_languages(languages: tuple[str, str], *, lines: bool, translated: bool) -> None:
    check_languages(languages, may_be_one=True)
    for language, option in zip(languages, ("--source-language", "--target-language"), strict=True):
        if language not in ("ur", "en") and not lines:
            raise UsageError(
                f"{option} {language}: only Urdu (ur) and English (en) text can be split into"
                " sentences; give a sentence a line, with --lines"
            )
    if languages[0] != "ur" and not translated:
        raise UsageError(
            f"--source-language {languages[0]}: models translate Urdu here; give --translation"
            " or --reverse-translation"
        )


@dataclass(frozen=True, slots=True)
class _Result:
    """What was found, ready to be written."""

    sides: tuple[Side, Side]
    languages: tuple[str, str]
    translation: Sequence[str] | None
    alignment: Alignment
    min_score: float
    explain: bool

    @property
    def kept(self) -> Alignment:
        """The alignment without beads that are not probable enough."""
        return replace(self.alignment, beads=tuple(filter(self._is_kept, self.alignment.beads)))

    def chunks(self, format: Format | None) -> Iterator[str]:
        """Yield the output part by part."""
        from align.bitext.bead_lines import bead_lines
        from align.report import beads, pairs

        match format:
            case None:
                texts = self.sides[0].sentences, self.sides[1].sentences
                yield from beads.explained(self._explanations().values(), *texts)
            case Format.beads:
                yield from bead_lines(self.kept.beads)
            case Format.ladder:  # rungs stand for places, and every place needs one
                yield from beads.ladder(self.alignment.beads)
            case Format.jsonl if self.explain:
                yield from self._reasons()
            case Format.tsv | Format.jsonl | Format.tmx:
                yield from pairs.pair_text(self._pairs(), format.value, self.languages)

    def summary(self) -> str:
        """Tell in one line what came out."""
        from align.bitext.parallel import is_parallel
        from align.report.figures import counted

        every, kept = self.alignment.beads, self.kept.beads
        paired = sum(not bead.is_null for bead in kept)
        alone = sum(len(bead.source) + len(bead.target) for bead in every if bead.is_null)
        parts = [f"{counted(paired, 'pair')}, {counted(alone, 'sentence')} left alone"]
        parts += [f"{len(every) - len(kept)} below {self.min_score:g}"] if self.min_score else []
        parts.append(f"preset {self.alignment.preset}")
        parts.append(f"parallel {self.alignment.parallelism:.0%}")
        doubt = "" if is_parallel(self.alignment) else ": hardly translations of each other"
        return "; ".join(parts) + doubt

    def _pairs(self) -> Iterator[Pair]:
        from align.bitext.pairing import pairs_of

        return pairs_of(*self.sides, self.translation, self.kept)

    def _reasons(self) -> Iterator[str]:
        """Yield the objects of the pairs, with why each was made."""
        from json import loads

        from align.report.beads import explanation_record
        from align.report.jsonl import json_line
        from align.report.pairs import pair_text

        reasons = self._explanations()
        for each in self._pairs():
            (line,) = pair_text([each], "jsonl", self.languages)
            yield json_line(loads(line) | explanation_record(reasons[each.bead]))

    def _explanations(self) -> dict[str, Explanation]:
        from align.bitext.aligner import explain

        source, target = (side.document for side in self.sides)
        every = explain(source, target, self.translation, self.alignment)
        return {each.bead.numbers: each for each in every if self._is_kept(each.bead)}

    def _is_kept(self, bead: Bead) -> bool:
        return round(bead.score, 4) >= self.min_score  # as it is written


def _scores(found: Sequence[Bead], gold: Sequence[Bead]) -> Iterator[str]:
    """Yield the lines that compare beads with gold, as vecalign counts and without nulls."""
    from align.evaluate.beads import Which, score_beads

    scores = score_beads(found, gold)
    for which, how in (
        (Which.vecalign, "as vecalign counts"),
        (Which.paired, "without null beads"),
    ):
        yield f"{how}: " + ", ".join(
            f"{name} F1 {each.f1:.3f} (precision {each.precision:.3f}, recall {each.recall:.3f})"
            for name, each in (("strict", scores.strict(which)), ("lax", scores.lax(which)))
        )
