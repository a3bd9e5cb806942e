"""`align split`: text in, a sentence a line out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import typer

from align.cli.options import Json, Language, Output, Paths, check_outputs, given
from align.cli.streams import write_output
from align.cli.tally import Tally
from align.errors import InputError


def split(
    paths: Paths = None,
    output: Output = None,
    json: Json = False,
    language: Annotated[
        Language, typer.Option("--language", help="Whose quotation marks and rules.")
    ] = Language.ur,
) -> None:
    """Split text into sentences, one a line; --json adds their places in the text.

    Lines of the text are paragraphs: no sentence goes over the end of a line.
    """
    from align.cli.texts import read_texts

    sources = given(paths)
    check_outputs(sources, output)
    tally = Tally()
    items = tally.all(read_texts(sources))
    write_output(output, tally.whole(_chunks(items, language, json=json)))
    raise typer.Exit(tally.exit_code)


def _chunks(
    items: Iterator[tuple[str, str] | InputError], language: Language, *, json: bool
) -> Iterator[str]:
    from align.report.jsonl import error_record, json_line
    from align.text.sentences import split_sentences

    for item in items:
        if isinstance(item, InputError):
            if json:
                yield json_line(error_record(item))
            continue
        path, text = item
        for sentence in split_sentences(text, language=language.value):
            if json:
                yield json_line(
                    {
                        "path": path,
                        "text": sentence.text,
                        "start": sentence.start,
                        "end": sentence.end,
                        "paragraph": sentence.paragraph,
                    }
                )
            else:
                yield " ".join(sentence.text.split()) + "\n"
