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
# 807 articles of news-articles.jsonl.xz, translated by people and ur-en@3de0c149.
# news-articles.jsonl.xz, cross-validated: AUC 0.9877 of own slugs against others, 0.9807 of right
#   against wrong; at least 0.7 and at most 0.2: people's (807) 97.3% and 0.6%, bearable (807)
#   76.1% and 6.3%, model's (807) 90.6% and 1.6%, another story's (807) 0.1% and 99.8%, beyond use
#   (3228) 4.5% and 75.8%, other slug (3994) 2.8% and 89.1%.
# news-articles-dev.jsonl.xz: AUC 0.9965 of own slugs against others, 0.9923 of right against
#   wrong; at least 0.7 and at most 0.2: people's (34) 94.1% and 0.0%, bearable (34) 67.6% and
#   14.7%, model's (34) 76.5% and 5.9%, another story's (34) 0.0% and 100.0%, beyond use (136)
#   4.4% and 76.5%, other slug (1122) 0.1% and 99.6%.
FITTED: Final = "2026-11-26"
MODEL: Final = "ur-en@3de0c149"
INTERCEPT: Final = -5.857
COEFFICIENTS: Final = {
    "slug_bleu": 0.000,
    "slug_chrf": 3.234,
    "headline_recall": 5.546,
    "sentence_chrf": 2.928,
    "sentence_recall": 3.268,
    "lead_recall": 5.315,
    "name_support": 0.000,
    "numbers_missed": -1.669,
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
