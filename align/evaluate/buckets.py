"""`Bucket`: segments of a test set that have something in common, to be scored together."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from align.evaluate.losses import Loss
from align.evaluate.testsets import TestSet
from align.text.normalize import normalize

LENGTHS: Final = (1, 10, 20, 30, 40)  # words from which a bucket begins
_QUOTES: Final = re.compile('["\u201c\u201d\u00ab\u00bb]|\u2018[^\u2018\u2019]+\u2019')
_WORD: Final = re.compile(r"[^\W\d_]+")
_MONTHS: Final = 24  # beyond, years


@dataclass(frozen=True, slots=True)
class Bucket:
    """Some segments: by `kind` (length, feature, source, date, document), and `name`."""

    kind: str
    name: str
    segments: tuple[int, ...]


def find_buckets(
    testset: TestSet, losses: Sequence[Loss], *, seen: Collection[str] | None = None
) -> list[Bucket]:
    """Group the segments, empty groups left out.

    Args:
        testset: With what it tells of origins and dates.
        losses: Of each segment: whether it has numbers and names.
        seen: Words of the source that the system was trained on, as `words_of` gives them;
            None where that is unknown.
    """
    return [
        *_by("length", [_length(text) for text in testset.references[0]]),
        *_features(testset, losses, seen),
        *_by("source", testset.origins),
        *_by("date", _dates(testset.created)),
    ]


def documents(testset: TestSet) -> list[Bucket]:
    """Group the segments by document, in order; none where documents are unknown."""
    if not testset.documents:
        return []
    groups: dict[tuple[str, str], list[int]] = {}
    origins = testset.origins or ("",) * len(testset.documents)
    for number, key in enumerate(zip(origins, testset.documents, strict=True)):
        if key[1]:
            groups.setdefault(key, []).append(number)
    names = [name for _, name in groups]
    shared = len(set(names)) < len(names)
    return [
        Bucket("document", f"{origin}/{name}" if shared and origin else name, tuple(numbers))
        for (origin, name), numbers in groups.items()
    ]


def words_of(text: str) -> set[str]:
    """Return the words of a text as `unseen` compares them: normalised, lower case."""
    return set(_WORD.findall(normalize(text).lower()))


def _by(kind: str, keys: Sequence[str]) -> Iterator[Bucket]:
    groups: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        if key:
            groups.setdefault(key, []).append(number)
    if kind != "length" and len(groups) < 2 and sum(map(len, groups.values())) == len(keys):
        return  # that is the whole
    order: Callable[[str], object] = (lambda key: int(key.split()[0])) if kind == "length" else str
    for key in sorted(groups, key=order):  # type: ignore[arg-type]  # all int, or all str
        yield Bucket(kind, key, tuple(groups[key]))


def _length(text: str) -> str:
    words = max(len(text.split()), 1)
    at = max(index for index, start in enumerate(LENGTHS) if words >= start)
    if at + 1 == len(LENGTHS):
        return f"{LENGTHS[at]} words or more"
    return f"{LENGTHS[at]} to {LENGTHS[at + 1] - 1} words"


def _features(
    testset: TestSet, losses: Sequence[Loss], seen: Collection[str] | None
) -> Iterator[Bucket]:
    texts = testset.sources or testset.references[0]
    marks: dict[str, list[bool]] = {
        "numbers": [loss.numbers > 0 for loss in losses],
        "names": [loss.names > 0 for loss in losses],
        "quotes": [_QUOTES.search(text) is not None for text in texts],
        "questions": [any(mark in text for mark in "?\u061f") for text in texts],
    }
    if seen is not None and testset.sources:
        known = frozenset(seen)
        marks["unseen words"] = [not words_of(text) <= known for text in texts]
    for name, mark in marks.items():
        for title, wanted in ((f"with {name}", True), (f"no {name}", False)):
            numbers = tuple(number for number, has in enumerate(mark) if has is wanted)
            if numbers and len(numbers) < len(mark):
                yield Bucket("feature", title, numbers)


def _dates(created: Sequence[str]) -> list[str]:
    months = [date[:7] for date in created]
    return months if len(set(months)) <= _MONTHS else [date[:4] for date in created]
