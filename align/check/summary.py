"""What the checks of many articles come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

from align.check.result import Check, Verdict
from align.check.scores import CorpusScores, corpus_scores


@dataclass(frozen=True, slots=True)
class Summary:
    """How often each verdict was given, zeros included, and the scores over all headlines."""

    verdicts: dict[Verdict, int]
    scores: CorpusScores

    @property
    def articles(self) -> int:
        """How many articles there were, unchecked ones included."""
        return sum(self.verdicts.values())


def summarize(checks: Iterable[Check]) -> Summary:
    """Sum up `checks`; corpus BLEU and chrF are over those that have `slug_bleu`."""
    every = list(checks)
    counts = Counter(check.verdict for check in every)
    return Summary(
        verdicts={verdict: counts[verdict] for verdict in get_args(Verdict)},
        scores=corpus_scores(check.slug_pair for check in every if check.slug_pair),
    )
