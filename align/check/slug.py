"""Which slugs can be checked against, and why the others cannot."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote

from align.check.words import content_words, prepare, read_rarity
from align.text.language import identify

# Fewer content words and chance decides.
LEAST_WORDS: Final = 3

# Words that no headline ends in: articles, and conjunctions and prepositions that cannot stand
# without what follows. Particles of verbs ("in", "on", "out", "for") can end one.
_NEVER_LAST: Final = frozenset(
    ("a", "an", "the", "of", "and", "or", "nor", "with", "from", "into", "than", "as", "at", "its")
)
# Lengths at which content management systems cut slugs.
_LIMITS: Final = frozenset((40, 50, 60, 64, 70, 72, 75, 80, 90, 96, 100, 120, 128, 150, 200, 255))
# What may follow a whole word: inflection, derivation, and names of peoples and their lands.
_ENDINGS: Final = re.compile(
    "(?:[a-z]?|es|ed|er|ers|al|ly|ic|ing|ings|ies|ment|ness|i?ans?|ese|i?stani?)$"
)
# Slugs in Roman Urdu get more confidence than this; of 841 English ones, two got 0.27.
_ROMAN_URDU: Final = 0.4
_PAGE_NUMBER: Final = re.compile(r"^[0-9]{6,} | [0-9]{6,}$")
_LATIN: Final = re.compile("[a-z0-9]+$")


def spelled(slug: str) -> str:
    """Return the words of a slug as it stands in an address, without the number of the page.

    >>> spelled("Lahore-schools%20reopen-2512345")
    'lahore schools reopen'
    """
    return _PAGE_NUMBER.sub("", prepare(unquote(slug)))


def unusable(slug: str | None, translation: Iterable[str] = ()) -> str | None:
    """Return why `slug` says nothing about the article, as a short phrase; None if it does.

    `translation` holds words of the article in English: a last word that only begins one of
    them was cut off. So was one at a usual limit of length that begins an English word and is
    none, and a word that no headline ends in.

    >>> unusable("2512345"), unusable("budget 2025"), unusable("karachi schools reopen after the")
    ('slug is numeric', 'slug has only 1 content word', 'slug is cut off after "the"')
    >>> unusable("schools to reopen in punj", ["punjab", "schools"])
    'slug is cut off after "punj"'
    """
    raw = unquote(slug or "").strip()
    words = spelled(raw).split() or prepare(raw).split()
    if not words:
        return "no slug"
    if all(any(char.isdigit() for char in word) for word in words):
        return "slug is numeric"
    if any(not _LATIN.match(word) for word in words):
        return "slug is not in English letters"
    guess = identify(" ".join(words))
    if guess.language == "ur-Latn" and guess.confidence >= _ROMAN_URDU:
        return "slug is in Roman Urdu"
    telling = [word for word in content_words(" ".join(words)) if word.isalpha()]
    if len(telling) < LEAST_WORDS:
        return f"slug has only {len(telling)} content word{'s' * (len(telling) != 1)}"
    if raw.endswith(("...", "\u2026")) or _is_cut(words, translation):
        return f'slug is cut off after "{words[-1]}"'
    return None


def _is_cut(words: list[str], translation: Iterable[str]) -> bool:
    last, known = words[-1], read_rarity()
    if last in _NEVER_LAST:
        return True
    if last in known or not last.isalpha():
        return False
    here = frozenset(translation)
    if last in here:
        return False
    longer = known if len(" ".join(words)) in _LIMITS else here
    return any(_begins(last, word) for word in longer)


def _begins(part: str, word: str) -> bool:
    return len(part) > 3 and word.startswith(part) and not _ENDINGS.match(word[len(part) :])
