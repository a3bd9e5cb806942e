"""`align normalize`: text in, text out, as the models see it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import TYPE_CHECKING

import typer

from align.cli.options import Json, Output, Paths, check_outputs, given
from align.cli.streams import write_output
from align.cli.tally import Tally

if TYPE_CHECKING:
    from align.report.jsonl import Record


def normalize(paths: Paths = None, output: Output = None, json: Json = False) -> None:
    """Normalise Urdu text line by line: one spelling for each letter, digit, mark and space.

    Every line of the input gives one line, blank ones too.
    """
    from align.cli.texts import read_texts, written

    sources = given(paths)
    check_outputs(sources, output)
    tally = Tally()
    items = tally.all(read_texts(sources))
    chunks = written(items, _records, shown_as=itemgetter("normalized"), json=json)
    write_output(output, tally.whole(chunks))
    raise typer.Exit(tally.exit_code)


def _records(path: str, text: str) -> Iterator[Record]:
    from align.text.normalize import normalize as normalized

    # Not str.splitlines: it takes more characters for line ends than the reader does.
    lines = text.removesuffix("\n").split("\n") if text else []
    for number, line in enumerate(lines, 1):
        yield {
            "path": path,
            "line": number,
            "text": line.rstrip("\r"),
            "normalized": normalized(line),
        }
