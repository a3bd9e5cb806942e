"""How long the sides are, each alone and against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal

from align.bitext import Pair
from align.corpus.filters.filter import Filter
from align.corpus.filters.words import bare_words

Side = Literal["source", "target"]


def side_of(pair: Pair, side: Side) -> str:
    """Return the text of that side."""
    return pair.source if side == "source" else pair.target


class FewWords(Filter):
    """A side with too few words; at the default, one with no word or figure at all.

    One word is a good pair: headings, names, dictionaries. mozilla/translations#888 tells what a
    higher threshold costs.
    """

    unit = "words"
    at_least: ClassVar[bool] = True
    default = 1.0

    def __init__(self, side: Side, threshold: float | None = None) -> None:
        """Look at one side."""
        super().__init__(threshold)
        self._side: Side = side
        self.name = f"{side}-few-words"
        self.reason = f"the {side} has no words, or too few"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count the words and figures."""
        return [float(len(bare_words(side_of(pair, self._side)))) for pair in pairs]


class ManyWords(Filter):
    """A side with more words than a sentence, or a bead of some, has."""

    unit = "words"
    default = 200.0

    def __init__(self, side: Side, threshold: float | None = None) -> None:
        """Look at one side."""
        super().__init__(threshold)
        self._side: Side = side
        self.name = f"{side}-many-words"
        self.reason = f"the {side} has too many words"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count the words and figures."""
        return [float(len(bare_words(side_of(pair, self._side)))) for pair in pairs]


class Characters(Filter):
    """A side with too many characters, whatever its words are."""

    unit = "characters"
    default = 1200.0

    def __init__(self, side: Side, threshold: float | None = None) -> None:
        """Look at one side."""
        super().__init__(threshold)
        self._side: Side = side
        self.name = f"{side}-characters"
        self.reason = f"the {side} has too many characters"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count the characters between the white space at the ends."""
        return [float(len(side_of(pair, self._side).strip())) for pair in pairs]


# Characters of the target for one of the source in translations, the median of news.tsv.xz and
# tico19-dev (scripts/measure_filters.py); 1 for languages that nobody measured.
_EXPECTED: Final = {("ur", "en"): 1.08, ("en", "ur"): 1 / 1.08}
SLACK: Final = 15  # characters added to both sides, so that short texts may differ more


class Ratio(Filter):
    """Sides of very different lengths."""

    name = "ratio"
    unit = "times the expected length"
    default = 2.0
    reason = "one side is much longer than the other"

    def __init__(self, languages: tuple[str, str], threshold: float | None = None) -> None:
        """Expect the length that translations between these languages have."""
        super().__init__(threshold)
        self._languages = languages
        self._expected = _EXPECTED.get(languages, 1.0)

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Divide the longer by the shorter, 1 or more, with slack for short texts."""
        return [self._score(len(pair.source.strip()), len(pair.target.strip())) for pair in pairs]

    def _score(self, source: int, target: int) -> float:
        ratio = (target + SLACK) / (source * self._expected + SLACK)
        return max(ratio, 1 / ratio)

    @property
    def key(self) -> str:
        """As of every filter, with the languages."""
        return f"{super().key}-{'-'.join(self._languages)}"
