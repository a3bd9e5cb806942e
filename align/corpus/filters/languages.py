"""Sides in another language than theirs: Sindhi among Urdu, Roman Urdu and French among English.

Urdu that quotes Arabic (scripture, a hadith, a Persian verse) is Urdu; what is in quotation
marks or brackets, and words with Arabic vowel marks, are left out where the text without them
is Urdu. Short texts say little, so their scores are low: that of n words is at most n/(n+1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from align.bitext import Pair
from align.corpus.filters.filter import NO_SCORE, Filter
from align.corpus.filters.lengths import Side, side_of
from align.corpus.filters.words import bare_words
from align.text.language import LANGUAGES, UNKNOWN, Guess, identify
from align.text.latin_words import LATIN_WORDS

NAMES: Final = {
    "ur": "Urdu",
    "ar": "Arabic",
    "fa": "Persian",
    "ps": "Pashto",
    "sd": "Sindhi",
    "pnb": "Punjabi",
    "ur-Latn": "Roman Urdu",
    "en": "English",
    "fr": "French",
    "de": "German",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
    "nl": "Dutch",
    "tr": "Turkish",
    "id": "Indonesian",
}
_QUOTED: Final = re.compile(r"[\"“”«»'‘’(\[{﴾﴿][^\"“”«»'‘’()\[\]{}﴾﴿]{6,}[\"“”«»'‘’)\]}﴾﴿]")
_VOWELLED: Final = re.compile(r"\S*[\u064b-\u0650\u0652\u0670]\S*[\u064b-\u0652\u0670]\S*")


def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Words that no neighbour of the language has; a text with many of them needs no closer look.
_OWN: Final = {
    "ur": _set_of("کے ہے ہیں سے نے تھا تھی تھے اور میں کا"),
    "en": _set_of("the and with that from has have were by"),
}
_NONE: Final[frozenset[str]] = frozenset()
_ENOUGH: Final = 0.15  # of the words, and at least two
_PUNJABI: Final = _set_of(
    "دا دیاں نوں وچ وچوں نیں ایہ اوہ ایس اوس اوہناں ایہناں کیتا کیتی ہویا ہوئی نال لئی جیہڑے جیہڑا "
    "تہاڈا تہاڈے ساڈا ساڈے ساڈی کردے کردا جاندا رہیا"
)
# Of Roman Urdu and not of English, which has "us", "to", "is" and "the" in common with it.
_ROMAN: Final = _set_of(
    "ke ki ka ko se ne mein mai hai hain aur nahi nahin kya yeh ye woh wo wah bhi raha rahi rahe "
    "tha thi gaya gayi gaye hua hui koi mera mere meri aap hum kuch ek liye apne apna apni kar "
    "karna karte karta lekin magar jo jaise"
)
_QUOTABLE: Final = ("ar", "fa")


class Language(Filter):
    """A side that is surely in another language."""

    version = "2"
    unit = "sureness of another language"
    default = 0.75

    def __init__(self, side: Side, language: str, threshold: float | None = None) -> None:
        """Look at one side; a language that cannot be told from others is not judged."""
        super().__init__(threshold)
        self._side: Side = side
        self._language = language
        self.name = f"{side}-language"
        self.reason = f"the {side} is in another language"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the confidence in another language, 0 where it seems to be the right one."""
        if self._language not in LANGUAGES or self._language in LATIN_WORDS:
            return [NO_SCORE] * len(pairs)
        return [self._foreign(side_of(pair, self._side)).confidence for pair in pairs]

    def detail(self, pair: Pair) -> str:
        """Name the language."""
        language = self._foreign(side_of(pair, self._side)).language
        return f"the {self._side} is {NAMES.get(language, language)}"

    def _foreign(self, text: str) -> Guess:
        words = bare_words(text)
        own = sum(map(_OWN.get(self._language, _NONE).__contains__, words))
        if own >= max(2, _ENOUGH * len(words)):
            return Guess(self._language, 0.0)
        guess = identify(text)
        if self._language == "ur":
            guess = _as_urdu(text, words, guess)
        elif guess.language == "ur-Latn" and len(_ROMAN.intersection(words)) < 2:
            return Guess(self._language, 0.0)
        is_right = guess.language in (self._language, UNKNOWN)
        return Guess(self._language, 0.0) if is_right else guess

    @property
    def key(self) -> str:
        """As of every filter, with the language."""
        return f"{super().key}-{self._language}"


def _as_urdu(text: str, words: tuple[str, ...], guess: Guess) -> Guess:
    """Take for Urdu what only quotes Arabic, or only spells like Punjabi."""
    if guess.language in _QUOTABLE:
        rest = identify(_VOWELLED.sub(" ", _QUOTED.sub(" ", text)))
        return rest if rest.language == "ur" else guess
    # Acronyms are spelt in words of Punjabi, ای سی سی: without others there is none.
    if guess.language == "pnb" and _PUNJABI.isdisjoint(words):
        return Guess("ur", 0.0)
    return guess
