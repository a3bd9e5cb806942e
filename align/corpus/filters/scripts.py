"""Sides that are not written in the script of their language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from align.bitext import Pair
from align.corpus.filters.filter import NO_SCORE, Filter
from align.corpus.filters.lengths import Side, side_of

_ARABIC: Final = frozenset(("ur", "ar", "fa", "ps", "sd", "pnb"))
_LATIN: Final = frozenset(("en", "ur-Latn", "de", "es", "fr", "it", "nl", "pt", "ro", "tr", "id"))
# Runs of letters: fewer matches than letters, so faster to count.
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LATIN_LETTERS: Final = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff]+")
_ARABIC_LETTERS: Final = re.compile(
    "[\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9"
    "\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdf9\ufe70-\ufefc]+"
)


class Script(Filter):
    """A side mostly in another script.

    Digits and marks do not count, so `۲۵` and `۔` cost nothing, and an acronym or a quotation in
    another script is far from the threshold.
    """

    unit = "of the letters"
    at_least: ClassVar[bool] = True

    def __init__(self, side: Side, language: str, threshold: float | None = None) -> None:
        """Look at one side; languages whose script is not known here are not judged."""
        # Urdu on technology is full of Latin names; English has no reason for Arabic letters.
        self.default = 0.25 if language in _ARABIC else 0.7
        super().__init__(threshold)
        self._side: Side = side
        self._language = language
        self.name = f"{side}-script"
        self.reason = f"the {side} is in another script than its language"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the share of the letters that are of the right script; NaN without letters."""
        return [self._score(side_of(pair, self._side)) for pair in pairs]

    def _score(self, text: str) -> float:
        if self._language not in _ARABIC and self._language not in _LATIN:
            return NO_SCORE
        letters = _letters(_LETTERS, text)
        right = _letters(_ARABIC_LETTERS if self._language in _ARABIC else _LATIN_LETTERS, text)
        return min(1.0, right / letters) if letters else NO_SCORE

    @property
    def key(self) -> str:
        """As of every filter, with the language."""
        return f"{super().key}-{self._language}"


def _letters(runs: re.Pattern[str], text: str) -> int:
    return len("".join(runs.findall(text)))
