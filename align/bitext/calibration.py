"""From posterior to probability, by a line through log-odds, fitted by `scripts/fit_alignment.py`.

A posterior is the share of paths within the model, which is surer of itself than it is right.
The line (Platt 1999) is fitted to beads of development documents that took no part in the fit of
the weights; below it stand, for ten bins, how probable they were called and how many were right.
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Final

import numpy as np

from align.bitext.bags import Floats

# --- fitted: begin (scripts/fit_alignment.py --write)
# clean, 0.1 2 beads: 0.164 0.000
# clean, 0.2 6 beads: 0.248 0.000
# clean, 0.3 22 beads: 0.360 0.487
# clean, 0.4 30 beads: 0.454 0.450
# clean, 0.5 39 beads: 0.559 0.549
# clean, 0.6 84 beads: 0.651 0.611
# clean, 0.7 89 beads: 0.756 0.754
# clean, 0.8 261 beads: 0.856 0.864
# clean, 0.9 2499 beads: 0.979 0.980
# comparable, 0.0 12 beads: 0.072 0.143
# comparable, 0.1 77 beads: 0.163 0.043
# comparable, 0.2 169 beads: 0.252 0.135
# comparable, 0.3 250 beads: 0.351 0.314
# comparable, 0.4 361 beads: 0.447 0.500
# comparable, 0.5 481 beads: 0.553 0.602
# comparable, 0.6 696 beads: 0.655 0.714
# comparable, 0.7 1110 beads: 0.755 0.715
# comparable, 0.8 2107 beads: 0.857 0.852
# comparable, 0.9 5362 beads: 0.971 0.972
LINES: Final = MappingProxyType(
    {
        "clean": (0.724, 0.325),
        "comparable": (0.687, 0.012),
    }
)
# --- fitted: end

_LEAST: Final = 1e-9  # and 1 less it: no bead is beyond doubt


def log_odds(chances: Floats) -> Floats:
    """Return ln(p / (1 - p)), with p kept off 0 and 1."""
    kept = np.clip(chances, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(kept / (1 - kept)))


def calibrated(posterior: float, preset: str) -> float:
    """Return the chance that a bead is right, 0 to 1.

    >>> calibrated(0.0, "clean") < 0.01 < calibrated(0.5, "clean") < 0.99 < calibrated(1.0, "clean")
    True
    """
    slope, intercept = LINES[preset]
    kept = min(max(posterior, _LEAST), 1 - _LEAST)
    value = slope * math.log(kept / (1 - kept)) + intercept
    return 0.5 * (1 + math.tanh(value / 2))
