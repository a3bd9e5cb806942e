"""Texts as filters compare them: the words, blind to marks, case, keyboards and kinds of digits."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from align.text.letters import KEYBOARD, VOWEL_MARKS

_WORD: Final = re.compile(r"[^\W_]+")
# Vowel marks, what stretches a line, and what nobody sees, within words.
_UNSEEN: Final = re.compile(f"[{VOWEL_MARKS}\u0640\u00ad\u200b-\u200f\u2060\ufeff'’]+")
_FOLD: Final = str.maketrans(
    {
        **KEYBOARD,
        **{chr(zero + digit): str(digit) for zero in (0x6F0, 0x660) for digit in range(10)},
        "\u06aa": "\u06a9",
        "\u06d5": "\u06c1",
        "\u0629": "\u06c3",
        "\u06c0": "\u06c2",
    }
)


@lru_cache(maxsize=8192)
def bare_words(text: str) -> tuple[str, ...]:
    """Return the words of `text` without marks, in one case, spelling and set of digits.

    Remembered for a while, as most filters ask for it.

    >>> bare_words("كراچی میں ۲۵ اَفراد ۔"), bare_words("It’s 25, KARACHI!")
    (('کراچی', 'میں', '25', 'افراد'), ('its', '25', 'karachi'))
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_FOLD)
    return tuple(_WORD.findall(_UNSEEN.sub("", text).casefold()))
