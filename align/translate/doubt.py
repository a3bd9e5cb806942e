"""The doubt of a translation: how likely it is one of the worst, without a reference.

A linear model expects the sentence's chrF from the features of `doubt_features`; the doubt is the
chance that the chrF lies below `WORST`, under which a fifth of the development sentences were.
chrF counts letters: a lost number or a wrong name costs the reader more than it costs chrF, so
the notes of `doubts` stand beside the doubt, and what can be named is among its reasons.

Fitted to one model; the log-probabilities of another may be higher or lower throughout, and then
the order of its sentences holds better than the figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from align.translate.doubt_calibration import COEFFICIENTS, FITTED, MEANS, MODEL, SPREAD, WORST
from align.translate.doubt_features import Features, added_numbers, measure
from align.translate.doubts import EMPTY, NUMBERS
from align.translate.seen import seen_by_model
from align.translate.translation import Translation

SIGNATURE: Final = f"doubt:{MODEL}/{FITTED}|worst:chrf<{WORST:g}"

# What costs less chrF than this is no reason.
_LEAST: Final = 1.0
_WORDS: Final = {
    "log_probability": "the model was unsure of its words",
    "shorter": "shorter than its source",
    "longer": "far longer than its source",
    "word_length": "mostly small words",
    "repetition": "words come again",
    "names_heard": "none of its words sounds like one of the source",
    "names_added": "names that do not sound like any of the source",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """The doubt of one translation.

    Attributes:
        score: 0 to 1, the chance that its chrF is below `WORST`.
        chrf: the expected chrF, 0 to 100.
        reasons: what speaks against it, that which costs most first; short phrases.
    """

    score: float
    chrf: float
    reasons: tuple[str, ...]


@lru_cache(maxsize=4096)
def doubt_of(translation: Translation) -> Doubt | None:
    """Return the doubt of `translation`; None where nothing was decoded (score 0).

    What passed through, or was corrected by the user, has none; an empty one has 1.
    """
    if EMPTY in translation.notes:
        return Doubt(1.0, 0.0, (EMPTY,))
    if translation.score == 0.0:
        return None
    features = measure(translation)
    costs = _costs(features)
    chrf = expected_chrf(features)
    return Doubt(chance(chrf), min(100.0, max(0.0, chrf)), _reasons(translation, features, costs))


def expected_chrf(features: Features) -> float:
    """Return the chrF that the linear model expects, unbounded."""
    return MEANS["chrf"] - sum(_costs(features).values())


def chance(chrf: float) -> float:
    """Return the chance that the chrF is below `WORST` where `chrf` is expected.

    The errors of the expectation are taken for normal, with the deviation `SPREAD`.

    >>> chance(WORST), chance(WORST - 50) > 0.9, chance(WORST + 50) < 0.1
    (0.5, True, True)
    """
    return 0.5 * math.erfc((chrf - WORST) / (SPREAD * math.sqrt(2)))


def mean_doubt(translations: Iterable[Translation]) -> float | None:
    """Return the mean doubt of those that have one; None where none has."""
    scores = [doubt.score for each in translations if (doubt := doubt_of(each))]
    return math.fsum(scores) / len(scores) if scores else None


def most_doubtful(
    translations: Iterable[Translation], most: int, *, least: float = 0.0
) -> list[tuple[Translation, Doubt]]:
    """Return at most `most` translations with the highest doubts, at least `least`, falling."""
    found = [(each, doubt) for each in translations if (doubt := doubt_of(each))]
    found = [pair for pair in found if pair[1].score >= least]
    return sorted(found, key=lambda pair: -pair[1].score)[:most]


def _costs(features: Features) -> dict[str, float]:
    """Return by how much chrF each feature falls short of its mean over the development set."""
    return {
        name: COEFFICIENTS[name] * (MEANS[name] - value)
        for name, value in features._asdict().items()
    }


def _reasons(
    translation: Translation, features: Features, costs: dict[str, float]
) -> tuple[str, ...]:
    """Put the costs into words, and name what was seen whatever it costs."""
    words = dict(_WORDS, words="a long sentence" if _is_long(features) else "a short sentence")
    reasons = {words[name]: cost for name, cost in costs.items() if name in words}
    reasons = {reason: cost for reason, cost in reasons.items() if cost >= _LEAST}
    if features.numbers_lost:
        reasons[NUMBERS] = max(_LEAST, costs["numbers_lost"])
    if features.numbers_added:
        added = added_numbers(seen_by_model(translation.source), translation.text)
        reasons[f"numbers added: {', '.join(added)}"] = max(_LEAST, costs["numbers_added"])
    for note in translation.doubts:
        if note != NUMBERS:
            reasons[note] = max(_LEAST, costs["marks"])
    return tuple(sorted(reasons, key=lambda reason: -reasons[reason]))


def _is_long(features: Features) -> bool:
    """Whether the source is longer than most."""
    return features.words > MEANS["words"]
