"""Texts to rows of the embeddings and back: the vocabularies of a MarianMT folder.

A folder holds `source.spm` and `target.spm` (sentencepiece) and `vocab.json` (piece to row):
`</s>` 0, `<unk>` 1, the pieces, `<pad>` last, as OPUS-MT has it. Where the sides have each
their own vocabulary, `target_vocab.json` is that of the target, and
`tokenizer_config.json` says `separate_vocabs`; both are then of one size, since there is one
row of `<pad>` in a configuration.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import ModelError
from align.train.segmentation import SPELLED, Segmentation
from align.translate.target_pieces import target_rows

END: Final = "</s>"
UNKNOWN: Final = "<unk>"
PAD: Final = "<pad>"
BACK: Final = "<BT>"  # stands before a source that was made by back-translation
_SPACE: Final = "\u2581"


@dataclass(slots=True)
class _Side:
    """Sentencepiece model, vocabulary, and the rows of the ids of the model."""

    model: bytes
    processor: Any
    vocabulary: dict[str, int]
    rows: list[int]
    segmentation: Segmentation

    @classmethod
    def of(cls, model: bytes, vocabulary: dict[str, int]) -> _Side:
        import sentencepiece

        processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        unknown = vocabulary[UNKNOWN]
        pieces = processor.id_to_piece(list(range(processor.get_piece_size())))
        rows = [vocabulary.get(piece, unknown) for piece in pieces]
        return cls(model, processor, vocabulary, rows, Segmentation(processor))

    def encode(self, texts: list[str], alpha: float, seed: int) -> list[list[int]]:
        """Return the rows of each text, `</s>` at the end."""
        end = self.vocabulary[END]
        if alpha > 0:
            sampled = self.segmentation.draw(
                [text.replace(SPELLED, "") for text in texts], alpha=alpha, seed=seed
            )
        else:
            sampled = self.processor.encode(texts, out_type=int) if texts else []
        rows, unknown = self.rows, self.processor.unk_id()
        result = []
        for text, ids in zip(texts, sampled, strict=True):
            if SPELLED in text:
                ids = self.segmentation.spell(text)
            elif unknown in ids and not alpha:
                result.append([*self._look_up(text), end])
                continue
            result.append([*[rows[i] for i in ids], end])
        return result

    def _look_up(self, text: str) -> list[int]:
        """Return the rows by the pieces' text: the other side may know what this model does not."""
        unknown = self.vocabulary[UNKNOWN]
        pieces = self.processor.encode(text, out_type=str)
        return [self.vocabulary.get(piece, unknown) for piece in pieces]


class Tokenizer:
    """Encodes both sides and decodes the target, as transformers' MarianTokenizer does.

    `size` counts the rows of the source's embeddings; `pad` and `eos` are rows; `separate`
    says that the target has a vocabulary of its own; `never` are rows that must not come out.
    """

    def __init__(
        self,
        source_model: bytes,
        target_model: bytes,
        vocabulary: dict[str, int],
        target_vocabulary: dict[str, int] | None = None,
        *,
        languages: tuple[str, str] = ("ur", "en"),
    ) -> None:
        """Take the content of the files of a folder; see `open_tokenizer`."""
        self.separate = target_vocabulary is not None
        self._source = _Side.of(source_model, vocabulary)
        self._target = _Side.of(
            target_model, vocabulary if target_vocabulary is None else target_vocabulary
        )
        self._pieces = {row: piece for piece, row in self._target.vocabulary.items()}
        self.languages = languages
        rows = list(self._pieces)
        may = {rows[at] for at in target_rows(self._pieces.values(), languages[1])}
        self.never = [row for row in rows if row not in may]
        self.size = len(vocabulary)
        self.target_size = len(self._target.vocabulary)
        self.pad, self.eos = vocabulary[PAD], vocabulary[END]

    @property
    def tag(self) -> str | None:
        """What marks a source as back-translated; None where the model has no piece for it."""
        return BACK if BACK in self._source.vocabulary else None

    def encode_source(
        self, texts: list[str], *, alpha: float = 0.0, seed: int = 0
    ) -> list[list[int]]:
        """Return the rows of normalised sources, each ending in `</s>`.

        With `alpha` above 0 the segmentation is drawn by `seed`; see `segmentation`.
        """
        return self._source.encode(texts, alpha, seed)

    def encode_target(
        self, texts: list[str], *, alpha: float = 0.0, seed: int = 0
    ) -> list[list[int]]:
        """Return the rows of targets, as `encode_source` does."""
        return self._target.encode(texts, alpha, seed)

    def decode_target(self, ids: Sequence[Sequence[int]]) -> list[str]:
        """Join rows of the target to texts; `</s>`, `<unk>` and `<pad>` are no part of them."""
        none = {END, UNKNOWN, PAD}
        texts = []
        for row in ids:
            pieces = [self._pieces.get(int(i), UNKNOWN) for i in row]
            text = self._target.processor.decode([p for p in pieces if p not in none])
            texts.append(text.replace(_SPACE, " ").strip())
        return texts

    def save(self, folder: Path) -> None:
        """Write source.spm, target.spm, vocab.json, tokenizer_config.json, target_vocab.json."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "source.spm").write_bytes(self._source.model)
        (folder / "target.spm").write_bytes(self._target.model)
        _write_json(folder / "vocab.json", self._source.vocabulary)
        if self.separate:
            _write_json(folder / "target_vocab.json", self._target.vocabulary)
        config = {
            "tokenizer_class": "MarianTokenizer",
            "source_lang": self.languages[0],
            "target_lang": self.languages[1],
            "model_max_length": 512,
            "separate_vocabs": self.separate,
        }
        _write_json(folder / "tokenizer_config.json", config)


def open_tokenizer(folder: Path) -> Tokenizer:
    """Open the vocabularies of a MarianMT folder, one of OPUS-MT too.

    Raises:
        ModelError: A file is missing or damaged.
    """
    vocabulary = _read_vocabulary(folder / "vocab.json")
    config = _read_json(folder / "tokenizer_config.json", missing={})
    target = None
    if config.get("separate_vocabs"):
        target = _read_vocabulary(folder / "target_vocab.json")
        if target[PAD] != vocabulary[PAD] or target[END] != vocabulary[END]:
            raise ModelError(f"{folder}: the rows of <pad> and </s> differ between the sides")
    source_model, target_model = map(_read_model, (folder / "source.spm", folder / "target.spm"))
    languages = (str(config.get("source_lang", "ur")), str(config.get("target_lang", "en")))
    try:
        return Tokenizer(source_model, target_model, vocabulary, target, languages=languages)
    except (OSError, RuntimeError):
        raise ModelError(f"{folder}: no sentencepiece models, or damaged ones") from None


def _read_vocabulary(path: Path) -> dict[str, int]:
    vocabulary = _read_json(path)
    if not all(isinstance(row, int) for row in vocabulary.values()):
        raise ModelError(f"{path}: no vocabulary: its rows are no whole numbers")
    missing = [piece for piece in (END, UNKNOWN, PAD) if piece not in vocabulary]
    if missing:
        raise ModelError(f"{path}: no vocabulary of Marian: {', '.join(missing)} missing")
    return vocabulary


def _read_model(path: Path) -> bytes:
    try:
        model = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    if not model:  # sentencepiece takes that for a model
        raise ModelError(f"{path}: is empty")
    return model


def _read_json(path: Path, *, missing: dict[str, Any] | None = None) -> dict[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        if missing is not None:
            return missing
        raise ModelError(f"{path}: no such file") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: cannot be read as JSON: {error}") from None
    if not isinstance(content, dict):
        raise ModelError(f"{path}: holds no JSON object")
    return content


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
