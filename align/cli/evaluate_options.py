"""The options that `align evaluate` and `align compare` share, and the formats they write."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath
from typing import Annotated

import typer

from align.errors import UsageError

_TESTS = "Test set"
Names = list[str] | None


class Format(StrEnum):
    """What figures are written as."""

    table = "table"
    json = "json"
    markdown = "markdown"
    latex = "latex"
    html = "html"


_BY_SUFFIX = {
    ".json": Format.json,
    ".jsonl": Format.json,
    ".md": Format.markdown,
    ".tex": Format.latex,
    ".html": Format.html,
}

Source = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="FILE",
        help="A segment a line; or pairs or JSON Lines of articles in both languages, which"
        " need no --reference.",
        rich_help_panel=_TESTS,
    ),
]
Reference = Annotated[
    Names,
    typer.Option(
        "--reference",
        metavar="FILE",
        help="A reference translation, likewise; several are taken together.",
        rich_help_panel=_TESTS,
    ),
]
Testset = Annotated[
    Names,
    typer.Option(
        "--testset",
        metavar="NAME",
        help="A registered test set (align evaluate --list), FOLDER/NAME, or a file of pairs;"
        " repeatable.",
        rich_help_panel=_TESTS,
    ),
]
TestsetsFile = Annotated[
    Names,
    typer.Option(
        "--testsets-file",
        metavar="FILE",
        help="Registers test sets; TOML. Also read: testsets.toml in your folder of settings.",
        rich_help_panel=_TESTS,
    ),
]
SourceLanguage = Annotated[
    str,
    typer.Option(
        "--source-language", metavar="CODE", help="Language of the source.", rich_help_panel=_TESTS
    ),
]
TargetLanguage = Annotated[
    str,
    typer.Option(
        "--target-language", metavar="CODE", help="Language of references.", rich_help_panel=_TESTS
    ),
]
Metrics = Annotated[
    str,
    typer.Option(
        "--metrics", metavar="NAME,...", help="Scores to compute: bleu, chrf, chrf++, ter."
    ),
]
Samples = Annotated[
    int,
    typer.Option(
        "--samples",
        min=0,
        max=100_000,
        help="Samples of the bootstrap; 0 leaves it out.",
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", min=0, envvar="SACREBLEU_SEED", help="Seed of random draws.")
]
Seen = Annotated[
    Names,
    typer.Option(
        "--seen",
        metavar="FILE",
        help="What the system was trained on: text, or pairs. Sentences with other words are"
        " then scored apart.",
    ),
]
Examples = Annotated[
    int, typer.Option("--examples", min=0, help="How many segments to show of either end.")
]
AnyFormat = Annotated[
    Format | None,
    typer.Option(
        "--format", help="Default: by the name of --output, else table.", show_default=False
    ),
]


def chosen_format(format: Format | None, output: str | None, *, json: bool) -> Format:
    """Return the format that is asked for, by name, by --json, or by the name of the output."""
    if json and format not in (None, Format.json):
        raise UsageError(f"--json means --format json, not {format}")
    if json or format is not None:
        return format or Format.json
    return _BY_SUFFIX.get(PurePath(output or "").suffix.lower(), Format.table)
