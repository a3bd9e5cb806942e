"""How many sentences to look for the slug in: the headline alone, or how much of the text."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from articles import Story
from faults import nearest
from measures import Array
from systems import System

from align.check.fit import area
from align.check.words import content_words, matching, prepare, stem, weight

SIZES = (0, 1, 2, 3, 5, 8, 30)  # sentences beside the headline
SEED = 8


def areas(stories: Sequence[Story], system: System) -> dict[int, tuple[float, float]]:
    """Return for each of `SIZES` how well recall tells the own slug from others.

    Area under the ROC curve against the slug of a random story, and against the likest one.
    """
    rng, numbers = random.Random(SEED), range(len(stories))
    by_chance = [rng.choice([j for j in numbers if j != i]) for i in numbers]
    likest = nearest([story.slug for story in stories])
    found = {}
    for size in SIZES:
        english = [" ".join(each.text for each in output[: size + 1]) for output in system.outputs]
        own, other, like = (
            np.array(
                [_recall(stories[j].slug, english[i]) for i, j in zip(numbers, slugs, strict=True)]
            )
            for slugs in (numbers, by_chance, likest)
        )
        found[size] = (_area(own, other), _area(own, like))
    return found


def _recall(slug: str, english: str) -> float:
    """Return the share of the slug's content words, by weight, that stand in the English."""
    words = content_words(prepare(slug))
    stems = frozenset(map(stem, prepare(english).split()))
    weights = [weight(word) for word in words]
    return sum(w for word, w in zip(words, weights, strict=True) if matching(word, stems)) / sum(
        weights
    )


def _area(good: Array, bad: Array) -> float:
    labels = np.repeat([1.0, 0.0], [len(good), len(bad)])
    return area(np.concatenate([good, bad]), labels)
