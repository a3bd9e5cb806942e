"""Word alignment from the attention of the model that translates.

No other program or model is needed: MarianMT is made to write the given target, and one of its
heads shows what it looks at as it reads each piece of it (`align.translate.alignment_head`).
The matrix is read both ways, which stands in for a second model, and the two are symmetrized.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from align.bitext.pieces import cut_words
from align.bitext.symmetrization import Link, symmetrize
from align.bitext.tokens import Words
from align.bitext.word_alignment import WordAlignment, WordLink

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from align.translate.engine import AttentiveEngine

METHOD: Final = "grow-diag"
# A word none of whose attention goes beyond this has no translation.
LEAST: Final = 0.1


def align_words(
    pairs: Sequence[tuple[Words, Words]], engine: AttentiveEngine, *, method: str = METHOD
) -> list[WordAlignment | None]:
    """Link the words of pairs.

    Args:
        pairs: Source and target.
        engine: Of a model from the language of the source to that of the target.
        method: One of `align.bitext.symmetrization.METHODS`.

    Returns:
        For each pair its alignment; None where a side has more pieces than the model takes.
    """
    sources = cut_words([source for source, _ in pairs], engine.encode)
    targets = cut_words([target for _, target in pairs], engine.encode_target)
    limit = engine.max_source_tokens
    lengths = [
        (len(source), len(target))
        for (source, _), (target, _) in zip(sources, targets, strict=True)
    ]
    full = [i for i, both in enumerate(lengths) if min(both) > 0 and max(both) <= limit]
    attention = engine.attend([sources[i][0] for i in full], [targets[i][0] for i in full])
    found = {
        i: between_words(matrix, sources[i][1], targets[i][1])
        for i, matrix in zip(full, attention, strict=True)
    }
    return [
        _aligned(source, target, found.get(i), method) if max(lengths[i]) <= limit else None
        for i, (source, target) in enumerate(pairs)
    ]


def between_words(
    attention: NDArray[Any], source: NDArray[Any], target: NDArray[Any]
) -> NDArray[Any]:
    """Sum up the attention between pieces to that between words.

    Args:
        attention: [target pieces, source pieces + 1], the last column the end token's.
        source: [source words, source pieces], as `cut_words` gives them.
        target: [target words, target pieces].

    Returns:
        [target words, source words]: the mean over the pieces of the target word of what all
        pieces of the source word get.
    """
    weights = target / np.maximum(target.sum(axis=1, keepdims=True), 1e-9)
    words: NDArray[Any] = weights @ attention[:, :-1] @ source.T
    return words


def _aligned(
    source: Words, target: Words, attention: NDArray[Any] | None, method: str
) -> WordAlignment:
    links: list[WordLink] = []
    if attention is not None:
        chosen = symmetrize(*directions(attention), method)
        by_target = attention / np.maximum(attention.sum(axis=1, keepdims=True), 1e-9)
        by_source = attention / np.maximum(attention.sum(axis=0, keepdims=True), 1e-9)
        strength = np.sqrt(by_target * by_source)
        links = [WordLink(i, j, round(float(strength[j, i]), 4)) for i, j in sorted(chosen)]
    return WordAlignment(source.words, target.words, tuple(links))


def directions(attention: NDArray[Any], least: float = LEAST) -> tuple[list[Link], list[Link]]:
    """Return the link of each target word to its best source word, and the other way round."""
    rows, columns = attention.argmax(axis=1), attention.argmax(axis=0)
    forward = [(int(i), j) for j, i in enumerate(rows) if attention[j, i] > least]
    backward = [(i, int(j)) for i, j in enumerate(columns) if attention[j, i] > least]
    return forward, backward
