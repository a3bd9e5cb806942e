"""Telling translations from articles that only tell the same story."""

from __future__ import annotations

from typing import Final

from align.bitext.alignment import Alignment

# By `scripts/measure_matching.py news-articles.jsonl.xz --parallel 150`: with the most similar
# English of another article, often on the same story, 95 % of articles stay below; with their own
# English all come above, and 95 % of those of which a third is left out on either side.
THRESHOLD: Final = 0.6


def is_parallel(alignment: Alignment, *, threshold: float = THRESHOLD) -> bool:
    """Tell whether the documents are translations of each other, parts left out allowed.

    Args:
        alignment: What `align.bitext.align` found.
        threshold: Parallelism from which they are, 0 to 1.
    """
    return alignment.parallelism >= threshold
