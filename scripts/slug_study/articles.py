"""`Story`: a news article with its slug and its full English, sentence by sentence."""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Story:
    """An article; `urdu` and `english` hold the headline first, then each sentence in order."""

    id: str
    slug: str
    month: str  # 2024-03
    urdu: tuple[str, ...]
    english: tuple[str, ...]


def read_stories(path: Path) -> list[Story]:
    """Read JSON Lines (may be .xz) of `id, slug, created, headline, paragraphs`."""
    opener = lzma.open if path.suffix == ".xz" else open
    stories = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            pairs = [record["headline"], *chain.from_iterable(record["paragraphs"])]
            stories.append(
                Story(
                    id=record["id"],
                    slug=record["slug"],
                    month=record["created"][:7],
                    urdu=tuple(pair["ur"] for pair in pairs),
                    english=tuple(pair["en"] for pair in pairs),
                )
            )
    return stories


def sample(stories: Sequence[Story], count: int, seed: int) -> list[Story]:
    """Choose `count` stories by chance, in their order; all where there are no more."""
    chosen = random.Random(seed).sample(range(len(stories)), min(count, len(stories)))
    return [stories[place] for place in sorted(chosen)]
