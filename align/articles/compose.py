"""Making an article from fields that another format held: HTML pages, JSON records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from align.articles.article import Article, Leftover, Line, LineKind, is_leftover
from align.articles.lines import split_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The fields of an article as text, None where missing; `body` pairs lines with kinds."""

    title: str | None = None
    created: date | None = None
    created_text: str | None = None
    slug: str | None = None
    headline: str | None = None
    english_headline: str | None = None
    body: Sequence[tuple[str, LineKind]] = ()


def compose(parts: Parts, *, path: str, id: str) -> Article:
    r"""Join the fields with blank lines to the article's text, in the scraped layout's order.

    Line ends inside a field become spaces, inside the body they part lines.

    >>> article = compose(Parts(slug="rain", body=[("بارش\nہوئی", "text")]), path="a.json", id="a")
    >>> [article.text[line.start : line.end] for line in article.paragraphs]
    ['بارش', 'ہوئی']
    """
    rows: list[tuple[LineKind, str]] = []  # kind, one line
    heads: tuple[tuple[LineKind, str | None], ...] = (
        ("title", parts.title),
        ("created", parts.created_text),
        ("slug", parts.slug),
        ("headline", parts.headline),
    )
    for kind, value in heads:
        if value and (line := " ".join(piece.text for piece in split_lines(value))):
            rows.append((kind, line))
    rows += ((kind, piece.text) for value, kind in parts.body for piece in split_lines(value))

    placed: list[tuple[LineKind, Line]] = []
    at = 0
    for kind, line in rows:
        placed.append((kind, Line(line, at, at + len(line))))
        at += len(line) + 2
    fields = dict(placed)
    return Article(
        path=path,
        id=id,
        text="\n\n".join(line for _, line in rows),
        title=fields.get("title"),
        created=parts.created,
        created_line=fields.get("created"),
        slug=fields.get("slug"),
        headline=fields.get("headline"),
        english_headline=parts.english_headline or None,
        paragraphs=tuple(line for kind, line in placed if kind == "text"),
        leftovers=tuple(
            Leftover(line.text, line.start, line.end, kind)
            for kind, line in placed
            if is_leftover(kind)
        ),
    )
