"""What the commands of corpora share: languages, filters, duplicates, parts and facts."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from align.errors import UsageError

if TYPE_CHECKING:
    from align.corpus.filters import Filter

FILTERS = "Filters"
_DUPLICATES = "Duplicates"
_PARTS = "Parts"
Names = list[str] | None


class Side(StrEnum):
    """Which texts make two pairs duplicates."""

    both = "both"
    either = "either"
    source = "source"
    target = "target"


SourceLanguage = Annotated[
    str,
    typer.Option(
        "--source-language",
        metavar="CODE",
        help="Language of the source: in names of files, fields, TMX.",
    ),
]
TargetLanguage = Annotated[
    str, typer.Option("--target-language", metavar="CODE", help="Language of the target, likewise.")
]
Header = Annotated[bool, typer.Option("--header", help="TSV begins with the names of its columns.")]
Facts = Annotated[
    Names,
    typer.Option(
        "--fact", metavar="NAME=TEXT", help="A line for the card, such as terms=CC BY 4.0."
    ),
]
Only = Annotated[
    Names,
    typer.Option(
        "--only",
        metavar="FILTER",
        help="This filter and no others but those named likewise.",
        rich_help_panel=FILTERS,
    ),
]
Without = Annotated[
    Names,
    typer.Option(
        "--without", metavar="FILTER", help="All but this filter.", rich_help_panel=FILTERS
    ),
]
Thresholds = Annotated[
    Names,
    typer.Option(
        "--set",
        metavar="FILTER=THRESHOLD",
        help="Another threshold than `align corpus filter --list-filters` shows.",
        rich_help_panel=FILTERS,
    ),
]
TestSets = Annotated[
    Names,
    typer.Option(
        "--testset",
        metavar="FILE",
        help="Drop what stands in this test set, or nearly.",
        rich_help_panel=FILTERS,
    ),
]
DuplicateSide = Annotated[
    Side,
    typer.Option(
        "--side",
        help="What has to be alike: both sides, either, or one. Both keeps the several"
        " translations of a text.",
        rich_help_panel=_DUPLICATES,
    ),
]
Near = Annotated[
    float,
    typer.Option(
        "--near",
        min=0,
        max=1,
        help="Similarity (Jaccard, of words and word pairs) of near duplicates; 1 for exact only.",
        rich_help_panel=_DUPLICATES,
    ),
]
Dev = Annotated[
    float,
    typer.Option(
        "--dev", min=0, help="Pairs of dev; below 1 a share of all.", rich_help_panel=_PARTS
    ),
]
Test = Annotated[
    float, typer.Option("--test", min=0, help="Pairs of test, likewise.", rich_help_panel=_PARTS)
]
NewestAsTest = Annotated[
    bool,
    typer.Option(
        "--newest-as-test",
        help="The newest documents are test, those before dev.",
        rich_help_panel=_PARTS,
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", help="Seed of the choice by chance.", rich_help_panel=_PARTS)
]


def near_threshold(near: float) -> float | None:
    """Return the similarity of near duplicates; None where exact ones alone are asked for."""
    return None if near == 1 else near


def chosen_filters(
    languages: tuple[str, str],
    *,
    only: Sequence[str] | None,
    without: Sequence[str] | None,
    thresholds: Sequence[str] | None,
    testsets: Sequence[str] | None,
) -> list[Filter]:
    """Make the filters that --only, --without, --set and --testset ask for."""
    from align.corpus.filters import make_filters
    from align.corpus.filters.segments import read_segments

    return make_filters(
        languages=languages,
        segments=read_segments(testsets, languages=languages) if testsets else None,
        only=only or (),
        without=without or (),
        thresholds=parsed_thresholds(thresholds or ()),
    )


def parsed_thresholds(thresholds: Sequence[str]) -> dict[str, float]:
    """Read `ratio=3`."""
    result = {}
    for text in thresholds:
        name, equals, value = text.partition("=")
        try:
            result[name.strip()] = float(value)
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(f"--set {text!r}: give FILTER=NUMBER, such as ratio=3")
    return result


def parsed_facts(facts: Sequence[str] | None) -> dict[str, str]:
    """Read `terms=CC BY 4.0`."""
    pairs = [fact.partition("=") for fact in facts or ()]
    for name, equals, _ in pairs:
        if not (equals and name.strip()):
            raise UsageError(f"--fact {name!r}: give NAME=TEXT, such as terms=CC BY 4.0")
    return {name.strip(): text.strip() for name, _, text in pairs}
