"""Slugs: the English words of a page's address."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote, urlsplit

from align.text.language import has_urdu

_EXTENSION: Final = re.compile(r"\.(?:html?|php|aspx?|jsp|cms|amp)$", re.I)
# Four digits may be a year of the story, so an id has five or more.
_ID: Final = re.compile(r"(?:^[a-z]?\d{5,}[-_])|(?:[-_][a-z]?\d{5,}$)", re.I)
_ADDRESS: Final = re.compile(r"(?:https?://|www\.|/)\S+|[\w-]+(?:\.[\w-]+)+/\S*", re.I)
_SLUG: Final = re.compile(r"[A-Za-z0-9 _.,:;'’&%$()/+-]+")
_LABEL: Final = re.compile(r"^\s*slug\s*:\s*", re.I)
# Four words with blanks, three with hyphens; none has more marks than those of a whole headline.
_LONE: Final = re.compile(r"(?:[a-z0-9%'’&]+[ -]){3,}[a-z0-9%'’]+|(?:\w+-){2,}\w+", re.ASCII)
_CUT: Final = re.compile(r"\s*(?:…|\.{3,})$")
_LONGEST: Final = 300  # characters


def is_address(text: str) -> bool:
    """Tell whether the whole line is a web address.

    >>> is_address("https://example.com/story/1/a-b"), is_address("a b")
    (True, False)
    """
    return _ADDRESS.fullmatch(text) is not None


def slug_words(slug: str) -> str:
    """Return a slug or an address as words: lower case, spaces, without id and extension.

    What is nothing but a number stays, so that a check can say so.

    >>> slug_words("https://example.com/story/2345678/New-Bridge-Opens.html?ref=x")
    'new bridge opens'
    >>> slug_words("2345678"), slug_words("Slug: new-bridge")
    ('2345678', 'new bridge')
    """
    slug = _bare(slug)
    if " " not in slug and "/" in slug:
        slug = _last_segment(slug)
    slug = _EXTENSION.sub("", slug)
    if " " not in slug:
        slug = _ID.sub("", slug)
        slug = re.sub("[-_+]+", " ", slug)
    return " ".join(slug.lower().split())


def looks_like_slug(text: str) -> bool:
    """Tell whether a line, free of invisible marks, can be a slug: Latin, and no sentence.

    One that is cut off may say so, by three dots at its end.

    >>> [looks_like_slug(t) for t in ("new bridge opens", "2345678", "He said so.", "خبر")]
    [True, True, False, False]
    >>> looks_like_slug("new bridge ope…")
    True
    """
    text = _CUT.sub("", _bare(text))
    if is_address(text):
        return not has_urdu(unquote(text))
    return (
        len(text) <= _LONGEST
        and _SLUG.fullmatch(text) is not None
        and re.search(r"[A-Za-z]{2}|\d{4}", text) is not None
        and not (text.endswith((".", ":")) and " " in text)
    )


def is_surely_slug(text: str) -> bool:
    """Tell whether a line is a slug above the story: by its case, its hyphens, its number.

    >>> [is_surely_slug(t) for t in ("new bridge opens", "Bridge-Opens-Today", "New bridge opens")]
    [True, True, False]
    """
    text = _bare(text)
    if not looks_like_slug(text):
        return False
    words = re.split(r"[\s_-]+", text)
    if " " not in text:
        return len(words) > 2 or is_address(text) or re.fullmatch(r"\d{5,}", text) is not None
    return len(words) > 2 and (text.islower() or text.isupper())


def is_labelled(text: str) -> bool:
    """Tell whether a line says itself that it is a slug.

    >>> is_labelled("Slug: new-bridge-opens"), is_labelled("Slug: خبر"), is_labelled("new bridge")
    (True, False, False)
    """
    return _LABEL.match(text) is not None and looks_like_slug(text)


def is_lone_slug(text: str) -> bool:
    """Tell whether a line is hardly anything but a slug, among lines of another script.

    Lower-case words without marks of a sentence, or words with hyphens in place of all blanks.

    >>> is_lone_slug("new bridge opens today"), is_lone_slug("New-Bridge-Opens")
    (True, True)
    >>> [is_lone_slug(t) for t in ("New bridge opens today", "he came, he said", "0300-123-456")]
    [False, False, False]
    """
    text = _CUT.sub("", text.strip())
    words = re.split(r"[ -]+", text)
    return (
        len(text) <= _LONGEST
        and _LONE.fullmatch(text) is not None
        and sum(map(str.isalpha, words)) > 2
    )


def _bare(text: str) -> str:
    return _LABEL.sub("", text).strip()


def _last_segment(address: str) -> str:
    """Return the last part of the path that has words, else the last one with anything."""
    try:
        path = unquote(urlsplit(address).path)
    except ValueError:  # such as a bracket that opens an IPv6 address
        return ""
    parts = [part for part in path.split("/") if part and not part.lower().startswith("index.")]
    if address.lower().startswith("www."):
        parts = parts[1:]
    worded = [part for part in parts if re.search("[A-Za-z]{3}.*[-_]", part)]
    return (worded or parts or [""])[-1]
