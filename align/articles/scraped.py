"""The layout of scraped articles: title, `Created:`, slug, headline, paragraphs, debris.

    title
    Created: JANUARY 23, 2025
    english words of the page's address
    the title once more, or another headline
    paragraphs
    Comments(0) and whatever follows

Any of these may be missing, in another order above the first paragraph, or there twice. The slug
may also follow the headline or the last paragraph, where no line above them can be one. A text
with neither date nor slug, whose first line is not repeated, is plain: its lines are paragraphs.
Not handled: paragraphs that were broken into lines of a fixed width.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from align.articles.article import Article, Leftover, Line, LineKind, is_leftover
from align.articles.dates import date_line_rank, parse_date
from align.articles.leftovers import leftover_kind
from align.articles.lines import key, split_lines
from align.articles.packed import stem
from align.articles.script import refuse_other_languages
from align.articles.slugs import (
    is_address,
    is_labelled,
    is_lone_slug,
    is_surely_slug,
    looks_like_slug,
    slug_words,
)
from align.text.language import has_urdu
from align.text.normalize import normalize

_STOP: Final = re.compile(r"[.۔:…]\W*$")
_QUESTION: Final = re.compile(r"[؟?!]\W*$")
_SIMILAR: Final = 85  # of 100, rapidfuzz ratio: the same words but for a few
_SAME: Final = 95
_HEADLINE_WORDS: Final = 22  # Urdu headlines have 8 to 18
_QUESTION_WORDS: Final = 15


@dataclass(slots=True)
class _Marked:
    """A line with its key and what it is taken for."""

    line: Line
    key: str
    kind: LineKind


def parse_scraped(text: str, *, path: str) -> Article:
    r"""Read the scraped layout, or plain text; every line of `text` ends up in one field.

    Args:
        text: The decoded file, without byte-order mark.
        path: The file's name, for the article and for errors.

    Raises:
        InputError: there is nothing in it, no Urdu letter, or another language.

    >>> article = parse_scraped("سرخی\n\nrain in sindh\n\nبارش ہوئی۔\n\nComments(0)", path="a.txt")
    >>> article.slug.text, article.paragraphs[0].text, article.leftovers[0].kind
    ('rain in sindh', 'بارش ہوئی۔', 'comment')
    """
    refuse_other_languages(text, path=path)
    marked = [_mark(line) for line in split_lines(text)]
    _mark_comments(marked)
    _mark_head(marked)
    return _article(marked, text, path)


def _mark(line: Line) -> _Marked:
    shape = key(line.text)
    kind: LineKind = leftover_kind(shape) or "text"
    # Above the story debris has capitals; "by elections held in three cities" is a slug.
    if kind != "link" and is_surely_slug(line.text) and len(slug_words(shape).split()) > 3:
        kind = "text"
    if kind == "text" and date_line_rank(shape) is not None:
        kind = "date"
    return _Marked(line, shape, kind)


def _mark_comments(marked: Sequence[_Marked]) -> None:
    """Make all below the head of the comments leftovers; a counter above the story is one line.

    Above the story there are no more than title and headline, without full stops.
    """
    story = 0
    for i, this in enumerate(marked):
        if this.kind == "text" and has_urdu(this.line.text):
            story += 3 if _STOP.search(this.line.text) else 1
        if this.kind == "comment" and story > 2:
            for later in marked[i:]:
                later.kind = "comment"
            return


def _mark_head(marked: Sequence[_Marked]) -> None:
    """Find title, date, slug and headline; what repeats them, or is another date, is a leftover."""
    title, slugs, below = _head(marked)
    story = _without_tail(below)
    dated = _mark_dates([m for m in marked if m.kind == "date"], story)
    if not (
        dated
        or any(is_surely_slug(m.line.text) for m in slugs)
        or any(is_labelled(m.key) for m in story)
        or (title and len(story) > 1 and _similarity(title, story[0]) >= _SAME)
    ):
        return
    if not any(_is_worded(m) for m in slugs) and (late := _late_slug(story, title)):
        slugs.append(late)
        story.remove(late)
    _mark_slug(slugs)
    if title:
        title.kind = "title"
    if story and _is_headline(story, title):
        story[0].kind = "headline"
    heads = {
        m.key
        for m in marked
        if m.kind == "slug" or (m.kind in ("title", "headline") and len(m.key.split()) > 2)
    }
    for this in story:
        if this.kind == "text" and this.key in heads:
            this.kind = "repeat"


def _head(marked: Sequence[_Marked]) -> tuple[_Marked | None, list[_Marked], list[_Marked]]:
    """Split the text lines: the title, those that may be the slug, those of the story.

    A title comes before date and slug.
    """
    title: _Marked | None = None
    slugs: list[_Marked] = []
    dated = False
    for i, this in enumerate(marked):
        dated |= this.kind == "date"
        if this.kind == "link" and is_address(this.key):
            slugs.append(this)
        elif this.kind == "text":
            if not has_urdu(this.line.text) and looks_like_slug(this.key):
                slugs.append(this)
            elif has_urdu(this.line.text) and not (title or slugs or dated):
                title = this
            else:
                return title, slugs, [m for m in marked[i:] if m.kind == "text"]
    return title, slugs, []


def _without_tail(story: Sequence[_Marked]) -> list[_Marked]:
    """Make leftovers of what is worded like them below the last line of Urdu; return the rest."""
    for this in reversed(story):
        if has_urdu(this.line.text):
            break
        this.kind = leftover_kind(this.key) or "text"
    return [m for m in story if m.kind == "text"]


def _mark_dates(dates: Sequence[_Marked], story: Sequence[_Marked]) -> bool:
    """Choose the line that says when the page was made; tell whether there is one.

    A line that is but a date, without a label, inside the story stays a paragraph.
    """
    ranked: list[tuple[int, _Marked]] = []
    for this in dates:
        rank = date_line_rank(this.key) or 0
        if rank == 1 and story and this.line.start > story[0].line.start:
            this.kind = "text"
        else:
            ranked.append((rank, this))
    if ranked:
        min(ranked, key=lambda pair: pair[0])[1].kind = "created"
    return bool(ranked)


def _late_slug(story: Sequence[_Marked], title: _Marked | None) -> _Marked | None:
    """Find the slug right below the headline or at the end, or wherever it says that it is one."""
    repeat = title.key if title else None
    last = max((i for i, m in enumerate(story) if m.key != repeat), default=0)
    places = {last, 1} if story and _is_headline(story, title) else {last}
    for i, this in enumerate(story):
        if is_labelled(this.key) or (i in places and _is_lone_slug(story, i)):
            return this
    return None


def _is_lone_slug(story: Sequence[_Marked], i: int) -> bool:
    """Tell a slug from English that is quoted: below a comma or colon, or on several lines."""
    return (
        i > 0
        and is_lone_slug(normalize(story[i].line.text))
        and all(has_urdu(m.line.text) for m in story[i - 1 : i + 2 : 2])
        and not story[i - 1].key.endswith((":", "،", ","))
    )


def _is_worded(slug: _Marked) -> bool:
    return len(slug_words(slug.key).split()) >= 3


def _mark_slug(slugs: Sequence[_Marked]) -> None:
    """Take the first of three words or more, else the first; the others label the page.

    An address without words, such as that of a front page, stays a link.
    """
    slugs = [m for m in slugs if slug_words(m.key)]
    words = [slug_words(m.key) for m in slugs]
    best = next((i for i, m in enumerate(slugs) if _is_worded(m)), 0)
    for i, this in enumerate(slugs):
        if i == best:
            this.kind = "slug"
        elif words[i] == words[best]:
            this.kind = "repeat"
        elif this.kind == "text":
            this.kind = "label"


def _is_headline(story: Sequence[_Marked], title: _Marked | None) -> bool:
    """Tell whether the first line of the story is a headline rather than a paragraph.

    It is if it repeats the title. Worded differently, it is short, ends without a full stop and
    has a story below it.
    """
    first = story[0]
    text = first.line.text
    if not has_urdu(text):
        return False
    stopped = _STOP.search(text) is not None
    if title and _similarity(title, first) >= (_SAME if stopped else _SIMILAR):
        return True
    most = _QUESTION_WORDS if _QUESTION.search(text) else _HEADLINE_WORDS
    return not stopped and len(story) > 1 and len(first.key.split()) <= most


def _similarity(one: _Marked, other: _Marked) -> float:
    """Compare two lines, punctuation aside: 0 to 100."""
    from rapidfuzz import fuzz

    return fuzz.ratio(re.sub(r"\W+", " ", one.key), re.sub(r"\W+", " ", other.key))


def _article(marked: Sequence[_Marked], text: str, path: str) -> Article:
    fields = {m.kind: m.line for m in marked}
    created_line, slug = fields.get("created"), fields.get("slug")
    return Article(
        path=path,
        id=stem(path),
        text=text,
        title=fields.get("title"),
        created=parse_date(created_line.text) if created_line else None,
        created_line=created_line,
        slug=slug and Line(slug_words(key(slug.text)), slug.start, slug.end),
        headline=fields.get("headline"),
        english_headline=None,
        paragraphs=tuple(m.line for m in marked if m.kind == "text"),
        leftovers=tuple(
            Leftover(m.line.text, m.line.start, m.line.end, m.kind)
            for m in marked
            if is_leftover(m.kind)
        ),
    )
