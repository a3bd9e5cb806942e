"""What a system got on a test set: as a record, and as rows that every rendering shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from align.evaluate.measurement import Measurement, Scored
from align.evaluate.metrics import LABELS, Figure
from align.evaluate.published import Published
from align.report.figures import NONE, counted, counted_thousands, number
from align.report.jsonl import Record
from align.report.text_tables import Row

KINDS: Final = {"length": "Length", "feature": "Features", "source": "Source", "date": "Date"}
LOSS_TITLES: Final = ("", "expected", "lost", "share", "spelled otherwise")
DOCUMENTS: Final = 20  # that are shown; the record and the sentences have all
_LISTED: Final = 15  # lost names
_DIGITS: Final = 10  # of a score in JSON: more than single precision has


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A measurement, what is published for its test set, and how many segments to show."""

    measurement: Measurement
    published: tuple[Published, ...] = ()
    examples: int = 5

    @property
    def title(self) -> str:
        """What was measured: system and test set."""
        return f"{self.measurement.system.name} on {self.measurement.testset.name}"

    @property
    def summary(self) -> str:
        """How much there was."""
        one = self.measurement
        texts = extent(one)
        if empty := sum(not text.strip() for text in one.system.hypotheses):
            texts.append(f"{empty:,} of the hypotheses empty")
        if empty := _empty_references(one):
            texts.append(f"{empty:,} of the references empty")
        return ", ".join(texts)

    @property
    def intervals(self) -> str:
        """How the intervals were made; "" where there are none."""
        one = self.measurement
        if one.samples < 2:
            return ""
        return f"95 % of {one.samples:,} bootstrap samples of the segments, seed {one.seed}"

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics."""
        return tuple(self.measurement.figures)

    @property
    def labels(self) -> Row:
        """The metrics as people write them."""
        return tuple(LABELS[name] for name in self.metrics)

    def figures(self) -> list[Row]:
        """Return metric, score, interval and signature of each."""
        return [
            (LABELS[name], number(figure.score), interval(figure), figure.signature)
            for name, figure in self.measurement.figures.items()
        ]

    def compared(self) -> list[Row]:
        """Return a row for each published model, and one of the system, best first; or none."""
        if not self.published:
            return []
        own = {name: figure.score for name, figure in self.measurement.figures.items()}
        rows = [(self.measurement.system.name, own, "this evaluation")]
        rows += [(p.model, dict(p.scores), p.source.partition(" (")[0]) for p in self.published]
        by = next((name for name in ("bleu", *self.metrics) if name in own), "")
        rows.sort(key=lambda row: -row[1].get(by, 0.0))
        return [(name, *_scores(values, self.metrics), source) for name, values, source in rows]

    def sources(self) -> list[str]:
        """Return where what is published stands, each once, and what must be known beside."""
        notes = [f"{one.model}: {one.note}" for one in self.published if one.note]
        return [*dict.fromkeys(one.source for one in self.published), *notes]

    def buckets(self) -> list[tuple[str, list[Row]]]:
        """Return for each kind of bucket its title and rows of name, segments, scores."""
        return [
            (title, rows)
            for kind, title in KINDS.items()
            if (rows := [self._row(s) for s in self.measurement.buckets if s.bucket.kind == kind])
        ]

    def documents(self) -> list[Row]:
        """Return a row for each document, the worst ones first."""
        ranked = sorted(self.measurement.documents, key=self._rank)
        return [self._row(one) for one in ranked[:DOCUMENTS]]

    def losses(self) -> list[Row]:
        """Return rows on numbers and names."""
        losses = self.measurement.losses
        numbers, names = sum(one.numbers for one in losses), sum(one.names for one in losses)
        lost_numbers = sum(len(one.lost_numbers) for one in losses)
        lost_names = sum(len(one.lost_names) for one in losses)
        respelled = sum(len(one.respelled) for one in losses)
        return [
            ("numbers", f"{numbers:,}", f"{lost_numbers:,}", _share(lost_numbers, numbers), ""),
            ("names", f"{names:,}", f"{lost_names:,}", _share(lost_names, names), f"{respelled:,}"),
        ]

    def lost_names(self) -> list[tuple[str, int]]:
        """Return the names that were lost most often, with how often."""
        counts: dict[str, int] = {}
        for loss in self.measurement.losses:
            for name in loss.lost_names:
                counts[name] = counts.get(name, 0) + 1
        return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_LISTED]

    @property
    def ranked_by(self) -> str:
        """The metric that tells the worst from the best, for people."""
        return LABELS[self.measurement.ranking]

    def worst(self) -> list[int]:
        """Return the numbers of the worst segments."""
        return self.measurement.ranked()[: self.examples]

    def best(self) -> list[int]:
        """Return the numbers of the best segments, but for those among the worst."""
        ranked = self.measurement.ranked()
        return ranked[self.examples :][::-1][: self.examples]

    def _row(self, scored: Scored) -> Row:
        return (scored.bucket.name, f"{scored.count:,}", *_scores(scored.scores, self.metrics))

    def _rank(self, scored: Scored) -> float:
        by = self.measurement.ranking
        return -scored.scores[by] if by == "ter" else scored.scores[by]


def interval(figure: Figure) -> str:
    """Return the interval of a figure, a dash where there is none.

    >>> interval(Figure(12.3, "", 11.04, 13.56)), interval(Figure(12.3, ""))
    ('11.0 to 13.6', '–')
    """
    return NONE if figure.low is None else f"{number(figure.low)} to {number(figure.high)}"


def extent(measurement: Measurement) -> list[str]:
    """Return how much there was to translate, whatever the system made of it."""
    testset, documents = measurement.testset, len(measurement.documents)
    texts = [
        counted_thousands(len(measurement.system.hypotheses), "segment"),
        counted(len(testset.references), "reference"),
    ]
    return [*texts, counted(documents, "document")] if documents else texts


def evaluation_record(evaluated: Evaluated) -> Record:
    """Return all that was measured, but for the segments that are neither best nor worst."""
    one = evaluated.measurement
    losses = one.losses
    return {
        "system": one.system.name,
        "testset": one.testset.name,
        **{name: _figure_record(figure) for name, figure in one.figures.items()},
        "segments": len(one.system.hypotheses),
        "references": len(one.testset.references),
        "samples": one.samples,
        "seed": one.seed,
        "signature": one.system.signature or None,
        "empty_hypotheses": sum(not text.strip() for text in one.system.hypotheses),
        "empty_references": _empty_references(one),
        "numbers": {
            "expected": sum(loss.numbers for loss in losses),
            "lost": sum(len(loss.lost_numbers) for loss in losses),
        },
        "names": {
            "expected": sum(loss.names for loss in losses),
            "lost": sum(len(loss.lost_names) for loss in losses),
            "respelled": sum(len(loss.respelled) for loss in losses),
        },
        "buckets": [
            {"kind": scored.bucket.kind, **_scored_record(scored)} for scored in one.buckets
        ],
        "documents": [_scored_record(scored) for scored in one.documents],
        "published": [
            {"model": each.model, **each.scores, "source": each.source, "note": each.note or None}
            for each in evaluated.published
        ],
        "worst": [sentence_record(one, segment) for segment in evaluated.worst()],
        "best": [sentence_record(one, segment) for segment in evaluated.best()],
    }


def sentence_records(measurement: Measurement) -> Iterator[Record]:
    """Yield the record of each segment, in order."""
    for segment in range(len(measurement.system.hypotheses)):
        yield sentence_record(measurement, segment)


def sentence_record(measurement: Measurement, segment: int) -> Record:
    """Return texts and scores of a segment; `segment` counts from 1."""
    testset, loss = measurement.testset, measurement.losses[segment]
    record: Record = {"segment": segment + 1}
    for name, values in (("document", testset.documents), ("created", testset.created)):
        if values:
            record[name] = values[segment] or None
    record |= {name: rounded(values[segment]) for name, values in measurement.sentences.items()}
    return record | {
        "lost_numbers": list(loss.lost_numbers),
        "lost_names": list(loss.lost_names),
        "respelled": [list(pair) for pair in loss.respelled],
        "source": testset.sources[segment] if testset.sources else None,
        "hypothesis": measurement.system.hypotheses[segment],
        "references": [texts[segment] for texts in testset.references],
    }


def _empty_references(measurement: Measurement) -> int:
    return sum(not text.strip() for texts in measurement.testset.references for text in texts)


def _figure_record(figure: Figure) -> Record:
    return {
        "score": rounded(figure.score),
        "low": rounded(figure.low),
        "high": rounded(figure.high),
        "mean": rounded(figure.mean),
        "margin": rounded(figure.margin),
        "signature": figure.signature,
    }


def _scored_record(scored: Scored) -> Record:
    scores = {name: rounded(value) for name, value in scored.scores.items()}
    return {"name": scored.bucket.name, "segments": scored.count, **scores}


def _scores(scores: Mapping[str, float], metrics: Sequence[str]) -> Row:
    return tuple(number(scores.get(name)) for name in metrics)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else NONE


def rounded(value: float | None) -> float | None:
    """Return a score as records hold it, to the tenth decimal."""
    return None if value is None else round(value, _DIGITS)
