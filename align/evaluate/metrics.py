"""BLEU, chrF, chrF++ and TER by sacrebleu, with its signature and its bootstrap interval.

sacrebleu (Post 2018) takes counts of each segment, adds them, and makes a score of the sum.
`Scorer` keeps the counts, so that the whole, a part of it, one segment and a thousand samples
cost one reading of the texts; every figure is the one that sacrebleu's own command prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING, Any, Final

from align.errors import UsageError
from align.evaluate.bootstrap import SAMPLES, SEED, resampled
from align.evaluate.sacrebleu_metric import sacrebleu_metric
from align.evaluate.sample_scores import sample_scores

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

LABELS: Final = {"bleu": "BLEU", "chrf": "chrF", "chrf++": "chrF++", "ter": "TER"}
LOWER_IS_BETTER: Final = frozenset(("ter",))
DEFAULT: Final = ("bleu", "chrf", "ter")
_APART: Final = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """A score of a whole test set, and how it varies when segments are drawn anew.

    Attributes:
        score: From 0 to 100; TER can be more.
        signature: sacrebleu's, with the number of samples and their seed where there are any.
        low: Lower end of the middle 95 % of the samples; None without samples, as are the rest.
        high: Upper end.
        mean: Of the samples.
        margin: Half the width of the interval: sacrebleu prints `mean ± margin`.
    """

    score: float
    signature: str
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    margin: float | None = None


def parsed_metrics(
    names: str, *, option: str = "--metrics", known: Iterable[str] = LABELS
) -> tuple[str, ...]:
    """Read `bleu,chrf` with names of those that are known; each counts once.

    Raises:
        UsageError: There is none, or one is unknown.

    >>> parsed_metrics("chrF++, bleu,bleu")
    ('chrf++', 'bleu')
    """
    known = tuple(known)
    wanted = [name for part in names.split(",") if (name := part.strip().lower())]
    unknown = next((name for name in wanted if name not in known), None)
    if unknown is not None or not wanted:
        what = f"unknown metric {unknown!r}" if unknown else "no metric"
        raise UsageError(f"{option}: {what}; there are {', '.join(known)}")
    return tuple(dict.fromkeys(wanted))


def tokenized(hypotheses: Iterable[str]) -> int:
    """Return how many end in a full stop set apart, if so many do that it is no chance.

    Such texts were cut into tokens, and score otherwise than what people read; sacrebleu warns
    from 100 on.
    """
    count = sum(text.endswith(" .") for text in hypotheses)
    return count if count >= _APART else 0


class Scorer:
    """One metric over the segments of a test set."""

    def __init__(
        self,
        name: str,
        hypotheses: Sequence[str],
        references: Sequence[Sequence[str]],
        *,
        like: Scorer | None = None,
    ) -> None:
        """Count what the metric needs of each segment.

        Args:
            name: One of `LABELS`.
            hypotheses: One for each segment.
            references: For each reference translation, one text a segment.
            like: Has read the same references for the same metric, and counted other hypotheses;
                what it knows is not done again.
        """
        self.name = name
        self._hypotheses = tuple(hypotheses)
        # A sentence often has no four words in a row right: BLEU then goes by fewer.
        self._single = sacrebleu_metric(name, sentences=True)
        if like is None:
            self._metric = sacrebleu_metric(name)
            self._references = self._metric._cache_references([list(one) for one in references])
            self._rows = [self._count(number) for number in range(len(hypotheses))]
        else:
            self._metric, self._references = like._metric, like._references
            self._rows = [
                like._rows[number] if same else self._count(number)
                for number, same in enumerate(map(str.__eq__, hypotheses, like._hypotheses))
            ]

    def _count(self, number: int) -> list[float]:
        """Return sacrebleu's counts of a segment."""
        text = self._metric._preprocess_segment(self._hypotheses[number])
        counts: list[float] = self._metric._compute_segment_statistics(
            text, self._references[number]
        )
        return counts

    def table(self) -> NDArray[float64]:
        """Return the counts, [segments, counts]; those of some segments added make a score."""
        import numpy as np

        return np.array(self._rows, dtype=np.float64)

    def score(self, numbers: Iterable[int] | None = None) -> float:
        """Return the score of these segments together; of all, if none are named."""
        rows = self._rows if numbers is None else [self._rows[number] for number in numbers]
        return float(self._metric._aggregate_and_compute(rows).score)

    def sentence(self, number: int) -> float:
        """Return the score of one segment, as `sacrebleu --sentence-level` gives it."""
        return float(self._single._aggregate_and_compute([self._rows[number]]).score)

    def figure(self, *, samples: int = SAMPLES, seed: int = SEED) -> Figure:
        """Return score, signature and interval of the whole.

        Args:
            samples: How often segments are drawn with replacement; 0 for no interval.
            seed: Of the draws; sacrebleu's is 12345, unless `SACREBLEU_SEED` says otherwise.
        """
        total = self._metric._aggregate_and_compute(self._rows)
        signature = self._metric.get_signature()
        if samples < 2:
            return Figure(float(total.score), str(signature))
        signature.update("bs", samples)
        signature.update("seed", seed)
        (sums,) = resampled([self.table()], samples=samples, seed=seed)
        middle, margin, low, high = _middle(list(sample_scores(self.name, sums)))
        return Figure(float(total.score), str(signature), low, high, middle, margin)


def ends(ordered: Any) -> tuple[Any, Any]:
    """Return the ends of the middle 95 % of sorted figures: a fortieth out at either end.

    So has sacrebleu.
    """
    cut = len(ordered) // 40
    return ordered[cut], ordered[len(ordered) - cut - 1]


def _middle(scores: list[Any]) -> tuple[float, float, float, float]:
    """Return mean, half the width, lower and upper end, as `sacrebleu.metrics.base` has them.

    chrF is in single precision but where nothing matches; sacrebleu 2.6 fails on samples of both
    kinds.
    """
    low, high = ends(sorted(scores))
    return float(mean(scores)), float(0.5 * (high - low)), float(low), float(high)
