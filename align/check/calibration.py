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
# 807 articles of news-articles.jsonl.xz, translated by people and ur-en@3dbbd6b1.
# news-articles.jsonl.xz, cross-validated: AUC 0.9864; at least 0.7 and at most 0.2: people's
#   (807) 98.3% and 0.5%, bearable (807) 81.0% and 4.5%, model's, chrF below 50 (806) 6.9% and
#   70.6%, another story's (807) 0.0% and 99.9%, beyond use (3228) 4.2% and 80.5%, model's, chrF
#   from 50 (1) 100.0% and 0.0%, other slug (3994) 2.1% and 91.7%.
# news-articles-dev.jsonl.xz: AUC 0.9972; at least 0.7 and at most 0.2: people's (34) 97.1% and
#   0.0%, bearable (34) 70.6% and 2.9%, model's, chrF below 50 (34) 0.0% and 88.2%, another
#   story's (34) 0.0% and 100.0%, beyond use (136) 2.9% and 80.9%, other slug (1122) 0.0% and
#   100.0%.
FITTED: Final = "2026-11-26"
MODEL: Final = "ur-en@3dbbd6b1"
INTERCEPT: Final = -5.831
COEFFICIENTS: Final = {
    "slug_bleu": 0.000,
    "slug_chrf": 3.662,
    "headline_recall": 3.811,
    "sentence_chrf": 3.158,
    "sentence_recall": 3.672,
    "lead_recall": 6.926,
    "name_support": 0.000,
    "numbers_missed": -1.185,
}
# --- fitted: end

# Chosen on the error rates above: of other articles' slugs few pass as a match, of own slugs
# fewer are called a mismatch, since a wrong alarm costs more trust than a doubt.
MATCH: Final = 0.7
MISMATCH: Final = 0.2


def probability(features: Features) -> float:
    """Return the score of `features`, from 0 to 1."""
    terms = zip(COEFFICIENTS.values(), features, strict=True)
    return 1 / (1 + math.exp(-INTERCEPT - sum(factor * value for factor, value in terms)))


def verdict(score: float) -> Verdict:
    """Return what a score says: at least `MATCH`, at most `MISMATCH`, or between.

    >>> verdict(0.95), verdict(0.5), verdict(0.05)
    ('match', 'doubtful', 'mismatch')
    """
    if score >= MATCH:
        return "match"
    return "mismatch" if score <= MISMATCH else "doubtful"
