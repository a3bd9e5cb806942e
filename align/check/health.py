"""How sound a translation looks beside its source, whatever the slug says.

All of an article counts here, not its beginning alone: a slug retells the first sentences, and
says nothing about the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from align.text.language import arabic_letters
from align.text.number_loss import missing_numbers
from align.text.numbers import find_readings
from align.translate.doubts import EMPTY, NUMBERS, doubts


class Health(NamedTuple):
    """Shares, 0 to 1, of what went wrong; 0 where nothing can be said."""

    numbers_lost: float  # of the numbers of the Urdu, those that the English has in no form
    doubtful: float  # of the sentences, those that something else is to be seen wrong with


SOUND: Final = Health(0.0, 0.0)


def health(pairs: Iterable[tuple[str, str]]) -> Health:
    """Look at sources with their translations; those without Urdu tell nothing.

    >>> health([("اجلاس 12 مارچ کو ہوگا۔", "The meeting is on March 21."), ("BBC", "BBC")])
    Health(numbers_lost=1.0, doubtful=0.0)
    """
    numbers = lost = texts = doubtful = 0
    for source, translation in pairs:
        if not arabic_letters(source):
            continue
        texts += 1
        notes = doubts(source, translation)
        doubtful += any(note != NUMBERS for note in notes)
        numbers += sum(found.explicit for found in find_readings(source))
        # An empty translation has lost all, and has no note but that it is empty.
        if NUMBERS in notes or EMPTY in notes:
            lost += len(missing_numbers(source, translation))
    return Health(lost / numbers if numbers else 0.0, doubtful / texts if texts else 0.0)
