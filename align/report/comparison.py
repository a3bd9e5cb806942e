"""What came of several systems on a test set, as rows that every rendering shows.

Systems are named by letters in tables, so that long names do not make them wide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from align.evaluate.comparison import Comparison, Standing
from align.evaluate.metrics import LABELS
from align.evaluate.significance import Contrast, Outcome, fewest
from align.report.evaluation import KINDS, extent, interval
from align.report.figures import NONE, number
from align.report.text_tables import Row

MARKS: Final[Mapping[Outcome, str]] = {"better": "\u25b2", "worse": "\u25bc", "tie": "="}
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DOCUMENTS: Final = 20  # that are shown; the record has all
CONTRAST_TITLES: Final = ("", "difference", "interval", "p, bootstrap", "p, randomisation", "")
LOSS_TITLES: Final = ("", "numbers lost", "names lost", "spelled otherwise", "empty")
_MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison, and how many segments of either end to show of each system."""

    comparison: Comparison
    examples: int = 5

    @property
    def names(self) -> tuple[str, ...]:
        """The systems, the baseline first."""
        return tuple(one.system.name for one in self.comparison.measurements)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics."""
        return tuple(self.comparison.measurements[0].figures)

    @property
    def rivals(self) -> range:
        """The numbers of the systems but the baseline, from 0."""
        return range(len(self.comparison.rivals))

    @property
    def summary(self) -> str:
        """How much there was."""
        return ", ".join(extent(self.comparison.measurements[0]))

    @property
    def method(self) -> str:
        """How significance was found, and what the marks mean."""
        one, first = self.comparison, self.comparison.measurements[0]
        if not self.tested:
            return "Nothing was tested: neither samples nor trials."
        decides = "paired bootstrap" if first.samples > 1 else "approximate randomisation"
        return (
            f"{MARKS['better']} better than {LETTERS[0]}, {MARKS['worse']} worse, "
            f"{MARKS['tie']} not to be told apart: p < {one.alpha:g} by {decides}, and at least "
            f"{fewest(one.alpha)} segments that differ."
        )

    @property
    def draws(self) -> str:
        """With how many draws."""
        one, first = self.comparison, self.comparison.measurements[0]
        parts = [f"{first.samples:,} bootstrap samples"] if first.samples > 1 else []
        parts += [f"{one.trials:,} trials of approximate randomisation"] if one.trials else []
        return f"{', '.join(parts)}, seed {first.seed}" if parts else ""

    @property
    def tested(self) -> bool:
        """Whether anything is known of significance."""
        return self.comparison.measurements[0].samples > 1 or self.comparison.trials > 0

    def titles(self, first: str) -> Row:
        """Return the titles of a table of standings: scores of each system, by metric."""
        letters = LETTERS[: len(self.names)]
        scores = [
            f"{LABELS[name]} {letter}" if letter == LETTERS[0] else letter
            for name in self.metrics
            for letter in letters
        ]
        return (first, "segments", *scores, "better")

    def scores(self) -> list[Row]:
        """Return for each system its name and scores, marked."""
        whole = self.comparison.whole
        return [
            (self.label(at), *(self._cell(whole, name, at) for name in self.metrics))
            for at in range(len(self.names))
        ]

    def intervals(self) -> list[Row]:
        """Return for each system its name and the intervals of its scores; or none."""
        if self.comparison.measurements[0].samples < 2:
            return []
        return [
            (self.label(at), *(interval(one.figures[name]) for name in self.metrics))
            for at, one in enumerate(self.comparison.measurements)
        ]

    def label(self, system: int) -> str:
        """Return letter and name of a system."""
        return f"{LETTERS[system]} {self.names[system]}"

    def contrasts(self, rival: int) -> list[Row]:
        """Return metric, difference, interval, both p-values and mark of a system.

        No p-values where no segment differs: sacrebleu's are then small, since no sample differs
        more.
        """
        return [
            (
                LABELS[name],
                signed(one.value),
                NONE if one.low is None else f"{signed(one.low)} to {signed(one.high)}",
                chance(one.bootstrap if one.differing else None),
                chance(one.randomisation if one.differing else None),
                self._outcome(one),
            )
            for name, one in self.comparison.whole.contrasts[rival].items()
        ]

    def wins(self, rival: int) -> str:
        """Return on how many segments a system is better and worse."""
        scored = self.comparison.scored()
        better, same, worse = self.comparison.rivals[rival].wins(scored)
        return (
            f"{LETTERS[rival + 1]} is better on {better:,} of {len(scored):,} segments by "
            f"{LABELS[self.comparison.by[0]]}, worse on {worse:,}, as good on {same:,}"
        )

    def buckets(self) -> list[tuple[str, list[Row]]]:
        """Return for each kind of bucket its title and rows."""
        return [
            (title, rows)
            for kind, title in KINDS.items()
            if (rows := [self._row(s) for s in self.comparison.buckets if s.bucket.kind == kind])
        ]

    def documents(self) -> list[Row]:
        """Return a row for each document, those where systems differ most first."""
        by = self.comparison.by[0]

        def spread(one: Standing) -> float:
            scores = [each[by] for each in one.scores]
            return min(scores) - max(scores)

        ranked = sorted(self.comparison.documents, key=spread)
        return [self._row(one) for one in ranked[:DOCUMENTS]]

    def losses(self) -> list[Row]:
        """Return for each system how many numbers and names it lost."""
        rows: list[Row] = []
        for at, one in enumerate(self.comparison.measurements):
            losses = one.losses
            numbers = sum(len(loss.lost_numbers) for loss in losses)
            names = sum(len(loss.lost_names) for loss in losses)
            cells = (
                f"{numbers:,} of {sum(loss.numbers for loss in losses):,}",
                f"{names:,} of {sum(loss.names for loss in losses):,}",
                f"{sum(len(loss.respelled) for loss in losses):,}",
                f"{sum(not text.strip() for text in one.system.hypotheses):,}",
            )
            rows.append((self.label(at), *cells))
        return rows

    def ngrams(self, rival: int) -> list[tuple[str, Row, list[Row]]]:
        """Return tables of words and phrases that one of both gets: what, titles, rows."""
        ours, theirs = LETTERS[0], LETTERS[rival + 1]
        one = self.comparison.rivals[rival]
        tables: list[tuple[str, Row, list[Row]]] = []
        for what, sides in (("Words", one.words), ("Phrases", one.phrases)):
            for gets, misses, found in ((ours, theirs, sides[0]), (theirs, ours, sides[1])):
                rows: list[Row] = [
                    (f.text, f"{f.expected:,}", f"{f.matched[0]:,}", f"{f.matched[1]:,}")
                    for f in found
                ]
                title = f"{what} that {gets} gets and {misses} misses"
                if rows:
                    tables.append((title, ("", "expected", ours, theirs), rows))
        return tables

    def worst(self, rival: int) -> list[int]:
        """Return the segments where a system is furthest below the baseline, worst first."""
        return [n for n in self.comparison.furthest(rival)[: self.examples]
                if self.comparison.rivals[rival].differences[n] < 0]  # fmt: skip

    def best(self, rival: int) -> list[int]:
        """Return the segments where a system is furthest above the baseline, best first."""
        return [n for n in self.comparison.furthest(rival)[::-1][: self.examples]
                if self.comparison.rivals[rival].differences[n] > 0]  # fmt: skip

    def segment_scores(self, rival: int, segment: int) -> str:
        """Return the scores of both systems for a segment, by the metric that ranks."""
        by = self.comparison.by[0]
        first, other = (
            number(self.comparison.measurements[at].sentences[by][segment]) for at in (0, rival + 1)
        )
        return f"{LABELS[by]} {LETTERS[0]} {first}, {LETTERS[rival + 1]} {other}"

    def signatures(self) -> list[str]:
        """Return the signature of each metric, then those of the systems that have one."""
        first = self.comparison.measurements[0]
        lines = [f"{LABELS[name]}: {one.signature}" for name, one in first.figures.items()]
        named = zip(LETTERS, self.comparison.measurements, strict=False)
        return lines + [
            f"{at}: {one.system.signature}" for at, one in named if one.system.signature
        ]

    def cell(self, metric: str, system: int) -> str:
        """Return the score of a system on all segments, marked."""
        return self._cell(self.comparison.whole, metric, system)

    def _row(self, standing: Standing) -> Row:
        cells = [
            self._cell(standing, name, at) for name in self.metrics for at in range(len(self.names))
        ]
        bucket = standing.bucket
        return (bucket.name, f"{len(bucket.segments):,}", *cells, self._winner(standing))

    def _cell(self, standing: Standing, metric: str, system: int) -> str:
        score = number(standing.scores[system][metric])
        if system == 0 or not self.tested:
            return score
        one = standing.contrasts[system - 1][metric]
        return f"{MARKS[one.outcome(self.comparison.alpha)]} {score}"

    def _winner(self, standing: Standing) -> str:
        """Return who is better than all others, by which metrics."""
        if not self.tested:
            return ""
        by: dict[int, list[str]] = {}
        for name, winner in standing.winners.items():
            if winner is not None:
                by.setdefault(winner, []).append(LABELS[name])
        if not by:
            return "tie"
        return ", ".join(
            LETTERS[winner] + ("" if len(names) == len(self.metrics) else f" by {', '.join(names)}")
            for winner, names in by.items()
        )

    def _outcome(self, one: Contrast) -> str:
        if one.p is None:
            return ""
        outcome = one.outcome(self.comparison.alpha)
        return f"{MARKS[outcome]} {outcome}"


def title(compared: Sequence[Compared]) -> str:
    """Return what was compared, on which test set if there is but one."""
    names = compared[0].names
    what = names[1] if len(names) == 2 else f"{len(names) - 1} systems"
    where = f" on {compared[0].comparison.testset.name}" if len(compared) == 1 else ""
    return f"{what} against {names[0]}{where}"


def matrix(compared: Sequence[Compared]) -> Iterator[tuple[str, Row, list[Row]]]:
    """Yield for each metric a table: its label, titles, a row a system, a column a test set."""
    first = compared[0]
    for name in first.metrics:
        rows = [
            (first.label(at), *(one.cell(name, at) for one in compared))
            for at in range(len(first.names))
        ]
        yield LABELS[name], ("", *(one.comparison.testset.name for one in compared)), rows


def verdict_line(compared: Sequence[Compared]) -> str:
    """Return which systems are significantly worse, on what; "" for none."""
    found = [
        f"{one.names[number]} on {one.comparison.testset.name} ({LABELS[contrast.metric]} "
        f"{signed(contrast.value)}, p = {chance(contrast.p)})"
        for one in compared
        for number, contrast in one.comparison.worse()
    ]
    return f"significantly worse than {compared[0].names[0]}: {'; '.join(found)}" if found else ""


def signed(value: float | None) -> str:
    """Return a difference with its sign.

    >>> signed(1.23), signed(-0.5), signed(0.01)
    ('+1.2', '−0.5', '0.0')
    """
    if value is None:
        return NONE
    shown = number(abs(value))
    if shown == number(0):
        return shown
    return f"{'+' if value > 0 else _MINUS}{shown}"


def chance(p: float | None) -> str:
    """Return a p-value with as many digits as sacrebleu prints.

    >>> chance(0.000999), chance(None)
    ('0.0010', '–')
    """
    return NONE if p is None else f"{p:.4f}"
