"""From features to `score`: a logistic model, fitted by `scripts/fit_check.py`.

`score` is the chance that slug and article belong together and that the translation carries it,
where either were as likely before looking.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from align.check.evidence import Features
    from align.check.result import Verdict

# --- fitted: begin (scripts/fit_check.py --write)
FITTED: Final = "provisional"
INTERCEPT: Final = -4.0
COEFFICIENTS: Final = {
    "headline_bleu": 1.0,
    "headline_chrf": 2.0,
    "headline_recall": 4.0,
    "sentence_chrf": 1.0,
    "sentence_recall": 2.0,
    "lead_recall": 4.0,
    "name_support": 2.0,
    "numbers_missed": -1.0,
}
# --- fitted: end

MATCH: Final = 0.7
MISMATCH: Final = 0.2


def probability(features: Features) -> float:
    """Return the score of `features`, from 0 to 1."""
    terms = zip(COEFFICIENTS.values(), features, strict=True)
    return 1 / (1 + math.exp(-INTERCEPT - sum(factor * value for factor, value in terms)))


def verdict(score: float) -> Verdict:
    """Return what a score says: at least `MATCH`, at most `MISMATCH`, or between."""
    if score >= MATCH:
        return "match"
    return "mismatch" if score <= MISMATCH else "doubtful"
