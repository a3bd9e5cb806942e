"""What `align pair` reads: two documents, translations of their sentences, gold."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from align.cli.options import parsed_fields
from align.cli.streams import complain
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.bitext import Bead
    from align.bitext.side import Side


def read_sides(
    source: str, target: str, languages: tuple[str, str], *, lines: bool, fields: str | None
) -> tuple[Side, Side]:
    """Read both documents; complain, and go on, where one looks like another language.

    Raises:
        InputError: One cannot be read, or has no sentences.
        UsageError: One holds several articles.
    """
    from align.bitext.side import language_doubt

    sides = tuple(
        _read_side(path, language, lines=lines, fields=fields)
        for path, language in zip((source, target), languages, strict=True)
    )
    for side, language in zip(sides, languages, strict=True):
        if doubt := language_doubt(side, language):
            complain(f"warning: {doubt}")
    return sides[0], sides[1]


def read_translations(
    sides: tuple[Side, Side], files: tuple[str | None, str | None]
) -> tuple[list[str] | None, list[str] | None]:
    """Read the translations of both sides, where files are given.

    Raises:
        InputError: One cannot be read, or has not a line for each sentence.
    """
    from align.bitext.side import put_lines

    forth, back = (
        None if file is None else put_lines(side, _read_text(file), path=file)
        for side, file in zip(sides, files, strict=True)
    )
    return forth, back


def read_gold(path: str, sides: tuple[Side, Side]) -> list[Bead]:
    """Read beads, and see that they are of these documents.

    Raises:
        InputError: They cannot be read, or name a sentence that is not there.
    """
    from align.bitext.bead_lines import parse_beads

    beads = parse_beads(_read_text(path), path=path)
    for number, side in enumerate(sides):
        last = max((max((b.source, b.target)[number], default=-1) for b in beads), default=-1)
        if last >= len(side.sentences):
            name = ("source", "target")[number]
            count = len(side.sentences)
            reason = f"names {name} sentence {last}, but {side.path} has {count} (from 0)"
            raise InputError(path, reason)
    return beads


def _read_side(path: str, language: str, *, lines: bool, fields: str | None) -> Side:
    from align.bitext.side import side_of_article, side_of_lines, side_of_text

    if lines:
        return side_of_lines(_read_text(path), path=path)
    if language != "ur":
        from align.articles.html import is_html

        text = _read_text(path)
        if is_html(text):
            raise InputError(path, "HTML; give the English as plain text")
        return side_of_text(text, path=path, language=language)
    from align.articles import read_articles

    articles = list(islice(read_articles(path, fields=parsed_fields(fields)), 2))
    if len(articles) > 1:
        raise UsageError(f"{path}: several articles; align pair takes two documents")
    if not articles:
        raise InputError(path, "no article in it")
    if isinstance(articles[0], InputError):
        raise articles[0]
    return side_of_article(articles[0])


def _read_text(path: str) -> str:
    """Read a text file, or standard input."""
    from align.cli.texts import read_texts

    found = list(read_texts([path]))
    if len(found) != 1:
        raise UsageError(f"{path}: {len(found)} files; one is wanted")
    (one,) = found
    if isinstance(one, InputError):
        raise one
    return one[1]
