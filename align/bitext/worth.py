"""What each bead is worth, in nats: its signals, weighed by a preset."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from align.bitext.bags import Floats
from align.bitext.band import MOVES
from align.bitext.signals import Signals

if TYPE_CHECKING:
    from align.bitext.lattice import Lattice


def worths(lattice: Lattice, weights: Floats) -> Floats:
    """Return the worth of the bead that ends in each cell, [cells, moves].

    Args:
        lattice: The cells and their evidence.
        weights: [signals]
    """
    signals = Signals(lattice)
    scale = weights.astype(np.float32)
    result = np.empty((len(lattice.band), len(MOVES)))
    for number, move in enumerate(MOVES):
        result[:, number] = scale @ signals.of(move)
    return result
