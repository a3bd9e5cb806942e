"""`align corpus filter`: pairs in, good pairs out, with an account of all the others."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from align.cli.corpus_inputs import check_corpus_outputs, for_eyes, found_corpora
from align.cli.corpus_options import (
    FILTERS,
    Header,
    Names,
    Only,
    SourceLanguage,
    TargetLanguage,
    TestSets,
    Thresholds,
    Without,
    chosen_filters,
    parsed_thresholds,
)
from align.cli.on_cluster import Ray
from align.cli.options import check_languages, given
from align.cli.progress import shown_stages
from align.cli.streams import complain, plain_lines, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.corpus.filtering import Filtered
    from align.corpus.filters import Filter
    from align.corpus.ledger import Ledger

_TAKING_BACK = "Taking back"


def filter_corpus(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CORPUS",
            help="Files of pairs, folders, globs, or - for standard input.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="The pairs that are kept; its name is the format.",
        ),
    ] = None,
    dropped: Annotated[
        str | None,
        typer.Option(
            "--dropped", metavar="FILE.jsonl", help="The other pairs, each with all its reasons."
        ),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option("--ledger", metavar="FILE", help="The account, as .json or .md."),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="The account as JSON on standard output.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count: write neither pairs nor dropped ones.")
    ] = False,
    header: Header = False,
    source_language: SourceLanguage = "ur",
    target_language: TargetLanguage = "en",
    work: Annotated[
        str | None,
        typer.Option(
            "--work",
            metavar="FOLDER",
            help="Keeps scores, so that a killed run goes on and thresholds are tried fast."
            " [default: OUTPUT.work]",
            show_default=False,
        ),
    ] = None,
    processes: Annotated[
        int,
        typer.Option(
            "--processes", min=0, help="That score at a time; 0 for one a core. Without --ray."
        ),
    ] = 1,
    ray: Ray = None,
    only: Only = None,
    without: Without = None,
    thresholds: Thresholds = None,
    testsets: TestSets = None,
    list_filters: Annotated[
        bool,
        typer.Option(
            "--list-filters", help="Show all filters and thresholds.", rich_help_panel=FILTERS
        ),
    ] = False,
    undrop: Annotated[
        Names,
        typer.Option(
            "--undrop",
            metavar="FILE.jsonl",
            help="Take pairs of a dropped file back: OUTPUT is CORPUS and then these.",
            rich_help_panel=_TAKING_BACK,
        ),
    ] = None,
    reasons: Annotated[
        Names,
        typer.Option(
            "--reason",
            metavar="FILTER",
            help="Take back what was dropped for this and for nothing that is not named.",
            rich_help_panel=_TAKING_BACK,
        ),
    ] = None,
) -> None:
    """Drop pairs that are bad for one of many reasons, and account for every one.

    Filters measure first and decide after: what was measured stays in the
    working folder, so the same command goes on after a kill, and other
    thresholds take seconds. The account says for each filter how many pairs it
    dropped, and how many no other filter would have.
    """
    codes = (source_language, target_language)
    check_languages(codes)
    if list_filters:
        _print_filters(codes, thresholds or [], json=json)
        return
    if undrop:
        _take_back(paths or [], undrop, reasons or [], output, codes, header=header)
        return
    if reasons:
        raise UsageError("--reason says what --undrop FILE takes back; name the file")
    if dry_run and dropped:
        raise UsageError("--dry-run writes no pairs, --dropped would")
    if json and not dry_run and output in (None, "-"):
        raise UsageError("--json prints the account where the pairs go; give -o FILE or --dry-run")
    sources, failed = found_corpora(given(paths), codes)
    check_corpus_outputs(sources, [output, dropped, ledger], codes)
    _check_names(output, codes)
    filters = chosen_filters(
        codes, only=only, without=without, thresholds=thresholds, testsets=testsets
    )
    with _work_folder(output, work) as folder:
        filtered, skipped = _run(sources, filters, folder, codes, processes, ray, header=header)
        target = None if dry_run else output or "-"
        account = _write(filtered, target, dropped, codes, header=header)
    _print_ledger(account, ledger, json=json, to_error=not (dry_run or output) or output == "-")
    raise typer.Exit(int(failed + skipped > 0))


def _check_names(output: str | None, languages: tuple[str, str]) -> None:
    """Refuse an output that could not be written now, and not after hours."""
    from align.corpus.formats.names import corpus_to_write

    if output and output != "-":
        corpus_to_write(output, languages)


@contextmanager
def _work_folder(output: str | None, work: str | None) -> Iterator[Path]:
    """Give the working folder; one that goes away after, where nothing says where it could be."""
    is_file = output and output != "-" and (os.path.isfile(output) or not os.path.exists(output))  # noqa: PTH110, PTH113 never raise
    if work or is_file:
        yield Path(work or f"{output}.work")
        return
    with tempfile.TemporaryDirectory(prefix="align-") as folder:
        yield Path(folder)


def _run(
    sources: Sequence[str],
    filters: Sequence[Filter],
    folder: Path,
    languages: tuple[str, str],
    processes: int,
    ray: str | None,
    *,
    header: bool,
) -> tuple[Filtered, int]:
    from align.corpus.filtering import Sources, filter_pairs
    from align.corpus.shards import Shards

    shards = Shards(folder)
    with shown_stages() as tell:
        if ray is None:
            filtered = filter_pairs(
                sources,
                filters,
                shards,
                languages=languages,
                header=header,
                processes=processes,
                progress=tell,
            )
        else:
            from align.cluster.filtering import filter_on_cluster
            from align.cluster.session import joined

            how = Sources(tuple(sources), languages, header)
            with joined(ray) as session:
                filtered = filter_on_cluster(how, filters, shards, session, progress=tell)
    for message in shards.input.skipped:
        complain(message)
    unsaid = shards.input.skipped_in_all - len(shards.input.skipped)
    if unsaid:
        complain(f"and {unsaid:,} more records that could not be read")
    if not len(shards):
        complain("nothing to filter: no pairs there")
        raise typer.Exit(2)
    return filtered, shards.input.skipped_in_all


def _write(
    filtered: Filtered,
    output: str | None,
    dropped: str | None,
    languages: tuple[str, str],
    *,
    header: bool,
) -> Ledger:
    from align.corpus.formats import write_pairs

    if output is None:
        return filtered.write(None)
    return filtered.write(
        lambda kept: write_pairs(
            output, for_eyes(kept, output), languages=languages, changed=complain, header=header
        ),
        dropped,
    )


def _print_ledger(account: Ledger, path: str | None, *, json: bool, to_error: bool) -> None:
    from align.report.ledger import ledger_json, ledger_markdown, ledger_table

    if path:
        is_markdown = path.lower().endswith((".md", ".markdown"))
        write_output(path, [ledger_markdown(account) if is_markdown else ledger_json(account)])
    if to_error:
        for line in plain_lines(ledger_table(account)):
            complain(line)
    elif json:
        write_output(None, [ledger_json(account)])
    else:
        print_rich(ledger_table(account), None)


def _print_filters(languages: tuple[str, str], thresholds: Sequence[str], *, json: bool) -> None:
    from align.corpus.filters import TestSegments, make_filters
    from align.report.ledger import filters_json, filters_table

    filters = make_filters(
        languages=languages, segments=TestSegments(()), thresholds=parsed_thresholds(thresholds)
    )
    if json:
        write_output(None, filters_json(filters))
    else:
        print_rich(filters_table(filters), None)


def _take_back(
    paths: Sequence[str],
    dropped: Sequence[str],
    reasons: Sequence[str],
    output: str | None,
    languages: tuple[str, str],
    *,
    header: bool,
) -> None:
    """Write the corpora, then the pairs that were dropped for these reasons alone."""
    from align.corpus.formats import read_pairs, write_pairs
    from align.corpus.verdicts import TakingBack, read_verdicts
    from align.report.figures import counted_thousands

    if not reasons:
        raise UsageError("--undrop needs --reason FILTER: what to take back")
    sources, failed = found_corpora(paths, languages) if paths else ([], 0)
    check_corpus_outputs([*sources, *dropped], [output], languages)
    back = TakingBack(reasons)

    def pairs() -> Iterator[Any]:
        for source in sources:
            yield from read_pairs(source, languages=languages, header=header)
        for path in dropped:
            yield from back.pairs(read_verdicts(path))

    taken = for_eyes(pairs(), output or "-")
    count = write_pairs(output or "-", taken, languages=languages, changed=complain, header=header)
    for name in back.unmet:
        complain(f"--reason {name}: nothing was dropped for it")
    complain(
        f"{back.taken:,} of {back.seen:,} dropped pairs taken back, "
        f"{counted_thousands(count, 'pair')} written"
    )
    raise typer.Exit(int(failed > 0))
