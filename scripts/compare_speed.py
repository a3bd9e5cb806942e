"""Time `align compare` and `sacrebleu --paired-bs` on the same outputs, in turn.

    python scripts/compare_speed.py OUTPUT REFERENCE [--source FILE] [--damage 0.08] [--runs 3]

OUTPUT is a system's translation, a segment a line; the second system is a copy of it with some of
its words left out, drawn anew with a fixed seed. Both programs score BLEU, chrF and TER and draw
1,000 bootstrap samples; `align compare` also does all else that it does by default, and once more
without approximate randomisation, which `--paired-bs` has not. Times are those of whole processes,
the best of the runs: on the clock, and of the processor. For the outputs of the embedded model for
1,012 sentences, half a minute a run.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory


def damaged(text: str, share: float) -> str:
    """Leave out that share of the words."""
    rng = random.Random(1)
    lines = (
        " ".join(word for word in line.split() if rng.random() >= share)
        for line in text.splitlines()
    )
    return "".join(f"{line}\n" for line in lines)


def timed(command: list[str]) -> tuple[float, float]:
    """Run it; return the seconds it took, and those of the processor."""
    environment = {k: v for k, v in os.environ.items() if k != "SACREBLEU_SEED"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = sum(getattr(after, name) - getattr(before, name) for name in ("ru_utime", "ru_stime"))
    return time.perf_counter() - start, used


def main() -> None:
    """Run both and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("reference", type=Path)
    parser.add_argument("--source", type=Path)
    parser.add_argument("--damage", type=float, default=0.08)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        other = Path(folder) / "damaged.txt"
        other.write_text(damaged(options.output.read_text("utf-8"), options.damage), "utf-8")
        systems = [str(options.output), str(other)]
        theirs = [sys.executable, "-m", "sacrebleu", str(options.reference), "-i", *systems]
        theirs += ["-m", "bleu", "chrf", "ter", "--paired-bs", "-q", "-f", "text"]
        ours = [sys.executable, "-m", "align", "compare", *systems]
        ours += ["--reference", str(options.reference), "--json"]
        ours += ["--source", str(options.source)] if options.source else []
        commands = {
            "sacrebleu --paired-bs": theirs,
            "align compare": ours,
            "align compare --trials 0": [*ours, "--trials", "0"],
        }
        runs = [
            {name: timed(command) for name, command in commands.items()}
            for _ in range(options.runs)
        ]
    best = {name: [min(run[name][at] for run in runs) for at in (0, 1)] for name in commands}
    base = best["sacrebleu --paired-bs"]
    print(f"{'':26}{'clock':>9}{'ratio':>8}{'processor':>12}{'ratio':>8}")
    for name, (clock, processor) in best.items():
        print(
            f"{name:26}{clock:7.1f} s{clock / base[0]:8.2f}"
            f"{processor:10.1f} s{processor / base[1]:8.2f}"
        )


if __name__ == "__main__":
    main()
