"""The results of `experiments.py`: scores, differences to the baselines, and tables of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from experiment_list import Experiment

from align.evaluate import Difference, TestSet, difference, score


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
        for metric in ("bleu", "chrf"):
            change = difference(baseline, found, testset.references, metric)
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


def shown(change: Mapping[str, float] | None) -> str:
    """Return `+0.4 (+0.1 to +0.7)`, in bold where the interval leaves zero out."""
    if change is None:
        return ""
    found = Difference(**change)
    text = f"{found.value:+.1f} ({found.low:+.1f} to {found.high:+.1f})"
    return f"**{text}**" if found.low > 0 or found.high < 0 else text
