"""`Lattice`: all that is known of two documents before a preset weighs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from align.bitext.anchors import Candidates, find_candidates, rising_chain
from align.bitext.bags import Floats
from align.bitext.band import Band
from align.bitext.course import band_of
from align.bitext.document import Document
from align.bitext.features import Featured, featurize
from align.bitext.overlap import Matrix, overlaps
from align.bitext.paragraphs import Breaks, breaks_of
from align.bitext.path import Places, starts


@dataclass(frozen=True, slots=True)
class Lattice:
    """The cells, and the evidence for the beads that end in them.

    Attributes:
        featured: The features of both sides.
        band: The cells.
        places: [cells, moves] the cell in which each bead starts.
        overlap: [paired moves, cells] soft overlap, 0 to 1.
        lengths: Characters of each sentence, scaled so that both sides are as long.
        breaks: Where paragraphs begin; None where that is unknown.
        density: Anchored share of the shorter side.
        unevenness: Share of all sentences that gaps between anchors have on one side only.
    """

    featured: Featured
    band: Band
    places: Places
    overlap: Matrix
    lengths: tuple[Floats, Floats]
    breaks: Breaks | None
    density: float
    unevenness: float


def lattice_of(
    source: Document,
    target: Document,
    translation: Sequence[str] | None,
    reverse: Sequence[str] | None,
) -> Lattice:
    """Return the lattice of two documents that are not empty."""
    featured = featurize(source.sentences, target.sentences, translation, reverse)
    left, right, weights = featured.source, featured.target, featured.weights
    anchors = rising_chain(find_candidates(left, right, weights))
    band = band_of(left, right, weights, anchors)
    return Lattice(
        featured,
        band,
        starts(band),
        overlaps(left, right, weights, band),
        _lengths(source, target, anchors),
        breaks_of(source, target, anchors),
        len(anchors.source) / min(len(source), len(target)),
        _unevenness(anchors, len(source), len(target)),
    )


def _lengths(source: Document, target: Document, anchors: Candidates) -> tuple[Floats, Floats]:
    left = np.array([len(text) for text in source.sentences], np.float64)
    right = np.array([len(text) for text in target.sentences], np.float64)
    # By anchors where they are: what one side alone has does not count.
    few = len(anchors.source) < 5
    totals = (left, right) if few else (left[anchors.source], right[anchors.target])
    ratio = max(float(totals[1].sum()), 1.0) / max(float(totals[0].sum()), 1.0)
    return left * ratio**0.5, right / ratio**0.5


def _unevenness(anchors: Candidates, rows: int, columns: int) -> float:
    across = np.diff(anchors.source, prepend=-1, append=rows)
    down = np.diff(anchors.target, prepend=-1, append=columns)
    return float(np.abs(across - down).sum() / (rows + columns))
