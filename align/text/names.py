"""Names across scripts: Urdu letters in Latin, and how alike two spellings of a name sound.

Urdu leaves out short vowels and English spells Urdu names in many ways, so names are compared
twice: by their consonants, in classes of like sound (ق, ک, خ, "kh", "q", "ck" are one), and by
the order of consonants and long vowels. Comparison is of whole phrases without their spaces,
since the two languages cut names differently (عبدالرزاق, "Abdul Razzaq").

Not handled: names that are translated (یونان, "Greece"), initials, a change of word order.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from align.text.language import has_urdu

_ROMAN: Final = {
    "ا": "a", "آ": "a", "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j", "چ": "ch",
    "ح": "h", "خ": "kh", "د": "d", "ڈ": "d", "ذ": "z", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "zh",
    "س": "s", "ش": "sh", "ص": "s", "ض": "z", "ط": "t", "ظ": "z", "ع": "a", "غ": "gh", "ف": "f",
    "ق": "q", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "w", "ہ": "h",
    "ھ": "h", "ء": "", "ی": "y", "ے": "e", "ئ": "y", "ؤ": "o", "أ": "a", "إ": "i", "ۓ": "e",
    "ۂ": "h", "ۃ": "t", "ة": "t", "ه": "h", "ي": "y", "ى": "y", "ك": "k",
}  # fmt: skip
_LONG_A: Final = re.compile("[یىي]\u0670")  # مصطفیٰ
# The article loses its l before these: عبدالرزاق, Abdur Razzaq.
_ARTICLE: Final = re.compile(r"(?:(?<=\w{3})|(?<=\w\s))ال(?=[تثدذرزسشصضطظن]\w\w)")

# Latin spellings to classes of sound: C is ch, S is sh; the rest are themselves.
_SPELLINGS: Final = {
    "tsch": "C", "sch": "S", "tch": "C", "tion": "Sn", "ck": "k", "ch": "C", "sh": "S", "kh": "k",
    "gh": "g", "ph": "f", "th": "t", "dh": "d", "bh": "b", "jh": "j", "zh": "z",
    "chaudh": "Cauhd", "x": "ks", "q": "k", "v": "w", "ce": "se", "ci": "si", "cy": "si", "c": "k",
}  # fmt: skip
_SPELLING: Final = re.compile("|".join(sorted(_SPELLINGS, key=len, reverse=True)))
_SOFT_G: Final = re.compile("g(?=[eiy])(?!ui)")
_SILENT: Final = re.compile("(?<=[bdgjkptC])h|h$|(?<=[^aeiouy])e$")
_FINAL_V: Final = re.compile(r"v\b")  # Lavrov, لاوروف
_VOWELS: Final = str.maketrans("eiyouw", "iiiuuu")


@dataclass(frozen=True, slots=True)
class _Key:
    """How a name sounds: its consonants, and the same with vowels in three classes."""

    consonants: str
    sounds: str


def romanize(phrase: str) -> str:
    """Return Urdu letters in plain Latin ones, without the short vowels; the rest unchanged.

    >>> romanize("شہباز شریف"), romanize("گوادر"), romanize("یوسف")
    ('shhbaz shrif', 'gwadr', 'yosf')
    """
    return " ".join(map(_roman_word, _arabic_spelling(phrase).split()))


def name_similarity(name: str, latin: str) -> float:
    """Return how alike a name, in Urdu or Latin letters, and a Latin spelling sound, 0 to 1.

    Spellings of one name mostly get over 0.8, different names under 0.6; 0.0 where either has
    no letters.

    >>> name_similarity("شہباز شریف", "Shahbaz Sharif") > 0.9
    True
    >>> name_similarity("نواز شریف", "Imran Khan") < 0.4
    True
    """
    in_urdu = has_urdu(name)
    lefts = (_urdu_key(name),) if in_urdu else _latin_keys(name)
    return max(
        (
            _similarity(left, right, in_urdu=in_urdu)
            for left in lefts
            for right in _latin_keys(latin)
        ),
        default=0.0,
    )


def sound_keys(word: str) -> tuple[str, ...]:
    """Return how the consonants of a word may sound: one spelling for Urdu, up to two for Latin.

    Words of which one spelling is equal may be the same name.

    >>> sound_keys("لاہور"), sound_keys("Lahore"), sound_keys("George")
    (('lhr',), ('lhr',), ('grg', 'jrj'))
    """
    keys = (_urdu_key(word),) if has_urdu(word) else _latin_keys(word)
    return tuple(dict.fromkeys(key.consonants for key in keys if key.consonants))


def _similarity(left: _Key, right: _Key, *, in_urdu: bool) -> float:
    from rapidfuzz.distance import Indel, LCSseq, Levenshtein

    if not left.sounds or not right.sounds:
        return 0.0
    consonants = Levenshtein.normalized_similarity(left.consonants, right.consonants)
    if in_urdu:  # what is written there should be found here; short vowels may be added
        sounds = LCSseq.similarity(left.sounds, right.sounds) / len(left.sounds)
    else:
        sounds = Indel.normalized_similarity(left.sounds, right.sounds)
    return 0.7 * consonants + 0.3 * sounds


def _arabic_spelling(phrase: str) -> str:
    """Write long a with alef, drop the silent l of the article and all vowel marks."""
    text = _ARTICLE.sub("ا", _LONG_A.sub("ا", unicodedata.normalize("NFC", phrase)))
    return "".join(letter for letter in text if unicodedata.category(letter) not in ("Mn", "Cf"))


def _roman_word(word: str) -> str:
    roman = [_ROMAN.get(letter, letter) for letter in word]
    for at, letter in enumerate(word):
        vowel_next = word[at + 1 : at + 2] in ("ا", "آ", "ے") or (
            letter == "و" and word[at + 1 : at + 2] == "ی"
        )
        if at and not vowel_next and letter in "ویيى":
            roman[at] = "o" if letter == "و" else "i"
    return "".join(roman)


@lru_cache(maxsize=16384)
def _urdu_key(name: str) -> _Key:
    return _key("".join(map(_urdu_sounds, _arabic_spelling(name).split())))


def _urdu_sounds(word: str) -> str:
    sounds = ""
    for at, letter in enumerate(word):
        if letter in "ہهح" and at and at == len(word) - 1:
            sounds += "a" if letter != "ح" else ""
        elif letter == "ھ":
            sounds = sounds[:-1] + "f" if sounds[-1:] == "p" else sounds
        elif letter == "ع" and at:
            continue
        else:
            sounds += _URDU_SOUNDS.get(letter, "")
    return sounds


_URDU_SOUNDS: Final = {
    letter: {"ch": "C", "sh": "S", "kh": "k", "q": "k", "gh": "g", "zh": "z"}.get(roman, roman)
    for letter, roman in _ROMAN.items()
}


@lru_cache(maxsize=16384)
def _latin_keys(name: str) -> tuple[_Key, ...]:
    """Return the sounds of a Latin spelling, with g before e and i hard and soft."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFKD", name.replace("-", " ")).lower()
        if letter.isascii() and (letter.isalpha() or letter.isspace())
    )
    plain = _FINAL_V.sub("f", plain)
    soft = _SOFT_G.sub("j", plain)
    return tuple(_latin_key(spelling) for spelling in dict.fromkeys((plain, soft)))


def _latin_key(plain: str) -> _Key:
    sounds = (
        _SPELLING.sub(lambda match: _SPELLINGS[match.group()], word) for word in plain.split()
    )
    return _key("".join(_SILENT.sub("", word) for word in sounds))


def _key(sounds: str) -> _Key:
    """Sort sounds into classes; w and y are consonants at the start, and else vowels.

    Which vowel a name starts with Urdu leaves open (ا, ع); that it ends in one both show.
    """
    if not sounds:
        return _Key("", "")
    first, rest = sounds[0], sounds[1:].translate(_VOWELS)
    first = "A" if first in "aeiou" else first
    sounds = "".join(letter for letter, _ in groupby(first + rest))
    consonants = "".join(letter for letter in sounds if letter not in "aiu")
    end = "V" if sounds[-1] in "aiu" else ""
    return _Key("".join(letter for letter, _ in groupby(consonants)) + end, sounds)
