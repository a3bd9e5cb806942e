"""Symmetrization: one set of links out of two, each of which looks from one side.

`forward` links each target word to the source word that it comes from, `backward` each source
word to the target word that it has become. The methods are those of Och and Ney 2003, and of
Koehn et al. 2005 for `grow-diag` and what follows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

Link = tuple[int, int]  # number of the source word, of the target word
Links = frozenset[Link]

_NEIGHBOURS: Final = ((-1, 0), (0, -1), (1, 0), (0, 1), (-1, -1), (-1, 1), (1, -1), (1, 1))


def symmetrize(forward: Iterable[Link], backward: Iterable[Link], method: str) -> Links:
    """Combine two sets of links by one of `METHODS`.

    >>> sorted(symmetrize({(0, 0), (1, 1)}, {(0, 0), (1, 2)}, "intersection"))
    [(0, 0)]
    """
    return METHODS[method](frozenset(forward), frozenset(backward))


def _grown(forward: Links, backward: Links) -> Links:
    """Add to what both say what one says next to it, for words that have no link yet.

    Candidates are gone through in order, again and again until none is added, as atools does.
    """
    links = set(forward & backward)
    sources, targets = ({link[side] for link in links} for side in (0, 1))
    waiting = sorted((forward | backward) - links)
    while True:
        left = []
        for source, target in waiting:
            near = any((source + down, target + right) in links for down, right in _NEIGHBOURS)
            if near and (source not in sources or target not in targets):
                links.add((source, target))
                sources.add(source)
                targets.add(target)
            else:
                left.append((source, target))
        if len(left) == len(waiting):
            return frozenset(links)
        waiting = left


def _finished(links: Links, sides: Iterable[Links], *, both: bool) -> Links:
    """Add what one side says of words that have no link yet: of both words, or of either."""
    found = set(links)
    sources, targets = ({link[side] for link in found} for side in (0, 1))
    for side in sides:
        for source, target in sorted(side):
            free = source not in sources, target not in targets
            if all(free) if both else any(free):
                found.add((source, target))
                sources.add(source)
                targets.add(target)
    return frozenset(found)


def _grow_diag_final(forward: Links, backward: Links) -> Links:
    return _finished(_grown(forward, backward), (forward, backward), both=False)


def _grow_diag_final_and(forward: Links, backward: Links) -> Links:
    return _finished(_grown(forward, backward), (forward, backward), both=True)


METHODS: Final[dict[str, Callable[[Links, Links], Links]]] = {
    "intersection": frozenset.intersection,
    "grow-diag": _grown,
    "grow-diag-final-and": _grow_diag_final_and,
    "grow-diag-final": _grow_diag_final,
    "union": frozenset.union,
    "forward": lambda forward, _: forward,
    "backward": lambda _, backward: backward,
}
