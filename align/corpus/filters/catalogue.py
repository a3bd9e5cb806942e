"""Every filter by its name, in the order in which ledgers list them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from align.corpus.filters.alignment import Overlap, Probability
from align.corpus.filters.boilerplate import Boilerplate
from align.corpus.filters.copies import Copied
from align.corpus.filters.damage import Markup, Mojibake
from align.corpus.filters.filter import Filter
from align.corpus.filters.languages import Language
from align.corpus.filters.leakage import Leakage, TestSegments
from align.corpus.filters.length_outliers import LengthOutlier
from align.corpus.filters.lengths import Characters, FewWords, ManyWords, Ratio
from align.corpus.filters.numbers import Numbers
from align.corpus.filters.repetition import Repetition
from align.corpus.filters.scripts import Script
from align.errors import UsageError

Languages = tuple[str, str]
_Make = Callable[[Languages, TestSegments, float | None], Filter]

_MAKERS: Final[Mapping[str, _Make]] = {
    "source-few-words": lambda _, __, value: FewWords("source", value),
    "target-few-words": lambda _, __, value: FewWords("target", value),
    "source-many-words": lambda _, __, value: ManyWords("source", value),
    "target-many-words": lambda _, __, value: ManyWords("target", value),
    "source-characters": lambda _, __, value: Characters("source", value),
    "target-characters": lambda _, __, value: Characters("target", value),
    "ratio": lambda languages, _, value: Ratio(languages, value),
    "length-outlier": lambda _, __, value: LengthOutlier(value),
    "source-script": lambda languages, _, value: Script("source", languages[0], value),
    "target-script": lambda languages, _, value: Script("target", languages[1], value),
    "source-language": lambda languages, _, value: Language("source", languages[0], value),
    "target-language": lambda languages, _, value: Language("target", languages[1], value),
    "mojibake": lambda _, __, value: Mojibake(value),
    "markup": lambda _, __, value: Markup(value),
    "repetition": lambda _, __, value: Repetition(value),
    "copied": lambda _, __, value: Copied(value),
    "numbers": lambda _, __, value: Numbers(value),
    "boilerplate": lambda _, __, value: Boilerplate(value),
    "probability": lambda _, __, value: Probability(value),
    "overlap": lambda _, __, value: Overlap(value),
    "leakage": lambda _, segments, value: Leakage(segments, value),
}
NAMES: Final = tuple(_MAKERS)


def make_filters(
    *,
    languages: Languages = ("ur", "en"),
    segments: TestSegments | None = None,
    only: Iterable[str] = (),
    without: Iterable[str] = (),
    thresholds: Mapping[str, float] | None = None,
) -> list[Filter]:
    """Make the filters of a run, in the order of `NAMES`.

    Args:
        languages: Codes of source and target.
        segments: The test sets that must not be in the corpus; without any, no leakage.
        only: The names of the filters that are wanted; all, where there are none.
        without: The names of filters that are not wanted.
        thresholds: Thresholds other than the defaults, by name.

    Raises:
        UsageError: There is no filter of a name, none is left, a threshold is no number or of a
            filter that is not wanted, or leakage is wanted and there are no test sets.
    """
    thresholds, only = thresholds or {}, list(only)
    wanted = set(map(_known, only)) or set(NAMES)
    wanted -= set(map(_known, without))
    if segments is None:
        if "leakage" in only:
            raise UsageError("the filter leakage needs test sets: give --testset FILE")
        wanted.discard("leakage")
    for name, value in thresholds.items():
        if _known(name) not in wanted:
            raise UsageError(f"--set {name}: the filter does not take part")
        if math.isnan(value):
            raise UsageError(f"--set {name}: the threshold is not a number")
    if not wanted:
        raise UsageError("no filter is left")
    known = segments or TestSegments(())
    return [
        make(languages, known, thresholds.get(name))
        for name, make in _MAKERS.items()
        if name in wanted
    ]


def _known(name: str) -> str:
    if name in _MAKERS:
        return name
    from rapidfuzz.process import extractOne

    near = extractOne(name, NAMES, score_cutoff=60)
    hint = f"; did you mean {near[0]}?" if near else "; --list-filters shows them"
    raise UsageError(f"{name}: no such filter{hint}")
