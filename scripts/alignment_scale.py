"""Measure how time and memory of sentence alignment grow, beside a plain quadratic aligner.

    python scripts/alignment_scale.py [--sizes 1500,3000,6000,12000] [--plot FILE] [--json FILE]

Both sides are made of invented words by Zipf's law (seeded): the target is the source's
translation with a quarter of the words changed, a tenth of the sentences joined to the next and
one in twenty foreign. Each size runs in a process of its own, so that its peak memory is its own;
what Python and numpy take before they begin is in it. The plain aligner, a full table over all
pairs of sentences in pure Python (shared words, 1-1, 2-1, 1-2, nulls), is run up to 1,000
sentences; "times" is how much longer it would take at a size, growing with its square (reckoned,
not run). "found" is the share of true sentence links that are in a bead; wrong ones do not lower
it. Takes some five minutes on one free core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import resource
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

SIZES = "1500,3000,6000,12000,25000,50000,100000"
PLAIN = (250, 500, 1000)
WORDS = 40_000
LETTERS = "aeioubdfghklmnprstvwyz"
Texts = tuple[list[str], list[str], list[tuple[int, int]]]


def bitext(size: int, seed: int = 1) -> Texts:
    """Return a translation, a target and the pairs of sentences of which one is the other's."""
    rng = random.Random(seed)
    words = ["".join(rng.choices(LETTERS, k=rng.randint(3, 10))) for _ in range(WORDS)]
    chances = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))

    def sentence() -> list[str]:
        return rng.choices(words, cum_weights=chances, k=rng.randint(5, 35))

    source = [sentence() for _ in range(size)]
    target: list[str] = []
    pairs = []
    for number, text in enumerate(source):
        changed = [word if rng.random() > 0.25 else rng.choice(words) for word in text]
        if target and rng.random() < 0.1:
            target[-1] += " " + " ".join(changed)
        else:
            target.append(" ".join(changed))
        pairs.append((number, len(target) - 1))
        if rng.random() < 0.05:
            target.append(" ".join(sentence()))
    return [" ".join(text) for text in source], target, pairs


def plain(source: list[str], target: list[str]) -> None:
    """Align by a full table of shared words."""
    left, right = ([set(text.split()) for text in side] for side in (source, target))
    before: list[list[float]] = []
    for row in range(len(left) + 1):
        line: list[float] = []
        for column in range(len(right) + 1):
            best = 0.0
            if row:
                best = max(best, before[-1][column])
            if column:
                best = max(best, line[-1])
            for n, m in ((1, 1), (2, 1), (1, 2)):
                if row >= n and column >= m:
                    mine = set().union(*left[row - n : row])
                    other = set().union(*right[column - m : column])
                    shared = 2 * len(mine & other) / (len(mine) + len(other))
                    best = max(best, before[row - n][column - m] + shared)
            line.append(best)
        before.append(line)


def measured(which: str, size: int) -> dict[str, Any]:
    """Run one aligner once; in a process of its own."""
    source, target, pairs = bitext(size)
    start, cpu = time.perf_counter(), time.process_time()
    share: float | None = None  # the plain aligner is only timed
    if which == "plain":
        plain(source, target)
    else:
        from align.bitext.aligner import Document, align

        found = align(Document(tuple(source)), Document(tuple(target)), source)
        linked = {(i, j) for bead in found.beads for i in bead.source for j in bead.target}
        share = len(linked & set(pairs)) / len(pairs)
    return {
        "aligner": which,
        "source": len(source),
        "target": len(target),
        "seconds": round(time.perf_counter() - start, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "found": None if share is None else round(share, 4),
    }


def runs(which: str, sizes: list[int]) -> list[dict[str, Any]]:
    """Run an aligner at each size."""
    context = multiprocessing.get_context("spawn")
    result = []
    for size in sizes:
        with context.Pool(1) as pool:
            result.append(pool.apply(measured, (which, size)))
        print(".", end="", flush=True)
    return result


def write_plot(path: Path, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> None:
    """Draw time and memory over size, both axes logarithmic."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axis, key, label in (
        (axes[0], "cpu_seconds", "seconds of one core"),
        (axes[1], "peak_mb", "peak memory, MB"),
    ):
        for rows, name in ((ours, "align"), (theirs, "plain table")):
            axis.loglog(
                [row["source"] for row in rows], [row[key] for row in rows], "o-", label=name
            )
        axis.set(xlabel="source sentences", ylabel=label)
        axis.grid(visible=True, which="both", alpha=0.2)
        axis.legend()
    figure.savefig(path)
    pyplot.close(figure)


def main() -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    theirs = runs("plain", list(PLAIN))
    ours = runs("align", [int(size) for size in options.sizes.split(",")])
    last = theirs[-1]
    heads = f"{'wall s':>8} {'CPU s':>8} {'MB':>6} {'us each':>8} found"
    print(f"\n{'aligner':8} {'sentences':>17} {heads}")
    for row in [*theirs, *ours]:
        each = 1e6 * row["cpu_seconds"] / (row["source"] + row["target"])
        guess = last["cpu_seconds"] * (row["source"] / last["source"]) ** 2
        times = (
            f"   plain: {guess / row['cpu_seconds']:,.0f} times"
            if row["aligner"] == "align"
            else ""
        )
        found = "     -" if row["found"] is None else f"{row['found']:.4f}"
        print(
            f"{row['aligner']:8} {row['source']:8}x{row['target']:<8} {row['seconds']:8.2f} "
            f"{row['cpu_seconds']:8.2f} {row['peak_mb']:6} {each:8.0f} {found}{times}"
        )
    if options.json:
        options.json.write_text(json.dumps([*theirs, *ours], indent=1) + "\n", encoding="utf-8")
    if options.plot:
        write_plot(options.plot, ours, theirs)


if __name__ == "__main__":
    main()
