"""Slips of scraped and typed Urdu, made on purpose; and sources scrambled.

Of what scrapes have wrong, normalisation mends Arabic letters, vowel marks, zero-width marks
and doubled spaces before the model sees them; made here is what it leaves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

from align.text.normalize import normalize

_SLIPS: Final = 12  # words for each further slip
_WORD: Final = re.compile(r"[^\W\d_A-Za-z]{2,}")
_DROPPED: Final = 0.1  # of words, and how far they move: Edunov et al. 2018
_REACH: Final = 3.0
# Spellings that stand for each other in print (لیے، لئے), and marks that typists leave out.
_VARIANTS: Final = (
    ("یے", "ئے"), ("ئے", "یے"), ("ئی", "ی"), ("ئ", "ی"), ("ؤ", "و"), ("آ", "ا"),
    ("أ", "ا"), ("ۂ", "ہ"), ("ۃ", "ت"), ("ۓ", "ئے"), ("ھ", "ہ"), ("ہ", "ھ"), ("ء", ""), ("ں", "ن"),
    ("ذ", "ز"), ("ز", "ذ"),
)  # fmt: skip


def add_slips(text: str, rng: Random) -> str:
    """Return a normalised Urdu text with a slip or, in a long one, several; still normalised."""
    for _ in range(1 + text.count(" ") // _SLIPS):
        text = rng.choices(_SLIP_KINDS, _CHANCES)[0](text, rng)
    return normalize(text)


def scramble(text: str, rng: Random) -> str:
    """Drop one word in ten and move words by up to three places.

    Noised back-translation (Edunov et al. 2018, "Understanding Back-Translation at Scale"):
    what a model learns from machine output it does not take for how people write.
    """
    words = [word for word in text.split() if rng.random() >= _DROPPED] or text.split()
    keys = [at + rng.random() * _REACH for at in range(len(words))]
    return " ".join(word for _, word in sorted(zip(keys, words, strict=True)))


def _join_words(text: str, rng: Random) -> str:
    spaces = [at for at, letter in enumerate(text) if letter == " "]
    if not spaces:
        return text
    at = rng.choice(spaces)
    return text[:at] + text[at + 1 :]


def _split_word(text: str, rng: Random) -> str:
    return _change_word(text, rng, lambda word, at: f"{word[:at]} {word[at:]}")


def _drop_stop(text: str, rng: Random) -> str:  # noqa: ARG001 as its like
    return text.rstrip("\u06d4")


def _respell(text: str, rng: Random) -> str:
    known = [(old, new) for old, new in _VARIANTS if old in text]
    if not known:
        return text
    old, new = rng.choice(known)
    at = rng.choice([match.start() for match in re.finditer(old, text)])
    return text[:at] + new + text[at + len(old) :]


def _swap_letters(text: str, rng: Random) -> str:
    return _change_word(
        text, rng, lambda word, at: word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
    )


def _drop_letter(text: str, rng: Random) -> str:
    return _change_word(text, rng, lambda word, at: word[:at] + word[at + 1 :])


def _double_letter(text: str, rng: Random) -> str:
    return _change_word(text, rng, lambda word, at: word[:at] + word[at - 1] + word[at:])


def _change_word(text: str, rng: Random, change: Callable[[str, int], str]) -> str:
    """Change one word of letters at a place inside it, from 1 to its length - 1."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    word = rng.choice(words)
    new = change(word.group(), rng.randrange(1, len(word.group())))
    return text[: word.start()] + new + text[word.end() :]


_SLIP_KINDS: Final[tuple[Callable[[str, Random], str], ...]] = (
    _join_words, _split_word, _drop_stop, _respell, _swap_letters, _drop_letter, _double_letter,
)  # fmt: skip
_CHANCES: Final = (4, 2, 2, 5, 1, 1, 1)
