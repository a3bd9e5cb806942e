"""How probable each bead is, by forward and backward sums over all paths of the band."""

from __future__ import annotations

import numpy as np

from align.bitext.bags import Floats
from align.bitext.band import Band
from align.bitext.path import Places, Worths, log_sums


def posteriors(band: Band, worth: Worths, places: Places) -> tuple[Floats, float]:
    """Return the share of the weight of all paths that go through each bead, and that weight.

    A path weighs exp(sum of its worths). The shares, [cells, moves], 0 to 1, of the beads that
    hold one sentence add up to 1; the weight is given as its logarithm.
    """
    forward, backward = log_sums(band, worth, places)
    total = float(forward[len(band) - 1])
    through = forward[places] + worth + (backward[:-1, None] - total)
    return np.exp(np.minimum(through, 0.0)), total
