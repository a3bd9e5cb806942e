"""Checking a translated article against its English slug and headline."""

from align.check.calibration import SHIPPED, Calibration
from align.check.checker import check_article
from align.check.result import Check, Verdict
from align.check.scores import CorpusScores, corpus_scores
from align.check.summary import Summary, summarize

__all__ = [
    "SHIPPED", "Calibration", "Check", "CorpusScores", "Summary", "Verdict", "check_article",
    "corpus_scores", "summarize",
]  # fmt: skip
