"""`Outcome`: what a run gave."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """The model folder, what of the run it is, and what that scored.

    `bleu` and `chrf` are of the development set, None without one.
    """

    folder: Path
    steps: int
    chosen: str
    bleu: float | None
    chrf: float | None
