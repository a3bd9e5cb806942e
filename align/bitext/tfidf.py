"""How alike documents of two collections are: cosine of TF-IDF over words and pairs of words.

As bitextor's docalign does it: weight ln(1 + tf) * ln(1 + D / df), vectors of length one; terms
that nearly every document or only one collection has are passed over, which keeps the work for a
document nearly the same in large collections. Words are stemmed, for a translation inflects
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from align.bitext.postings import Postings
from align.check.words import STOP_WORDS, stem

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

WORDS: Final = 250  # of a document that count: news tells the story at its beginning
_WORD: Final = re.compile(r"[^\W_]+")
# A term in more documents than that tells little, and takes long: bitextor has 1,000 too.
_COMMON: Final = 1000
_COMMON_SHARE: Final = 0.2
_FEW: Final = 20
_BASE: Final = 1 << 31  # larger than any number of a word: two words are one number


class Vocabulary:
    """Numbers of words, equal for words of one stem. Function words have none."""

    def __init__(self) -> None:
        """Begin without a word."""
        self._of_stem: dict[str, int] = {}
        self._of_word: dict[str, int] = dict.fromkeys(STOP_WORDS, -1)

    def numbers(self, text: str, most: int | None = None) -> list[int]:
        """Return the number of each word of `text`, in order, of the first `most` that count."""
        numbers = []
        for match in _WORD.finditer(text.lower()):
            word = match.group()
            number = self._of_word.get(word)
            if number is None:
                number = self._of_stem.setdefault(stem(word), len(self._of_stem))
                self._of_word[word] = number
            if number >= 0:
                numbers.append(number)
                if len(numbers) == most:
                    break
        return numbers


class Cosines:
    """Cosines of every source with every target, a row at a time."""

    def __init__(self, sources: Iterable[str], targets: Iterable[str]) -> None:
        """Count and weigh the terms of English texts."""
        vocabulary = Vocabulary()
        counted = [[_counts(vocabulary, text) for text in side] for side in (sources, targets)]
        weigh = _Weights(*counted)
        self._sources = [weigh(*each) for each in counted[0]]
        vectors = [weigh(*each) for each in counted[1]]
        self._targets = Postings([t for t, _ in vectors], [w for _, w in vectors])

    def row(self, source: int) -> NDArray[float64]:
        """Return [targets] cosines of a source, 0 to 1."""
        return self._targets.row(*self._sources[source])


def _counts(vocabulary: Vocabulary, text: str) -> tuple[NDArray[int64], NDArray[int64]]:
    """Return the terms of a text, words and pairs of neighbours, and how often each is there."""
    import numpy as np

    words = np.array(vocabulary.numbers(text, WORDS), dtype=np.int64)
    pairs = (words[:-1] + 1) * _BASE + words[1:]
    terms, counts = np.unique(np.concatenate((words, pairs)), return_counts=True)
    return terms, counts


_Counted = Sequence[tuple["NDArray[int64]", "NDArray[int64]"]]


class _Weights:
    """Turns counts of terms into a vector of length one, by how many documents have each."""

    def __init__(self, sources: _Counted, targets: _Counted) -> None:
        import numpy as np

        total = len(sources) + len(targets)
        sides = [
            np.unique(
                np.concatenate([np.zeros(0, np.int64), *(t for t, _ in side)]), return_counts=True
            )
            for side in (sources, targets)
        ]
        every = np.concatenate([terms for terms, _ in sides])
        self._terms, place = np.unique(every, return_inverse=True)
        frequency = np.bincount(place, np.concatenate([count for _, count in sides]))
        on_both = np.bincount(place) == 2
        most = min(max(_COMMON_SHARE * total, _FEW), _COMMON)
        self._idf = np.log1p(total / frequency)
        self._kept = on_both & (frequency <= most)

    def __call__(
        self, terms: NDArray[int64], counts: NDArray[int64]
    ) -> tuple[NDArray[int64], NDArray[float64]]:
        """Return the terms that are compared and their weights in a vector of length one."""
        import numpy as np

        place = np.searchsorted(self._terms, terms)
        weights = np.log1p(counts) * self._idf[place]
        length = float(np.linalg.norm(weights)) or 1.0
        kept = self._kept[place]
        return terms[kept], weights[kept] / length
