"""`recalibrate`: the score fitted anew to articles of one's own, labelled or shuffled.

Where people have labelled articles `match` or `mismatch`, these labels are learnt. Where nobody
has, every article is taken to have its own slug, and the slugs of other articles, two by chance
and the likest one, are the mismatches; some wrong slugs among the own ones do little harm then.
How a bad translation looks cannot be learnt so, since own and other slugs meet the same one: what
the shipped fit makes of that (`align.check.health`) is kept.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from align.check.calibration import SHIPPED, Calibration
from align.check.evidence import SIGNS, Features, measure
from align.check.health import Health
from align.check.subject import Subject
from align.check.words import content_words, stem, weight
from align.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from align.check.fit import Array

# Fewer make no fit; of either label there must be as many as folds.
LEAST_ARTICLES: Final = 20
FOLDS: Final = 5
SEED: Final = 7
_LABELS: Final = ("match", "mismatch")
_BY_CHANCE: Final = 2
# At most so many of the other kind may reach a threshold, by cross-validation.
_WRONG_MATCHES: Final = 0.02
_WRONG_ALARMS: Final = 0.02


class Example(NamedTuple):
    """A slug measured against the article of that number, and whether they belong together."""

    features: Features
    article: int
    is_right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalibration:
    """A fit to one's own articles, and how good it is on those that it has not seen.

    Attributes:
        calibration: The fit to all of them.
        labels: `given`, or `shuffled` where the mismatches are slugs of other articles.
        articles: How many were learnt from.
        left_out: How many were not: without a usable slug, or without a label among labelled.
        right: Examples of slugs that belong.
        wrong: Examples of slugs that do not.
        area: Area under the ROC curve, cross-validated over articles.
        shipped_area: That of the score as shipped on the same examples.
        right_matched: Share of the right ones that are a match, cross-validated; so the rest.
        right_mismatched: Share of the right ones that are a mismatch.
        wrong_matched: Share of the wrong ones that are a match.
        wrong_mismatched: Share of the wrong ones that are a mismatch.
    """

    calibration: Calibration
    labels: str
    articles: int
    left_out: int
    right: int
    wrong: int
    area: float
    shipped_area: float
    right_matched: float
    right_mismatched: float
    wrong_matched: float
    wrong_mismatched: float


def recalibrate(subjects: Sequence[Subject], *, model: str, fitted: str) -> Recalibration:
    """Fit the score to translated articles of one's own.

    Args:
        subjects: The articles, those without a usable slug among them.
        model: What translated them, `ur-en@1a2b3c4d`.
        fitted: The date of today, `2026-11-26`.

    Raises:
        UsageError: There are too few articles, labels of one kind only, or other labels.
    """
    import numpy as np

    from align.check.fit import area

    chosen, labels = _chosen(subjects)
    examples = list(_given(chosen) if labels == "given" else _shuffled(chosen))
    right = np.array([each.is_right for each in examples])
    if right.all():
        raise UsageError("--calibrate: all slugs are the same, so none can be another's")
    x = np.array([each.features for each in examples])
    truth = right.astype(np.float64)
    learn = _fitted if labels == "given" else _fitted_to_slugs
    scores = _cross_validated(x, truth, _folds(examples, labels), learn)
    match, mismatch = _thresholds(scores, right)
    shipped = np.array([SHIPPED.probability(each.features) for each in examples])
    beta = learn(x, truth)
    return Recalibration(
        calibration=Calibration(
            intercept=float(beta[0]), coefficients=tuple(map(float, beta[1:])), match=match,
            mismatch=mismatch, model=model, fitted=fitted,
        ),
        labels=labels,
        articles=len(chosen),
        left_out=len(subjects) - len(chosen),
        right=int(right.sum()),
        wrong=int((~right).sum()),
        area=area(scores, truth),
        shipped_area=area(shipped, truth),
        right_matched=float((scores[right] >= match).mean()),
        right_mismatched=float((scores[right] <= mismatch).mean()),
        wrong_matched=float((scores[~right] >= match).mean()),
        wrong_mismatched=float((scores[~right] <= mismatch).mean()),
    )  # fmt: skip


def _chosen(subjects: Sequence[Subject]) -> tuple[list[Subject], str]:
    """Return those that can be learnt from, and where their labels are from."""
    usable = [each for each in subjects if each.unusable is None]
    if subjects and not usable:
        reasons = Counter(each.unusable for each in subjects)
        reason = ", ".join(f"{why} ({count})" for why, count in reasons.most_common(3))
        raise UsageError(f"--calibrate: no article has a usable slug: {reason}")
    labelled = [each for each in usable if each.label is not None]
    odd = next((each for each in labelled if each.label not in _LABELS), None)
    if odd is not None:
        raise UsageError(
            f"{odd.place}: label {odd.label!r} is neither 'match' nor 'mismatch'"
            " (--fields label=NAME reads labels from another field)"
        )
    chosen = labelled or usable
    if len(chosen) < LEAST_ARTICLES:
        kind = "labelled articles" if labelled else "articles"
        raise UsageError(
            f"--calibrate: {len(chosen)} {kind} with a usable slug;"
            f" at least {LEAST_ARTICLES} are needed"
        )
    counts = Counter(each.label for each in labelled)
    if labelled and min(counts[label] for label in _LABELS) < FOLDS:
        found = " and ".join(f"{counts[label]} {label}" for label in _LABELS)
        raise UsageError(
            f"--calibrate: the labels are {found}; at least {FOLDS} of either are needed,"
            " or no labels at all: then the slugs are shuffled"
        )
    return chosen, "given" if labelled else "shuffled"


def _given(subjects: Sequence[Subject]) -> Iterator[Example]:
    for number, subject in enumerate(subjects):
        yield Example(subject.evidence().features, number, subject.label == "match")


def _shuffled(subjects: Sequence[Subject]) -> Iterator[Example]:
    """Yield each article with its own slug, with others by chance, and with the likest one."""
    rng = random.Random(SEED)
    stems = [frozenset(map(stem, content_words(each.slug))) for each in subjects]
    for number, subject in enumerate(subjects):
        yield Example(subject.evidence().features, number, is_right=True)
        others = [j for j, other in enumerate(subjects) if other.slug != subject.slug]
        if not others:
            continue
        common = [sum(map(weight, stems[number] & stems[other])) for other in others]
        likest = others[common.index(max(common))]
        by_chance = rng.sample(others, min(_BY_CHANCE, len(others)))
        for other in dict.fromkeys((*by_chance, likest)):
            features = measure(subjects[other].slug, subject.lead).features
            yield Example(features, number, is_right=False)


def _folds(examples: Sequence[Example], labels: str) -> Array:
    """Return the fold of each example: all of an article are in one, each has both labels."""
    import numpy as np

    if labels == "shuffled":
        return np.array([each.article % FOLDS for each in examples], dtype=np.float64)
    counts: Counter[bool] = Counter()
    folds = []
    for each in examples:
        folds.append(counts[each.is_right] % FOLDS)
        counts[each.is_right] += 1
    return np.array(folds, dtype=np.float64)


def _cross_validated(
    x: Array, truth: Array, folds: Array, learn: Callable[[Array, Array], Array]
) -> Array:
    import numpy as np

    from align.check.fit import chances

    scores = np.zeros(len(x))
    for fold in range(FOLDS):
        held = folds == fold
        scores[held] = chances(x[held], learn(x[~held], truth[~held]))
    return scores


def _fitted(x: Array, truth: Array) -> Array:
    from align.check.fit import signed_logistic

    return signed_logistic(x, truth, SIGNS)


def _fitted_to_slugs(x: Array, truth: Array) -> Array:
    """Fit all but the features of `Health`, which keep the weights that come along."""
    import numpy as np

    from align.check.fit import signed_logistic

    health = [Features._fields.index(name) for name in Health._fields]
    slug = [column for column in range(x.shape[1]) if column not in health]
    beta = np.array([0.0, *SHIPPED.coefficients])
    beta[[0, *(column + 1 for column in slug)]] = signed_logistic(
        x[:, slug], truth, [SIGNS[column] for column in slug]
    )
    # An own article of usual health scores as the slug alone would have it.
    beta[0] -= (x[:, health] @ beta[1:][health])[truth == 1].mean()
    return beta


def _thresholds(scores: Array, right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return the least threshold of a match, and the greatest of a mismatch, that rarely err."""
    steps = range(50, 100, 5)
    match = next(
        (step / 100 for step in steps if (scores[~right] >= step / 100).mean() <= _WRONG_MATCHES),
        0.95,
    )
    mismatch = next(
        (
            1 - step / 100
            for step in steps
            if (scores[right] <= 1 - step / 100).mean() <= _WRONG_ALARMS
        ),
        0.05,
    )
    return match, round(mismatch, 2)
