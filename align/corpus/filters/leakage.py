"""Pairs of which a side stands in a test set: exactly, but for marks, or nearly.

A model trained on them would be tested on what it has seen. Each side is looked for on its own
in all texts of the test sets, whatever their language. Near means: of the word trigrams of a
segment of the test set, so large a share stands in the side (containment, Broder 1997), so a
segment within a longer text, with a word changed or left out, is found too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from align.bitext import Pair
from align.corpus.filters.filter import Filter, digest
from align.corpus.filters.words import bare_words

# Segments of fewer words are compared as a whole only: their trigrams are phrases of anybody.
_SHORTEST: Final = 7


class TestSegments:
    """The segments of test sets, findable by a text that holds them."""

    __test__ = False  # the name is no promise to pytest

    def __init__(self, segments: Iterable[tuple[str, str]]) -> None:
        """Index pairs of a place (`FILE:LINE`) and the text that stands there."""
        self._places: list[str] = []
        self._sizes: list[int] = []
        self._whole: dict[str, int] = {}
        self._grams: dict[str, list[int]] = {}
        for place, text in segments:
            words = bare_words(text)
            if words and " ".join(words) not in self._whole:
                self._add(place, words)
        self.digest = digest(*(text.encode("utf-8", "replace") for text in self._whole))

    def __len__(self) -> int:
        return len(self._places)

    def _add(self, place: str, words: Sequence[str]) -> None:
        number = len(self._places)
        self._places.append(place)
        self._whole[" ".join(words)] = number
        grams = _grams(words) if len(words) >= _SHORTEST else set[str]()
        self._sizes.append(len(grams))
        for gram in grams:
            self._grams.setdefault(gram, []).append(number)

    def find(self, text: str) -> tuple[float, str]:
        """Return how much of the segment most like `text` stands in it, 0 to 1, and its place."""
        words = bare_words(text)
        if (whole := self._whole.get(" ".join(words))) is not None:
            return 1.0, self._places[whole]
        known = self._grams.keys() & _grams(words)
        if not known:
            return 0.0, ""
        shared = Counter(chain.from_iterable(map(self._grams.__getitem__, known)))
        best = min(shared, key=lambda number: (-shared[number] / self._sizes[number], number))
        return shared[best] / self._sizes[best], self._places[best]


class Leakage(Filter):
    """A side that stands in a test set."""

    name = "leakage"
    unit = "of a test segment's trigrams"
    default = 0.5
    reason = "a side stands in a test set, or nearly"

    def __init__(self, segments: TestSegments, threshold: float | None = None) -> None:
        """Look for these segments."""
        super().__init__(threshold)
        self._segments = segments

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return how much of a segment stands in the side that has more of one, 0 to 1."""
        find = self._segments.find
        return [max(find(pair.source)[0], find(pair.target)[0]) for pair in pairs]

    def detail(self, pair: Pair) -> str:
        """Say where the segment stands."""
        sides = (("source", pair.source), ("target", pair.target))
        found = [(*self._segments.find(text), side) for side, text in sides]
        share, place, side = max(found, key=lambda one: one[0])
        return f"the {side}: {share:.0%} of {place}"

    @property
    def key(self) -> str:
        """As of every filter, with a digest of the test sets."""
        return f"{super().key}-{self._segments.digest}"


def _grams(words: Sequence[str]) -> set[str]:
    return set(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
