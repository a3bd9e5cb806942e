"""sacrebleu's own command, which our figures must equal to the last digit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

DIGITS = 10
NAMES = {"BLEU": "bleu", "chrF2": "chrf", "chrF2++": "chrf++", "TER": "ter"}


def sacrebleu(
    hypothesis: Path, references: Sequence[Path], *options: str, word_order: int = 0
) -> dict[str, dict[str, Any]]:
    """Run it; return what it prints of each metric, by our names of them."""
    command = [sys.executable, "-m", "sacrebleu", *map(str, references), "-i", str(hypothesis)]
    command += ["-w", str(DIGITS), "-q", "-f", "json", "-cw", str(word_order), *options]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SACREBLEU")}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    found = json.loads(result.stdout)
    every = found if isinstance(found, list) else [found]
    return {NAMES[one["name"]]: one for one in every}


def sentence_scores(
    hypothesis: Path, references: Sequence[Path], metric: str, *, word_order: int = 0
) -> list[float]:
    """Run it for each sentence."""
    command = [sys.executable, "-m", "sacrebleu", *map(str, references), "-i", str(hypothesis)]
    command += ["-w", str(DIGITS), "-q", "-sl", "-b", "-m", metric, "-cw", str(word_order)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(line) for line in result.stdout.split()]


def paired_test(
    systems: Sequence[Path], reference: Path, test: str, count: int, seed: int
) -> dict[str, list[tuple[float, float | None]]]:
    """Run its paired test, `bs` or `ar`; return score and p-value of each system, by metric.

    Reads its table: written as JSON, sacrebleu 2.6 fails for chrF.
    """
    command = [sys.executable, "-m", "sacrebleu", str(reference), "-i", *map(str, systems)]
    command += ["-m", "bleu", "chrf", "ter", f"--paired-{test}", f"--paired-{test}-n", str(count)]
    command += ["-w", str(DIGITS), "-q", "-f", "text"]
    environment = os.environ | {"SACREBLEU_SEED": str(seed)}
    result = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    rows = [
        [cell.strip() for cell in line.split("│")[1:-1]]
        for line in result.stdout.splitlines()
        if line.startswith("│")
    ]
    metrics = [NAMES[cell.split()[0]] for cell in rows[0][1:]]
    scores = [[float(cell.split()[0]) for cell in row[1:]] for row in rows[1:] if row[0]]
    chances: list[list[float | None]] = [[None] * len(metrics)]
    chances += [[float(c.split("=")[1].rstrip(" )*")) for c in row[1:]]
                for row in rows if not row[0]]  # fmt: skip
    return {
        name: list(zip((row[at] for row in scores), (row[at] for row in chances), strict=True))
        for at, name in enumerate(metrics)
    }
