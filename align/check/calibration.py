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
# 807 articles of news-articles.jsonl.xz, translated by people and ur-en@81a5f01c.
# news-articles.jsonl.xz, cross-validated: AUC 0.9612 of own slugs against others, 0.9762 of right
#   against wrong; at least 0.7 and at most 0.2: people's (807) 98.4% and 0.4%, bearable (807)
#   80.5% and 3.3%, model's (807) 70.5% and 7.1%, another story's (807) 0.1% and 99.6%, beyond use
#   (3228) 5.5% and 72.1%, other slug (3994) 3.2% and 87.2%.
# news-articles-dev.jsonl.xz: AUC 0.9780 of own slugs against others, 0.9924 of right against
#   wrong; at least 0.7 and at most 0.2: people's (34) 97.1% and 0.0%, bearable (34) 85.3% and
#   5.9%, model's (34) 47.1% and 20.6%, another story's (34) 0.0% and 97.1%, beyond use (136) 5.9%
#   and 72.8%, other slug (1122) 0.0% and 99.9%.
FITTED: Final = "2026-11-26"
MODEL: Final = "ur-en@81a5f01c"
INTERCEPT: Final = -5.515
COEFFICIENTS: Final = {
    "slug_bleu": 0.000,
    "slug_chrf": 4.371,
    "headline_recall": 5.177,
    "sentence_chrf": 2.853,
    "sentence_recall": 3.644,
    "lead_recall": 4.974,
    "name_support": 0.257,
    "numbers_missed": -1.664,
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
