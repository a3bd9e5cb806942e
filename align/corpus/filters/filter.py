"""`Filter`: what is measured of a pair, and from where on it is dropped for it.

Measuring and deciding are apart: `scores` reads the texts and knows no threshold, `drops` knows
only the threshold. So scores are kept, and a threshold is tried without reading a text again.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair

Observations = NDArray[np.uint64]  # [columns, rows]; what the columns are, each filter says

NO_SCORE: Final = float("nan")  # of a pair that a filter has nothing to say about: it stays


class Filter(ABC):
    """One reason for which pairs are dropped.

    Attributes:
        name: Names the filter in options, ledgers and dropped files.
        version: Grows when a score changes; scores kept under another one are not used.
        unit: What a score counts, for people.
        at_least: Whether a score has to be at least the threshold; otherwise at most.
        default: The threshold where none is given.
        reason: What is wrong with a pair that is dropped, on one line.
        threshold: The last score that is still kept.
    """

    name: str
    version: ClassVar[str] = "1"
    unit: str
    at_least: ClassVar[bool] = False
    default: float
    reason: str

    def __init__(self, threshold: float | None = None) -> None:
        """Decide by `threshold`, or by the default."""
        self.threshold = self.default if threshold is None else threshold

    @abstractmethod
    def scores(self, pairs: Sequence[Pair]) -> Sequence[float]:
        """Return one score a pair; NaN where the filter has nothing to say, which is kept."""

    def drops(self, score: float) -> bool:
        """Tell whether a pair with this score is dropped."""
        return score < self.threshold if self.at_least else score > self.threshold

    def dropped(self, scores: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return `drops` of every score."""
        wrong = scores < self.threshold if self.at_least else scores > self.threshold
        return np.asarray(wrong, dtype=np.bool_)

    def detail(self, pair: Pair) -> str:  # noqa: ARG002  # for filters that can say more
        """Return what of this pair is wrong; empty where the score says it all."""
        return ""

    @property
    def key(self) -> str:
        """Whatever a score depends on besides the pair: filters of equal keys score alike."""
        return f"{self.name}-{self.version}"

    @property
    def rule(self) -> str:
        """The threshold in words, such as `at most 3 times`."""
        return f"{'at least' if self.at_least else 'at most'} {self.threshold:g} {self.unit}"


class LearningFilter(Filter):
    """A filter that has to see the whole corpus before it can score a pair of it.

    `observe` is asked about every part of the corpus, `learn` then gets all the answers. They are
    kept in files, so that neither is done twice.
    """

    observation_version: ClassVar[str] = "1"

    @abstractmethod
    def observe(self, pairs: Sequence[Pair]) -> Observations:
        """Return what is to be known of these pairs; sorted, and the same for the same pairs."""

    @abstractmethod
    def learn(self, parts: Sequence[Observations]) -> None:
        """Draw the conclusions from the observations of all parts of the corpus.

        The order of the parts does not matter. All together may be larger than memory: each is
        read from its file whenever it is asked for.
        """

    @property
    @abstractmethod
    def learnt(self) -> bytes:
        """What was learnt, as far as scores depend on it."""

    @property
    def observation_key(self) -> str:
        """Whatever an observation depends on besides the pairs."""
        return f"{self.name}-{self.observation_version}"

    @property
    def key(self) -> str:
        """As of every filter, with a digest of what was learnt."""
        return f"{super().key}-{digest(self.learnt)}"


def digest(*parts: bytes) -> str:
    """Return 16 hexadecimal digits that name these bytes and where they part.

    >>> digest(b"ab", b"c") == digest(b"a", b"bc")
    False
    """
    total = hashlib.blake2b(digest_size=8)
    for part in parts:
        total.update(len(part).to_bytes(8, "big"))
        total.update(part)
    return total.hexdigest()
