"""The scores of many samples at once: sacrebleu's, to the last bit.

Each function does in the precision of its sums what `_compute_score_from_stats` of the metric does
with one sum, in the same order. p-values count samples on either side of a difference, and of few
segments many samples are exactly on it, so that one bit more or less would change them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ORDER: Final = 4  # BLEU's longest n-grams
_NO_LOG: Final = -9999999999.0  # sacrebleu's logarithm of 0
_BETA: Final = 2  # chrF's weight of recall


def sample_scores(metric: str, sums: NDArray[Any]) -> NDArray[Any]:
    """Return the score of each sample, 0 to 100 (TER can be more).

    Args:
        metric: `bleu`, `chrf`, `chrf++` or `ter`, as `sacrebleu_metric` sets it.
        sums: Of the counts, [samples, counts].
    """
    return {"bleu": _bleu, "ter": _ter}.get(metric, _chrf)(sums)


def _bleu(sums: NDArray[Any]) -> NDArray[Any]:
    """BLEU of hypothesis and reference length, correct and total n-grams; `exp` smoothing."""
    import numpy as np

    ours, theirs = sums[:, 0].astype(np.float64), sums[:, 1].astype(np.float64)
    correct, total = sums[:, 2 : 2 + _ORDER], sums[:, 2 + _ORDER :]
    smooth = np.ones(len(sums), dtype=sums.dtype)
    goes_on = np.ones(len(sums), dtype=bool)
    logs = []
    for right, every in zip(correct.T, total.T, strict=True):
        goes_on &= every > 0
        smooth[goes_on & (right == 0)] *= 2
        safe = np.where(every > 0, every, 1)
        share = np.where(right == 0, 100.0 / (smooth * safe), 100.0 * right / safe)
        logs.append(np.where(goes_on, _each(math.log, share), _NO_LOG).tolist())
    # `sum` adds as sacrebleu's does, which is not the same in every Python.
    means = np.array([sum(four) / _ORDER for four in zip(*logs, strict=True)])
    short = (ours < theirs) & (ours > 0)
    lack = np.where(short, 1 - theirs / np.where(short, ours, 1), 0.0)
    scores = _each(math.exp, lack) * _each(math.exp, means)
    return np.where(correct.any(axis=1), scores, 0.0)


def _chrf(sums: NDArray[Any]) -> NDArray[Any]:
    """ChrF of n-grams of hypothesis, reference and both, for each order."""
    import numpy as np

    ours, theirs, both = (sums[:, start::3] for start in range(3))
    there = (ours > 0) & (theirs > 0)
    precision, recall = np.zeros((2, len(sums)), dtype=sums.dtype)
    for order in range(there.shape[1]):
        use = there[:, order]
        for into, of in ((precision, ours), (recall, theirs)):
            into += np.where(use, both[:, order] / np.where(use, of[:, order], 1), 0)
    orders = np.maximum(there.sum(axis=1), 1).astype(sums.dtype)
    precision, recall = precision / orders, recall / orders
    some = precision + recall > 0
    weight = _BETA**2
    score = (1 + weight) * precision * recall
    score /= np.where(some, weight * precision + recall, 1)
    return _in_precision(100 * score, exact=~some)


def _ter(sums: NDArray[Any]) -> NDArray[Any]:
    """TER of edits and reference length."""
    import numpy as np

    edits, length = sums[:, 0], sums[:, 1]
    some = length > 0
    rate = np.where(some, edits / np.where(some, length, 1), edits > 0).astype(sums.dtype)
    return _in_precision(100 * rate, exact=~some)


def _each(function: Callable[[float], float], values: NDArray[Any]) -> NDArray[Any]:
    """Apply a function of the C library, as sacrebleu does; numpy's own may differ in a bit."""
    import numpy as np

    return np.array([function(value) for value in values.tolist()])


def _in_precision(scores: NDArray[Any], *, exact: NDArray[Any]) -> NDArray[Any]:
    """Return the scores in double precision if sacrebleu gives any of them so, a plain 0 or 1."""
    import numpy as np

    return scores.astype(np.float64) if exact.any() else scores
