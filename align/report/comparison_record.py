"""What came of several systems on a test set, as a record."""

from __future__ import annotations

from collections.abc import Sequence

from align.evaluate.comparison import Standing
from align.evaluate.ngrams import NGram
from align.report.comparison import Compared
from align.report.evaluation import rounded
from align.report.jsonl import Record


def comparison_record(compared: Compared) -> Record:
    """Return all of a comparison, but for the segments that differ less."""
    one, first = compared.comparison, compared.comparison.measurements[0]
    return {
        "testset": one.testset.name,
        "baseline": first.system.name,
        "segments": len(first.system.hypotheses),
        "references": len(one.testset.references),
        "alpha": one.alpha,
        "by": list(one.by),
        "samples": first.samples,
        "trials": one.trials,
        "seed": first.seed,
        "systems": [_system_record(compared, at) for at in range(len(compared.names))],
        "winners": _winners_record(compared, one.whole),
        "buckets": [
            {"kind": standing.bucket.kind, **_standing_record(compared, standing)}
            for standing in one.buckets
        ],
        "documents": [_standing_record(compared, standing) for standing in one.documents],
    }


def _system_record(compared: Compared, at: int) -> Record:
    one = compared.comparison.measurements[at]
    record: Record = {
        "name": one.system.name,
        "signature": one.system.signature or None,
        **_scores_record(compared, compared.comparison.whole, at),
        "lost_numbers": sum(len(loss.lost_numbers) for loss in one.losses),
        "lost_names": sum(len(loss.lost_names) for loss in one.losses),
        "empty": sum(not text.strip() for text in one.system.hypotheses),
    }
    for name, figure in one.figures.items():
        record[name] |= {
            "low": rounded(figure.low),
            "high": rounded(figure.high),
            "signature": figure.signature,
        }
    if at == 0:
        return record
    rival = compared.comparison.rivals[at - 1]
    better, same, worse = rival.wins(compared.comparison.scored())
    return record | {
        "better_segments": better,
        "tied_segments": same,
        "worse_segments": worse,
        "words": _ngrams_record(rival.words),
        "phrases": _ngrams_record(rival.phrases),
        "worst": [_segment_record(compared, at, n) for n in compared.worst(at - 1)],
        "best": [_segment_record(compared, at, n) for n in compared.best(at - 1)],
    }


def _standing_record(compared: Compared, standing: Standing) -> Record:
    return {
        "name": standing.bucket.name,
        "segments": len(standing.bucket.segments),
        "systems": [
            {"name": name, **_scores_record(compared, standing, at)}
            for at, name in enumerate(compared.names)
        ],
        "winners": _winners_record(compared, standing),
    }


def _scores_record(compared: Compared, standing: Standing, at: int) -> Record:
    record: Record = {}
    for name, score in standing.scores[at].items():
        record[name] = {"score": rounded(score)}
        if at:
            one = standing.contrasts[at - 1][name]
            record[name] |= {
                "difference": rounded(one.value),
                "difference_low": rounded(one.low),
                "difference_high": rounded(one.high),
                "p_bootstrap": rounded(one.bootstrap),
                "p_randomisation": rounded(one.randomisation),
                "outcome": one.outcome(compared.comparison.alpha) if compared.tested else None,
            }
    return record


def _winners_record(compared: Compared, standing: Standing) -> Record:
    return {
        name: None if winner is None else compared.names[winner]
        for name, winner in standing.winners.items()
    }


def _ngrams_record(sides: tuple[Sequence[NGram], Sequence[NGram]]) -> Record:
    names = "baseline_gets", "system_gets"
    return {
        name: [
            {"text": one.text, "expected": one.expected,
             "baseline": one.matched[0], "system": one.matched[1]}
            for one in side
        ]
        for name, side in zip(names, sides, strict=True)
    }  # fmt: skip


def _segment_record(compared: Compared, at: int, segment: int) -> Record:
    one = compared.comparison
    testset, first, other = one.testset, one.measurements[0], one.measurements[at]
    return {
        "segment": segment + 1,
        "document": testset.documents[segment] or None if testset.documents else None,
        "difference": rounded(one.rivals[at - 1].differences[segment]),
        "source": testset.sources[segment] if testset.sources else None,
        "references": [texts[segment] for texts in testset.references],
        "baseline": first.system.hypotheses[segment],
        "system": other.system.hypotheses[segment],
    }
