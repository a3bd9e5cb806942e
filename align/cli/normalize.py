"""`align normalize`: text in, text out, as the models see it."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from align.cli.options import Json, Output, Paths, check_outputs, given
from align.cli.streams import write_output
from align.cli.tally import Tally
from align.errors import InputError


def normalize(paths: Paths = None, output: Output = None, json: Json = False) -> None:
    """Normalise Urdu text line by line: one spelling for each letter, digit, mark and space.

    Every line of the input gives one line, blank ones too.
    """
    from align.cli.texts import read_texts

    sources = given(paths)
    check_outputs(sources, output)
    tally = Tally()
    items = tally.all(read_texts(sources))
    write_output(output, tally.whole(_chunks(items, json=json)))
    raise typer.Exit(tally.exit_code)


def _chunks(items: Iterator[tuple[str, str] | InputError], *, json: bool) -> Iterator[str]:
    from align.report.jsonl import error_record, json_line
    from align.text.normalize import normalize as normalized

    for item in items:
        if isinstance(item, InputError):
            if json:
                yield json_line(error_record(item))
            continue
        path, text = item
        # Not str.splitlines: it takes more characters for line ends than the reader does.
        lines = text.removesuffix("\n").split("\n") if text else []
        for number, line in enumerate(lines, 1):
            after = normalized(line)
            if json:
                record = {
                    "path": path,
                    "line": number,
                    "text": line.rstrip("\r"),
                    "normalized": after,
                }
                yield json_line(record)
            else:
                yield after + "\n"
