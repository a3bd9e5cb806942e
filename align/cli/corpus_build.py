"""`align corpus build`: from articles in two languages to a published corpus."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields as fields_of
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.corpus_options import (
    Dev,
    DuplicateSide,
    Facts,
    Names,
    Near,
    NewestAsTest,
    Only,
    Seed,
    Side,
    Test,
    TestSets,
    Thresholds,
    Without,
    chosen_filters,
    near_threshold,
    parsed_facts,
)
from align.cli.options import (
    DEFAULT_BEAM,
    DEFAULT_MODEL,
    Beam,
    Device,
    Engine,
    EngineName,
    Model,
    OnDevice,
    Quantized,
    Threads,
    Translating,
    parsed_fields,
    parsed_names,
)
from align.cli.pair import Preset
from align.cli.progress import shown_stages
from align.cli.streams import complain, write_output
from align.errors import NothingError, UsageError

if TYPE_CHECKING:
    from align.building import Built, Settings, Sources
    from align.corpus.filters import Filter

_NAMED = 5  # matches that are no translations, on the terminal
_MATCHING = "Matching and aligning"


def build_corpus(
    paths: Annotated[
        Names,
        typer.Argument(
            metavar="PATH",
            help="Urdu articles: files, folders, globs, as `align translate` reads. Without"
            " --english: JSON Lines whose records hold both sides.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Gets the corpus.")
    ] = "",
    english: Annotated[
        Names,
        typer.Option("--english", metavar="PATH", help="English articles, likewise; repeatable."),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            metavar="NAME,...",
            help="Format of the parts: tsv, jsonl, tmx (also .gz, .xz), parquet, moses.",
        ),
    ] = "tsv",
    json: Annotated[bool, typer.Option("--json", help="The manifest on standard output.")] = False,
    work: Annotated[
        str | None,
        typer.Option(
            "--work",
            metavar="FOLDER",
            help="Keeps what the stages made. [default: OUTPUT.work]",
            show_default=False,
        ),
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(
            "--fields",
            metavar="NAME=FIELD,...",
            help="Where records hold what, as in `align translate`; of records with both sides:"
            " id, ur, en, created, slug, headline, english_headline.",
        ),
    ] = None,
    english_fields: Annotated[
        str | None,
        typer.Option(
            "--english-fields", metavar="NAME=FIELD,...", help="As --fields, for --english."
        ),
    ] = None,
    origin: Annotated[
        str,
        typer.Option(
            "--origin",
            metavar="NAME",
            help="Origin of all documents; else each is called after its file or folder.",
            show_default=False,
        ),
    ] = "",
    title: Annotated[
        str | None, typer.Option("--title", help="Title of the data card.", show_default=False)
    ] = None,
    facts: Facts = None,
    days: Annotated[
        int,
        typer.Option(
            "--days",
            min=-1,
            help="How far apart matched articles may be; -1 for any distance.",
            rich_help_panel=_MATCHING,
        ),
    ] = 7,
    min_match: Annotated[
        float,
        typer.Option(
            "--min-match", min=0, max=1, help="Least score of a match.", rich_help_panel=_MATCHING
        ),
    ] = 0.12,
    preset: Annotated[
        Preset | None,
        typer.Option(
            "--preset",
            help="A whole translation, or much left out on either side. Default: by document.",
            show_default=False,
            rich_help_panel=_MATCHING,
        ),
    ] = None,
    min_parallelism: Annotated[
        float | None,
        typer.Option(
            "--min-parallelism",
            min=0,
            max=1,
            help="From where on documents count as translations of each other."
            " [default: 0.6; 0.1 for records with both sides]",
            show_default=False,
            rich_help_panel=_MATCHING,
        ),
    ] = None,
    only: Only = None,
    without: Without = None,
    thresholds: Thresholds = None,
    testsets: TestSets = None,
    side: DuplicateSide = Side.both,
    near: Near = 0.8,
    dev: Dev = 0.01,
    test: Test = 0.01,
    newest_as_test: NewestAsTest = False,
    seed: Seed = 0,
    model: Model = DEFAULT_MODEL,
    engine: Engine = EngineName.ctranslate2,
    quantization: Quantized = None,
    beam: Beam = DEFAULT_BEAM,
    threads: Threads = 0,
    device: OnDevice = Device.cpu,
) -> None:
    """Build a corpus from Urdu and English articles.

    Matches the articles, translates the Urdu, aligns the sentences, filters,
    drops duplicates, splits by document, and writes the parts with a data card,
    an account of every document and pair, and manifest.json. The same command
    goes on after a kill and repeats nothing that did not change.
    """
    if output in ("", "-"):
        raise UsageError("build needs -o FOLDER for the corpus")
    if not paths:
        raise UsageError("nothing to read: give files, folders or globs")
    from align.building import Settings

    sources = _sources(paths, english or [], origin, fields, english_fields)
    settings = Settings(
        days=None if days < 0 else days,
        min_match=min_match,
        preset=None if preset is None else preset.value,
        min_parallelism=min_parallelism,
        side=side.value,
        near=near_threshold(near),
        dev=dev,
        test=test,
        newest_as_test=newest_as_test,
        seed=seed,
        formats=tuple(dict.fromkeys(name.strip() for name in format.split(","))),
        title=title or Path(output).resolve().name,
        facts=parsed_facts(facts),
    )
    filters = chosen_filters(
        ("ur", "en"), only=only, without=without, thresholds=thresholds, testsets=testsets
    )
    options = Translating(
        model=model,
        engine=engine,
        quantization=quantization,
        beam=beam,
        no_memory=False,
        threads=threads,
        device=device,
    )
    try:
        built = _built(sources, filters, options, settings, (output, work))
    except NothingError as error:
        complain(error)
        raise typer.Exit(2) from error
    if json:
        write_output(None, [f"{dumps(built.manifest, ensure_ascii=False)}\n"])
    for line in _summary(built, output):
        complain(line)
    raise typer.Exit(int(built.failed > 0))


def _sources(
    paths: Sequence[str], english: Sequence[str], origin: str, *names: str | None
) -> Sources:
    """Tell what is read; `names` are those of fields, of the first and of the English."""
    from align.articles import BilingualFields
    from align.building import Sources

    first, second = names
    if english:
        return Sources(
            source=paths,
            target=english,
            origin=origin,
            fields=parsed_fields(first),
            target_fields=parsed_fields(second, option="--english-fields"),
        )
    if second is not None:
        raise UsageError("--english-fields goes with --english")
    known = {field.name for field in fields_of(BilingualFields)}
    both = None if first is None else BilingualFields(**parsed_names(first, known))
    return Sources(source=paths, origin=origin, bilingual_fields=both)


def _built(
    sources: Sources,
    filters: Sequence[Filter],
    options: Translating,
    settings: Settings,
    folders: tuple[str, str | None],
) -> Built:
    from align.building import Work, build

    corpus, work = folders
    # `Pair.translation` is the model's, and aligner and overlap filter are fitted to what models
    # make. A correction is often the very sentence on the other side, and would vouch for itself.
    with options.translator(corrections=False) as translator, shown_stages() as tell:
        place = Work(
            Path(corpus), None if work is None else Path(work), progress=tell, warn=complain
        )
        return build(sources, filters, translator, place, settings)


def _summary(built: Built, output: str) -> Iterator[str]:
    """Tell what came out, a line a stage."""
    manifest = built.manifest
    documents, pairs = manifest["documents"], manifest["pairs"]
    for side in ("source", "target"):
        one, sentences = documents[side], manifest["sentences"][side]
        yield (
            f"{side}: {one['read']:,} documents = {one['matched']:,} matched"
            f" + {one['alone']:,} alone + {one['failed']:,} failed;"
            f" {sentences['read']:,} sentences = {sentences['paired']:,} in pairs"
            f" + {sentences['alone']:,} alone"
        )
    matched = documents["matched"]
    text = f"matched: {matched['read']:,} = {matched['parallel']:,} translations"
    text += f" + {matched['not_parallel']:,} that hardly are"
    names = [
        source if source == target else f"{source} and {target}"
        for source, target in built.not_parallel
    ]
    if names:
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        text += f" ({', '.join(names[:_NAMED])}{more})"
    yield text
    yield (
        f"pairs: {pairs['aligned']:,} aligned = {pairs['kept']:,} kept + {pairs['dropped']:,}"
        f" dropped; {pairs['kept']:,} = {pairs['unique']:,}"
        f" + {pairs['exact_duplicates']:,} exact + {pairs['near_duplicates']:,} near duplicates"
    )
    parts = [f"{pairs[name]:,} {name}" for name in ("train", "dev", "test")]
    yield f"{pairs['unique']:,} = {' + '.join(parts)} + {pairs['left_out']:,} left out; {output}"
