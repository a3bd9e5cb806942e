"""Cutting texts into pieces by chance, word by word: subword regularisation, spelled words.

A unigram model of sentencepiece cuts each word for itself, so a segmentation of a text is one
of each of its words. Of each word the `NBEST` best are listed once, and one is drawn with a
chance that goes with (its probability)^alpha: Kudo 2018, "Subword Regularization", with a list
for each word in place of one for the sentence. sentencepiece draws by itself too, but from a
state of the whole process, and not the same way in all its versions.
"""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

import numpy
from numpy.typing import NDArray

NBEST: Final = 32
# Before a word that is to be cut into its characters. Of the private use area: no text has it.
SPELLED: Final = "\ue000"

_Integers = NDArray[numpy.int64]
_Floats = NDArray[numpy.float64]


class Segmentation:
    """The segmentations of words, in ids of the sentencepiece model that `processor` holds."""

    def __init__(self, processor: Any) -> None:
        """Take a SentencePieceProcessor of a unigram model."""
        self._processor = processor
        self._scores = [processor.get_score(i) for i in range(processor.get_piece_size())]
        self._words: dict[str, int] = {}
        self._tables = _Tables.of([], self._scores)
        self._spelled: dict[str, list[int]] = {}

    def draw(self, texts: list[str], *, alpha: float, seed: int) -> list[list[int]]:
        """Return a segmentation of each text; the same for the same arguments.

        `alpha` is above 0: 1 draws by the model's own probabilities, less draws more evenly.
        """
        words, ends = self._read(texts)
        draws = numpy.random.default_rng(seed).random(len(words))
        ids, lengths = self._tables.draw(words, draws, alpha)
        borders = numpy.concatenate([[0], numpy.cumsum(lengths)])[ends].tolist()
        flat = ids.tolist()
        return [flat[start:end] for start, end in zip([0, *borders], borders, strict=False)]

    def _read(self, texts: list[str]) -> tuple[_Integers, _Integers]:
        """Return the words of all texts as rows of the tables, and where each text ends."""
        known, words, ends = self._words, [], []
        for text in texts:
            words += [known.setdefault(word, len(known)) for word in text.split()]
            ends.append(len(words))
        size = len(self._tables.first) - 1
        if len(known) > size:
            new = [self._list(word) for word in islice(known, size, None)]
            self._tables = self._tables.plus(_Tables.of(new, self._scores))
        return numpy.array(words, dtype=numpy.int64), numpy.array(ends, dtype=numpy.int64)

    def _list(self, word: str) -> list[list[int]]:
        found: list[list[int]] = self._processor.nbest_encode(word, nbest_size=NBEST, out_type=int)
        return found or [[]]  # of what the model's own normalisation leaves nothing

    def spell(self, text: str) -> list[int]:
        """Return the best segmentation, but that by characters of words after `SPELLED`."""
        ids: list[int] = []
        for word in text.split():
            if word.startswith(SPELLED):
                ids += self._spell(word.replace(SPELLED, ""))
            else:
                ids += self._processor.encode(word.replace(SPELLED, ""))
        return ids

    def _spell(self, word: str) -> list[int]:
        if word not in self._spelled:
            unknown = self._processor.unk_id()
            ids: list[int] = []
            for letter in "\u2581" + word:
                found = self._processor.piece_to_id(letter)
                if found == unknown:  # bytes, or <unk> again where the model has no bytes
                    pieces = [f"<0x{byte:02X}>" for byte in letter.encode()]
                    bytes_ = [self._processor.piece_to_id(piece) for piece in pieces]
                    ids += [unknown] if unknown in bytes_ else bytes_
                else:
                    ids.append(found)
            self._spelled[word] = ids
        return self._spelled[word]


class _Tables:
    """All segmentations of all words, end to end.

    Word w has the segmentations `first[w]` to `first[w + 1]`; segmentation s has the pieces
    `start[s]` to `start[s + 1]` and the log-probability `score[s]`.
    """

    def __init__(self, first: _Integers, start: _Integers, pieces: _Integers, score: _Floats):
        self.first, self.start, self.pieces, self.score = first, start, pieces, score
        self._borders: tuple[float, _Floats] | None = None

    @classmethod
    def of(cls, words: list[list[list[int]]], piece_scores: list[float]) -> _Tables:
        segments = [segment for word in words for segment in word]
        score = [sum(piece_scores[piece] for piece in segment) for segment in segments]
        return cls(
            _borders([len(word) for word in words]),
            _borders([len(segment) for segment in segments]),
            numpy.array([piece for segment in segments for piece in segment], dtype=numpy.int64),
            numpy.array(score, dtype=numpy.float64),
        )

    def plus(self, other: _Tables) -> _Tables:
        join = numpy.concatenate
        return _Tables(
            join([self.first, other.first[1:] + self.first[-1]]),
            join([self.start, other.start[1:] + self.start[-1]]),
            join([self.pieces, other.pieces]),
            join([self.score, other.score]),
        )

    def draw(self, words: _Integers, draws: _Floats, alpha: float) -> tuple[_Integers, _Integers]:
        """Return the pieces of a segmentation of each word, end to end, and how many each has.

        `draws` are from 0 to below 1, one for each of `words`.
        """
        if not len(words):
            return words, words
        chosen = self._upper(alpha).searchsorted(words + draws, side="right")
        # Rounding may carry a draw just below 1 into the next word.
        chosen = numpy.minimum(chosen, self.first[words + 1] - 1)
        lengths = self.start[chosen + 1] - self.start[chosen]
        before = numpy.cumsum(lengths) - lengths
        places = numpy.arange(lengths.sum()) + numpy.repeat(self.start[chosen] - before, lengths)
        return self.pieces[places], lengths

    def _upper(self, alpha: float) -> _Floats:
        """Return w + the cumulated chance of each segmentation of word w, in rising order."""
        if self._borders is None or self._borders[0] != alpha:
            counts = numpy.diff(self.first)
            best = numpy.repeat(numpy.maximum.reduceat(self.score, self.first[:-1]), counts)
            chance = numpy.exp(alpha * (self.score - best))
            total = numpy.add.reduceat(chance, self.first[:-1])
            chance /= numpy.repeat(total, counts)
            self._borders = alpha, numpy.cumsum(chance)
        return self._borders[1]


def _borders(lengths: list[int]) -> _Integers:
    return numpy.concatenate([[0], numpy.cumsum(lengths)]).astype(numpy.int64)
