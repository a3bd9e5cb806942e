"""What there is to say of a corpus in figures: counts, lengths, scores, sources, dates, samples."""

from __future__ import annotations

import heapq
import math
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from align.bitext.pair import Pair
from align.corpus.keys import digest

SCORE_BINS: Final = 20  # of the scores from 0 to 1
RATIO_BINS: Final = 4  # of each doubling of the ratio
_LONGEST: Final = 200  # words; what is longer counts as this
_ORIGINS: Final = 1000  # that are told apart


@dataclass(slots=True)
class Lengths:
    """One side: sums, and how many texts have how many words (those beyond 200 as 200)."""

    words: int = 0
    characters: int = 0
    empty: int = 0
    histogram: Counter[int] = field(default_factory=Counter)

    def add(self, text: str) -> int:
        """Count a text, and return its words: what stands between blanks."""
        words = len(text.split())
        self.words += words
        self.characters += len(text)
        self.empty += not words
        self.histogram[min(words, _LONGEST)] += 1
        return words


@dataclass(slots=True)
class Origin:
    """The pairs of one origin; `first` and `last` are dates, "" where none is known."""

    pairs: int = 0
    documents: set[int] = field(default_factory=set)
    source_words: int = 0
    target_words: int = 0
    first: str = ""
    last: str = ""
    score_sum: float = 0.0
    scored: int = 0

    @property
    def score(self) -> float | None:
        """The mean score, None where none is known."""
        return self.score_sum / self.scored if self.scored else None


@dataclass(slots=True)
class Statistics:
    """Figures of a corpus.

    Attributes:
        source: Lengths of the source side, and `target` those of the other.
        origins: By name; "" for what has none.
        scores: How many pairs lie in each of `SCORE_BINS` equal parts of 0 to 1.
        ratios: How many pairs have which ratio of target to source characters, as
            `RATIO_BINS` times its binary logarithm, rounded.
        beads: How many pairs have how many sentences a side, "1:2".
        months: How many pairs are of which month, "2025-01".
        repeated: Pairs that stood there before, to the letter.
        samples: Some pairs, drawn by a hash of their texts.
    """

    pairs: int = 0
    source: Lengths = field(default_factory=Lengths)
    target: Lengths = field(default_factory=Lengths)
    origins: dict[str, Origin] = field(default_factory=dict)
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BINS)
    ratios: Counter[int] = field(default_factory=Counter)
    beads: Counter[str] = field(default_factory=Counter)
    months: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    samples: list[Pair] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents there are, of all origins."""
        return sum(len(origin.documents) for origin in self.origins.values())

    @property
    def first(self) -> str:
        """The earliest date, "" where none is known."""
        return min((one.first for one in self.origins.values() if one.first), default="")

    @property
    def last(self) -> str:
        """The latest date."""
        return max((one.last for one in self.origins.values()), default="")


def gather(pairs: Iterable[Pair], *, samples: int = 12) -> Statistics:
    """Go through the pairs once and count.

    Needs 8 bytes a pair, and some for each document.
    """
    statistics = Statistics()
    digests = array("Q")
    chosen: list[tuple[int, int, Pair]] = []
    for number, pair in enumerate(pairs):
        _add(statistics, pair)
        value = digest(f"{pair.source}\0{pair.target}")
        digests.append(value)
        item = (-value, -number, pair)
        if len(chosen) < samples:
            heapq.heappush(chosen, item)
        elif item[:2] > chosen[0][:2]:
            heapq.heapreplace(chosen, item)
    values = np.frombuffer(digests, np.uint64) if digests else np.zeros(0, np.uint64)
    ordered = np.sort(values)
    statistics.repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    statistics.samples = [pair for *_, pair in sorted(chosen, key=lambda item: -item[1])]
    return statistics


def _add(statistics: Statistics, pair: Pair) -> None:
    source_words = statistics.source.add(pair.source)
    target_words = statistics.target.add(pair.target)
    statistics.pairs += 1
    if pair.source and pair.target:
        ratio = math.log2(len(pair.target) / len(pair.source))
        statistics.ratios[round(RATIO_BINS * ratio)] += 1
    if pair.bead:
        statistics.beads[_shape(pair.bead)] += 1
    if pair.created[:7]:
        statistics.months[pair.created[:7]] += 1
    is_new = pair.origin not in statistics.origins
    name = "(others)" if is_new and len(statistics.origins) >= _ORIGINS else pair.origin
    origin = statistics.origins.setdefault(name, Origin())
    origin.pairs += 1
    origin.source_words += source_words
    origin.target_words += target_words
    if pair.document:
        origin.documents.add(digest(f"{pair.origin}\0{pair.document}"))
    if pair.created:
        origin.first = min(origin.first or pair.created, pair.created)
        origin.last = max(origin.last, pair.created)
    if pair.score is not None:
        statistics.scores[min(int(pair.score * SCORE_BINS), SCORE_BINS - 1)] += 1
        origin.score_sum += pair.score
        origin.scored += 1


def _shape(bead: str) -> str:
    """Return how many sentences a bead has on each side.

    >>> _shape("4,5:7"), _shape("x")
    ('2:1', 'other')
    """
    source, colon, target = bead.partition(":")
    if not colon:
        return "other"
    return ":".join(str(side.count(",") + 1 if side else 0) for side in (source, target))


def quantile(histogram: Mapping[int, int], share: float) -> int:
    """Return the value below or at which a share of what was counted lies; 0 of nothing.

    >>> quantile({3: 10, 8: 80, 20: 10}, 0.5)
    8
    """
    left = share * sum(histogram.values())
    for value in sorted(histogram):
        left -= histogram[value]
        if left <= 0:
            return value
    return max(histogram, default=0)
