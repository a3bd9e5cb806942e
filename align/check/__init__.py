"""Checking a translated article against its English slug and headline."""

from align.check.checker import check
from align.check.result import Check, Verdict
from align.check.scores import CorpusScores, corpus_scores

__all__ = ["Check", "CorpusScores", "Verdict", "check", "corpus_scores"]
