"""`Check`: what a translated article scores against its slug and headline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["match", "doubtful", "mismatch", "unchecked"]


@dataclass(frozen=True, slots=True)
class Check:
    """Scores of one article; None where there is nothing to score against.

    `slug_bleu`, `slug_chrf`, `headline_bleu` go from 0 to 100; `slug_recall` and `score` from 0
    to 1. `score` is the calibrated chance that slug and article belong together and that the
    translation carries it. `slug_words` pairs each content word of the slug, in order, with
    whether the translation has it.
    """

    slug_bleu: float | None
    slug_chrf: float | None
    slug_recall: float | None
    headline_bleu: float | None
    score: float | None
    verdict: Verdict
    reasons: tuple[str, ...]
    slug_words: tuple[tuple[str, bool], ...]
    signature: str
