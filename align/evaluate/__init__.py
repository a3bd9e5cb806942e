"""Evaluation: test sets, and scores that carry how they were made."""

from align.evaluate.bootstrap import Difference, difference
from align.evaluate.evaluation import Evaluation, evaluate
from align.evaluate.scores import Score, Scores, score
from align.evaluate.testsets import TestSet, read_testset, read_testsets

__all__ = [
    "Difference", "Evaluation", "Score", "Scores", "TestSet", "difference", "evaluate",
    "read_testset", "read_testsets", "score",
]  # fmt: skip
