"""`Alignment`: the beads of two documents, and how far these are translations of each other."""

from __future__ import annotations

from dataclasses import dataclass

from align.bitext.bead import Bead


@dataclass(frozen=True, slots=True)
class Alignment:
    """What `align` finds.

    Attributes:
        beads: In order, covering every sentence of both sides once, null beads included;
            `Bead.score` is the calibrated probability that the bead is right.
        preset: Name of the settings: given, or chosen from the density.
        density: Share of the shorter side's sentences that have an anchor, 0 to 1.
        parallelism: Share of all sentences that stand in beads with both sides, each counted
            with its bead's probability, 0 to 1: how far the documents translate each other.
    """

    beads: tuple[Bead, ...]
    preset: str
    density: float
    parallelism: float


def parallelism(beads: tuple[Bead, ...]) -> float:
    """Return the share of sentences in beads with both sides, weighted by probability.

    >>> round(parallelism((Bead((0,), (0, 1), 0.8), Bead((1,), (), 0.9))), 3)
    0.6
    """
    sizes = [(len(bead.source) + len(bead.target), bead) for bead in beads]
    total = sum(size for size, _ in sizes)
    paired = sum(size * bead.score for size, bead in sizes if not bead.is_null)
    return paired / total if total else 0.0
