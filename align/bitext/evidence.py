"""Numbers by value and names by sound: what a source tells without being translated."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from align.text.language import has_urdu
from align.text.names import sound_keys
from align.text.number_words import WORDS
from align.text.numbers import Found, find_readings

_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_SHORTEST: Final = 3  # consonants of a name; shorter ones meet by chance
_LONGEST: Final = 50  # letters of a name; longer rows of them are no names
_COMMON: Final = 0.05  # a sound in more sentences than this is no name


Rows = list[list[str]]  # of each sentence


def shared_numbers(source: Sequence[str], target: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the values of the numbers of each sentence, in digits, of both sides.

    A number with several readings ("3m") is given by one that the other side has, if any.
    """
    left, right = _readings(source), _readings(target)
    return _values(left, right), _values(right, left)


def _readings(texts: Sequence[str]) -> list[list[Found]]:
    return [find_readings(text) if _may_count(text) else [] for text in texts]


def _values(side: list[list[Found]], other: list[list[Found]]) -> Rows:
    known = Counter(value for found in other for number in found for value in number.readings)
    return [[_digits(_reading(number, known)) for number in found] for found in side]


def _may_count(text: str) -> bool:
    """Whether there can be a number: reading is slow, and most sentences have none."""
    return bool(_DIGIT.search(text)) or not WORDS.keys().isdisjoint(_WORD.findall(text.lower()))


def _reading(number: Found, values: Counter[Decimal]) -> Decimal:
    if number.number.value in values:
        return number.number.value
    readings = sorted(number.readings) or [number.number.value]
    return max(readings, key=lambda value: values[value])


def _digits(value: Decimal) -> str:
    return f"{value.normalize():f}"


def shared_sounds(source: Sequence[str], target: Sequence[str]) -> tuple[Rows, Rows]:
    """Return the sounds of what may be names in each sentence, of those that both sides have.

    Urdu marks no names, so all its words count; in Latin letters those that are capital.
    """
    left, right = [_keys(text) for text in source], [_keys(text) for text in target]
    names = _rare(left) & _rare(right)
    return [sorted(keys & names) for keys in left], [sorted(keys & names) for keys in right]


def _rare(rows: list[set[str]]) -> set[str]:
    limit = max(3, _COMMON * len(rows))
    counted = Counter(key for keys in rows for key in keys)
    return {key for key, times in counted.items() if times <= limit}


def _keys(text: str) -> set[str]:
    return {key for word in _LETTERS.findall(text) for key in word_keys(word)}


@lru_cache(maxsize=1 << 16)
def word_keys(word: str) -> tuple[str, ...]:
    """Return the sounds of a word that may be a name: none for one in small letters.

    >>> word_keys("پشاور") == word_keys("Peshawar"), word_keys("house")
    (True, ())
    """
    if len(word) > _LONGEST or not (word[0].isupper() or has_urdu(word)):
        return ()
    return tuple(key for key in sound_keys(word) if len(key) >= _SHORTEST)


def shared_names(source: str, target: str) -> Iterable[tuple[str, str]]:
    """Yield the words of two texts that sound alike."""
    heard = {key: word for word in _LETTERS.findall(target) for key in word_keys(word)}
    for word in dict.fromkeys(_LETTERS.findall(source)):
        for key in word_keys(word):
            if key in heard:
                yield word, heard[key]
                break
