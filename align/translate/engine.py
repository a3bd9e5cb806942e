"""`Engine`: what the translator asks of a program that runs a model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """How to search: the settings that can change a translation, and nothing else."""

    beam: int = 4
    length_penalty: float = 1.0
    repetition_penalty: float = 1.0
    no_repeat_ngram: int = 0  # 0: any n-gram may come again
    max_tokens: int = 256  # of the target

    def limit(self, pieces: int) -> int:
        """The longest target of a source of so many pieces: runaway output costs time.

        Three tokens a piece, and some more; the same for sources of like length, which then
        share a batch.
        """
        return min(self.max_tokens, 3 * 16 * math.ceil(pieces / 16) + 20)

    def __str__(self) -> str:
        """Give the part of a signature, `beam:4|lp:1|rp:1|ngram:0|max:256`."""
        return (
            f"beam:{self.beam}|lp:{self.length_penalty:g}|rp:{self.repetition_penalty:g}"
            f"|ngram:{self.no_repeat_ngram}|max:{self.max_tokens}"
        )


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """Target pieces without the end token, and their mean log-probability (end included)."""

    pieces: list[str]
    score: float


class Engine(Protocol):
    """Runs one model. Thread-safe; `translate` gives one hypothesis for each input, in order."""

    @property
    def model(self) -> str:
        """Name and content of the model: `ur-en@1a2b3c4d`."""

    @property
    def signature(self) -> str:
        """What runs it, how precisely, and where: `ctranslate2:4.8.5|int8|cpu`."""

    @property
    def max_source_tokens(self) -> int:
        """The longest input in pieces, end token not counted."""

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut normalised texts into source pieces, without the end token."""

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces to text."""

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[Hypothesis]:
        """Translate source pieces, each at most `max_source_tokens`, of any number and order."""


@runtime_checkable
class Closable(Protocol):
    """An engine that holds what outlives it: a process."""

    def close(self) -> None:
        """Let go of it."""


class AttentiveEngine(Engine, Protocol):
    """An engine that also shows its attention."""

    def encode_target(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut normalised texts into target pieces, without the end token."""

    def attend(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        """Return where the model looks as it is made to translate each source by its target.

        Args:
            sources: Source pieces, each 1 to `max_source_tokens`.
            targets: Target pieces of each, as many.

        Returns:
            For each, [target pieces, source pieces + 1], rows that sum to 1: the attention of
            the model's alignment head; the last column is the end token's.
        """
