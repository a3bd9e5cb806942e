"""Words and phrases of the references that one system gets right and another one misses.

Counted as compare-mt does (Neubig et al. 2019, after Akabe et al. 2014): of each n-gram of a
segment's reference, as many as the hypothesis has too. Ordered by the log odds of getting it
right, half a count added everywhere (Haldane 1956), over its standard error, as Monroe et al.
(2008) order words, so that neither rare nor frequent ones are all that is seen.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST: Final = 4
_WORD: Final = re.compile(r"\w+(?:['\u2019.,:-]\w+)*")
_LEAST: Final = 2  # occurrences that one gets more than the other


@dataclass(frozen=True, slots=True)
class NGram:
    """Some words in a row, in small letters.

    Attributes:
        text: They.
        expected: How often they stand in the references (in that which has them most often).
        matched: How many of these the baseline has, and the system.
        weight: How much more surely the system gets them right, in standard errors.
    """

    text: str
    expected: int
    matched: tuple[int, int]
    weight: float


def find_ngrams(
    references: Sequence[Sequence[str]],
    baseline: Sequence[str],
    system: Sequence[str],
    *,
    orders: Iterable[int] = (1,),
    most: int = 12,
) -> tuple[list[NGram], list[NGram]]:
    """Return what the baseline gets and the system misses, and the reverse, clearest first.

    Args:
        references: For each reference translation, one text a segment.
        baseline: One hypothesis a segment.
        system: Likewise.
        orders: Numbers of words in a row.
        most: How many to return of either side.
    """
    orders = tuple(orders)
    expected: Counter[str] = Counter()
    matched: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for *texts, ours, theirs in zip(*references, baseline, system, strict=True):
        wanted: Counter[str] = Counter()
        for text in texts:
            wanted |= _counted(text, orders)
        expected.update(wanted)  # += goes through all that was counted before
        for into, text in zip(matched, (ours, theirs), strict=True):
            into.update(wanted & _counted(text, orders))
    found = [
        NGram(text, count, (ours, theirs), _weight(count, ours, theirs))
        for text, count in expected.items()
        if abs((ours := matched[0][text]) - (theirs := matched[1][text])) >= _LEAST
    ]
    found.sort(key=lambda one: (-abs(one.weight), -len(one.text), one.text))
    losses = (one for one in found if one.weight < 0)
    gains = (one for one in found if one.weight > 0)
    return _distinct(losses, most), _distinct(gains, most)


def _counted(text: str, orders: Sequence[int]) -> Counter[str]:
    words = _WORD.findall(text.lower())
    return Counter(
        " ".join(words[start : start + order])
        for order in orders
        for start in range(len(words) - order + 1)
    )


def _weight(expected: int, ours: int, theirs: int) -> float:
    cells = [count + 0.5 for count in (theirs, expected - theirs, ours, expected - ours)]
    odds = math.log(cells[0] / cells[1]) - math.log(cells[2] / cells[3])
    return odds / math.sqrt(sum(1 / cell for cell in cells))


def _distinct(ngrams: Iterator[NGram], most: int) -> list[NGram]:
    """Leave out what is a part of another one that tells the same."""
    kept: list[NGram] = []
    for one in ngrams:
        if len(kept) == most:
            break
        same = (other.text for other in kept if other.matched == one.matched)
        if not any(_holds(text, one.text) or _holds(one.text, text) for text in same):
            kept.append(one)
    return kept


def _holds(text: str, part: str) -> bool:
    return f" {part} " in f" {text} "
