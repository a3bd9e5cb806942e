"""Logistic regression and what tells how good it is: the arithmetic of `scripts/fit_check.py`.

Everywhere `x` has an example a row and a feature a column, and `labels` are 1.0 or 0.0, both
occurring. Both classes weigh the same, however many examples either has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MOST_STEPS: Final = 100
_CLOSE: Final = 1e-9


class Bin(NamedTuple):
    """The examples with scores from `low` on, below `high`: how far scores can be believed."""

    low: float
    high: float
    examples: int
    mean_score: float  # weighted, as `positive`
    positive: float  # share of positive examples: what a calibrated mean score equals


def balanced(labels: Array) -> Array:
    """Return weights, of mean 1, under which both classes count the same.

    >>> balanced(np.array([1.0, 0.0, 0.0, 0.0])).round(3).tolist()
    [2.0, 0.667, 0.667, 0.667]
    """
    share = float(labels.mean())
    return 0.5 * (labels / share + (1 - labels) / (1 - share))


def chances(x: Array, beta: Array) -> Array:
    """Return the probability of each row of `x` under `beta`, the intercept first.

    >>> chances(np.array([[0.0], [1.0]]), np.array([0.0, np.log(3)])).round(3).tolist()
    [0.5, 0.75]
    """
    # The logistic function; exp would overflow.
    return np.asarray(0.5 * (1 + np.tanh((beta[0] + x @ beta[1:]) / 2)), dtype=np.float64)


def logistic(x: Array, labels: Array, *, penalty: float = 1.0) -> Array:
    """Return the intercept and coefficients of the likeliest logistic model, by Newton's method.

    Half of `penalty` times the sum of the squared coefficients, the intercept not among them, is
    taken off the logarithm of the likelihood.

    Raises:
        ArithmeticError: there is no such model: without a penalty the classes can be told apart
            without error, or a feature follows from others.
    """
    design = np.column_stack([np.ones(len(x)), x])
    weights = balanced(labels)
    ridge = np.diag([0.0] + [penalty] * x.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(_MOST_STEPS):
        chance = chances(x, beta)
        gradient = design.T @ (weights * (labels - chance)) - ridge @ beta
        curvature = (design * (weights * chance * (1 - chance))[:, None]).T @ design + ridge
        try:
            step = np.linalg.solve(curvature, gradient)
        except np.linalg.LinAlgError as error:
            raise ArithmeticError(f"no unique fit: {error}") from error
        beta += step
        if np.abs(step).max() < _CLOSE:
            return beta
    raise ArithmeticError(f"no fit after {_MOST_STEPS} steps")


def signed_logistic(
    x: Array, labels: Array, signs: Sequence[float], *, penalty: float = 1.0
) -> Array:
    """Fit as `logistic`, but with coefficients of the given signs (1 or -1) or 0.

    As long as some feature works against its sign, the one that does most is left out.
    """
    sign = np.asarray(signs)
    kept = list(range(x.shape[1]))
    full = np.zeros(x.shape[1] + 1)
    while kept:
        beta = logistic(x[:, kept], labels, penalty=penalty)
        agreement = beta[1:] * sign[kept]
        if agreement.min() >= 0:
            full[[0, *(column + 1 for column in kept)]] = beta
            break
        del kept[int(agreement.argmin())]
    return full


def area(scores: Array, labels: Array) -> float:
    """Return the area under the ROC curve: the chance that a positive scores more than a negative.

    Ties count half (Hanley and McNeil 1982).

    >>> area(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1.0, 1.0, 0.0, 0.0]))
    0.875
    """
    positive, negative = scores[labels == 1], np.sort(scores[labels == 0])
    beaten = np.searchsorted(negative, positive, "left")
    reached = np.searchsorted(negative, positive, "right")
    return float((beaten + reached).mean() / 2 / len(negative))


def reliability(scores: Array, labels: Array, *, bins: int = 10) -> list[Bin]:
    """Sort scores from 0 to 1 into bins of equal width; those without examples are left out.

    >>> [tuple(each) for each in reliability(np.array([0.1, 1.0]), np.array([0.0, 1.0]), bins=2)]
    [(0.0, 0.5, 1, 0.1, 0.0), (0.5, 1.0, 1, 1.0, 1.0)]
    """
    weights = balanced(labels)
    places = np.minimum((scores * bins).astype(int), bins - 1)
    return [
        Bin(
            place / bins,
            (place + 1) / bins,
            int(here.sum()),
            float(np.average(scores[here], weights=weights[here])),
            float(np.average(labels[here], weights=weights[here])),
        )
        for place in range(bins)
        if (here := places == place).any()
    ]
