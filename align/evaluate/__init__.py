"""Evaluation: test sets, and scores that carry how they were made."""

from align.evaluate.bootstrap import Difference, difference
from align.evaluate.evaluation import Evaluation, evaluate
from align.evaluate.measurement import Measurement, System, measure
from align.evaluate.scores import Score, Scores, score
from align.evaluate.testsets import TestSet, read_testset, read_testsets

__all__ = [
    "Difference", "Evaluation", "Measurement", "Score", "Scores", "System", "TestSet",
    "difference", "evaluate", "measure", "read_testset", "read_testsets", "score",
]  # fmt: skip
