"""The words of numbers in Urdu and English, with the part each can play in a number."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Final, Literal

from align.text.letters import KEYBOARD

# "tens" is English, a "small" may follow it (twenty-five); "adjust" adds to the next number
# (ساڑھے تین), "part" is a share of a scale (half a million), "rank" a scale in an ordinal
# (دو ہزارواں).
Role = Literal[
    "unit", "tens", "small", "digits", "scale", "ordinal", "rank", "adjust", "part", "article",
    "and", "clock", "point",
]  # fmt: skip

# A rank a word, from 0; `/` parts spellings.
_URDU: Final = """
صفر ایک دو تین چار پانچ چھ/چھے/چھہ سات آٹھ نو
دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ/اٹھارا انیس
بیس اکیس بائیس تئیس/تیئیس/تیئس چوبیس پچیس چھبیس ستائیس اٹھائیس انتیس
تیس اکتیس بتیس تینتیس/تنتیس چونتیس پینتیس چھتیس سینتیس اڑتیس انتالیس
چالیس اکتالیس بیالیس تینتالیس/تنتالیس چوالیس پینتالیس چھیالیس سینتالیس اڑتالیس انچاس
پچاس اکاون/اکیاون باون ترپن/تریپن چون/چوون پچپن چھپن ستاون اٹھاون انسٹھ
ساٹھ اکسٹھ باسٹھ تریسٹھ/ترسٹھ چونسٹھ پینسٹھ چھیاسٹھ سڑسٹھ اڑسٹھ انہتر
ستر اکہتر بہتر تہتر چوہتر پچہتر/پچھتر چھہتر ستتر/ستہتر اٹھہتر اناسی/انیاسی
اسی اکیاسی بیاسی تراسی چوراسی پچاسی چھیاسی ستاسی اٹھاسی نواسی
نوے اکیانوے/اکانوے بانوے ترانوے چورانوے پچانوے چھیانوے ستانوے اٹھانوے ننانوے
سو
"""
_ENGLISH: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen
"""
_TENS: Final = "twenty thirty forty/fourty fifty sixty seventy eighty ninety"
_TENTHS: Final = "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth"
_ORDINALS: Final = """
first/پہلا/پہلی/یکم second/دوسرا/دوسری/دوسرے third/تیسرا/تیسری/تیسرے fourth/چوتھا/چوتھی/چوتھے
fifth/پانچواں/پانچویں sixth/چھٹا/چھٹے/چھٹواں/چھٹویں seventh/ساتواں/ساتویں eighth/آٹھواں/آٹھویں
ninth/نواں/نویں tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth
eighteenth nineteenth
"""
_SCALES: Final = {
    "سو": 10**2, "ہزار": 10**3, "ھزار": 10**3, "لاکھ": 10**5, "کروڑ": 10**7,
    "ارب": 10**9, "کھرب": 10**11, "ملین": 10**6, "ملیئن": 10**6, "بلین": 10**9, "ٹریلین": 10**12,
    "درجن": 12,
    "hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
    "lakh": 10**5, "lac": 10**5, "crore": 10**7, "dozen": 12, "mn": 10**6, "bn": 10**9,
}  # fmt: skip
_HALF: Final = Decimal("0.5")
_QUARTER: Final = Decimal("0.25")
_PARTS: Final = {
    "نصف": _HALF, "آدھا": _HALF, "آدھے": _HALF, "آدھی": _HALF, "پون": 3 * _QUARTER,
    "half": _HALF, "quarter": _QUARTER,
}  # fmt: skip

# Letters right behind digits ("1.2bn"), longest first.
SUFFIXES: Final = {
    "bln": 10**9, "mln": 10**6, "trn": 10**12, "bn": 10**9, "mn": 10**6, "tn": 10**12,
    "tr": 10**12, "cr": 10**7, "k": 10**3, "m": 10**6, "b": 10**9,
}  # fmt: skip

# Alone they mostly mean something else: a, so, that same, better, granddaughter, a month, a
# base, why; the pronoun.
AMBIGUOUS: Final = frozenset(["ایک", "سو", "اسی", "بہتر", "نواسی", "صفر", "بیس", "چون", "one"])

# One character for one, so that offsets hold.
FOLD: Final = str.maketrans(
    {**dict(zip("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٪٬۔", "01234567890123456789%,.", strict=True)), **KEYBOARD}
)

_MONTHS: Final = """
january february march april may june july august september october november december
"""
# English numbers in Urdu letters: تھری جی, ٹی ٹوئنٹی.
_ENGLISH_IN_URDU: Final = "زیرو ون ٹو تھری فور فائیو سکس سیون ایٹ نائن ٹین"


def plain_spelling(word: str) -> str:
    """Return a word composed, folded and without vowel marks, as the tables spell it.

    >>> plain_spelling("\u0644\u0627\u0643\u06be"), plain_spelling("\u062f\u064f\u0648")
    ('لاکھ', 'دو')
    """
    composed = unicodedata.normalize("NFC", word).translate(FOLD)
    return "".join(letter for letter in composed if not unicodedata.combining(letter))


def _ranked(words: str, first: int = 0, step: int = 1) -> list[tuple[str, Decimal]]:
    return [
        (word, Decimal(first + step * rank))
        for rank, spellings in enumerate(words.split())
        for word in spellings.split("/")
    ]


def _words() -> dict[str, tuple[Role, Decimal]]:
    urdu = _ranked(_URDU)
    # Of بارہ بارہواں, بارواں or, as grammars have it, بارھواں.
    stems = [
        (stem, v)
        for word, v in urdu
        if v > 0  # below ten, at the end of larger ones: ایک سو ایکواں
        for stem in {word, word.removesuffix("ہ"), re.sub("ہ$", "ھ", word)}
    ]
    words: dict[str, tuple[Role, Decimal]] = {}
    words |= {stem + end: ("ordinal", v) for stem, v in stems for end in ("واں", "ویں")}
    words |= {word: ("ordinal", v) for word, v in _ranked(_ORDINALS, 1)}
    words |= {word: ("ordinal", v) for word, v in _ranked(_TENTHS, 20, 10)}
    words |= {word: ("unit", v) for word, v in urdu}
    words |= {word: ("small" if v < 10 else "unit", v) for word, v in _ranked(_ENGLISH)}
    words |= {word: ("tens", v) for word, v in _ranked(_TENS, 20, 10)}
    words |= {word: ("scale", Decimal(v)) for word, v in _SCALES.items()}
    words |= {
        word + end: ("rank", Decimal(v))
        for word, v in _SCALES.items()
        if not word.isascii()
        for end in ("واں", "ویں")
    }
    words |= {f"{word}s": ("scale", Decimal(v)) for word, v in _SCALES.items() if word.isascii()}
    words |= {word: ("part", v) for word, v in _PARTS.items()}
    words |= {"ڈیڑھ": ("unit", 3 * _HALF), "ڈھائی": ("unit", 5 * _HALF)}
    words |= {
        "ساڑھے": ("adjust", _HALF),
        "سوا": ("adjust", _QUARTER),
        "پونے": ("adjust", -_QUARTER),
    }
    words |= {"a": ("article", Decimal(1)), "an": ("article", Decimal(1))}
    words |= {word: ("point", Decimal(0)) for word in ("اعشاریہ", "عشاریہ", "point")}
    return words | {"and": ("and", Decimal(0))}


# A word in lower case to its role and value.
WORDS: Final = _words()


def _loose() -> dict[str, frozenset[Decimal]]:
    meanings = {
        "a an one once single sole per": "1",
        "both couple double doubled pair twice twofold": "2",
        "thrice treble triple tripled threefold": "3",
        "decade decades دہائی عشرہ": "10",
        "noon midday midnight dozen درجن": "12",
        "fortnight": "14 15",
        "half نصف آدھا آدھے آدھی": "0.5 50 30",
        "quarter quarters چوتھائی": "0.25 25 75 15",
        "century صدی سنچری": "100",
        "ٹوئنٹی": "20",
    }
    loose = {
        w: frozenset(map(Decimal, v.split())) for ws, v in meanings.items() for w in ws.split()
    }
    for word, (role, value) in WORDS.items():
        if role == "scale" or word in AMBIGUOUS:
            loose.setdefault(word, frozenset([value]))
    for word, value in _ranked(_MONTHS, 1):
        loose[word] = loose[word[:3]] = frozenset([value])
    return loose | {word: frozenset([value]) for word, value in _ranked(_ENGLISH_IN_URDU)}


# What words that mostly are no numbers may say of one.
LOOSE: Final = _loose()
