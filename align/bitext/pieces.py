"""Which pieces of the model's vocabulary make up which word."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from align.bitext.tokens import Words
from align.text.normalize import normalize

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SPACE: Final = "\u2581"  # how sentencepiece writes one
_BYTE: Final = re.compile(r"<0x[0-9A-F]{2}>")
_LETTER: Final = re.compile(r"\w")

Cutting = Callable[[Sequence[str]], list[list[str]]]


def cut_words(sides: Sequence[Words], cut: Cutting) -> list[tuple[list[str], NDArray[Any]]]:
    """Cut sentences into pieces, and tell whose they are.

    Args:
        sides: Sentences.
        cut: Cuts normalised texts into pieces; it must not join what a space parts.

    Returns:
        Of each sentence its pieces, and [words, pieces]: the share of each piece that belongs
        to a word. Nothing belongs to a piece that is a space only, or the punctuation of a word
        that has letters.
    """
    chunks = [[_normalized(chunk) for chunk in side.chunks] for side in sides]
    pieces = iter(cut(["".join(chunk) for side in chunks for chunk in side]))
    return [_joined([(chunk, next(pieces)) for chunk in side]) for side in chunks]


def _normalized(chunk: Sequence[str]) -> list[str]:
    """Normalise words that no space parts as the one text they are, and part them again."""
    words, text = [normalize(word) for word in chunk], normalize("".join(chunk))
    ends = [0, *accumulate(map(len, words))]
    if ends[-1] != len(text):  # a rule has joined what words hold
        return words
    return [text[i:j] for i, j in pairwise(ends)]


def _joined(side: list[tuple[list[str], list[str]]]) -> tuple[list[str], NDArray[Any]]:
    words, count = sum(len(chunk) for chunk, _ in side), sum(len(pieces) for _, pieces in side)
    shares = np.zeros((words, count), dtype=np.float32)
    word = piece = 0
    for chunk, pieces in side:
        shares[word : word + len(chunk), piece : piece + len(pieces)] = _shares(chunk, pieces)
        word, piece = word + len(chunk), piece + len(pieces)
    return [piece for _, pieces in side for piece in pieces], shares


def _shares(words: list[str], pieces: list[str]) -> NDArray[Any]:
    """Return [words, pieces] of words that no space parts, by where they stand in UTF-8."""
    ends = np.array([0, *accumulate(len(word.encode()) for word in words)], dtype=np.float64)
    lengths = [_bytes(piece) for piece in pieces]
    places = np.array([0, *accumulate(lengths)], dtype=np.float64)
    if places[-1]:  # a vocabulary's own normalisation may have made it longer or shorter
        places *= ends[-1] / places[-1]
    starts = np.maximum(places[:-1], ends[:-1, None])
    overlap = np.maximum(np.minimum(places[1:], ends[1:, None]) - starts, 0)
    shares: NDArray[Any] = overlap / np.maximum(np.diff(places), 1e-9)
    lettered = np.array([bool(_LETTER.search(word)) for word in words], dtype=bool)
    marks = np.array([not _LETTER.search(piece) for piece in pieces], dtype=bool)  # ▁ is none
    shares[np.outer(lettered, marks)] = 0
    return shares


def _bytes(piece: str) -> int:
    return 1 if _BYTE.fullmatch(piece) else len(piece.replace(_SPACE, "").encode())
