"""Union-find (Tarjan 1975): which of many things belong together."""

from __future__ import annotations

from array import array
from typing import Final


class Union:
    """Sets of the numbers from 0; each is known by its smallest member."""

    def __init__(self, count: int = 0) -> None:
        """Let `count` numbers each be a set of its own."""
        self._parents: Final = array("q", range(count))

    def __len__(self) -> int:
        return len(self._parents)

    def add(self) -> int:
        """Add a number, and return it."""
        self._parents.append(len(self._parents))
        return len(self._parents) - 1

    def find(self, number: int) -> int:
        """Return the smallest member of the set of a number."""
        parents = self._parents
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        one, other = sorted((self.find(one), self.find(other)))
        self._parents[other] = one
