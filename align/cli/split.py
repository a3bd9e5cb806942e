"""`align split`: text in, a sentence a line out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import Json, Language, Output, Paths, check_outputs, given
from align.cli.streams import write_output
from align.cli.tally import Tally

if TYPE_CHECKING:
    from align.report.jsonl import Record


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
    from align.cli.texts import read_texts, written

    sources = given(paths)
    check_outputs(sources, output)
    tally = Tally()
    items = tally.all(read_texts(sources))
    chunks = written(items, partial(_records, language), shown_as=_line, json=json)
    write_output(output, tally.whole(chunks))
    raise typer.Exit(tally.exit_code)


def _records(language: Language, path: str, text: str) -> Iterator[Record]:
    from align.text.sentences import split_sentences

    for sentence in split_sentences(text, language=language.value):
        yield {
            "path": path,
            "text": sentence.text,
            "start": sentence.start,
            "end": sentence.end,
            "paragraph": sentence.paragraph,
        }


def _line(record: Record) -> str:
    return " ".join(record["text"].split())
