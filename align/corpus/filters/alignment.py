"""How sure the alignment is, and how like the target a machine translation of the source is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from align.bitext import Pair
from align.corpus.filters.filter import NO_SCORE, Filter


class Probability(Filter):
    """Pairs that the aligner itself does not believe in."""

    name = "probability"
    unit = "chance of being right"
    at_least: ClassVar[bool] = True
    default = 0.5
    reason = "the alignment is not sure enough"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return the score of each pair; NaN for one without."""
        return [NO_SCORE if pair.score is None else pair.score for pair in pairs]


class Overlap(Filter):
    """Targets that are unlike a machine translation of the source.

    chrF (Popović 2015) by sacrebleu, of the translation with the target as reference. The
    default is for a weak model: with the embedded one it drops none of 500 good pairs of FLORES
    and TICO-19, and three in five wrong ones. A good model allows a higher one.
    """

    name = "overlap"
    unit = "chrF"
    at_least: ClassVar[bool] = True
    default = 18.0
    reason = "the target is unlike a machine translation of the source"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return chrF, 0 to 100; NaN for a pair without a translation."""
        from sacrebleu.metrics.chrf import CHRF

        metric = CHRF()
        return [
            metric.sentence_score(pair.translation.lower(), [pair.target.lower()]).score
            if pair.translation and pair.target.strip()
            else NO_SCORE
            for pair in pairs
        ]
