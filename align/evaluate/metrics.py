"""BLEU, chrF, chrF++ and TER by sacrebleu, with its signature and its bootstrap interval.

sacrebleu (Post 2018) takes counts of each segment, adds them, and makes a score of the sum.
`Scorer` keeps the counts, so that the whole, a part of it, one segment and a thousand samples
cost one reading of the texts; every figure is the one that sacrebleu's own command prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING, Any, Final

from align.errors import UsageError
from align.evaluate.bootstrap import SAMPLES, SEED, sacrebleu_metric

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

LABELS: Final = {"bleu": "BLEU", "chrf": "chrF", "chrf++": "chrF++", "ter": "TER"}
LOWER_IS_BETTER: Final = frozenset(("ter",))
DEFAULT: Final = ("bleu", "chrf", "ter")
_APART: Final = 100
_DRAWN: Final = 2**22  # numbers that are drawn at once, 32 MB


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


def parsed_metrics(names: str) -> tuple[str, ...]:
    """Read `bleu,chrf`; each counts once.

    Raises:
        UsageError: There is none, or one is unknown.

    >>> parsed_metrics("chrF++, bleu,bleu")
    ('chrf++', 'bleu')
    """
    wanted = [name for part in names.split(",") if (name := part.strip().lower())]
    unknown = next((name for name in wanted if name not in LABELS), None)
    if unknown is not None or not wanted:
        what = f"unknown metric {unknown!r}" if unknown else "no metric"
        raise UsageError(f"--metrics: {what}; there are {', '.join(LABELS)}")
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
        self, name: str, hypotheses: Sequence[str], references: Sequence[Sequence[str]]
    ) -> None:
        """Count what the metric needs of each segment.

        Args:
            name: One of `LABELS`.
            hypotheses: One for each segment.
            references: For each reference translation, one text a segment.
        """
        self.name = name
        self._metric = sacrebleu_metric(name)
        # A sentence often has no four words in a row right: BLEU then goes by fewer.
        self._single = sacrebleu_metric(name, sentences=True)
        self._rows: list[list[float]] = self._metric._extract_corpus_statistics(
            list(hypotheses), [list(one) for one in references]
        )

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
        middle, margin, low, high = _middle([one.score for one in self._samples(samples, seed)])
        return Figure(float(total.score), str(signature), low, high, middle, margin)

    def _samples(self, samples: int, seed: int) -> Iterator[Any]:
        """Yield sacrebleu's scores of the samples, those of its command to the last bit.

        `sacrebleu.significance` draws all at once and adds in single precision; here a part is
        drawn at a time, which gives the same draws and keeps memory small.
        """
        import numpy as np

        generator = np.random.default_rng(seed)
        table: NDArray[float32] = np.array(self._rows, dtype=np.float32)
        at_once = max(1, _DRAWN // len(table))
        for start in range(0, samples, at_once):
            size = (min(at_once, samples - start), len(table))
            for row in generator.choice(len(table), size=size, replace=True):
                yield self._metric._compute_score_from_stats(table[row].sum(0))


def _middle(scores: list[Any]) -> tuple[float, float, float, float]:
    """Return mean, half the width, lower and upper end, as `sacrebleu.metrics.base` has them.

    A fortieth is left out at either end. chrF is in single precision but where nothing matches;
    sacrebleu 2.6 fails on samples of both kinds.
    """
    if len({type(score) for score in scores}) > 1:
        scores = [float(score) for score in scores]
    scores = sorted(scores)
    cut = len(scores) // 40
    low, high = scores[cut], scores[len(scores) - cut - 1]
    return float(mean(scores)), float(0.5 * (high - low)), float(low), float(high)
