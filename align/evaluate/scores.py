"""BLEU and chrF of a corpus, by sacrebleu, each with the signature that says how.

BLEU: Papineni et al. 2002, chrF: Popović 2015; both in the settings that sacrebleu (Post 2018)
takes when told nothing. A figure without its signature cannot be compared with another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from align.errors import UsageError
from align.evaluate.sacrebleu_metric import sacrebleu_metric


@dataclass(frozen=True, slots=True)
class Score:
    """A figure from 0 to 100 and the signature of sacrebleu that goes with it."""

    value: float
    signature: str


@dataclass(frozen=True, slots=True)
class Scores:
    """What a system got for a test set of so many segments."""

    segments: int
    bleu: Score
    chrf: Score

    def record(self) -> dict[str, Any]:
        """Return what stands in `model.json`: figures with one decimal, signatures beside them."""
        return {
            "segments": self.segments,
            "bleu": round(self.bleu.value, 1),
            "bleu_signature": self.bleu.signature,
            "chrf": round(self.chrf.value, 1),
            "chrf_signature": self.chrf.signature,
        }


def score(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Scores:
    """Score the hypotheses of a whole test set.

    Args:
        hypotheses: One for each segment.
        references: For each reference translation, one text a segment.

    Raises:
        UsageError: There are none, or not as many in one list as in another.

    >>> scores = score(["The cat sat on the mat."], [["The cat sat on the mat."]])
    >>> round(scores.bleu.value), round(scores.chrf.value), scores.segments
    (100, 100, 1)
    """
    lengths = [len(hypotheses), *map(len, references)]
    if not references or not hypotheses or len(set(lengths)) > 1:
        raise UsageError(f"nothing to score: {lengths[0]} hypotheses for {lengths[1:]} references")
    system, streams = list(hypotheses), [list(reference) for reference in references]
    figures = []
    for metric in map(sacrebleu_metric, ("bleu", "chrf")):
        value = metric.corpus_score(system, streams).score
        figures.append(Score(float(value), str(metric.get_signature())))
    return Scores(len(hypotheses), *figures)
