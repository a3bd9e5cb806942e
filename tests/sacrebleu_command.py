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
_NAMES = {"BLEU": "bleu", "chrF2": "chrf", "chrF2++": "chrf++", "TER": "ter"}


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
    return {_NAMES[one["name"]]: one for one in every}


def sentence_scores(
    hypothesis: Path, references: Sequence[Path], metric: str, *, word_order: int = 0
) -> list[float]:
    """Run it for each sentence."""
    command = [sys.executable, "-m", "sacrebleu", *map(str, references), "-i", str(hypothesis)]
    command += ["-w", str(DIGITS), "-q", "-sl", "-b", "-m", metric, "-cw", str(word_order)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(line) for line in result.stdout.split()]
