"""Characters and words again and again: broken keyboards, looping models, ruled lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from align.bitext import Pair
from align.corpus.filters.filter import Filter
from align.corpus.filters.words import bare_words

# Copies back to back that no writer makes, of n words: "no, no, no" is English, and
# رفتہ رفتہ Urdu.
_COPIES: Final = {1: 4, 2: 3, 3: 3, 4: 3, 5: 3, 6: 2, 7: 2, 8: 2}
_RUN: Final = re.compile(r"([^\s\d])\1{4,}")
_LOOP: Final = re.compile(r"([^\W\d_]{2,8}?)\1{3,}")  # within a word
_LOOPED: Final = 8  # letters that a word with a loop has at least


class Repetition(Filter):
    """A side that is largely one thing over and over."""

    name = "repetition"
    unit = "of the text"
    default = 0.25
    reason = "characters or words are repeated over and over"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the share of repeated text in the side that has more of it, 0 to 1."""
        return [max(repeated_share(pair.source), repeated_share(pair.target)) for pair in pairs]


def repeated_share(text: str) -> float:
    """Return which share of `text`, by characters, only repeats what stands just before it.

    >>> repeated_share("no, no, no"), repeated_share("ہاں ہاں ہاں ہاں ہاں")
    (0.0, 0.8)
    """
    words = bare_words(text)
    spoken = sum(map(len, words))
    between = 0
    # Any repetition has two neighbours twice; sentences hardly ever have.
    neighbours = list(pairwise(words))
    if len(set(neighbours)) < len(neighbours):
        between = _repeated_words(words)
    within = sum(_surplus(match) for match in _RUN.finditer(text))
    for word in words:
        if len(word) >= _LOOPED and 2 * len(set(word)) <= len(word):
            within += sum(_surplus(match) for match in _LOOP.finditer(word))
    whole = len(text) - text.count(" ")
    return max(min(1.0, within / whole) if within else 0.0, between / spoken if spoken else 0.0)


def _surplus(match: re.Match[str]) -> int:
    return len(match.group()) - len(match[1])


def _repeated_words(words: Sequence[str]) -> int:
    """Return the letters of the copies in the longest repetition of any size."""
    most = 0
    for size, copies in _COPIES.items():
        run = 0  # words that are as `size` words before
        for place in range(size, len(words) + 1):
            if place < len(words) and words[place] == words[place - size]:
                run += 1
                continue
            if run >= size * (copies - 1):
                most = max(most, sum(map(len, words[place - run : place])))
            run = 0
    return most
