"""Which documents of two collections tell the same story.

Every source is compared with all targets of its days: the cosine of TF-IDF of its translation and
the target, and, where it has a slug, how much of that the head of the target has. Then one to
one by best score (as bitextor's docalign does), as long as the score is high enough and nobody
else comes too near. Time and memory grow with the postings, not with all pairs of texts: 10,000
by 10,000 articles take ten seconds of one core and 240 MB.

Not handled: one document that is translated by several, or by parts of others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from align.bitext.slug_overlap import SlugOverlap
from align.bitext.tfidf import Cosines

if TYPE_CHECKING:
    from numpy import float64, int64
    from numpy.typing import NDArray

DAYS: Final = 7  # newspapers translate within days
_CANDIDATES: Final = 8  # of a source that stay in the running
_HEAD: Final = 2000  # characters in which shared numbers are looked for
_FIGURE: Final = re.compile(r"\d+(?:,\d+)*(?:\.\d+)?", re.ASCII)

# Tuned by `scripts/measure_matching.py --tune` on every other one of `news-articles`, and on these
# with up to 70 % of the translated words deleted: there half of the matches are found by the slug
# alone, which with good translations only brings wrong ones near.
SLUG_WEIGHT: Final = 0.2
MIN_SCORE: Final = 0.12
MIN_MARGIN: Final = 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """A document to be matched.

    Attributes:
        id: Its name.
        text: English: the translation of a source, of its beginning at least, or a target.
        created: When it appeared; None where unknown, which fits any day.
        slug: English words of its address; empty where there are none.
        headline: English, may be empty; for matching it belongs to the text.
    """

    id: str
    text: str
    created: date | None = None
    slug: str = ""
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why two documents were matched.

    Attributes:
        cosine: Of their TF-IDF vectors, 0 to 1.
        slug: Share of the source's slug that the target's head has, weighted by rarity; None
            without a slug.
        days: Between the two; None where a date is missing.
        numbers: Figures at the beginning of both, without the commas in them.
        rival: The best score that either has with anybody else, 0 if with nobody.
    """

    cosine: float
    slug: float | None
    days: int | None
    numbers: tuple[str, ...]
    rival: float


@dataclass(frozen=True, slots=True)
class Match:
    """A source and a target by number, how well they fit (0 to 1), and why."""

    source: int
    target: int
    score: float
    evidence: Evidence

    @property
    def margin(self) -> float:
        """How far the score is above that of the next best, negative where it is below."""
        return self.score - self.evidence.rival


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches in the order of their sources, and the numbers of those that stay alone."""

    matches: tuple[Match, ...]
    alone_sources: tuple[int, ...]
    alone_targets: tuple[int, ...]


def match_documents(
    sources: Sequence[Story],
    targets: Sequence[Story],
    *,
    days: int | None = DAYS,
    min_score: float = MIN_SCORE,
    min_margin: float = MIN_MARGIN,
) -> Matching:
    """Match documents one to one.

    Args:
        sources: With the English of their beginning as text.
        targets: English ones.
        days: How far apart their dates may be; None for any distance.
        min_score: What a match must score, 0 to 1.
        min_margin: How far it must be above the best rival of either document.
    """
    table = _compared(sources, targets, days)
    matches = []
    for source, target, score in _one_to_one(table):
        rival = table.rival(source, target)
        if score < min_score or score - rival < min_margin:
            continue
        evidence = _evidence(sources[source], targets[target], rival, table, (source, target))
        matches.append(Match(source, target, score, evidence))
    matches.sort(key=lambda match: match.source)
    taken = {match.source for match in matches}, {match.target for match in matches}
    return Matching(
        tuple(matches),
        tuple(number for number in range(len(sources)) if number not in taken[0]),
        tuple(number for number in range(len(targets)) if number not in taken[1]),
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """The best targets of each source, [sources, candidates] each, best first.

    `best` and `owner` and `second` are about each target: its best score, the source that has
    it, and its best score with another one.
    """

    targets: NDArray[int64]
    scores: NDArray[float64]
    cosines: NDArray[float64]
    slugs: NDArray[float64]  # not a number for sources without a slug
    best: NDArray[float64]
    owner: NDArray[int64]
    second: NDArray[float64]

    def rival(self, source: int, target: int) -> float:
        """Return the best score of source or target with anybody else."""
        others = self.scores[source][self.targets[source] != target]
        own = self.second if self.owner[target] == source else self.best
        return float(max([own[target], *others, 0.0]))


def _compared(sources: Sequence[Story], targets: Sequence[Story], days: int | None) -> _Table:
    """Score all pairs, a source at a time, and keep the best."""
    import numpy as np

    cosines = Cosines(map(_text, sources), map(_text, targets))
    slugs = SlugOverlap([each.slug for each in sources], [_head(each) for each in targets])
    dates = _ordinals(targets)
    kept = min(_CANDIDATES, len(targets))
    shape = (len(sources), kept)
    table = _Table(
        np.zeros(shape, np.int64), np.zeros(shape), np.zeros(shape), np.full(shape, np.nan),
        np.zeros(len(targets)), np.full(len(targets), -1), np.zeros(len(targets)),
    )  # fmt: skip
    for number, story in enumerate(sources):
        cosine, slug = cosines.row(number), slugs.row(number)
        score = cosine if slug is None else (1 - SLUG_WEIGHT) * cosine + SLUG_WEIGHT * slug
        if days is not None and story.created is not None:
            near = np.abs(dates - story.created.toordinal()) <= days
            score = np.where(near | np.isnan(dates), score, 0.0)
        _keep_best(table, number, score)
        chosen = table.targets[number]
        table.cosines[number] = cosine[chosen]
        if slug is not None:
            table.slugs[number] = slug[chosen]
    return table


def _keep_best(table: _Table, source: int, score: NDArray[float64]) -> None:
    """Enter the [targets] scores of a source."""
    import numpy as np

    kept = table.targets.shape[1]
    if kept:
        best = np.argpartition(-score, kept - 1)[:kept]
        best = best[np.lexsort((best, -score[best]))]
        table.targets[source], table.scores[source] = best, score[best]
    better = score > table.best
    np.maximum(table.second, np.where(better, table.best, score), out=table.second)
    table.owner[better] = source
    table.best[better] = score[better]


def _one_to_one(table: _Table) -> list[tuple[int, int, float]]:
    """Take the best pair of all, then the best of those whose documents are both still free."""
    import numpy as np

    order = np.argsort(-table.scores, axis=None, kind="stable")
    kept = table.targets.shape[1]
    free_source = [True] * len(table.targets)
    free_target = [True] * len(table.best)
    pairs = []
    for place in order.tolist():
        source, target = place // kept, int(table.targets.flat[place])
        score = float(table.scores.flat[place])
        if score <= 0:
            break
        if free_source[source] and free_target[target]:
            free_source[source] = free_target[target] = False
            pairs.append((source, target, score))
    return pairs


def _evidence(
    source: Story, target: Story, rival: float, table: _Table, pair: tuple[int, int]
) -> Evidence:
    import numpy as np

    number, other = pair
    (place,) = np.flatnonzero(table.targets[number] == other)
    slug = float(table.slugs[number, place])
    here, there = (_figures(_text(story)) for story in (source, target))
    return Evidence(
        cosine=float(table.cosines[number, place]),
        slug=None if np.isnan(slug) else slug,
        days=_days(source.created, target.created),
        numbers=tuple(sorted(here & there, key=lambda figure: (len(figure), figure))),
        rival=rival,
    )


def _figures(text: str) -> set[str]:
    return {figure.replace(",", "") for figure in _FIGURE.findall(text[:_HEAD])}


def _text(story: Story) -> str:
    return f"{story.headline}\n{story.text}"


def _head(story: Story) -> str:
    return f"{story.slug} {_text(story)}"


def _ordinals(stories: Sequence[Story]) -> NDArray[float64]:
    """Return [stories] days since year 1, not a number where unknown."""
    import numpy as np

    dates = [each.created for each in stories]
    return np.array([np.nan if day is None else day.toordinal() for day in dates], dtype=np.float64)


def _days(one: date | None, other: date | None) -> int | None:
    return None if one is None or other is None else abs((one - other).days)
