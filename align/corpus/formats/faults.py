"""What is wrong with a corpus that is read, and what had to change in one that is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from align.errors import InputError


@dataclass(slots=True)
class Faults:
    """Takes the broken records of the file `path`.

    Without `skipped` the first of them ends the reading with an InputError; with it, it is told
    one line for each, and the rest is read.
    """

    path: str
    skipped: Callable[[str], None] | None = None

    def add(self, reason: str, *, line: int | None = None) -> None:
        """Take one.

        Raises:
            InputError: Nobody is to be told.
        """
        error = InputError(self.path, reason, line=line)
        if self.skipped is None:
            raise error
        self.skipped(str(error))


@dataclass(slots=True)
class Changes:
    """Counts the pairs that a format could not hold as they are, by what was done to them."""

    _counts: dict[str, int] = field(default_factory=dict)
    _first: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, number: int) -> None:
        """Count that `what` was done to pair `number` (from 1)."""
        self._counts[what] = self._counts.get(what, 0) + 1
        self._first.setdefault(what, number)

    def lines(self, path: str) -> list[str]:
        """Return a line for each kind of change.

        >>> changes = Changes()
        >>> changes.add("tabs became spaces", 7)
        >>> changes.lines("a.tsv")
        ['a.tsv: tabs became spaces: 1 pair, first pair 7']
        """
        return [
            f"{path}: {what}: {count:,} pair{'s' if count > 1 else ''}, "
            f"first pair {self._first[what]:,}"
            for what, count in self._counts.items()
        ]
