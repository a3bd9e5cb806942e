"""`Pair`: a source text and its translation, with where they come from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pair:
    """A source text, mostly a sentence, and its translation.

    Attributes:
        source: Urdu, unless said otherwise; as it was read.
        target: English, likewise.
        score: Chance that they are translations of each other, 0 to 1; None where nobody said.
        translation: Machine translation of `source`, where there is one.
        origin: Name of the corpus, outlet or folder; empty where unknown, as are the next three.
        document: Which document of the origin it is from.
        created: When that appeared, an ISO date.
        bead: Which sentences of the two documents they are, as `Bead.numbers` writes them.
    """

    source: str
    target: str
    score: float | None = None
    translation: str | None = None
    origin: str = ""
    document: str = ""
    created: str = ""
    bead: str = ""

    def mapped(self, change: Callable[[str], str]) -> Pair:
        """Return the pair with `change` applied to all its texts, names of its origin too."""
        return replace(
            self,
            source=change(self.source),
            target=change(self.target),
            translation=None if self.translation is None else change(self.translation),
            origin=change(self.origin),
            document=change(self.document),
            created=change(self.created),
            bead=change(self.bead),
        )
