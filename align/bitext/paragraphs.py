"""Paragraph breaks as soft evidence: beads seldom reach over a break, where both sides have them.

How far the breaks of two documents go together differs (a translation keeps them, an editor does
not), so what they are worth is counted over the anchors of the two documents themselves: the
pointwise mutual information of "a paragraph begins here" on both sides, smoothed towards none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from align.bitext.anchors import Candidates
from align.bitext.bags import Floats, Ints
from align.bitext.document import Document

_PRIOR: Final = 4.0  # anchors that say that breaks tell nothing


@dataclass(frozen=True, slots=True)
class Breaks:
    """Where paragraphs begin.

    Attributes:
        source: [source sentences + 1] breaks before each sentence, summed from the first.
        target: [target sentences + 1] likewise.
        trust: Nats by which a break on one side foretells one on the other, at least 0.
    """

    source: Ints
    target: Ints
    trust: float


def breaks_of(source: Document, target: Document, anchors: Candidates) -> Breaks | None:
    """Return the breaks of two documents; None where a side has none or they are unknown."""
    left, right = _begins(source), _begins(target)
    if left is None or right is None:
        return None
    inner = (anchors.source > 0) & (anchors.target > 0)
    pairs = left[anchors.source[inner]] * 2 + right[anchors.target[inner]]
    counted = np.bincount(pairs, minlength=4).reshape(2, 2).astype(np.float64)
    return Breaks(_summed(left), _summed(right), max(0.0, _information(counted, left, right)))


def _information(counted: Floats, left: Ints, right: Ints) -> float:
    """Return ln(P(both begin) / (P(source begins) P(target begins)))."""
    prior = np.outer([1 - left.mean(), left.mean()], [1 - right.mean(), right.mean()])
    joint = (counted + _PRIOR * prior) / (counted.sum() + _PRIOR)
    return float(np.log(joint[1, 1] / (joint[1].sum() * joint[:, 1].sum())))


def _begins(document: Document) -> Ints | None:
    """Return 1 for each sentence that begins a paragraph, else 0."""
    if not document.paragraphs or document.paragraphs[0] == document.paragraphs[-1]:
        return None
    numbers = np.array(document.paragraphs)
    return np.concatenate([[1], np.diff(numbers) > 0]).astype(np.int64)


def _summed(begins: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(begins)])
