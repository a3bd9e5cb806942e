"""`Document`: one side of a bitext, as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from align.errors import UsageError


@dataclass(frozen=True, slots=True)
class Document:
    """The sentences of one text, in order.

    Attributes:
        sentences: As they were read; any may be empty.
        paragraphs: Number of the paragraph of each sentence, never falling; empty where unknown.
    """

    sentences: tuple[str, ...]
    paragraphs: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Refuse paragraphs that do not fit the sentences."""
        if self.paragraphs and len(self.paragraphs) != len(self.sentences):
            raise UsageError(
                f"{len(self.sentences)} sentences, but paragraphs of {len(self.paragraphs)}"
            )
        if any(before > after for before, after in pairwise(self.paragraphs)):
            raise UsageError("the paragraphs of a document must not fall")

    def __len__(self) -> int:
        return len(self.sentences)
