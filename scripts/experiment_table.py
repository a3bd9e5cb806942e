"""The results of `experiments.py`: scores, differences to the baselines, and tables of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiment_list import Experiment

from align.evaluate import System, TestSet, compare, measure_all, score


def result(
    experiment: Experiment, testset: TestSet, done: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, Any] | None:
    """Return scores, and differences where the baseline is done; None if the run is not."""
    found = done.get(experiment.name, {}).get(testset.name)
    if found is None:
        return None
    record: dict[str, Any] = {
        "experiment": experiment.name, "about": experiment.about, "against": experiment.against,
        "testset": testset.name, "decoding": str(experiment.decoding),
        **score(found, testset.references).record(),
    }  # fmt: skip
    baseline = done.get(experiment.against or "", {}).get(testset.name)
    if baseline is not None:
        systems = [System("baseline", tuple(baseline)), System(experiment.name, tuple(found))]
        comparison = compare(measure_all(testset, systems, ("bleu", "chrf")), trials=0)
        for metric, change in comparison.whole.contrasts[0].items():
            record[f"{metric}_difference"] = asdict(change)
    return record


def table_lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a Markdown table a test set, and the signatures."""
    for testset in dict.fromkeys(record["testset"] for record in records):
        yield f"\n**{testset}**\n"
        yield "| run | | BLEU | difference | chrF | difference |"
        yield "| --- | --- | --- | --- | --- | --- |"
        chosen = [record for record in records if record["testset"] == testset]
        for one in chosen:
            cells = [one["experiment"], one["about"]]
            for metric in ("bleu", "chrf"):
                cells += [f"{one[metric]:.1f}", shown(one.get(f"{metric}_difference"))]
            yield f"| {' | '.join(cells)} |"
        yield f"\nBLEU `{chosen[0]['bleu_signature']}`, chrF `{chosen[0]['chrf_signature']}`"


def shown(change: Mapping[str, Any] | None) -> str:
    """Return `+0.4 (+0.1 to +0.7)`, in bold where the interval leaves zero out."""
    if change is None:
        return ""
    value, low, high = (change[name] for name in ("value", "low", "high"))
    text = f"{value:+.1f} ({low:+.1f} to {high:+.1f})"
    return f"**{text}**" if low > 0 or high < 0 else text
