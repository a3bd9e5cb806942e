"""Counts and scores as people read them."""

from __future__ import annotations

from typing import Final

from align.check import Check, Summary, Verdict
from align.pipeline import TranslatedArticle

NONE: Final = "\u2013"

SYMBOLS: Final[dict[Verdict, str]] = {
    "match": "\u2713",
    "doubtful": "?",
    "mismatch": "\u2717",
    "unchecked": NONE,
}


def percent(share: float | None) -> str:
    """Return a share of 0 to 1 as a percentage, a dash for None.

    >>> percent(0.875), percent(None)
    ('88%', '–')
    """
    return NONE if share is None else f"{share:.0%}"


def number(value: float | None) -> str:
    """Return a score of 0 to 100 with one decimal, a dash for None.

    >>> number(23.456)
    '23.5'
    """
    return NONE if value is None else f"{value:.1f}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "sentence"), counted(0, "sentence")
    ('1 sentence', '0 sentences')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def counted_thousands(count: int, noun: str) -> str:
    """Return a count with its noun, thousands apart.

    >>> counted_thousands(12345, "pair")
    '12,345 pairs'
    """
    return f"{count:,} {counted(count, noun).partition(' ')[2]}"


def noted(translated: TranslatedArticle) -> int:
    """Return how many translations, the headline's included, have a note of something wrong."""
    return sum(bool(pair.doubts) for pair in translated.translations)


def verdict_counts(summary: Summary) -> str:
    """Return how often each verdict was given, `3 match, 1 unchecked`."""
    return ", ".join(f"{count} {verdict}" for verdict, count in summary.verdicts.items() if count)


def scores(check: Check) -> list[tuple[str, str]]:
    """Return name and value of each score that the check has."""
    every = (
        ("score", percent(check.score)),
        ("slug recall", percent(check.slug_recall)),
        ("slug BLEU", number(check.slug_bleu)),
        ("slug chrF", number(check.slug_chrf)),
        ("headline BLEU", number(check.headline_bleu)),
    )
    return [(name, value) for name, value in every if value != NONE]
