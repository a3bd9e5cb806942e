"""Why a bead was made: what its sides have in common, and what came second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from align.bitext.alignment import Alignment
from align.bitext.bags import Bags
from align.bitext.bead import Bead
from align.bitext.calibration import calibrated
from align.bitext.document import Document
from align.bitext.evidence import shared_names
from align.bitext.features import Featured
from align.bitext.lattice import Lattice, lattice_of
from align.bitext.posterior import posteriors
from align.bitext.settings import settings_of
from align.bitext.solution import bead_at
from align.bitext.worth import worths

_LEAST: Final = 1e-3  # posterior of a bead that can be a runner-up
_WORDS: Final = 12  # at most so many are named


@dataclass(frozen=True, slots=True)
class Explanation:
    """The evidence for a bead.

    Attributes:
        bead: The bead.
        words: Words that translation and target share, the weightiest first.
        numbers: Values that both sides name, as decimals in digits.
        names: Pairs of a source word and the target word that sounds like it.
        overlap: Weighted overlap of the sides, 0 to 1.
        length_ratio: Characters of the target for each character of the source; 0.0 for nulls.
        runner_up: The next best bead with a sentence of this one; None where there is none.
        margin: Probability of the bead less that of the runner-up, -1 to 1.
    """

    bead: Bead
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    overlap: float
    length_ratio: float
    runner_up: Bead | None
    margin: float


def explain(
    source: Document,
    target: Document,
    translation: Sequence[str] | None,
    alignment: Alignment,
    *,
    reverse: Sequence[str] | None = None,
) -> list[Explanation]:
    """Return the evidence for each bead of an alignment, in its order.

    The arguments are those that `align` was given; it costs about as much again.
    """
    if not len(source) or not len(target):
        return [Explanation(bead, (), (), (), 0.0, 0.0, None, bead.score)
                for bead in alignment.beads]  # fmt: skip
    lattice = lattice_of(source, target, translation, reverse)
    rivals = _Rivals(lattice, alignment.preset)
    return [_explained(source, target, lattice, bead, rivals) for bead in alignment.beads]


def _explained(
    source: Document, target: Document, lattice: Lattice, bead: Bead, rivals: _Rivals
) -> Explanation:
    left = " ".join(source.sentences[number] for number in bead.source)
    right = " ".join(target.sentences[number] for number in bead.target)
    common, overlap = _common(lattice.featured, bead)
    rival = rivals.best(bead)
    return Explanation(
        bead,
        tuple(name[2:] for name in common if name[1] == " " and name[2].isalnum()
              and name[0] not in "=&")[:_WORDS],
        tuple(name[2:] for name in common if name.startswith("= ")),
        () if bead.is_null else tuple(shared_names(left, right)),
        overlap,
        len(right) / len(left) if left and right else 0.0,
        rival,
        bead.score - (rival.score if rival else 0.0),
    )  # fmt: skip


def _common(featured: Featured, bead: Bead) -> tuple[list[str], float]:
    """Return the features of both sides, the weightiest first, and the overlap."""
    left, right = _counts(featured.source, bead.source), _counts(featured.target, bead.target)
    weights = featured.weights
    both = left & right
    mass = sum(weights[f] * count for side in (left, right) for f, count in side.items())
    shared = 2 * sum(weights[f] * count for f, count in both.items())
    names = [featured.names[f] for f in sorted(both, key=lambda f: -weights[f])]
    return names, float(shared / mass) if mass else 0.0


def _counts(bags: Bags, sentences: Iterable[int]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for number in sentences:
        entries = slice(bags.starts[number], bags.starts[number + 1])
        counts = bags.counts[entries].astype(int).tolist()
        counted.update(dict(zip(bags.features[entries].tolist(), counts, strict=True)))
    return counted


class _Rivals:
    """The beads that were in question, by sentence."""

    def __init__(self, lattice: Lattice, preset: str) -> None:
        _, settings = settings_of(preset, lattice.unevenness)
        worth = worths(lattice, settings.array)
        chances, _ = posteriors(lattice.band, worth, lattice.places)
        self._by_sentence: dict[tuple[str, int], list[Bead]] = defaultdict(list)
        for cell, move in np.argwhere(chances >= _LEAST).tolist():
            score = calibrated(float(chances[cell, move]), preset)
            bead = bead_at(lattice, cell, move, score)
            for place in _places(bead):
                self._by_sentence[place].append(bead)

    def best(self, bead: Bead) -> Bead | None:
        """Return the most probable other bead that has a sentence of this one."""
        own = (bead.source, bead.target)
        rivals = [
            rival
            for place in _places(bead)
            for rival in self._by_sentence[place]
            if (rival.source, rival.target) != own
        ]
        return max(rivals, key=lambda rival: rival.score, default=None)


def _places(bead: Bead) -> list[tuple[str, int]]:
    return [("source", number) for number in bead.source] + [
        ("target", number) for number in bead.target
    ]
