"""`align corpus`: pairs between formats, without duplicates, split, and told about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from align.cli.corpus_build import build_corpus
from align.cli.corpus_filter import filter_corpus
from align.cli.corpus_inputs import Corpora, for_eyes, opened, written_to
from align.cli.corpus_options import (
    Dev,
    DuplicateSide,
    Facts,
    Header,
    Near,
    NewestAsTest,
    Seed,
    Side,
    SourceLanguage,
    TargetLanguage,
    Test,
    near_threshold,
    parsed_facts,
)
from align.cli.on_cluster import (
    Ray,
    WorkingFolder,
    check_ray,
    duplicates_on_cluster,
    working_folder,
)
from align.cli.options import Json
from align.cli.streams import complain, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.bitext import Pair
    from align.corpus.split import Split

app = typer.Typer(
    help="Corpora of pairs: filter, deduplicate, split, describe, and between formats.",
    no_args_is_help=True,
)


class Format(StrEnum):
    """What the parts of a split are written as."""

    tsv = "tsv"
    jsonl = "jsonl"
    tmx = "tmx"
    parquet = "parquet"
    moses = "moses"


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="CORPUS",
        help="Files, folders, globs, prefixes of Moses pairs, or - for standard input:"
        " .tsv, .jsonl, .tmx, .parquet, .xlf, .ur and .en, also .gz and .xz.",
        show_default=False,
    ),
]
Output = Annotated[
    str,
    typer.Option("--output", "-o", metavar="FILE", help="Its name tells the format; - is TSV."),
]


@app.command("export")
def export(
    paths: Inputs = None,
    output: Output = "-",
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on standard output.")] = False,
    facts: Facts = None,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
) -> None:
    """Write corpora as one, in another format.

    TMX and Parquet hold all there is about a pair and take --fact; JSON Lines
    the first; TSV all but the translation; a Moses pair the texts alone.
    """
    from align.corpus.formats import write_pairs
    from align.report.figures import counted_thousands

    if json and output != "-":
        raise UsageError("--json writes to standard output; for a file, name it .jsonl")
    languages = (source_language, target_language)
    with opened(paths, languages, header=header, outputs=[output]) as corpora:
        count = write_pairs(
            output,
            for_eyes(corpora.pairs("exporting"), output),
            languages=languages,
            facts=parsed_facts(facts),
            changed=complain,
            header=header and not json,
            kind="jsonl" if json else None,
        )
    if output != "-":
        complain(f"{counted_thousands(count, 'pair')} written to {written_to(output, languages)}")
    raise typer.Exit(corpora.exit_code)


@app.command("stats")
def stats(
    paths: Inputs = None,
    card: Annotated[
        list[str] | None,
        typer.Option("--card", metavar="FILE", help="Also a data card, as .html or .md."),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="Title of the card.")] = None,
    facts: Facts = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            "--ledger", metavar="FILE.json", help="The account of `filter`, for the card."
        ),
    ] = None,
    samples: Annotated[
        int, typer.Option("--samples", min=0, max=1000, help="Pairs that the card shows.")
    ] = 12,
    json: Json = False,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
) -> None:
    """Count pairs, words, origins, dates and scores, and write a data card."""
    from align.corpus.ledger import read_ledger
    from align.corpus.statistics import gather
    from align.report.corpus_tables import statistics_record, statistics_view
    from align.report.data_card import DataCard
    from align.report.jsonl import json_line

    for file in card or ():
        if not file.lower().endswith((".html", ".htm", ".md", ".markdown")):
            raise UsageError(f"--card {file}: a card ends in .html or .md")
    languages = (source_language, target_language)
    account = None if ledger is None else read_ledger(ledger)
    with opened(paths, languages, header=header, outputs=card or ()) as corpora:
        statistics = gather(corpora.pairs("counting"), samples=samples)
        name = title or Path(corpora.paths[0]).name.partition(".")[0].strip("-") or "Corpus"
    told = DataCard(name, statistics, languages, parsed_facts(facts), account)
    for file in card or ():
        _write_card(file, told)
    if json:
        write_output(None, [json_line(statistics_record(statistics))])
    else:
        print_rich(statistics_view(told), None)
    raise typer.Exit(corpora.exit_code)


@app.command("deduplicate")
def deduplicate(
    paths: Inputs = None,
    output: Output = "-",
    dropped: Annotated[
        str | None,
        typer.Option(
            "--dropped",
            metavar="FILE.jsonl",
            help="The duplicates, each with the number of the pair that is kept for it.",
        ),
    ] = None,
    side: DuplicateSide = Side.both,
    near: Near = 0.8,
    json: Annotated[bool, typer.Option("--json", help="The counts as JSON.")] = False,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
    ray: Ray = None,
    work: WorkingFolder = None,
) -> None:
    """Drop exact and near duplicates; of each lot the best-scored pair is kept.

    Texts are compared without punctuation, marks and case, in one spelling and
    one set of digits.
    """
    from align.corpus.dropped import write_dropped
    from align.corpus.duplicates import find_duplicates
    from align.corpus.formats import write_pairs
    from align.report.figures import counted_thousands
    from align.report.jsonl import json_line

    if json and output == "-":
        raise UsageError("--json prints the counts where the pairs go; give -o FILE")
    languages = (source_language, target_language)
    outputs = (output, dropped)
    check_ray(ray, work)
    with opened(paths, languages, header=header, outputs=outputs, again=True) as corpora:
        pairs = corpora.pairs("comparing")
        if ray is None:
            found = find_duplicates(pairs, side=side.value, threshold=near_threshold(near))
        else:
            with working_folder(output, work) as folder:
                found = duplicates_on_cluster(ray, pairs, folder, side.value, near_threshold(near))
        kept = for_eyes(compress(corpora.pairs("writing"), found.kept), output)
        write_pairs(output, kept, languages=languages, changed=complain, header=header)
        if dropped is not None:
            write_dropped(dropped, corpora.pairs("writing duplicates"), found)
    counts = found.counts
    if json:
        write_output(None, [json_line(counts)])
    else:
        complain(
            f"{counted_thousands(counts['read'], 'pair')} read = {counts['kept']:,} kept"
            f" + {counts['exact']:,} exact + {counts['near']:,} near duplicates"
        )
    raise typer.Exit(corpora.exit_code)


@app.command("split")
def split(
    paths: Inputs = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="Gets train, dev and test.")
    ] = "",
    dev: Dev = 0.01,
    test: Test = 0.01,
    newest_as_test: NewestAsTest = False,
    seed: Seed = 0,
    near: Near = 0.8,
    format: Annotated[Format, typer.Option("--format", help="Format of the parts.")] = Format.tsv,
    json: Json = False,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
) -> None:
    """Split by document, never within one, near-duplicate documents to one side.

    Pairs of training that dev or test hold too, such as a phrase that every
    article has, are left out. FOLDER/split.json says how it was done.
    """
    from align.corpus.split import Sizes, plan_split

    if not output:
        raise UsageError("split needs -o FOLDER for train, dev and test")
    languages = (source_language, target_language)
    sizes = Sizes(dev=dev, test=test)
    with opened(paths, languages, header=header, again=True) as corpora:
        plan = plan_split(
            corpora.pairs("comparing"),
            sizes,
            newest_as_test=newest_as_test,
            seed=seed,
            threshold=near_threshold(near),
        )
        _write_parts(Path(output), corpora, plan, format)
    asked = {
        "dev": dev, "test": test, "newest_as_test": newest_as_test, "seed": seed, "near": near,
    }  # fmt: skip
    _tell_split(Path(output), plan, asked, json=json)
    raise typer.Exit(corpora.exit_code)


app.command("build")(build_corpus)
app.command("filter")(filter_corpus)


def _write_parts(folder: Path, corpora: Corpora, plan: Split, format: Format) -> None:
    from align.corpus.formats import write_pairs
    from align.corpus.split import PARTS

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror or error}") from error
    files = [folder / (name if format is Format.moses else f"{name}.{format}") for name in PARTS]
    for path in corpora.paths:
        if any(file.exists() and file.samefile(path) for file in files):
            raise UsageError(f"{path}: is also an output; write to another folder")
    with _drafts(folder) as drafts:
        for index, file in enumerate(files):
            doing = f"writing {file.name}"
            pairs: Iterator[Pair] = compress(corpora.pairs(doing), plan.parts == index)
            write_pairs(
                str(drafts / file.name),
                pairs,
                languages=corpora.languages,
                changed=lambda line: complain(line.replace(f"{drafts}/", f"{folder}/", 1)),
                header=corpora.header and format is Format.tsv,
            )
        for draft in sorted(drafts.iterdir()):  # all parts of one split, or none
            draft.replace(folder / draft.name)


@contextmanager
def _drafts(folder: Path) -> Iterator[Path]:
    """Make a folder for parts that are not whole yet, in place of what a killed run left."""
    drafts = folder / ".align-parts"
    shutil.rmtree(drafts, ignore_errors=True)
    drafts.mkdir()
    try:
        yield drafts
    finally:
        shutil.rmtree(drafts, ignore_errors=True)


def _tell_split(folder: Path, plan: Split, asked: dict[str, Any], *, json: bool) -> None:
    from align.report.corpus_tables import split_record, split_view
    from align.report.jsonl import json_line

    record = {"asked": asked} | split_record(plan)
    write_output(str(folder / "split.json"), [json_line(record)])
    if json:
        write_output(None, [json_line(record)])
    else:
        print_rich(split_view(plan), None)


def _write_card(path: str, card: Any) -> None:
    if path.lower().endswith((".html", ".htm")):
        from align.report.data_card_html import data_card_html

        write_output(path, [data_card_html(card)])
    else:
        from align.report.data_card import data_card_markdown

        write_output(path, data_card_markdown(card))
