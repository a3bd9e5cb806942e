"""Anchors: sentence pairs that are so alike, in rare features, that the way must pass them.

An inverted index over features that few target sentences have gives each source sentence a few
candidates; the heaviest chain of candidates that rises on both sides is taken for anchors.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from align.bitext.bags import Bags, Floats, Ints, ragged

_RARE_SHARE: Final = 0.05  # of the sentences of a side
_RAREST: Final = 10  # sentences; in short documents nothing is rarer
_RARE: Final = 25  # sentences; bounds the index of long documents
_CANDIDATES: Final = 3  # of a source sentence
_LEAST: Final = 0.08  # overlap of a candidate, of rare features alone
_STEP: Final = 1 << 22  # products of postings at once, so that memory is bounded


@dataclass(frozen=True, slots=True)
class Candidates:
    """Sentence pairs by source, then falling overlap. [candidates] each."""

    source: Ints
    target: Ints
    overlap: Floats


def find_candidates(source: Bags, target: Bags, weights: Floats) -> Candidates:
    """Return up to three target sentences for each source sentence, by their rare features."""
    left, right = _rare(source, target, weights)
    postings = np.argsort(right.features, kind="stable")
    sentences = right.sentences[postings]
    ends = np.cumsum(np.bincount(right.features, minlength=len(weights)))
    lengths = np.diff(np.concatenate([[0], ends]))
    work = np.concatenate([[0], np.cumsum(lengths[left.features])])[left.starts]
    masses = source.mass(weights), target.mass(weights)
    parts = []
    first = 0
    while first < len(left):
        last = max(int(np.searchsorted(work, work[first] + _STEP, "right")) - 1, first + 1)
        part = left.cut(first, last)
        owner, places = ragged((ends - lengths)[part.features], lengths[part.features])
        entry = part.sentences[owner] * len(target) + sentences[places]
        shared = np.minimum(part.counts[owner], right.counts[postings[places]])
        shared = shared * weights[part.features[owner]]
        parts.append(_best(entry, shared, first, len(target), masses))
        first = last
    arrays = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)] if parts else []
    empty = np.zeros(0, np.int64)
    return Candidates(*arrays) if arrays else Candidates(empty, empty, np.zeros(0))


def _rare(source: Bags, target: Bags, weights: Floats) -> tuple[Bags, Bags]:
    kept = np.ones(len(weights), np.bool_)
    for side in (source, target):
        frequency = np.bincount(side.features, minlength=len(weights))
        most = min(max(_RAREST, int(_RARE_SHARE * len(side))), _RARE)
        kept &= (frequency > 0) & (frequency <= most)
    return source.select(kept), target.select(kept)


def _best(
    entry: Ints, shared: Floats, first: int, width: int, masses: tuple[Floats, Floats]
) -> tuple[Ints, Ints, Floats]:
    """Return the best pairs of a part of the source: source, target, overlap."""
    pairs, place = np.unique(entry, return_inverse=True)
    sums = np.bincount(place, shared, minlength=len(pairs))
    source, target = pairs // width + first, pairs % width
    overlap = 2 * sums / np.maximum(masses[0][source] + masses[1][target], 1e-9)
    order = np.lexsort((-overlap, source))
    source, target, overlap = source[order], target[order], overlap[order]
    rank = np.arange(len(source)) - np.searchsorted(source, source)
    kept = (rank < _CANDIDATES) & (overlap >= _LEAST)
    return source[kept], target[kept], overlap[kept]


def rising_chain(candidates: Candidates) -> Candidates:
    """Return the chain of greatest weight (overlap squared) that rises on both sides."""
    frontier: list[int] = []  # target sentences, rising, on which the best chains so far end
    worth: list[float] = []  # of those chains, rising too
    ends: list[int] = []  # their last candidates
    before = np.full(len(candidates.source), -1)
    weight = (candidates.overlap**2).tolist()
    targets = candidates.target.tolist()
    bounds = np.flatnonzero(np.diff(candidates.source, prepend=-1, append=-1)).tolist()
    for start, end in pairwise(bounds):
        found = []
        for at in range(start, end):  # all before any is entered: they share a source sentence
            place = bisect_left(frontier, targets[at])
            before[at] = ends[place - 1] if place else -1
            found.append((worth[place - 1] if place else 0.0) + weight[at])
        for at, value in zip(range(start, end), found, strict=True):
            _enter(frontier, worth, ends, (targets[at], value, at))
    chain = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(at)
        at = int(before[at])
    picked = np.array(chain[::-1], np.int64)
    return Candidates(
        candidates.source[picked], candidates.target[picked], candidates.overlap[picked]
    )


def _enter(
    frontier: list[int], worth: list[float], ends: list[int], new: tuple[int, float, int]
) -> None:
    """Put a chain into the frontier, and out of it what ends later and is worth no more."""
    target, value, at = new
    place = bisect_left(frontier, target)
    if place and worth[place - 1] >= value:
        return
    if place < len(frontier) and frontier[place] == target and worth[place] >= value:
        return
    stop = place
    while stop < len(frontier) and worth[stop] <= value:
        stop += 1
    frontier[place:stop], worth[place:stop], ends[place:stop] = [target], [value], [at]
