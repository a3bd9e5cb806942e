"""Sentence alignment against gold: strict and lax precision, recall and F1.

The measure is that of `score.py` in vecalign (Thompson and Koehn 2019), after Sennrich and Volk
2010: a bead is strictly right if gold has the very same one, laxly right if a bead of gold shares
a sentence with it on either side. Counts are summed over documents before they are divided.

Null beads. In vecalign a found null counts in precision (right only if gold has it), while recall
leaves out those of gold; that is `Which.vecalign`, to be compared with published figures.
`Which.paired` leaves nulls out of both, `Which.all` keeps them in both. A null is never laxly
right: aligners and gold are to write one bead for each sentence that is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from align.bitext.bead import Bead
from align.evaluate.bootstrap import SAMPLES, SEED
from align.evaluate.interval import Interval, interval

_Numbers = tuple[tuple[int, ...], tuple[int, ...]]


class Which(StrEnum):
    """Which null beads count: the found ones in precision, none, or also gold's in recall."""

    vecalign = "vecalign"
    paired = "paired"
    all = "all"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many beads there are, and how many of them the other side has: exactly, in part."""

    total: int = 0
    strict: int = 0
    lax: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.total + other.total, self.strict + other.strict, self.lax + other.lax)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1, 0 to 1; 0 where there is nothing to divide by."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class BeadScores:
    """Counts of one document or of many; they add up.

    Attributes:
        found: For each type, as `1-2`, the found beads of it and how many of them gold has.
        gold: For each type, the beads of gold and how many of them were found.
    """

    found: Mapping[str, Counts] = field(default_factory=dict)
    gold: Mapping[str, Counts] = field(default_factory=dict)

    def __add__(self, other: BeadScores) -> BeadScores:
        return BeadScores(_added(self.found, other.found), _added(self.gold, other.gold))

    def strict(self, which: Which = Which.vecalign) -> Agreement:
        """Return how many beads are the very same."""
        found, gold = self._sides(which)
        return Agreement(_share(found.strict, found.total), _share(gold.strict, gold.total))

    def lax(self, which: Which = Which.vecalign) -> Agreement:
        """Return how many beads share a sentence with one of the other side, on both sides."""
        found, gold = self._sides(which)
        return Agreement(_share(found.lax, found.total), _share(gold.lax, gold.total))

    @property
    def types(self) -> tuple[str, ...]:
        """All types on either side, the commonest of gold first."""
        names = sorted({*self.found, *self.gold})
        return tuple(sorted(names, key=lambda name: -self.gold.get(name, Counts()).total))

    def _sides(self, which: Which) -> tuple[Counts, Counts]:
        found = _sum(self.found, nulls=which is not Which.paired)
        gold = _sum(self.gold, nulls=which is Which.all)
        return found, gold

    def record(self) -> dict[str, Any]:
        """Return what JSON output holds: figures with four decimals, counts of each type."""
        record: dict[str, Any] = {}
        for which in Which:
            for name, agreement in (("strict", self.strict(which)), ("lax", self.lax(which))):
                record[f"{name}_{which.value}"] = {
                    "precision": round(agreement.precision, 4),
                    "recall": round(agreement.recall, 4),
                    "f1": round(agreement.f1, 4),
                }
        record["types"] = {
            type: {
                "found": self.found.get(type, Counts()).total,
                "gold": self.gold.get(type, Counts()).total,
                "right": self.gold.get(type, Counts()).strict,
            }
            for type in self.types
        }
        return record


def score_beads(found: Sequence[Bead], gold: Sequence[Bead]) -> BeadScores:
    """Compare the beads of one document with gold.

    Args:
        found: What an aligner says. Order and repetition do not matter, nor do beads without any
            sentence.
        gold: What is right.

    Returns:
        Counts, from which all figures follow; add them up for several documents.

    >>> found = [Bead((0,), (0,), 1), Bead((1,), (1,), 1), Bead((2,), (), 1)]
    >>> gold = [Bead((0,), (0,), 1), Bead((1, 2), (1,), 1)]
    >>> scores = score_beads(found, gold)
    >>> scores.strict().recall, round(scores.lax().precision, 3), scores.lax().recall
    (0.5, 0.667, 1.0)
    """
    ours, truth = _numbers(found), _numbers(gold)
    return BeadScores(_counted(ours, truth), _counted(truth, ours))


def summed(documents: Iterable[BeadScores]) -> BeadScores:
    """Add up the counts of documents, as vecalign does before it divides."""
    return sum(documents, BeadScores())


def bead_interval(
    documents: Sequence[BeadScores],
    figure: Callable[[BeadScores], float] = lambda scores: scores.strict().f1,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Interval:
    """Return a figure of all documents with its 95 % interval by bootstrap over documents.

    Beads of one document go right and wrong together, so whole documents are drawn.

    Args:
        documents: The counts of each; at least one.
        figure: Strict F1 as vecalign has it, or another.
        samples: How often documents are drawn.
        seed: Of the draws.
    """
    return interval(
        len(documents),
        lambda numbers: figure(summed(documents[number] for number in numbers)),
        samples=samples,
        seed=seed,
    )


def bead_type(source: Sequence[int], target: Sequence[int]) -> str:
    """Name the type of a bead by the numbers of its sentences, as `2-1`."""
    return f"{len(source)}-{len(target)}"


_EMPTY: Final[_Numbers] = ((), ())


def _numbers(beads: Iterable[Bead]) -> set[_Numbers]:
    return {(bead.source, bead.target) for bead in beads} - {_EMPTY}


def _counted(beads: set[_Numbers], others: set[_Numbers]) -> dict[str, Counts]:
    """Count beads by type, and those of them that stand, wholly or in part, among `others`."""
    partners: dict[int, set[int]] = defaultdict(set)
    for source, target in others:
        for number in source:
            partners[number].update(target)
    counts: dict[str, Counts] = defaultdict(Counts)
    for source, target in beads:
        strict = (source, target) in others
        lax = strict or any(partners[number] & set(target) for number in source)
        counts[bead_type(source, target)] += Counts(1, int(strict), int(lax))
    return dict(counts)


def _added(left: Mapping[str, Counts], right: Mapping[str, Counts]) -> dict[str, Counts]:
    types = sorted({*left, *right})
    return {type: left.get(type, Counts()) + right.get(type, Counts()) for type in types}


def _sum(types: Mapping[str, Counts], *, nulls: bool) -> Counts:
    kept = (counts for type, counts in types.items() if nulls or "0" not in type.split("-"))
    return sum(kept, Counts())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
