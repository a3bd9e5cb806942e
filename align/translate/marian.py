"""`MarianEngine`: what both engines do alike, the text side of a MarianMT checkpoint."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from align.errors import ModelError, UsageError
from align.translate.alignment_head import AlignmentHead, alignment_head
from align.translate.engine import Decoding
from align.translate.layout import read_json
from align.translate.models import Model

END: Final = "</s>"
UNKNOWN: Final = "<unk>"
PAD: Final = "<pad>"
_LONGEST: Final = 512  # OPUS-MT has seen nothing longer, whatever the configuration allows


def usable_cpus() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


DEVICES: Final = ("cpu", "cuda")


def check_device(device: str, count: int) -> None:
    """Raise UsageError for a device of another name, or `cuda` where there are none."""
    if device not in DEVICES:
        raise UsageError(f"device {device!r}: there are {' and '.join(DEVICES)}")
    if device == "cuda" and not count:
        raise UsageError("device 'cuda': none is found here; use cpu")


class MarianEngine:
    """Cuts text into the pieces of `source.spm`, joins those of `target.spm`.

    An engine adds `translate`; see `align.translate.engine.Engine`.
    """

    def __init__(self, model: Model, signature: str) -> None:
        """Load both; raises ModelError where one is damaged."""
        self._identity, self._signature = model.identity, signature
        self._folder = model.folder
        self._source = _load(model.folder / "source.spm")
        self._target = _load(model.folder / "target.spm")
        self._config = read_json(model.folder / "config.json")
        self._positions: int = self._config.get("max_position_embeddings", _LONGEST)

    @property
    def model(self) -> str:
        """Name and content of the model."""
        return self._identity

    @property
    def signature(self) -> str:
        """What runs it, its version, precision and device."""
        return self._signature

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Piece to row of the embeddings, as the checkpoint has it."""
        return self._read_vocabulary("vocab.json")

    @cached_property
    def target_vocabulary(self) -> dict[str, int]:
        """The same of the target, where the two sides have each their own."""
        if self._config.get("share_encoder_decoder_embeddings", True):
            return self.vocabulary
        return self._read_vocabulary("target_vocab.json")

    def _read_vocabulary(self, name: str) -> dict[str, int]:
        vocabulary = read_json(self._folder / name)
        if END not in vocabulary or UNKNOWN not in vocabulary:
            raise ModelError(f"{self._folder / name}: no vocabulary of Marian: it lacks its tokens")
        if not all(isinstance(row, int) for row in vocabulary.values()):
            raise ModelError(f"{self._folder / name}: no vocabulary: its rows are no whole numbers")
        return vocabulary

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        return tuple(p for p in self.vocabulary if p.startswith(">>") and p.endswith("<<"))

    @cached_property
    def alignment_head(self) -> AlignmentHead:
        """The head that `attend` looks at."""
        return alignment_head(self._config)

    @property
    def max_source_tokens(self) -> int:
        """The longest input in pieces, end token not counted."""
        return min(self._positions, _LONGEST) - 1

    def max_target_tokens(self, decoding: Decoding, pieces: int) -> int:
        """The longest output for so many source pieces that the position table has room for."""
        return min(decoding.limit(pieces), self._positions)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut normalised texts into source pieces, without the end token.

        A text that starts with a language token of a multi-target model, `>>eng<<`, keeps it
        as one piece. Pieces that the vocabulary lacks stay as they are here.
        """
        return [self._encode(text) for text in texts]

    def _encode(self, text: str) -> list[str]:
        prefix = []
        if text.startswith(">>"):
            prefix = [token for token in self._languages if text.startswith(token)]
            text = text[len(prefix[0]) :] if prefix else text
        pieces: list[str] = self._source.encode(text, out_type=str)
        return prefix + pieces

    def encode_target(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut normalised texts into target pieces, without the end token."""
        found: list[list[str]] = self._target.encode(list(texts), out_type=str)
        return found

    def decode(self, pieces: Sequence[str]) -> str:
        """Join target pieces to text; control tokens are no part of it."""
        kept = [piece for piece in pieces if piece not in (END, UNKNOWN, PAD)]
        # Pieces that only the source knows keep their mark of a space.
        text: str = self._target.decode(kept).replace("\u2581", " ")
        return text.strip()

    def check_lengths(self, batch: Sequence[list[str]]) -> None:
        """Raise ValueError for an input that the position table has no room for."""
        longest = max(map(len, batch), default=0)
        if longest > self.max_source_tokens:
            raise ValueError(f"input of {longest} pieces; at most {self.max_source_tokens} fit")


def _load(path: Path) -> Any:
    import sentencepiece

    try:
        return sentencepiece.SentencePieceProcessor(model_file=str(path))
    except (OSError, RuntimeError) as error:
        raise ModelError(f"{path}: no sentencepiece model, or a damaged one") from error
