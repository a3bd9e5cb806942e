"""What `align pair` reads: two documents, translations of their sentences, gold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING

from align.cli.streams import complain
from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.articles import Fields
    from align.bitext import Bead
    from align.bitext.side import Side


def read_sides(
    paths: tuple[str, str],
    languages: tuple[str, str],
    fields: tuple[Fields | None, Fields | None],
    *,
    lines: bool,
) -> tuple[Side, Side]:
    """Read both documents; complain, and go on, where one looks like another language.

    Args:
        paths: Of source and target.
        languages: Their codes.
        fields: Where records of either hold what.
        lines: Whether each line is a sentence.

    Raises:
        InputError: One cannot be read, or has no sentences.
        UsageError: One holds several articles.
    """
    from align.bitext.side import language_doubt

    sides = tuple(
        _read_lines(path) if lines else _read_article(path, language, known)
        for path, language, known in zip(paths, languages, fields, strict=True)
    )
    for side, language in zip(sides, languages, strict=True):
        if doubt := language_doubt(side, language):
            complain(f"warning: {doubt}")
    return sides[0], sides[1]


def read_translations(
    sides: tuple[Side, Side], files: tuple[str | None, str | None], languages: tuple[str, str]
) -> tuple[Sequence[str] | None, Sequence[str] | None]:
    """Read the translations of both sides, where files are given.

    A file holds a line for each sentence, or pairs, `align translate --format jsonl` among them,
    in which the sentences are looked up.

    Raises:
        InputError: One cannot be read, or has not one for each sentence.
    """
    forth, back = (
        None if file is None else _read_translation(side, file, codes)
        for side, file, codes in zip(sides, files, (languages, languages[::-1]), strict=True)
    )
    return forth, back


def _read_translation(side: Side, file: str, languages: tuple[str, str]) -> Sequence[str]:
    from align.bitext.side import put_lines
    from align.corpus.formats.names import holds_pairs
    from align.evaluate.inputs import read_hypotheses
    from align.evaluate.testsets import TestSet

    if not holds_pairs(file):
        return put_lines(side, _read_text(file), path=file)
    asked = TestSet(side.id, side.sentences, (side.sentences,))
    return read_hypotheses(file, asked, languages=languages)


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


def _read_lines(path: str) -> Side:
    from align.bitext.side import side_of_lines

    return side_of_lines(_read_text(path), path=path)


def _read_article(path: str, language: str, fields: Fields | None) -> Side:
    from align.articles import read_articles
    from align.bitext.side import side_of_article

    articles = list(islice(read_articles(path, fields=fields, language=language), 2))
    if len(articles) > 1:
        raise UsageError(f"{path}: several articles; align pair takes two documents")
    if not articles:
        raise InputError(path, "no article in it")
    if isinstance(articles[0], InputError):
        raise articles[0]
    return side_of_article(articles[0], language=language)


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
