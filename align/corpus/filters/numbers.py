"""Numbers that stand on one side only, compared by value.

`۲۵` is 25, `25 لاکھ` is 2.5 million, `ڈھائی سو` is 250 and "half past ten" is 10:30
(`align.text.numbers`); digits are never compared as digits.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from align.bitext import Pair
from align.corpus.filters.filter import Filter
from align.corpus.filters.words import bare_words
from align.text.number_loss import missing_numbers
from align.text.number_words import WORDS
from align.text.numbers import Number

# Only numbers in digits or with a scale word can be missing, and most sentences have neither.
_FIGURE: Final = re.compile(r"\d+")
# A figure that is no part of a decimal, a date, a time, or a word.
_ALONE: Final = re.compile(r"(?<![\w.,:٫٬،/%-])\d{1,6}(?![\w:٫٬/%-]|[.,،۔]\w)")
_DECADE: Final = re.compile(r"(\w+)\s+کی\s+دہائی")


def _words_of(*roles: str) -> frozenset[str]:
    return frozenset(
        part for word, (role, _) in WORDS.items() if role in roles for part in bare_words(word)
    )


_SCALES: Final = _words_of("scale", "rank")
# Words that make another number of the figure beside them.
_JOINING: Final = _words_of(
    "adjust", "part", "point", "tens", "unit", "small", "ordinal", "article", "and"
)


class Numbers(Filter):
    """Numbers that disagree."""

    version = "2"
    name = "numbers"
    unit = "numbers on one side only"
    default = 0.0
    reason = "a number of one side is not on the other"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count the numbers of either side whose value is not on the other."""
        return [float(_count(pair)) for pair in pairs]

    def detail(self, pair: Pair) -> str:
        """Name the numbers as they stand there."""
        lost = _missing(pair.source, pair.target)
        added = _missing(pair.target, pair.source)
        return "; ".join(
            f"only in the {side}: {', '.join(text[number.start : number.end] for number in found)}"
            for side, text, found in (("source", pair.source, lost), ("target", pair.target, added))
            if found
        )


def _count(pair: Pair) -> int:
    sides = [_look(pair.source), _look(pair.target)]
    if not any(explicit for explicit, _ in sides):
        return 0
    (source, plain_source), (target, plain_target) = sides
    if plain_source is not None and plain_source == plain_target:
        return 0
    lost = _missing(pair.source, pair.target) if source else ()
    added = _missing(pair.target, pair.source) if target else ()
    return len(lost) + len(added)


def _missing(text: str, other: str) -> list[Number]:
    """Return the numbers of `text` that `other` lacks: ستر کی دہائی has the 1970s."""
    missing = missing_numbers(text, other)
    if not missing or not (names := _DECADE.findall(other)):
        return missing
    decades = {WORDS[name][1] + 1900 for name in names if name in WORDS}
    return [number for number in missing if number.value not in decades]


def _look(text: str) -> tuple[bool, frozenset[int] | None]:
    """Tell whether numbers of `text` can be missing, and its figures if they are those numbers."""
    words = bare_words(text)
    figures = _FIGURE.findall(text)
    if not _SCALES.isdisjoint(words):
        return True, None
    alone = _ALONE.findall(text)
    if len(alone) < len(figures) or not (_JOINING.isdisjoint(words) or _stand_apart(words)):
        return bool(figures), None
    return bool(figures), frozenset(map(int, alone))


def _stand_apart(words: Sequence[str]) -> bool:
    """Tell whether no word beside a figure can make another number of it."""
    return all(
        (word not in _JOINING or not after.isdecimal())
        and (after not in _JOINING or not word.isdecimal())
        for word, after in pairwise(words)
    )
