"""`Check`: what a translated article scores against its slug and headline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["match", "doubtful", "mismatch", "unchecked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Scores of one article; None where there is nothing to score against.

    Attributes:
        slug_bleu: sentence BLEU of the translated headline against the slug, 0 to 100.
        slug_chrf: chrF of the same, 0 to 100.
        slug_recall: share of the slug's content words, each weighted by its rarity, that the
            translation has in its headline or first twelve sentences; 0 to 1.
        headline_bleu: sentence BLEU of the translated headline against the known English
            headline, 0 to 100.
        score: calibrated chance that slug and article belong together and that the translation
            carries it, 0 to 1.
        verdict: what the score says; "unchecked" without one.
        reasons: what speaks against a match, or why there is no score; short phrases.
        slug_words: each content word of the slug, in order, and whether the translation has it.
        slug_pair: translated headline and slug as words, which `slug_bleu` and `slug_chrf`
            compare.
        signature: how BLEU, recall and score were computed.
        chrf_signature: how chrF was.
    """

    slug_bleu: float | None = None
    slug_chrf: float | None = None
    slug_recall: float | None = None
    headline_bleu: float | None = None
    score: float | None = None
    verdict: Verdict = "unchecked"
    reasons: tuple[str, ...] = ()
    slug_words: tuple[tuple[str, bool], ...] = ()
    slug_pair: tuple[str, str] | None = None
    signature: str
    chrf_signature: str
