"""Which numbers of a text its translation lost.

Generous to the translation: a number is lost only if no form of it stands there.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from align.text.number_words import FOLD, LOOSE
from align.text.numbers import Found, Number, find_readings

_ROMANS: Final = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX"
_ROMAN: Final = {word: Decimal(rank) for rank, word in enumerate(_ROMANS.split(), 1)}


def missing_numbers(source: str, target: str) -> list[Number]:
    """Return the numbers of `source` whose value stands in `target` in no form.

    Only numbers written in digits or with a scale word (سو, لاکھ, "million") can be missing.
    A value is there if it is there in digits, in words, as a rank, a percentage, a month, or
    as the common word for it ("half", "decade", "noon"). Nothing is rounded.

    >>> missing_numbers("25 لاکھ افراد 10:30 پر", "2.5 million people at half past ten, 10.30am")
    []
    >>> [str(number.value) for number in missing_numbers("12 افراد", "20 people")]
    ['12']
    """
    wanted = [found for found in find_readings(source) if found.explicit]
    if not wanted:
        return []
    there: set[Decimal] = set()
    times: set[Decimal] = set()
    in_target = find_readings(target)
    for found in in_target:
        there |= found.readings
        if found.number.kind == "time":
            times.add(found.number.value % 720)
    lost = [found for found in wanted if not _stands(found, there, times)]
    if lost:
        there |= _loose(target, [found.number for found in in_target])
        times |= {Decimal(0)} if re.search(r"noon|midnight|midday", target, re.I) else set()
        lost = [found for found in lost if not _stands(found, there, times)]
    return [found.number for found in lost if not _short_year(found.number.value, target)]


def _stands(found: Found, there: set[Decimal], times: set[Decimal]) -> bool:
    value = found.number.value
    if found.number.kind == "time":
        hour, minute = divmod(int(value), 60)
        if value % 720 in times or Decimal(hour * 100 + minute) / 100 in there:
            return True
        hours = {Decimal(hour), Decimal(hour % 12 or 12)}
        return not there.isdisjoint(hours) and (minute == 0 or Decimal(minute) in there)
    if not there.isdisjoint(found.readings):
        return True
    # "the 90s" for "the 1990s", 2023-24 for 2023-2024
    return value < 100 and (value + 1900 in there or value + 2000 in there)


def _short_year(value: Decimal, target: str) -> bool:
    if not (1900 <= value < 2100 and value == int(value)):
        return False
    return bool(re.search(rf"[-–/'’]{int(value) % 100:02}(?![0-9])", target))


def _loose(target: str, numbers: list[Number]) -> set[Decimal]:
    """Return values that words outside `numbers` may stand for, though mostly they do not."""
    values: set[Decimal] = set()
    for number in reversed(numbers):
        target = f"{target[: number.start]} {target[number.end :]}"
    for word in re.findall(r"[^\W\d_]+", target.translate(FOLD)):
        values |= LOOSE.get(word.lower(), frozenset())
        if word in _ROMAN:
            values.add(_ROMAN[word])
    return values
