"""`Bead`: sentences of one side that are a translation of sentences of the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bead:
    """Neighbouring source sentences and the neighbouring target sentences that translate them.

    `source` and `target` hold zero-based numbers of sentences; one of the two may be empty, for
    what the other side leaves out. `score` is the chance, 0 to 1, that the bead is right.
    """

    source: tuple[int, ...]
    target: tuple[int, ...]
    score: float

    @property
    def is_null(self) -> bool:
        """Whether one side is empty."""
        return not (self.source and self.target)

    @property
    def numbers(self) -> str:
        """The sentences, as `align pair` prints them.

        >>> Bead((0, 1), (0,), 0.97).numbers
        '0,1:0'
        >>> Bead((), (4,), 0.5).numbers
        ':4'
        """
        return f"{','.join(map(str, self.source))}:{','.join(map(str, self.target))}"
