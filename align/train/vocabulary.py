"""Training the sentencepiece models of a new model on its corpora."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence
from typing import Final

from align.errors import UsageError, one_line
from align.train.corpora import Corpus, draw_indices
from align.train.tokenizer import BACK, END, PAD, UNKNOWN, Tokenizer

# Else they stick to the words before them: "گیا۔" would be a word of its own.
MARKS: Final = "\u06d4\u060c\u061f\u061b"
# Urdu letters are never left to bytes, however rare in the corpora; what else is rare is.
LETTERS: Final = "ءآأؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھۂۃیےۓ"
COVERAGE: Final = 0.9999
_LARGEST: Final = re.compile(r"too high \([0-9]+\)[^0-9]*([0-9]+)")
_SMALLEST: Final = re.compile(r"required_chars\. [0-9]+ vs ([0-9]+)")


def train_tokenizer(
    corpora: Sequence[Corpus],
    *,
    size: int,
    separate: bool = False,
    seed: int = 1,
    languages: tuple[str, str] = ("ur", "en"),
) -> Tokenizer:
    """Train a unigram model for both sides together, or one for each, on one epoch's pairs.

    Args:
        corpora: Each counts by its weight at the start of the run.
        size: Rows of a vocabulary, `</s>`, `<unk>`, `<pad>` and 256 bytes among them.
        separate: Whether each side gets a vocabulary of its own, both of `size` rows.
        seed: Of the draw where a weight is no whole number.
        languages: Codes of source and target, for tokenizer_config.json.

    Raises:
        UsageError: The corpora do not have as many pieces, or `size` is too small for their
            characters.
    """
    pairs = [
        corpus.pairs[i]
        for place, corpus in enumerate(corpora)
        for i in draw_indices(corpus, 0.0, random.Random(f"{seed} vocabulary {place}"))
    ]
    if not pairs:
        raise UsageError("the weights at the start of the run leave no pair for a vocabulary")
    symbols = [BACK] if any(corpus.spec.back for corpus in corpora) else []
    if separate:
        source, target = _train_all(
            ([pair[0] for pair in pairs], symbols), ([pair[1] for pair in pairs], []), size=size
        )
        return Tokenizer(source, target, _number(source), _number(target), languages=languages)
    (model,) = _train_all(([text for pair in pairs for text in pair], symbols), size=size)
    return Tokenizer(model, model, _number(model), languages=languages)


def _train_all(*sides: tuple[list[str], list[str]], size: int) -> list[bytes]:
    """Return a model for each list of texts and of symbols, with which a vocabulary has `size`."""
    models: list[bytes] = []
    refusals: list[str] = []
    for texts, symbols in sides:
        try:
            models.append(_train(texts, size - 1, symbols))  # `<pad>` is no piece of the model
        except RuntimeError as error:
            refusals.append(str(error))
    if refusals:
        raise UsageError(_explain(refusals, size))
    return models


def _train(texts: list[str], pieces: int, symbols: list[str]) -> bytes:
    """Return a sentencepiece model of exactly `pieces` pieces, or raise its RuntimeError."""
    import sentencepiece

    letters = set().union(*map(set, texts))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(texts),
        model_writer=model,
        vocab_size=pieces,
        character_coverage=COVERAGE,
        required_chars="".join(letter for letter in LETTERS if letter in letters),
        byte_fallback=True,
        split_digits=True,  # numbers are copied digit by digit, whatever their length
        user_defined_symbols=[*(mark for mark in MARKS if mark in letters), *symbols],
        bos_id=-1,
        max_sentence_length=2**16,  # bytes; none is left out
        num_threads=2,  # the sums of another number differ in their last bits
        minloglevel=2,
    )
    return model.getvalue()


def _explain(refusals: list[str], size: int) -> str:
    """Say what size would do, by sentencepiece's errors about a model or both."""
    asked = f"a vocabulary of {size} pieces"
    if largest := [int(match[1]) for text in refusals if (match := _LARGEST.search(text))]:
        return f"{asked} is too large for these corpora: at most {min(largest) + 1} are possible"
    if smallest := [int(match[1]) for text in refusals if (match := _SMALLEST.search(text))]:
        return f"{asked} is too small for their characters: at least {max(smallest) + 1}"
    return f"{asked}: sentencepiece says {one_line(RuntimeError(refusals[0]))}"


def _number(model: bytes) -> dict[str, int]:
    """Return Marian's vocabulary of a model: `</s>`, `<unk>`, the pieces, `<pad>`."""
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    own = (END, UNKNOWN)
    order = [*own, *(piece for piece in pieces if piece not in own), PAD]
    return {piece: row for row, piece in enumerate(order)}
