"""`Translation`: what became of one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

# The note of a translation that the user gave the memory (`align memory import`).
CORRECTED: Final = "corrected"

# What a translation was come by: the model; the memory; an equal source of the same call; the
# user's correction in the memory; nothing, for the source passed through.
Means = Literal["model", "memory", "repeat", "correction", "none"]


@dataclass(frozen=True, slots=True)
class Translation:
    """One sentence and its translation.

    `score` is the mean log-probability per target token, at most 0; 0.0 where nothing was
    decoded (`passed_through`, or corrected). `model` names model and content (`ur-en@1a2b3c4d`).
    `notes` holds the marks of `align.translate.doubts`, in a fixed order, or `CORRECTED` alone;
    empty if all is well. `means` is for accounts: it is no part of what a translation is.
    """

    source: str
    text: str
    score: float
    model: str
    notes: tuple[str, ...] = ()
    means: Means = field(default="model", compare=False)

    @property
    def doubts(self) -> tuple[str, ...]:
        """The notes that tell of something wrong: all but that it is the user's."""
        return tuple(note for note in self.notes if note != CORRECTED)

    @property
    def machine(self) -> str | None:
        """What no human wrote: the text, None where it is the user's correction."""
        return None if CORRECTED in self.notes else self.text

    @property
    def passed_through(self) -> bool:
        """Whether the source had nothing to translate (blank, digits, Latin) and is the text."""
        return self.score == 0.0 and self.text == self.source
