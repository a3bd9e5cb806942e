"""`Corrections`: of a translation memory what the user said, for nodes that have no memory.

A memory is a file of one machine. What a node remembered would decide what is translated together
there, and so the last digit of a score; corrections are the same on all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from align.translate.memory import Memory, Remembered
from align.translate.seen import seen_by_model
from align.translate.translation import CORRECTED


class Corrections:
    """A memory of corrections alone, without a file, which remembers nothing more.

    See `align.translate.translator.Remembering`.
    """

    def __init__(self, texts: Mapping[str, str], name: str) -> None:
        """Take the user's translations by their sources; `name` is their `Memory.corrected`."""
        self._texts = {seen_by_model(source): text for source, text in texts.items()}
        self._name = name

    @classmethod
    def of(cls, memory: Memory) -> Corrections | None:
        """Return those of a memory; None where it has none."""
        texts = {one.source: one.text for one in memory.corrections()}
        return cls(texts, memory.corrected) if texts else None

    @property
    def corrected(self) -> str:
        """As of the memory that they are from."""
        return self._name

    def get_many(self, scope: str, sources: Iterable[str]) -> dict[str, Remembered]:
        """Return what of `sources` the user corrected."""
        del scope  # they win over any model
        return {
            source: Remembered(self._texts[source], 0.0, (CORRECTED,))
            for source in sources
            if source in self._texts
        }

    def put_many(self, scope: str, entries: Mapping[str, Remembered]) -> None:
        """Remember nothing."""
