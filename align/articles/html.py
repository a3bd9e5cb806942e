"""HTML pages: text and metadata by trafilatura, the slug from the page's own address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from align.articles.article import Article
from align.articles.compose import Parts, compose
from align.articles.dates import parse_date
from align.articles.leftovers import leftover_kind
from align.articles.lines import key, line_number
from align.articles.packed import stem
from align.articles.script import refuse_other_languages
from align.articles.slugs import slug_words
from align.errors import InputError
from align.text.language import has_letters, has_urdu

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_MARKUP: Final = re.compile(r"<(?:!doctype|html|head|body|article|div|p|h1)\b", re.I)
# libxml2 takes one for the end of the text.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Beyond these, parsing takes gigabytes or minutes, and no page with an article comes near.
_LONGEST: Final = 16_000_000  # characters
_MOST_TAGS: Final = 100_000
_MOST_ATTRIBUTES: Final = 1000  # of an element, which libxml2 compares each with each
_ATTRIBUTE: Final = (
    r"[\s/]*+(?:=[^\s/>=]*+|[^\s/>=]++)(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+"
)
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_TAG: Final = re.compile(rf"<[a-z](?:{_ATTRIBUTE})*+", re.I)
_ADDRESSES: Final = (
    "//link[@rel='canonical']/@href",
    "//meta[@property='og:url']/@content",
    "//link[@rel='amphtml']/@href",
)
# Reports are often written into the folder that is read.
_OWN: Final = "//meta[@name='generator' and @content='align']"


def is_html(text: str) -> bool:
    """Tell whether a text begins like a page; a stray tag within does not make it one.

    >>> is_html("<!DOCTYPE html><html>"), is_html("خبر <p>")
    (True, False)
    """
    head = text[:2000].lstrip()
    return head.startswith("<") and _MARKUP.search(head) is not None


def parse_html(text: str, *, path: str, language: str = "ur") -> Article:
    """Read a news page.

    The title is the page's headline, the slug the last part of its canonical address, the date
    that of its metadata. Navigation and the like, which trafilatura drops, is not kept.

    Raises:
        InputError: it cannot be parsed, or no story in `language` (ur, en) is found in it.
    """
    _check_bounds(text, path)
    tree = _tree(text, path)
    if tree.xpath(_OWN):
        raise InputError(path, "a report by align, not a news page")
    page = _extract(tree, path)
    address = next((str(a) for query in _ADDRESSES for a in tree.xpath(query) if a), page.url or "")
    story = [line for line in (page.text or "").splitlines() if line.strip()]
    if not any(map(has_urdu if language == "ur" else has_letters, story)):
        name = "Urdu" if language == "ur" else "English"
        raise InputError(path, f"no {name} story found in this page")
    title, headline = (page.title or "").strip(), None
    if title and story and key(story[0]) == key(title):
        headline = story.pop(0)
    date_text = page.date or ""
    parts = Parts(
        title=title or None,
        created=parse_date(date_text),
        created_text=date_text or None,
        slug=slug_words(address) or None,
        headline=headline,
        body=[(line, leftover_kind(key(line)) or "text") for line in story],
    )
    article = compose(parts, path=path, id=stem(path))
    refuse_other_languages(article.text, path=path, language=language)
    return article


def _check_bounds(text: str, path: str) -> None:
    """Raise InputError for a page that is made to take all memory or time."""
    if len(text) > _LONGEST:
        raise InputError(path, f"a page of over {_LONGEST // 10**6} million characters")
    if text.count("<") > _MOST_TAGS:
        raise InputError(path, f"a page of over {_MOST_TAGS:,} tags")
    for tag in _TAG.finditer(text):
        body = tag.group()
        if len(body) > _MOST_ATTRIBUTES and len(_ATTRIBUTES.findall(body)) > _MOST_ATTRIBUTES:
            line = line_number(text, tag.start())
            raise InputError(path, f"an element of over {_MOST_ATTRIBUTES:,} attributes", line=line)


def _tree(text: str, path: str) -> HtmlElement:
    """Parse a page; what libxml2 would leave out in silence (nesting over 256) is an error."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = document_fromstring(_CONTROLS.sub("", text).encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise InputError(path, f"cannot be parsed as HTML: {_line(error)}") from None
    for entry in parser.error_log:
        if entry.type_name == "ERR_RESOURCE_LIMIT":
            what = "elements nested more than 256 deep"
            if "depth" not in entry.message:
                what = "a text or attribute of more than 10 MB"
            raise InputError(path, what, line=entry.line)
    return tree


def _extract(tree: HtmlElement, path: str) -> Any:
    import trafilatura

    try:
        page = trafilatura.bare_extraction(
            tree,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params={"original_date": True, "extensive_search": False},
        )
    except (RecursionError, ValueError, TypeError, AttributeError) as error:
        # It has no errors of its own; these are what odd pages made it raise.
        raise InputError(path, f"cannot be read as a page: {_line(error)}") from None
    if page is None:
        raise InputError(path, "no story found in this page")
    return page


def _line(error: object) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
