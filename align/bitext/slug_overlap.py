"""How much of a slug the heads of documents have, each word weighted by how rare it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from align.bitext.postings import Postings
from align.bitext.tfidf import Vocabulary

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

_HEAD_WORDS: Final = 60  # slug, headline and the first sentence or two
_FEWEST: Final = 3  # words without which a slug tells nothing


class SlugOverlap:
    """Shares of the slugs of sources in the heads of targets, a row at a time."""

    def __init__(self, slugs: Sequence[str], heads: Sequence[str]) -> None:
        """Count the words of slugs, and of the heads: slug, headline and text."""
        import numpy as np

        vocabulary = Vocabulary()
        terms = [np.unique(_array(vocabulary.numbers(head, _HEAD_WORDS))) for head in heads]
        self._targets = Postings(terms, [np.ones(len(each)) for each in terms])
        self._slugs = [np.unique(_array(vocabulary.numbers(slug))) for slug in slugs]
        every = np.concatenate([np.zeros(0, np.int64), *terms, *self._slugs])
        frequency = np.bincount(every)
        self._idf = np.log1p((len(heads) + len(slugs)) / np.maximum(frequency, 1))

    def row(self, source: int) -> NDArray[float64] | None:
        """Return [targets] shares, 0 to 1; None for a source without a slug of three words."""
        slug = self._slugs[source]
        if len(slug) < _FEWEST:
            return None
        weights = self._idf[slug]
        return self._targets.row(slug, weights / weights.sum())


def _array(numbers: Sequence[int]) -> NDArray[int64]:
    import numpy as np

    return np.array(numbers, dtype=np.int64)
