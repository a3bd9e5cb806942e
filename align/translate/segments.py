"""Segments: which text goes to the model, and how a text too long for it is cut.

A text is cut in two where a reader would pause, as near as possible to where the halves
balance, and the halves again until each fits. Translators that cut off what is too long lose
text in silence; parts cut at a clause lose only what the model sees of the other half.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from align.text.language import arabic_letters

# Words before which a new clause may begin without a mark.
_CONJUNCTIONS: Final = (
    "کہ|اور|جبکہ|لیکن|مگر|تاہم|چنانچہ|کیونکہ|بلکہ|حالانکہ|البتہ|اگرچہ|تاکہ|جس|جو|جہاں|یا"
)

# Where a text may be cut, best first; a cut falls where the match ends.
_CUTS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<![۔؟!?])[۔؟!?]+[\"'”’)\]]*\s+",  # a sentence ends: the text was not one sentence
        r"[؛;:]\s+",
        r"[،,]\s+|\s+[-–—]\s+",
        rf"\s+(?=(?:{_CONJUNCTIONS})\s)",
        r"\s+",
        r"(?<=\w)(?!\w)|(?<!\w)(?=\w)",
    )
)


def needs_translation(text: str) -> bool:
    """Tell whether there is anything in `text` for the model: a letter of Arabic script.

    Models invent sentences for blank, punctuation-only and digit-only input, and garble
    what is English already.

    >>> [needs_translation(text) for text in ("", "۔۔۔", "۲۵", "BBC News", "BBC اردو")]
    [False, False, False, False, True]
    """
    return arabic_letters(text) > 0


def cut(text: str, limit: int, count: Callable[[str], int]) -> list[str]:
    """Cut `text` into parts of at most `limit` pieces, balanced, at the best marks there are.

    Args:
        text: one line.
        limit: pieces a part may have, at least 1.
        count: gives the number of pieces of a text.

    Returns:
        The parts without white space at the cuts; one part where all fits. A part of one
        character is not cut further, whatever its count.

    >>> cut("وہ آیا، اس نے دیکھا، اور وہ چلا گیا", 6, lambda text: len(text.split()))
    ['وہ آیا، اس نے دیکھا،', 'اور وہ چلا گیا']
    """
    size = count(text)
    if size <= limit or len(text.strip()) <= 1:
        return [text]
    parts = math.ceil(size / limit)
    place = _best_cut(text, (parts // 2) / parts, 0.5 / parts)
    halves = text[:place].rstrip(), text[place:].lstrip()
    return [part for half in halves if half for part in cut(half, limit, count)]


def _best_cut(text: str, aim: float, slack: float) -> int:
    """Choose the place nearest to the share `aim` of the best kind within `slack` of it."""
    target = round(aim * len(text))
    low, high = (aim - slack) * len(text), (aim + slack) * len(text)
    for kind in _CUTS:
        places = [match.end() for match in kind.finditer(text)]
        near = [place for place in places if 0 < place < len(text) and low <= place <= high]
        if near:
            return min(near, key=lambda place: abs(place - target))
    return min(max(target, 1), len(text) - 1)  # one endless word
