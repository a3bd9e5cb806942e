"""Text that was copied from one side to the other instead of translated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from align.bitext import Pair
from align.corpus.filters.filter import NO_SCORE, Filter
from align.corpus.filters.words import bare_words


class Copied(Filter):
    """Sides that share much of their words.

    Names and acronyms that both sides rightly have are few beside the rest of a sentence.
    """

    name = "copied"
    unit = "of the letters"
    default = 0.6
    reason = "the target is copied from the source, or the source from the target"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the share of words both sides have, by their lengths, 0 to 1 (Dice)."""
        return [_overlap(bare_words(pair.source), bare_words(pair.target)) for pair in pairs]


def _overlap(source: Sequence[str], target: Sequence[str]) -> float:
    """Return the shared words' share; figures say nothing, as they are to be the same."""
    if set(source).isdisjoint(target) and any(map(str.isalpha, source)):
        return 0.0
    left = [word for word in source if not word.isdigit()]
    right = [word for word in target if not word.isdigit()]
    total = sum(map(len, left)) + sum(map(len, right))
    if not total:
        return NO_SCORE
    shared = Counter(left) & Counter(right)
    return 2 * sum(len(word) * count for word, count in shared.items()) / total
