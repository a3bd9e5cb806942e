"""What fine-tuning gains on one test set and loses on another: scores before and after.

A model that goes on training on a small corpus gets better at that corpus's kind of text and
worse at what it no longer sees (catastrophic forgetting); one figure without the other misleads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from align.evaluate.scores import Scores, score
from align.evaluate.testsets import TestSet

Record = Mapping[str, Any]  # of `Scores.record`


def measure(
    translate: Callable[[list[str]], list[str]], testsets: Sequence[TestSet]
) -> dict[str, Scores]:
    """Return name to scores of each test set, by a function from sources to hypotheses.

    The second set of one name is called `NAME (2)`.
    """
    found: dict[str, Scores] = {}
    for one in testsets:
        name = one.name if one.name not in found else f"{one.name} (2)"
        found[name] = score(translate(list(one.sources)), one.references)
    return found


def changes(before: Mapping[str, Record], after: Mapping[str, Record]) -> list[dict[str, Any]]:
    """Return what changed on each test set of both, in the order of `after`.

    A record has `testset`, `before`, `after`, and `bleu_change` and `chrf_change` in points.
    """
    records = []
    for name in (name for name in after if name in before):
        record: dict[str, Any] = {
            "testset": name,
            "before": dict(before[name]),
            "after": dict(after[name]),
        }
        for metric in ("bleu", "chrf"):
            change = after[name][metric] - before[name][metric]
            record[f"{metric}_change"] = round(change, 1)
        records.append(record)
    return records


def change_table(records: Sequence[Record]) -> str:
    """Return a Markdown table of `changes`: BLEU and chrF before, after, difference."""
    lines = [
        "| test set | BLEU before | after | change | chrF before | after | change |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for one in records:
        cells = [str(one["testset"])]
        for metric in ("bleu", "chrf"):
            cells += [
                f"{one['before'][metric]:.1f}",
                f"{one['after'][metric]:.1f}",
                f"{one[metric + '_change']:+.1f}",
            ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
