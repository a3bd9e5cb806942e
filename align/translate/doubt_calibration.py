"""From the features of a translation to its expected chrF: fitted by `scripts/fit_doubt.py`.

Coefficients are in chrF for a unit of the feature; `MEANS` are those of the development set.
"""

from __future__ import annotations

from typing import Final

# --- fitted: begin (scripts/fit_doubt.py --write)
# 878 sentences of flores200-dev-part and news-dev, 665 damaged ones.
# Spearman / Pearson with chrF / AUC of the worst tenth:
# flores200-dev-part, cross-validated (509, chrF 46.3): doubt 0.568 / 0.555 / 0.783, log-
#   probability 0.516 / 0.507 / 0.748, length 0.015 / 0.031 / 0.433.
# news-dev, cross-validated (369, chrF 60.5): doubt 0.680 / 0.673 / 0.880, log-probability 0.615 /
#   0.627 / 0.822, length -0.094 / -0.102 / 0.315.
# flores200-devtest (1012, chrF 45.1): doubt 0.569 / 0.561 / 0.820, log-probability 0.525 / 0.519
#   / 0.761, length 0.020 / 0.048 / 0.358.
# tico19-test (2099, chrF 47.2): doubt 0.527 / 0.515 / 0.789, log-probability 0.469 / 0.476 /
#   0.726, length 0.021 / 0.041 / 0.324.
# news-test (672, chrF 60.6): doubt 0.646 / 0.653 / 0.858, log-probability 0.590 / 0.615 / 0.807,
#   length -0.140 / -0.165 / 0.301.
# wiki-test (605, chrF 56.7): doubt 0.532 / 0.521 / 0.801, log-probability 0.532 / 0.526 / 0.760,
#   length 0.320 / 0.362 / 0.364.
FITTED: Final = "2026-11-26"
MODEL: Final = "ur-en@7eb700ef"
WORST: Final = 39.2
SPREAD: Final = 10.65
MEANS: Final = {
    "chrf": 52.2934,
    "log_probability": -0.4106,
    "words": 3.2256,
    "shorter": 0.0527,
    "longer": 0.0003,
    "word_length": 4.7068,
    "repetition": 0.0199,
    "numbers_lost": 0.0091,
    "numbers_added": 0.0114,
    "names_heard": 0.0574,
    "names_added": 0.0343,
    "marks": 0.0000,
}
COEFFICIENTS: Final = {
    "log_probability": 55.890,
    "words": 5.160,
    "shorter": -29.139,
    "longer": 0.000,
    "word_length": 2.576,
    "repetition": -24.343,
    "numbers_lost": -2.823,
    "numbers_added": -2.321,
    "names_heard": 11.458,
    "names_added": -12.687,
    "marks": -5.753,
}
# --- fitted: end
