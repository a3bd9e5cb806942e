"""`Article`: one scraped news page, with the place of every line in the file as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

# What a leftover line is; `align.articles.leftovers` tells them apart.
LEFTOVER_KINDS: Final = (
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
)


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
    """A line that is not part of the story, and why: `kind` is one of `LEFTOVER_KINDS`."""

    kind: str


@dataclass(frozen=True, slots=True)
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
    title: Line | None
    created: date | None  # parsed; None where missing or unreadable
    created_line: Line | None  # the line as it stands, also where unreadable
    slug: Line | None  # English, lower case, words separated by spaces
    headline: Line | None  # the Urdu headline below the slug; None where it is not repeated
    english_headline: str | None  # where the source knows one (JSON Lines)
    paragraphs: tuple[Line, ...]
    leftovers: tuple[Leftover, ...]
