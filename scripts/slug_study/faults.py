"""Articles in which something is wrong, and how well a score finds them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from articles import Story
from measures import Array, checked
from systems import System, rewritten

from align.check.fit import area
from align.check.scores import sentence_chrf
from align.check.words import content_words, prepare, stem, weight
from align.translate import Translation

SEED = 6
CHECKED = ("score", "slug_recall", "slug_chrf", "slug_bleu")
NOTES = "share without notes"
FULL = "chrF, full English"  # what no user has: the judge that knows
DETECTORS = (*CHECKED, NOTES, FULL)

Output = tuple[Translation, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A translated story with a fault; `slug` may be another's."""

    story: Story
    slug: str
    output: Output


@dataclass(frozen=True, slots=True)
class Found:
    """Area under the ROC curve with which a detector finds a fault, and its middle 95 %."""

    fault: str
    detector: str
    area: float
    low: float
    high: float


def detect(
    stories: Sequence[Story], best: System, damaged: Sequence[System], samples: int
) -> list[Found]:
    """Measure all detectors on all faults of the stories as `best` translated them."""
    right = [Case(story, story.slug, out) for story, out in zip(stories, best.outputs, strict=True)]
    good = _scored(right)
    found = []
    for fault, cases in faults(right, damaged):
        bad = _scored(cases)
        found += [Found(fault, name, *_area(good[name], bad[name], samples)) for name in DETECTORS]
    return found


def faults(right: Sequence[Case], damaged: Sequence[System]) -> Iterator[tuple[str, list[Case]]]:
    """Yield each fault by name, with all stories that have it."""
    rng = random.Random(SEED)
    count = len(right)
    random_other = [rng.choice([j for j in range(count) if j != i]) for i in range(count)]
    likest = nearest([case.slug for case in right])

    def with_slug(others: Sequence[int]) -> list[Case]:
        return [
            Case(case.story, right[other].slug, case.output)
            for case, other in zip(right, others, strict=True)
        ]

    def with_output(change: Callable[[Output, Output], Output]) -> list[Case]:
        return [
            Case(case.story, case.slug, change(case.output, right[other].output))
            for case, other in zip(right, random_other, strict=True)
        ]

    yield "slug of a random story", with_slug(random_other)
    yield "slug of the likest story", with_slug(likest)
    yield "second half of the text missing", with_output(lambda own, _: own[: len(own) // 2 + 1])
    yield (
        "first third of the text missing",
        with_output(lambda own, _: (own[0], *own[1 + len(own) // 3 :])),
    )
    yield "all English of another story", with_output(lambda own, other: _foreign(own, other, 0))
    yield (
        "English of another story after the headline",
        with_output(lambda own, other: _foreign(own, other, 1)),
    )
    yield (
        "English of another story in the second half",
        with_output(lambda own, other: _foreign(own, other, len(own) // 2)),
    )
    yield "every third sentence repeats itself", with_output(lambda own, _: _repeating(own))
    for system in damaged:
        yield (
            system.name,
            [
                Case(case.story, case.slug, output)
                for case, output in zip(right, system.outputs, strict=True)
            ],
        )


def nearest(slugs: Sequence[str]) -> list[int]:
    """Return for each slug the other one that has most of its content words, by weight."""
    stems = [frozenset(map(stem, content_words(prepare(slug)))) for slug in slugs]

    def share(own: int, other: int) -> float:
        return sum(weight(word) for word in stems[own] & stems[other])

    found = []
    for own in range(len(slugs)):
        others = [other for other in range(len(slugs)) if slugs[other] != slugs[own]]
        common = [share(own, other) for other in others]
        found.append(others[common.index(max(common))])
    return found


def _foreign(own: Output, other: Output, start: int) -> Output:
    """Put the sentences of `other` in the place of those of `own` from `start` on, as often."""
    texts = [other[place % len(other)].text for place in range(start, len(own))]
    changed = [rewritten(each, text) for each, text in zip(own[start:], texts, strict=True)]
    return (*own[:start], *changed)


def _repeating(own: Output) -> Output:
    """Let every third sentence fall into a loop of its first words, at its length."""

    def loop(each: Translation) -> Translation:
        words = each.text.split()
        return rewritten(each, " ".join((words[:4] * len(words))[: max(len(words), 12)]))

    return tuple(loop(each) if place % 3 == 1 else each for place, each in enumerate(own))


def _scored(cases: Sequence[Case]) -> dict[str, Array]:
    """Return what each detector says of each case, more for better."""
    checks = [checked(case.story, case.output, case.slug) for case in cases]
    notes = [sum(bool(each.notes) for each in case.output) / len(case.output) for case in cases]
    scores = {name: np.array([getattr(check, name) or 0.0 for check in checks]) for name in CHECKED}
    full = [
        sentence_chrf(" ".join(each.text for each in case.output), " ".join(case.story.english))
        for case in cases
    ]
    return {**scores, NOTES: 1 - np.array(notes), FULL: np.array(full)}


def _area(good: Array, bad: Array, count: int) -> tuple[float, float, float]:
    """Return the area and its interval over samples of stories, the same for good and bad."""
    rng = np.random.default_rng(SEED)
    labels = np.repeat([1.0, 0.0], [len(good), len(bad)])
    samples = []
    for _ in range(count):
        draw = rng.integers(0, len(good), len(good))
        samples.append(area(np.concatenate([good[draw], bad[draw]]), labels))
    low, high = np.quantile(samples, (0.025, 0.975))
    return area(np.concatenate([good, bad]), labels), float(low), float(high)
