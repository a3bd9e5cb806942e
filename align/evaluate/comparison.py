"""`compare`: systems held against the first of them on one test set, from every side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from align.errors import UsageError
from align.evaluate.bootstrap import resampled
from align.evaluate.buckets import Bucket
from align.evaluate.measurement import Measurement
from align.evaluate.metrics import LOWER_IS_BETTER
from align.evaluate.ngrams import LONGEST, NGram, find_ngrams
from align.evaluate.sample_scores import sample_scores
from align.evaluate.significance import (
    ALPHA,
    TRIALS,
    Contrast,
    Sampled,
    contrast,
    fewest,
    randomised,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from align.evaluate.testsets import TestSet

Wins = tuple[int, int, int]
_ALL: Final = "all"  # the kind of the bucket that holds every segment


@dataclass(frozen=True, slots=True)
class Standing:
    """How systems stand to each other on some segments.

    Attributes:
        bucket: Which ones.
        scores: By metric, of each system.
        contrasts: By metric, of each system but the first with the first.
        winners: By metric the number of the system that is significantly better than each other
            one; None for a tie.
    """

    bucket: Bucket
    scores: tuple[Mapping[str, float], ...]
    contrasts: tuple[Mapping[str, Contrast], ...]
    winners: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Rival:
    """A system that is not the baseline, sentence by sentence and word by word.

    Attributes:
        differences: Of each segment's score, the baseline's taken off; positive is better.
        words: That the baseline gets and it misses, and the reverse.
        phrases: Likewise, of two to four words.
    """

    differences: tuple[float, ...]
    words: tuple[list[NGram], list[NGram]]
    phrases: tuple[list[NGram], list[NGram]]

    def wins(self, numbers: Sequence[int]) -> Wins:
        """Return on how many of these segments it is better, as good, and worse."""
        better = sum(self.differences[number] > 0 for number in numbers)
        worse = sum(self.differences[number] < 0 for number in numbers)
        return better, len(numbers) - better - worse, worse


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of two or more systems on a test set; the first is the baseline.

    Attributes:
        measurements: Of each system.
        whole: How they stand on all segments.
        buckets: On those of a length, feature, origin, date.
        documents: On those of a document, where they are known.
        rivals: The systems but the first.
        by: The metrics that decide; the first ranks segments.
        alpha: The p-value below which a difference is significant.
        trials: Of approximate randomisation; 0 for none.
    """

    measurements: tuple[Measurement, ...]
    whole: Standing
    buckets: tuple[Standing, ...]
    documents: tuple[Standing, ...]
    rivals: tuple[Rival, ...]
    by: tuple[str, ...]
    alpha: float
    trials: int

    @property
    def testset(self) -> TestSet:
        """What they were held against."""
        return self.measurements[0].testset

    def scored(self) -> list[int]:
        """Return the numbers of the segments that have a reference, in order."""
        return sorted(self.measurements[0].ranked())

    def furthest(self, rival: int) -> list[int]:
        """Return these segments where a rival differs, from its worst to its best."""
        differences = self.rivals[rival].differences
        differing = [number for number in self.scored() if differences[number]]
        return sorted(differing, key=lambda number: differences[number])

    def worse(self) -> list[tuple[int, Contrast]]:
        """Return the numbers of systems that are worse than the baseline, and in which metric."""
        return [
            (number, contrasts[name])
            for number, contrasts in enumerate(self.whole.contrasts, 1)
            for name in self.by
            if contrasts[name].outcome(self.alpha) == "worse"
        ]


def compare(
    measurements: Sequence[Measurement],
    *,
    by: Sequence[str] = (),
    alpha: float = ALPHA,
    trials: int = TRIALS,
) -> Comparison:
    """Compare what `measure_all` gave.

    Args:
        measurements: Of two or more systems on the same test set, the baseline first; with their
            samples and seed.
        by: Metrics that decide, the first of which ranks segments; chrF or else the first one
            measured, if empty. chrF goes with people's judgement better than BLEU does
            (Kocmi et al. 2021).
        alpha: The p-value below which a difference is significant.
        trials: Of approximate randomisation, on the whole test set; 0 for none.

    Raises:
        UsageError: There are fewer than two, or a metric was not measured.
    """
    if len(measurements) < 2:
        raise UsageError("nothing to compare: give two systems or more")
    first = measurements[0]
    by = tuple(by) or (first.ranking,)
    if unknown := [name for name in by if name not in first.figures]:
        raise UsageError(f"{unknown[0]} is not measured; there are {', '.join(first.figures)}")
    every = Bucket(_ALL, "", tuple(range(len(first.system.hypotheses))))
    totals = [{n: figure.score for n, figure in one.figures.items()} for one in measurements]
    groups = (
        [(one.bucket, [m.buckets[at].scores for m in measurements])
         for at, one in enumerate(first.buckets)],
        [(one.bucket, [m.documents[at].scores for m in measurements])
         for at, one in enumerate(first.documents)],
    )  # fmt: skip
    buckets, documents = (
        tuple(_standing(measurements, bucket, scores, alpha) for bucket, scores in group)
        for group in groups
    )
    return Comparison(
        tuple(measurements),
        _standing(measurements, every, totals, alpha, trials=trials),
        buckets,
        documents,
        tuple(_rival(first, one, by[0]) for one in measurements[1:]),
        by,
        alpha,
        trials,
    )


def _standing(
    measurements: Sequence[Measurement],
    bucket: Bucket,
    scores: Sequence[Mapping[str, float]],
    alpha: float,
    *,
    trials: int = 0,
) -> Standing:
    """Compare the systems on the segments of a bucket."""
    few = 0 if bucket.kind == _ALL else fewest(alpha)
    sampled = _sampled(measurements, bucket, scores, few=few)
    chances = [
        randomised(sampled[0], one, trials=trials, seed=measurements[0].seed) if trials else {}
        for one in sampled[1:]
    ]
    contrasts = tuple(
        {
            theirs.metric: contrast(ours, theirs, randomisation=chance.get(theirs.metric))
            for ours, theirs in zip(sampled[0], one, strict=True)
        }
        for one, chance in zip(sampled[1:], chances, strict=True)
    )
    winners = {
        column[0].metric: _winner(column, [one[column[0].metric] for one in contrasts], alpha)
        for column in zip(*sampled, strict=True)
    }
    return Standing(bucket, tuple(scores), contrasts, winners)


def _sampled(
    measurements: Sequence[Measurement],
    bucket: Bucket,
    scores: Sequence[Mapping[str, float]],
    *,
    few: int,
) -> list[list[Sampled]]:
    """Return for each system, for each metric, its counts, score and sample scores.

    Without samples where there are fewer than `few` segments: a tie whatever they say.
    """
    numbers, first = list(bucket.segments), measurements[0]
    tables = [one.counts[name][numbers] for one in measurements for name in first.figures]
    samples: list[NDArray[Any] | None] = [None] * len(tables)
    if first.samples > 1 and len(numbers) >= few:
        sums = resampled(tables, samples=first.samples, seed=first.seed)
        names = list(first.figures) * len(measurements)
        samples = list(map(sample_scores, names, sums))
    counted = zip(tables, samples, strict=True)
    return [
        [Sampled(name, *next(counted), score=mine[name]) for name in first.figures]
        for mine in scores
    ]


def _winner(column: Sequence[Sampled], with_first: Sequence[Contrast], alpha: float) -> int | None:
    """Return the number of the system that is better than each other one, if any is."""
    if any(one.p is None for one in with_first):
        return None
    metric = column[0].metric
    sign = -1 if metric in LOWER_IS_BETTER else 1
    best = max(range(len(column)), key=lambda number: sign * column[number].score)
    for number, other in enumerate(column):
        if number == best:
            continue
        if best == 0:
            is_better = with_first[number - 1].outcome(alpha) == "worse"
        elif number == 0:
            is_better = with_first[best - 1].outcome(alpha) == "better"
        else:
            is_better = contrast(other, column[best]).outcome(alpha) == "better"
        if not is_better:
            return None
    return best


def _rival(first: Measurement, other: Measurement, by: str) -> Rival:
    sign = -1 if by in LOWER_IS_BETTER else 1
    scores = zip(first.sentences[by], other.sentences[by], strict=True)
    texts = first.testset.references, first.system.hypotheses, other.system.hypotheses
    return Rival(
        tuple(sign * (theirs - ours) for ours, theirs in scores),
        find_ngrams(*texts),
        find_ngrams(*texts, orders=range(2, LONGEST + 1)),
    )
