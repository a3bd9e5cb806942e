"""`Article`: one scraped news page, with the place of every line in the file as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeGuard, get_args

# What a leftover line is; `align.articles.leftovers` tells them apart.
LeftoverKind = Literal[
    "advert",  # advertisements, calls to subscribe
    "byline",  # who wrote it
    "caption",  # of a picture, or its credit
    "comment",  # the comments head and all below it
    "copyright",
    "date",  # a date beside the one in `created_line`
    "label",  # a section or place above the story that is not the slug
    "link",  # "Read more", addresses
    "ornament",  # neither letters nor digits
    "repeat",  # title, headline or slug once more
    "share",  # names and buttons of social networks
    "tag",
]
# What a line of the page is taken for; "text" is a paragraph of the story.
LineKind = LeftoverKind | Literal["title", "created", "slug", "headline", "text"]
_LEFTOVER_KINDS: Final = frozenset(get_args(LeftoverKind))


def is_leftover(kind: LineKind) -> TypeGuard[LeftoverKind]:
    """Tell whether a line of this kind is no part of the story.

    >>> is_leftover("tag"), is_leftover("slug"), is_leftover("text")
    (True, False, False)
    """
    return kind in _LEFTOVER_KINDS


@dataclass(frozen=True, slots=True)
class Line:
    """A line (or paragraph) of an article: `text` is `article.text[start:end]`.

    Only the text of a slug may differ from it: `New-Bridge-Opens` is the slug
    `new bridge opens`.
    """

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Leftover(Line):
    """A line that is not part of the story, and why."""

    kind: LeftoverKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One scraped news page.

    `text` is the file as read (decoded, byte-order mark off, line ends as they were); for HTML
    and JSON Lines, whose files hold escapes, it is the article's lines joined by blank lines.
    All offsets of lines and sentences count characters of `text`.
    Every line of `text` with anything on it is the title, the date, the slug, the headline, a
    paragraph or a leftover.
    """

    path: str  # as given on the command line; "-" for standard input
    id: str  # file stem, or the id of a JSON record
    text: str
    title: Line | None = None
    created: date | None = None  # parsed; None where missing or unreadable
    created_line: Line | None = None  # the line as it stands, also where unreadable
    slug: Line | None = None  # English, lower case, words separated by spaces
    headline: Line | None = None  # the Urdu headline below the slug; None where it is not repeated
    english_headline: str | None = None  # where the source knows one (JSON Lines)
    label: str | None = None  # what somebody says of slug and story, as it stands (JSON Lines)
    paragraphs: tuple[Line, ...]
    leftovers: tuple[Leftover, ...] = ()
