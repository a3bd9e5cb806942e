"""Lines that an outlet puts on all its pages, learnt from their standing in many documents.

A text counts once a document, and per origin: what one outlet repeats, another may mean. Digits
are alike, so `3 comments` and `12 comments` are one line. Pairs that name no document are not
judged: without documents, what is repeated cannot be told from what is common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair
from align.corpus.filters.filter import NO_SCORE, LearningFilter, Observations
from align.corpus.filters.hashes import text_hash
from align.corpus.filters.words import bare_words

_AT_ONCE: Final = 500_000  # rows of observations in memory
_SIDES: Final = ("source", "target")


class Boilerplate(LearningFilter):
    """A side that stands in many documents of its origin."""

    name = "boilerplate"
    unit = "documents of the origin"
    default = 5.0
    reason = "a line that stands in many documents of its origin"

    def __init__(self, threshold: float | None = None) -> None:
        """Know no lines yet."""
        super().__init__(threshold)
        self._texts: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)  # sorted
        self._documents: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)

    def observe(self, pairs: Sequence[Pair]) -> Observations:
        """Return columns of text and document, each two once, sorted by text."""
        rows = {
            (text, text_hash(pair.origin, pair.document))
            for pair in pairs
            if pair.document
            for text in _texts(pair)
        }
        columns = np.array(sorted(rows), dtype=np.uint64).reshape(-1, 2).T
        return np.ascontiguousarray(columns)

    def learn(self, parts: Sequence[Observations]) -> None:
        """Count in how many documents each text stands; keep those in more than one."""
        texts, documents = [self._texts[:0]], [self._documents[:0]]
        for columns in _ranges(parts):
            text, count = np.unique(_distinct(columns)[0], return_counts=True)
            texts.append(text[count > 1])
            documents.append(count[count > 1].astype(np.uint32))
        self._texts, self._documents = np.concatenate(texts), np.concatenate(documents)

    @property
    def learnt(self) -> bytes:
        """The lines and their counts."""
        return self._texts.tobytes() + self._documents.tobytes()

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Return in how many documents the side that stands in more of them does."""
        most = self._counts(pairs).max(axis=1, initial=1)
        return [
            float(count) if pair.document else NO_SCORE
            for pair, count in zip(pairs, most.tolist(), strict=True)
        ]

    def detail(self, pair: Pair) -> str:
        """Say which side stands where."""
        counts = zip(_SIDES, self._counts([pair])[0].tolist(), strict=True)
        return "; ".join(f"the {side} in {count} documents" for side, count in counts)

    def _counts(self, pairs: Sequence[Pair]) -> NDArray[np.uint32]:
        """Return `[pairs, 2]`: in how many documents each side stands; 1 for what was not kept."""
        texts = np.array([_texts(pair) for pair in pairs], dtype=np.uint64).reshape(-1, 2)
        if not len(self._texts):
            return np.ones(texts.shape, dtype=np.uint32)
        places = np.minimum(np.searchsorted(self._texts, texts), len(self._texts) - 1)
        found = self._texts[places] == texts
        return np.where(found, self._documents[places], np.uint32(1))


def _texts(pair: Pair) -> list[int]:
    return [
        text_hash(pair.origin, side, _line(text))
        for side, text in zip(_SIDES, (pair.source, pair.target), strict=True)
    ]


def _line(text: str) -> str:
    return " ".join("0" if word.isdigit() else word for word in bare_words(text))


def _ranges(parts: Sequence[Observations]) -> Iterator[Observations]:
    """Yield all rows in ranges of texts, so that the rows of one text come together."""
    rows = sum(part.shape[1] for part in parts)
    number = rows // _AT_ONCE + 1
    bounds = np.array([place * 2**64 // number for place in range(1, number)], dtype=np.uint64)
    cuts = [np.searchsorted(part[0], bounds).astype(np.uint32) for part in parts]
    for place in range(number):
        slices = []
        for part, cut in zip(parts, cuts, strict=True):
            start = int(cut[place - 1]) if place else 0
            slices.append(part[:, start : int(cut[place]) if place < len(cut) else None])
        if slices:
            yield np.concatenate(slices, axis=1)


def _distinct(columns: Observations) -> Observations:
    """Return each row once, sorted by text."""
    columns = columns[:, np.lexsort((columns[1], columns[0]))]
    is_new = np.ones(columns.shape[1], dtype=np.bool_)
    is_new[1:] = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return columns[:, is_new]
