"""Beads as lines of text: `0,1:0<TAB>0.97`, zero-based sentence numbers and the probability.

Also understood, for gold of others: vecalign's `[0, 1]:[0]:0.0431`, whose third field is a cost
and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from align.bitext.bead import Bead
from align.errors import InputError

_NUMBERS: Final = r"\s*(\d+(?:\s*,\s*\d+)*)?\s*"
_OURS: Final = re.compile(_NUMBERS + ":" + _NUMBERS + r"(?:\s([-+.\deE]+)\s*)?", re.ASCII)
_VECALIGN: Final = re.compile(
    r"\s*\[" + _NUMBERS + r"\]\s*:\s*\[" + _NUMBERS + r"\]\s*(?::.*)?", re.ASCII
)


def bead_lines(beads: Iterable[Bead]) -> Iterator[str]:
    r"""Yield a line for each bead.

    >>> list(bead_lines([Bead((0, 1), (0,), 0.974), Bead((), (1,), 1)]))
    ['0,1:0\t0.97\n', ':1\t1.00\n']
    """
    for bead in beads:
        yield f"{bead.numbers}\t{bead.score:.2f}\n"


def parse_beads(text: str, *, path: str) -> list[Bead]:
    r"""Read beads, a line each; blank lines do not count. Without a probability it is 1.

    Raises:
        InputError: A line is no bead, or a sentence is in two of them.

    >>> parse_beads("0,1:0\t0.97\n[2]:[]:0.3\n", path="gold.beads")
    [Bead(source=(0, 1), target=(0,), score=0.97), Bead(source=(2,), target=(), score=1.0)]
    """
    beads: list[Bead] = []
    seen: tuple[set[int], set[int]] = (set(), set())
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        bead = _bead(line)
        if bead is None:
            reason = f"not a bead, as 0,1:0 or 3: (source sentences, colon, target): {line[:40]!r}"
            raise InputError(path, reason, line=number)
        for side, sentences, name in zip(
            seen, (bead.source, bead.target), ("source", "target"), strict=True
        ):
            if twice := sorted(side.intersection(sentences)):
                reason = f"{name} sentence {twice[0]} is in two beads"
                raise InputError(path, reason, line=number)
            side.update(sentences)
        beads.append(bead)
    return beads


def _bead(line: str) -> Bead | None:
    if match := _VECALIGN.fullmatch(line):
        score = 1.0
    elif match := _OURS.fullmatch(line):
        try:
            score = float(match[3] or 1)
        except ValueError:
            return None
    else:
        return None
    try:
        source, target = (
            tuple(int(number) for number in (match[side] or "").split(",") if number.strip())
            for side in (1, 2)
        )
    except ValueError:  # thousands of digits
        return None
    ordered = all(list(side) == sorted(set(side)) for side in (source, target))
    return Bead(source, target, score) if ordered else None
