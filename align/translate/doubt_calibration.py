"""From the features of a translation to its expected chrF: fitted by `scripts/fit_doubt.py`.

Coefficients are in chrF for a unit of the feature; `MEANS` are those of the development set.
"""

from __future__ import annotations

from typing import Final

# --- fitted: begin (scripts/fit_doubt.py --write)
# 878 sentences of flores200-dev-part and news-dev, 665 damaged ones.
# Spearman / Pearson with chrF / AUC of the worst tenth:
# flores200-dev-part, cross-validated (509, chrF 47.0): doubt 0.545 / 0.528 / 0.790, log-
#   probability 0.519 / 0.499 / 0.760, length 0.007 / 0.022 / 0.414.
# news-dev, cross-validated (369, chrF 61.5): doubt 0.623 / 0.647 / 0.861, log-probability 0.546 /
#   0.583 / 0.812, length -0.138 / -0.141 / 0.318.
# flores200-devtest (1012, chrF 46.0): doubt 0.544 / 0.541 / 0.768, log-probability 0.510 / 0.504
#   / 0.712, length 0.017 / 0.039 / 0.397.
# tico19-test (2099, chrF 47.6): doubt 0.523 / 0.513 / 0.807, log-probability 0.451 / 0.464 /
#   0.720, length 0.007 / 0.019 / 0.321.
# news-test (672, chrF 61.5): doubt 0.658 / 0.635 / 0.827, log-probability 0.608 / 0.606 / 0.785,
#   length -0.160 / -0.175 / 0.317.
# wiki-test (605, chrF 56.5): doubt 0.548 / 0.549 / 0.812, log-probability 0.531 / 0.552 / 0.761,
#   length 0.267 / 0.321 / 0.411.
FITTED: Final = "2026-11-27"
MODEL: Final = "ur-en@15ee7367"
WORST: Final = 40.6
SPREAD: Final = 10.89
MEANS: Final = {
    "chrf": 53.0654,
    "log_probability": -0.4080,
    "words": 3.2256,
    "shorter": 0.0475,
    "longer": 0.0008,
    "word_length": 4.7245,
    "repetition": 0.0235,
    "numbers_lost": 0.0125,
    "numbers_added": 0.0137,
    "names_heard": 0.0556,
    "names_added": 0.0334,
    "marks": 0.0000,
}
COEFFICIENTS: Final = {
    "log_probability": 53.688,
    "words": 4.830,
    "shorter": -28.053,
    "longer": 0.000,
    "word_length": 2.337,
    "repetition": -20.569,
    "numbers_lost": -4.133,
    "numbers_added": 0.000,
    "names_heard": 7.411,
    "names_added": -9.447,
    "marks": -7.379,
}
# --- fitted: end
