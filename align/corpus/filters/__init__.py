"""The reasons for which pairs are dropped from a corpus.

`Filter` measures first and decides after; `make_filters` makes those of a run by their names.
"""

from align.corpus.filters.catalogue import NAMES, make_filters
from align.corpus.filters.filter import Filter, LearningFilter
from align.corpus.filters.leakage import TestSegments

__all__ = ["NAMES", "Filter", "LearningFilter", "TestSegments", "make_filters"]
