"""`measure`: a system's hypotheses held against a test set, from every side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from align.errors import InputError, UsageError
from align.evaluate.bootstrap import SAMPLES, SEED
from align.evaluate.buckets import Bucket, documents, find_buckets
from align.evaluate.losses import Expected, Loss, find_expected, find_losses
from align.evaluate.metrics import DEFAULT, LOWER_IS_BETTER, Figure, Scorer
from align.evaluate.testsets import TestSet

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

_MOST_WORDS: Final = 10_000  # of a segment for TER, which takes a minute or two for such a one


@dataclass(frozen=True, slots=True)
class Scored:
    """A bucket, and its score by metric."""

    bucket: Bucket
    scores: Mapping[str, float]

    @property
    def count(self) -> int:
        """How many segments it holds."""
        return len(self.bucket.segments)


@dataclass(frozen=True, slots=True)
class System:
    """What a system made of a test set.

    Attributes:
        name: Of the system.
        hypotheses: One a segment.
        signature: All that decides them, as `Translator.signature`; empty if unknown.
    """

    name: str
    hypotheses: tuple[str, ...]
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a system got.

    Attributes:
        system: It, and its hypotheses.
        testset: What they were held against.
        figures: Of the whole, by metric, in the order asked for.
        sentences: By metric, a score a segment.
        losses: Of each segment.
        buckets: Scored together, by length, feature, origin, date.
        documents: Likewise, where they are known.
        samples: Of the intervals; 0 for none.
        seed: Of their draws.
        counts: sacrebleu's by metric, [segments, counts]: those of some segments added make
            their score.
    """

    system: System
    testset: TestSet
    figures: Mapping[str, Figure]
    sentences: Mapping[str, tuple[float, ...]]
    losses: tuple[Loss, ...]
    buckets: tuple[Scored, ...]
    documents: tuple[Scored, ...]
    samples: int
    seed: int
    counts: Mapping[str, NDArray[float64]] = field(compare=False, repr=False)

    def ranked(self) -> list[int]:
        """Return the numbers of the segments, worst first, by chrF or else the first metric.

        Segments with equal scores stay in order; those without any reference are left out.
        """
        by = self.ranking
        sign = -1 if by in LOWER_IS_BETTER else 1
        with_text = [
            number
            for number, texts in enumerate(zip(*self.testset.references, strict=True))
            if any(text.strip() for text in texts)
        ]
        return sorted(with_text, key=lambda number: sign * self.sentences[by][number])

    @property
    def ranking(self) -> str:
        """The metric that ranks segments: that which says most of a single one."""
        return next((n for n in ("chrf", "chrf++") if n in self.figures), next(iter(self.figures)))


def measure(
    testset: TestSet,
    system: System,
    metrics: Sequence[str] = DEFAULT,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
    seen: Collection[str] | None = None,
) -> Measurement:
    """Score hypotheses as a whole, by bucket, document and sentence, and find what they lost.

    Args:
        testset: With at least one reference.
        system: With one hypothesis for each segment.
        metrics: Of `align.evaluate.metrics.LABELS`.
        samples: Of the bootstrap intervals; 0 for none.
        seed: Of their draws.
        seen: Words it was trained on, as `align.evaluate.buckets.words_of` gives them.

    Raises:
        UsageError: There are no segments, or not as many of one kind as of another.
        InputError: A segment is too long for TER.
    """
    (found,) = measure_all(testset, [system], metrics, samples=samples, seed=seed, seen=seen)
    return found


def measure_all(
    testset: TestSet,
    systems: Sequence[System],
    metrics: Sequence[str] = DEFAULT,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
    seen: Collection[str] | None = None,
) -> list[Measurement]:
    """Measure systems on one test set, as `measure` does; what they share is done once."""
    for system in systems:
        _check(testset, system.hypotheses)
    if "ter" in metrics:
        named = [(testset.name, texts) for texts in testset.references]
        for name, texts in (*named, *((one.name, one.hypotheses) for one in systems)):
            _check_lengths(name, texts)
    expected = find_expected(testset)
    found: list[Measurement] = []
    first: dict[str, Scorer] = {}
    for system in systems:
        scorers = {
            name: Scorer(name, system.hypotheses, testset.references, like=first.get(name))
            for name in metrics
        }
        first = first or scorers
        found.append(
            _measured(testset, system, scorers, expected, samples=samples, seed=seed, seen=seen)
        )
    return found


def _check(testset: TestSet, hypotheses: Sequence[str]) -> None:
    lengths = [len(hypotheses), *map(len, testset.references)]
    lengths += [len(testset.sources)] if testset.sources else []
    if not testset.references or not hypotheses or len(set(lengths)) > 1:
        raise UsageError(f"nothing to score: {lengths[0]} hypotheses for {lengths[1:]} segments")


def _check_lengths(name: str, texts: Sequence[str]) -> None:
    """Raise InputError for a segment of which TER has no end: it takes the square of its words."""
    for number, text in enumerate(texts, 1):
        if len(text) > _MOST_WORDS and (words := len(text.split())) > _MOST_WORDS:
            reason = f"{words:,} words in one segment, TER takes {_MOST_WORDS:,}; see --metrics"
            raise InputError(name, reason, line=number)


def _measured(
    testset: TestSet,
    system: System,
    scorers: Mapping[str, Scorer],
    expected: Sequence[Expected],
    *,
    samples: int,
    seed: int,
    seen: Collection[str] | None,
) -> Measurement:
    losses = tuple(find_losses(expected, system.hypotheses))
    groups = (find_buckets(testset, losses, seen=seen), documents(testset))
    buckets, texts = (
        tuple(
            Scored(bucket, {name: one.score(bucket.segments) for name, one in scorers.items()})
            for bucket in group
        )
        for group in groups
    )
    return Measurement(
        system=system,
        testset=testset,
        figures={n: one.figure(samples=samples, seed=seed) for n, one in scorers.items()},
        sentences={
            name: tuple(one.sentence(number) for number in range(len(system.hypotheses)))
            for name, one in scorers.items()
        },
        losses=losses,
        buckets=buckets,
        documents=texts,
        samples=samples,
        seed=seed,
        counts={name: one.table() for name, one in scorers.items()},
    )
