"""Whether two systems differ by more than chance: paired bootstrap, approximate randomisation.

Paired bootstrap (Koehn 2004) draws segments anew; approximate randomisation (Riezler and Maxwell
2005) exchanges the outputs of both systems at random. Draws, scores and p-values are those of
`sacrebleu.significance`, whose command prints the same ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from align.evaluate.bootstrap import SEED
from align.evaluate.metrics import LOWER_IS_BETTER, ends
from align.evaluate.sample_scores import sample_scores

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

ALPHA: Final = 0.05
TRIALS: Final = 10_000  # as many as sacrebleu's
_DRAWN: Final = 2**22
_BITS: Final = 32  # of one random word, so many exchanges are drawn from it

Outcome = Literal["better", "worse", "tie"]


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a system differs from another one in one metric.

    Attributes:
        metric: Its name.
        value: The score less that of the other system, in points.
        differing: Segments whose counts are not the same.
        low: Lower end of the middle 95 % of the difference over the samples; None without them.
        high: Upper end.
        bootstrap: p-value of the paired bootstrap; None without samples.
        randomisation: p-value of approximate randomisation; None without trials.
    """

    metric: str
    value: float
    differing: int
    low: float | None = None
    high: float | None = None
    bootstrap: float | None = None
    randomisation: float | None = None

    @property
    def p(self) -> float | None:
        """The p-value that decides: of the bootstrap, else of the randomisation."""
        return self.randomisation if self.bootstrap is None else self.bootstrap

    def outcome(self, alpha: float = ALPHA) -> Outcome:
        """Return what the system is: better or worse if that is significant, else a tie.

        Both tests find significance in one segment; what they say of fewer than `fewest(alpha)`
        that differ counts for nothing.
        """
        if self.p is None or self.p >= alpha or not self.value or self.differing < fewest(alpha):
            return "tie"
        return "better" if (self.value > 0) is (self.metric not in LOWER_IS_BETTER) else "worse"


def fewest(alpha: float) -> int:
    """Return from how many segments on two systems can be told apart at all.

    If one is better on each of n segments, chance has that in 2 of 2^n cases.

    >>> fewest(0.05), fewest(0.01)
    (6, 8)
    """
    segments = 1
    while 2 * 0.5**segments >= alpha:
        segments += 1
    return segments


@dataclass(frozen=True, slots=True)
class Sampled:
    """A system's counts of one metric over some segments, sample scores, score of the whole."""

    metric: str
    table: NDArray[float64]
    samples: NDArray[Any] | None
    score: float


def contrast(other: Sampled, system: Sampled, *, randomisation: float | None = None) -> Contrast:
    """Compare a system with another one, by samples of the same draws.

    Args:
        other: The baseline.
        system: Of the same metric and segments.
        randomisation: p-value that is to stand beside.
    """
    differing = int((other.table != system.table).any(axis=1).sum())
    value = system.score - other.score
    if other.samples is None or system.samples is None:
        return Contrast(system.metric, value, differing, randomisation=randomisation)
    import numpy as np
    from sacrebleu.significance import _compute_p_value

    signed = system.samples - other.samples
    sizes = np.abs(signed)
    p = _compute_p_value(sizes - sizes.mean(), abs(value))
    low, high = (float(end) for end in ends(np.sort(signed)))
    return Contrast(system.metric, value, differing, low, high, float(p), randomisation)


def randomised(
    other: Sequence[Sampled], system: Sequence[Sampled], *, trials: int = TRIALS, seed: int = SEED
) -> dict[str, float]:
    """Return for each metric the p-value of approximate randomisation.

    Args:
        other: Of the baseline, one a metric; samples are not needed.
        system: Likewise, in the same order.
        trials: How often outputs are exchanged.
        seed: Of the draws.
    """
    import numpy as np
    from sacrebleu.significance import _compute_p_value

    pairs = list(zip(other, system, strict=True))
    found: list[list[NDArray[Any]]] = [[] for _ in pairs]
    for exchanged in _exchanges(len(other[0].table), trials, seed):
        left, right = exchanged.astype(np.float64), (~exchanged).astype(np.float64)
        for sizes, (ours, theirs) in zip(found, pairs, strict=True):
            first, second = (
                sample_scores(ours.metric, a @ ours.table + b @ theirs.table)
                for a, b in ((left, right), (right, left))
            )
            sizes.append(np.abs(first - second))
    return {
        ours.metric: float(_compute_p_value(np.concatenate(sizes), abs(theirs.score - ours.score)))
        for sizes, (ours, theirs) in zip(found, pairs, strict=True)
    }


def _exchanges(segments: int, trials: int, seed: int) -> Iterator[NDArray[Any]]:
    """Yield [some trials, segments] whether outputs stay; parts take whole words of chance."""
    import numpy as np

    generator = np.random.default_rng(seed)
    at_once = max(_BITS, _DRAWN // segments // _BITS * _BITS)
    for start in range(0, trials, at_once):
        yield generator.integers(2, size=(min(at_once, trials - start), segments), dtype=bool)
