"""Alignment error rate of word links (Och and Ney 2003)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from align.corpus.formats.faults import Faults
from align.corpus.formats.lines import read_lines
from align.errors import InputError
from align.evaluate.bootstrap import SAMPLES, SEED, resampled

Link = tuple[int, int]
_NUMBER: Final = re.compile("[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class GoldLinks:
    """Links that a reader has made: `sure` ones, and `possible` ones, which hold the sure."""

    sure: frozenset[Link]
    possible: frozenset[Link]


@dataclass(frozen=True, slots=True)
class LinkScores:
    """Counts over a whole set, and what follows from them; each 0 to 1.

    Attributes:
        found: Links that were found.
        sure: Sure links of the gold set.
        found_sure: Links found that are sure.
        found_possible: Links found that are possible, or sure.
    """

    found: int
    sure: int
    found_sure: int
    found_possible: int

    @property
    def error_rate(self) -> float:
        """AER, 1 - (found_sure + found_possible) / (found + sure); best is 0."""
        return 1 - _ratio(self.found_sure + self.found_possible, self.found + self.sure)

    @property
    def precision(self) -> float:
        """Share of the links found that are possible."""
        return _ratio(self.found_possible, self.found)

    @property
    def recall(self) -> float:
        """Share of the sure links that were found."""
        return _ratio(self.found_sure, self.sure)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def score_links(found: Sequence[Iterable[Link]], gold: Sequence[GoldLinks]) -> LinkScores:
    """Score the links of sentences against those of the same sentences in a gold set.

    Raises:
        ValueError: They are not as many.

    >>> gold = [GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0), (1, 1)}))]
    >>> score_links([{(0, 0), (1, 1), (2, 2)}], gold).error_rate  # 1 - (1 + 2) / (3 + 1)
    0.25
    """
    return LinkScores(*map(sum, zip((0, 0, 0, 0), *_counts(found, gold), strict=True)))


def _counts(
    found: Sequence[Iterable[Link]], gold: Sequence[GoldLinks]
) -> list[tuple[int, int, int, int]]:
    """Return the counts of `LinkScores` for each sentence."""
    if len(found) != len(gold):
        raise ValueError(f"{len(found)} sentences, {len(gold)} in the gold set")
    rows = []
    for links, right in zip(found, gold, strict=True):
        ours = frozenset(links)
        both = (len(ours & right.sure), len(ours & right.possible))
        rows.append((len(ours), len(right.sure), *both))
    return rows


def error_rate_interval(
    found: Sequence[Iterable[Link]],
    gold: Sequence[GoldLinks],
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> tuple[float, float]:
    """Return the middle 95 % of the error rate over samples of the sentences (Efron 1979).

    Args:
        found: Links of each sentence; at least one sentence.
        gold: Those of the gold set.
        samples: How often as many sentences are drawn, with replacement; at least one.
        seed: Of the draws.

    Raises:
        ValueError: They are not as many.

    >>> gold = [GoldLinks(frozenset({(0, 0)}), frozenset({(0, 0)}))] * 2
    >>> error_rate_interval([{(0, 0)}, {(1, 1)}], gold)
    (0.0, 1.0)
    """
    import numpy as np

    table = np.array(_counts(found, gold), dtype=np.float64)
    (sums,) = resampled([table], samples=samples, seed=seed)
    rates = [LinkScores(*map(int, row)).error_rate for row in sums]
    low, high = np.quantile(rates, (0.025, 0.975))
    return float(low), float(high)


def read_gold_links(path: str, *, first: int = 0) -> list[GoldLinks]:
    """Read a gold set in the Pharaoh format, a line a sentence: `0-0 2-1 3p2`.

    Args:
        path: Where, `-` for standard input; `3p2` marks a link that is only possible.
        first: The number of the first word, 0 or 1.

    Raises:
        InputError: It cannot be read, or a line holds something else.
    """
    lines = read_lines(path, Faults(path, None))
    return [parse_gold_links(line or "", path, number, first=first) for number, line in lines]


def parse_gold_links(line: str, path: str, number: int, *, first: int = 0) -> GoldLinks:
    """Read one line; errors name `path` and the `number` of the line."""
    sure: set[Link] = set()
    possible: set[Link] = set()
    for item in line.split():
        is_possible = "p" in item
        source, _, target = item.replace("p", "-", 1).partition("-")
        if not (_NUMBER.fullmatch(source) and _NUMBER.fullmatch(target)):
            raise InputError(path, f"{item!r} is no link such as 0-1 or 0p1", line=number)
        link = int(source) - first, int(target) - first
        if min(link) < 0:
            raise InputError(path, f"{item!r}: words are counted from {first}", line=number)
        (possible if is_possible else sure).add(link)
    return GoldLinks(frozenset(sure), frozenset(sure | possible))
