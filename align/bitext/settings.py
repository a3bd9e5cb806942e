"""Presets of sentence alignment: what each signal weighs, fitted by `scripts/fit_alignment.py`.

The weights are those of a conditional random field over the beads of a path: the probability of
an alignment is proportional to exp(sum of its beads' worths), and the weights are the ones that
make gold alignments most probable. So worths are nats, and posteriors mean something.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from align.bitext.bags import Floats
from align.bitext.signals import SIGNALS
from align.errors import UsageError


@dataclass(frozen=True, slots=True)
class Settings:
    """A preset.

    Attributes:
        reluctance: Nats off each null bead when the best path is chosen, not when probabilities
            are counted. A sentence that joins the wrong neighbour makes one bead wrong, one left
            alone wrongly makes two.
        weights: Nats for each unit of each signal, in the order of `SIGNALS`.
    """

    reluctance: float
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.weights) != len(SIGNALS):
            raise ValueError(f"{len(self.weights)} weights for {len(SIGNALS)} signals")

    @property
    def array(self) -> Floats:
        """The weights, [signals]."""
        return np.array(self.weights, np.float64)


# --- fitted: begin (scripts/fit_alignment.py --write)
# 2026-11-26
PRESETS: Final = MappingProxyType({
    "clean": Settings(1.5, (
        6.833, -0.884, -1.741, -6.592, -4.936, 1.933, -5.078, -0.379, 5.357, 2.697, 6.592,
        0.022, 4.300, -3.585, -1.230, -2.450, -3.668, -2.778, -3.894, -2.038, -0.825,
    )),
    "comparable": Settings(1.0, (
        7.332, -1.353, -4.059, -8.898, -3.976, -5.038, -4.254, 0.760, 0.809, 6.154, -1.432,
        1.404, -0.334, -2.928, -2.133, -6.213, -8.939, -3.875, -5.940, -1.495, 0.497,
    )),
})  # fmt: skip
# --- fitted: end

# Share of all sentences that the gaps between anchors have on one side only; merged sentences
# are among them. On development data translations have up to 0.23, and with 56 % foreign
# sentences nearly all have more. 18 % are not told apart: Text+Berg then has 0.24 to 0.28, but
# most Urdu documents stay below 0.23, so name the preset where so much is known.
UNEVEN: Final = 0.235


def settings_of(preset: str | None, unevenness: float) -> tuple[str, Settings]:
    """Return name and settings of a preset, by default the one for anchors so uneven.

    Raises:
        UsageError: No such preset.
    """
    if preset is None:
        preset = "clean" if unevenness < UNEVEN else "comparable"
    if preset not in PRESETS:
        raise UsageError(f"no preset {preset!r}: there are {', '.join(PRESETS)}")
    return preset, PRESETS[preset]
