"""The development sets of `experiments.py`: one as it is, by twos, and unpunctuated; and more."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from align.evaluate import TestSet, read_testset

DEV: Final = "flores200-dev-part"


def read_development(corpora: Path, more: Sequence[Path]) -> list[TestSet]:
    """Read the development sets; of the first also two sentences at once, and no punctuation."""
    first = read_testset(corpora / f"{DEV}.tsv.xz")
    return [first, *map(read_testset, more), joined(first), bare(first)]


def joined(testset: TestSet) -> TestSet:
    """Return every two segments as one: what sentence concatenation is for."""

    def pairs(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(" ".join(texts[i : i + 2]) for i in range(0, len(texts), 2))

    references = tuple(map(pairs, testset.references))
    return TestSet(f"{testset.name}, by twos", pairs(testset.sources), references)


def bare(testset: TestSet) -> TestSet:
    """Return it without punctuation: what unpunctuated copies are for."""

    def strip(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            " ".join("".join(c for c in text if unicodedata.category(c)[0] != "P").split())
            for text in texts
        )

    references = tuple(map(strip, testset.references))
    return TestSet(f"{testset.name}, unpunctuated", strip(testset.sources), references)
