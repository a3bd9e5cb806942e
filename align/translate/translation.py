"""`Translation`: what became of one sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translation:
    """One sentence and its translation.

    `score` is the mean log-probability per target token, at most 0; 0.0 where nothing was
    decoded (`passed_through`). `model` names model and content (`ur-en@1a2b3c4d`).
    `notes` holds the marks of `align.translate.doubts`, in a fixed order; empty if all is well.
    """

    source: str
    text: str
    score: float
    model: str
    notes: tuple[str, ...] = ()

    @property
    def passed_through(self) -> bool:
        """Whether the source had nothing to translate (blank, digits, Latin) and is the text."""
        return self.score == 0.0 and self.text == self.source
