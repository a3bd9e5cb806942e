"""English articles as plain text: a headline, maybe date and slug, paragraphs, debris.

The first line is the headline where it is short, ends without a full stop and has text below it.
"""

from __future__ import annotations

import re
from typing import Final

from align.articles.article import Article, Leftover, Line, LineKind, is_leftover
from align.articles.dates import date_line_rank, parse_date
from align.articles.leftovers import leftover_kind
from align.articles.lines import key, split_lines
from align.articles.packed import stem
from align.articles.script import refuse_other_languages
from align.articles.slugs import is_surely_slug, slug_words

_HEADLINE_WORDS: Final = 22
_HEAD: Final = 5  # lines among which a slug may be
_STOP: Final = re.compile(r"[.:…]\W*$")


def parse_english(text: str, *, path: str) -> Article:
    r"""Read an article a paragraph a line; every line of `text` ends up in one field.

    Raises:
        InputError: There is nothing in it, or it is not English.

    >>> text = "Rain in Sindh\nCreated: January 23, 2025\nIt rained.\nComments (0)\n"
    >>> article = parse_english(text, path="rain.txt")
    >>> article.headline.text, article.created.day, [line.text for line in article.paragraphs]
    ('Rain in Sindh', 23, ['It rained.'])
    """
    refuse_other_languages(text, path=path, language="en")
    lines = split_lines(text)
    marked = [(_kind(line, is_head=place < _HEAD), line) for place, line in enumerate(lines)]
    story = [line for kind, line in marked if kind == "text"]
    headline = story.pop(0) if _has_headline(story) else None
    created = next((line for kind, line in marked if kind == "created"), None)
    slug = next((line for kind, line in marked if kind == "slug"), None)
    same = key(headline.text) if headline else ""
    return Article(
        path=path,
        id=stem(path),
        text=text,
        created=parse_date(created.text) if created else None,
        created_line=created,
        slug=slug and Line(slug_words(key(slug.text)), slug.start, slug.end),
        headline=headline,
        paragraphs=tuple(line for line in story if key(line.text) != same),
        leftovers=tuple(
            Leftover(line.text, line.start, line.end, kind)
            for kind, line in _leftovers(marked, {created, slug}, headline, same)
            if is_leftover(kind)
        ),
    )


def _kind(line: Line, *, is_head: bool) -> LineKind:
    shape = key(line.text)
    if is_head and is_surely_slug(line.text) and len(slug_words(shape).split()) > 3:
        return "slug"
    kind = leftover_kind(shape)
    if kind is None and date_line_rank(shape) is not None:
        return "created"
    return kind or "text"


def _leftovers(
    marked: list[tuple[LineKind, Line]],
    used: set[Line | None],
    headline: Line | None,
    same: str,
) -> list[tuple[LineKind, Line]]:
    """Return all lines that are used for nothing, with what they are."""
    rows: list[tuple[LineKind, Line]] = []
    for kind, line in marked:
        if kind in ("created", "slug"):
            if line not in used:
                rows.append(("date" if kind == "created" else "label", line))
        elif kind == "text":
            if line != headline and key(line.text) == same:
                rows.append(("repeat", line))
        else:
            rows.append((kind, line))
    return rows


def _has_headline(story: list[Line]) -> bool:
    if len(story) < 2 or _STOP.search(story[0].text):
        return False
    return len(story[0].text.split()) <= _HEADLINE_WORDS
