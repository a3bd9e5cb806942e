"""How sure a difference between two systems is: paired bootstrap (Koehn 2004).

Segments are drawn with replacement, the same ones for both systems, and the difference of the
scores is taken each time. The statistics of a segment are sacrebleu's, so the difference itself
is that of `align.evaluate.score`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

MetricName = Literal["bleu", "chrf"]
SAMPLES: Final = 1000
SEED: Final = 12345  # that of sacrebleu


@dataclass(frozen=True, slots=True)
class Difference:
    """System less baseline, in points; the middle 95 % of it over the samples."""

    value: float
    low: float
    high: float


def difference(
    baseline: Sequence[str],
    system: Sequence[str],
    references: Sequence[Sequence[str]],
    metric: MetricName,
    *,
    samples: int = SAMPLES,
    seed: int = SEED,
) -> Difference:
    """Return how much better `system` is than `baseline` on one test set.

    Args:
        baseline: Hypotheses, one a segment.
        system: Likewise.
        references: For each reference translation, one text a segment.
        metric: `bleu` or `chrf`, in sacrebleu's own settings.
        samples: How often segments are drawn.
        seed: Of the draws.
    """
    import numpy as np

    scorer = sacrebleu_metric(metric)
    ours, theirs = (_statistics(scorer, texts, references) for texts in (system, baseline))
    count = len(ours)
    draws = np.random.default_rng(seed).multinomial(count, [1 / count] * count, size=samples)
    differences = _scores(scorer, draws @ ours) - _scores(scorer, draws @ theirs)
    low, high = np.quantile(differences, (0.025, 0.975))
    whole = np.ones((1, count))
    value = _scores(scorer, whole @ ours)[0] - _scores(scorer, whole @ theirs)[0]
    return Difference(float(value), float(low), float(high))


def sacrebleu_metric(name: str, *, sentences: bool = False) -> Any:
    """Return the metric of sacrebleu in its own settings.

    Args:
        name: `bleu`, `chrf`, `chrf++` or `ter`.
        sentences: Whether it is for sentences one by one: BLEU then takes the longest n-grams
            that there are.
    """
    if name == "bleu":
        from sacrebleu.metrics.bleu import BLEU

        return BLEU(effective_order=sentences, force=True)
    if name == "ter":
        from sacrebleu.metrics.ter import TER

        return TER()
    from sacrebleu.metrics.chrf import CHRF

    return CHRF(word_order=2 if name == "chrf++" else 0)


def _statistics(
    scorer: Any, texts: Sequence[str], references: Sequence[Sequence[str]]
) -> NDArray[float64]:
    """Return [segments, statistics]: counts of n-grams and lengths, which add up."""
    import numpy as np

    rows = scorer._extract_corpus_statistics(list(texts), [list(one) for one in references])
    return np.array(rows, dtype=np.float64)


def _scores(scorer: Any, sums: NDArray[float64]) -> NDArray[float64]:
    """Return [samples] scores of summed statistics, [samples, statistics]."""
    import numpy as np

    return np.array([scorer._compute_score_from_stats([int(n) for n in row]).score for row in sums])
