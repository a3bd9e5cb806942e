"""`Words`: a sentence as the words that word alignment counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# Urdu's vowel marks and joiners belong to the letter before them; \w does not know them.
_MARKS: Final = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d"
_LETTERS: Final = rf"\w[\w{_MARKS}]*"
# What stands inside one word: don't, ice-cream, 12,500.75, 10:30, 1/3.
_WORD: Final = re.compile(rf"{_LETTERS}(?:(?:[-'’]|(?<=\d)[.,:/٫٬](?=\d)){_LETTERS})*|[^\w\s]")
_OPENING: Final = frozenset("([{«“‘$£₹#@")
_CLOSING: Final = frozenset(")]}»”’.,;:!?%…۔؟،؛٪")


@dataclass(frozen=True, slots=True)
class Words:
    """The words and marks of a sentence.

    `glued` tells of each whether it stands right after the one before it, without a space.
    """

    words: tuple[str, ...]
    glued: tuple[bool, ...]

    @property
    def chunks(self) -> list[tuple[str, ...]]:
        """The words in groups, as spaces part them."""
        starts = [i for i, glued in enumerate(self.glued) if not glued]
        return [self.words[i:j] for i, j in pairwise([*starts, len(self.words)])]


def split_words(text: str) -> Words:
    """Split a text into words and marks of punctuation.

    >>> split_words("Don't pay Rs12,500 (now).").words
    ("Don't", 'pay', 'Rs12,500', '(', 'now', ')', '.')
    >>> split_words("اُس نے کہا: ’ہاں‘۔").words
    ('اُس', 'نے', 'کہا', ':', '’', 'ہاں', '‘', '۔')
    """
    found = list(_WORD.finditer(text))
    glued = [left.end() == right.start() for left, right in pairwise(found)]
    return Words(tuple(match[0] for match in found), (False, *glued) if found else ())


def read_words(line: str) -> Words:
    """Take the words of a line that others have split, at its spaces; the marks find their word.

    >>> [" ".join(chunk) for chunk in read_words("He said : “ yes ” .").chunks]
    ['He', 'said :', '“ yes ” .']
    """
    words = tuple(line.split())
    glued = [right in _CLOSING or left in _OPENING for left, right in pairwise(words)]
    return Words(words, (False, *glued) if words else ())
