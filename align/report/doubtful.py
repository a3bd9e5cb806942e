"""The most doubtful translations of a run, as a page lists and shades them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from align.pipeline import TranslatedArticle
from align.translate.doubt import Doubt, doubt_of
from align.translate.translation import Translation

# From here on a translation is shaded: it is one of the worst fifth, more likely than not.
SHADED: Final = 0.5
_DARK: Final = 0.75
_MOST: Final = 30
_FEWEST: Final = 5  # are listed, however little they are doubted


class Doubtful(NamedTuple):
    """A translation with its doubt, the article's id and the anchor of its place on the page."""

    translation: Translation
    doubt: Doubt
    id: str
    anchor: str


def shade(translation: Translation) -> str:
    """Return the class of a translation's shading, empty where it has none."""
    doubt = doubt_of(translation)
    if doubt is None or doubt.score < SHADED:
        return ""
    return "unsure dark" if doubt.score >= _DARK else "unsure"


def anchor(article: int, place: int) -> str:
    """Return the anchor of a sentence: `a1-2` is the second of the first article; 0 its headline.

    >>> anchor(1, 2)
    'a1-2'
    """
    return f"a{article}-{place}"


def doubtful(articles: Sequence[TranslatedArticle]) -> list[Doubtful]:
    """Return the shaded translations, the most doubtful first: at most 30, and at least 5 of all.

    The fewest are filled up with those that come next, shaded or not.
    """
    found = [
        Doubtful(each, doubt, translated.article.id, anchor(number, place))
        for number, translated in enumerate(articles, 1)
        for place, each in translated.numbered()
        if (doubt := doubt_of(each))
    ]
    shaded = sum(one.doubt.score >= SHADED for one in found)
    return sorted(found, key=lambda one: -one.doubt.score)[: min(_MOST, max(_FEWEST, shaded))]
