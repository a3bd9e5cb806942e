"""Ridge regression with signs: the arithmetic of `scripts/fit_doubt.py`.

Everywhere `x` has an example a row and a feature a column, `y` is what is to be expected, and
`weights` say how much each example counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def ridge(x: Array, y: Array, weights: Array, *, penalty: float) -> Array:
    """Return the intercept and the coefficients that fit best.

    Half of `penalty` times the sum of the squared coefficients, each for a feature in units of
    its deviation and the intercept not among them, is added to half the squared errors. A feature
    that is the same everywhere gets 0.

    >>> x = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    >>> ridge(x, np.array([1.0, 3.0, 5.0]), np.ones(3), penalty=0.0).round(6).tolist()
    [1.0, 2.0, 0.0]
    """
    mean = np.average(x, axis=0, weights=weights)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    varies = spread > 1e-12
    scaled = (x[:, varies] - mean[varies]) / spread[varies]
    middle = float(np.average(y, weights=weights))
    curvature = (scaled * weights[:, None]).T @ scaled + penalty * np.eye(int(varies.sum()))
    factors = np.linalg.solve(curvature, (scaled * weights[:, None]).T @ (y - middle))
    beta = np.zeros(x.shape[1] + 1)
    beta[1:][varies] = factors / spread[varies]
    beta[0] = middle - mean @ beta[1:]
    return beta


def signed_ridge(
    x: Array, y: Array, weights: Array, signs: Sequence[float], *, penalty: float
) -> Array:
    """Fit as `ridge`, but with coefficients of the given signs (1, -1, or 0 for either) or 0.

    As long as some feature works against its sign, the one whose coefficient, in units of its
    deviation, does most is left out.
    """
    sign, spread = np.asarray(signs), x.std(axis=0)
    kept = list(range(x.shape[1]))
    while True:
        beta = np.zeros(x.shape[1] + 1)
        part = ridge(x[:, kept], y, weights, penalty=penalty)
        beta[[0, *(column + 1 for column in kept)]] = part
        agreement = part[1:] * sign[kept] * spread[kept]
        if not kept or agreement.min() >= 0:
            return beta
        del kept[int(agreement.argmin())]
