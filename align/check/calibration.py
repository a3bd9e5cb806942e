"""`Calibration`: from features to `score`, a logistic model; the one that comes along.

That one is fitted by `scripts/fit_check.py`; `align check --calibrate` fits others.

`score` is the chance that slug and article belong together and that the translation carries it,
where either were as likely before looking.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from align.check.evidence import Features
    from align.check.result import Verdict

# --- fitted: begin (scripts/fit_check.py --write)
# 807 articles of news-articles.jsonl.xz, translated by people and ur-en@15ee7367.
# news-articles.jsonl.xz, cross-validated: AUC 0.9870 of own slugs against others, 0.9825 of right
#   against wrong; at least 0.7 and at most 0.2: people's (807) 97.4% and 0.4%, bearable (807)
#   75.6% and 5.9%, model's (807) 91.3% and 1.0%, another story's (807) 0.0% and 100.0%, only the
#   headline (807) 1.6% and 89.3%, looping (807) 0.7% and 93.3%, beyond use (3228) 4.3% and 74.3%,
#   other slug (3994) 3.4% and 86.8%.
# news-articles-dev.jsonl.xz: AUC 0.9996 of own slugs against others, 0.9932 of right against
#   wrong; at least 0.7 and at most 0.2: people's (34) 94.1% and 0.0%, bearable (34) 67.6% and
#   5.9%, model's (34) 76.5% and 0.0%, another story's (34) 0.0% and 100.0%, only the headline
#   (34) 0.0% and 91.2%, looping (34) 0.0% and 97.1%, beyond use (136) 4.4% and 74.3%, other slug
#   (1122) 0.0% and 99.6%.
FITTED: Final = "2026-11-27"
MODEL: Final = "ur-en@15ee7367"
INTERCEPT: Final = -5.537
COEFFICIENTS: Final = {
    "slug_chrf": 2.762,
    "headline_recall": 3.745,
    "sentence_chrf": 3.565,
    "sentence_recall": 3.813,
    "text_recall": 5.294,
    "numbers_missed": -1.814,
    "numbers_lost": -4.634,
    "doubtful": -13.033,
}
# --- fitted: end

# Chosen on the error rates above: of other articles' slugs few pass as a match, of own slugs
# fewer are called a mismatch, since a wrong alarm costs more trust than a doubt.
MATCH: Final = 0.7
MISMATCH: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A fitted score and its thresholds.

    Attributes:
        intercept: Of the logistic model.
        coefficients: One for each of `Features`, in their order.
        match: From this score on, 0 to 1, an article is a match.
        mismatch: Up to this score it is a mismatch.
        model: What translated the articles of the fit, `ur-en@1a2b3c4d`.
        fitted: The date of the fit, `2026-11-26`.
    """

    intercept: float
    coefficients: tuple[float, ...]
    match: float
    mismatch: float
    model: str
    fitted: str

    def probability(self, features: Features) -> float:
        """Return the score of `features`, from 0 to 1."""
        terms = zip(self.coefficients, features, strict=True)
        # The logistic function; exp would overflow.
        return 0.5 + 0.5 * math.tanh((self.intercept + sum(a * b for a, b in terms)) / 2)

    def verdict(self, score: float) -> Verdict:
        """Return what a score says: at least `match`, at most `mismatch`, or between.

        >>> [SHIPPED.verdict(score) for score in (0.95, 0.5, 0.05)]
        ['match', 'doubtful', 'mismatch']
        """
        if score >= self.match:
            return "match"
        return "mismatch" if score <= self.mismatch else "doubtful"

    @property
    def name(self) -> str:
        """What stands in signatures: model and date, and for another fit than ours a checksum."""
        name = f"{self.model}/{self.fitted}"
        if self is SHIPPED:
            return name
        values = (self.intercept, *self.coefficients, self.match, self.mismatch)
        return f"{name}/own@{zlib.crc32(repr(values).encode()):08x}"


SHIPPED: Final = Calibration(
    intercept=INTERCEPT, coefficients=tuple(COEFFICIENTS.values()), match=MATCH,
    mismatch=MISMATCH, model=MODEL, fitted=FITTED,
)  # fmt: skip
