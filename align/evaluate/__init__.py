"""Evaluation: test sets, and scores that carry how they were made."""

from align.evaluate.comparison import Comparison, compare
from align.evaluate.evaluation import Evaluation, evaluate
from align.evaluate.measurement import Measurement, System, measure, measure_all
from align.evaluate.scores import Score, Scores, score
from align.evaluate.testsets import TestSet, read_testset, read_testsets

__all__ = [
    "Comparison", "Evaluation", "Measurement", "Score", "Scores", "System", "TestSet",
    "compare", "evaluate", "measure", "measure_all", "read_testset", "read_testsets", "score",
]  # fmt: skip
