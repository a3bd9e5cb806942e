"""Validation: a development set translated greedily and scored, the same each time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import torch
from transformers import GenerationConfig, MarianMTModel

from align.evaluate.scores import Scores, score
from align.evaluate.testsets import TestSet, read_testset
from align.text.normalize import normalize
from align.train.network import padded
from align.translate.quiet import quiet_transformers

if TYPE_CHECKING:
    from align.train.tokenizer import Tokenizer

BATCH_TOKENS: Final = 2048  # padded source


@dataclass(frozen=True, slots=True)
class Validation:
    """A development set, at most so many segments of it."""

    testset: TestSet

    def scores(self, model: MarianMTModel, tokenizer: Tokenizer) -> Scores:
        """Translate and score; takes no random number, so that training goes on as without."""
        hypotheses = generate(model, tokenizer, list(self.testset.sources))
        return score(hypotheses, self.testset.references)


def read_validation(path: str, *, source: str, target: str, sentences: int) -> Validation:
    """Read a development set; of more than `sentences`, that many evenly over its length.

    Args:
        path: A corpus file, or `FOLDER/NAME` as `align.evaluate.read_testset` takes it.
        source: Language.
        target: Language.
        sentences: At least 1.

    Raises:
        InputError: It cannot be read.
    """
    whole = read_testset(path, source=source, target=target)
    count = len(whole.sources)
    chosen = [i * count // sentences for i in range(sentences)] if count > sentences else None
    if chosen is None:
        return Validation(whole)
    part = TestSet(
        whole.name,
        tuple(whole.sources[i] for i in chosen),
        tuple(tuple(texts[i] for i in chosen) for texts in whole.references),
    )
    return Validation(part)


def generate(
    model: MarianMTModel,
    tokenizer: Tokenizer,
    sources: Sequence[str],
    *,
    beams: int = 1,
    batch_tokens: int = BATCH_TOKENS,
) -> list[str]:
    """Translate, in batches of like lengths; the order stays.

    A translation has at most twice as many pieces as its source, and ten.

    Args:
        model: On any device; it is in the mode afterwards that it was in before.
        tokenizer: Of the model.
        sources: Texts; normalised here.
        beams: 1 is greedy.
        batch_tokens: Of padded source.
    """
    # A source as long as the position table is cut; of a translation, the start takes one.
    most = model.config.max_position_embeddings
    rows = [
        row if len(row) <= most else [*row[: most - 1], tokenizer.eos]
        for row in tokenizer.encode_source([normalize(source) for source in sources])
    ]
    found: dict[int, list[int]] = {}
    training = model.training
    model.eval()
    try:
        for chosen in _batches(rows, batch_tokens):
            limits = [min(most - 1, 2 * len(rows[i]) + 10) for i in chosen]
            outputs = _generate(model, [rows[i] for i in chosen], limits[0], beams, tokenizer.never)
            # Each to its own limit, so that its neighbours make no difference.
            ended = [row[:limit] for row, limit in zip(outputs, limits, strict=True)]
            found.update(zip(chosen, ended, strict=True))
    finally:
        model.train(training)
    kept = [
        [row for row in found[i] if row not in (tokenizer.eos, tokenizer.pad)]
        for i in range(len(rows))
    ]
    return tokenizer.decode_target(kept)


def _generate(
    model: MarianMTModel, rows: list[list[int]], limit: int, beams: int, never: list[int]
) -> list[list[int]]:
    config = model.config
    source = padded(rows, config.pad_token_id).to(model.device)
    settings = GenerationConfig(
        num_beams=beams,
        do_sample=False,
        max_new_tokens=limit,
        bad_words_ids=[[row] for row in (config.pad_token_id, *never)],
        pad_token_id=config.pad_token_id,
        eos_token_id=config.eos_token_id,
        decoder_start_token_id=config.decoder_start_token_id,
    )
    own, model.generation_config = model.generation_config, settings
    try:
        with torch.inference_mode(), quiet_transformers():
            output: Any = model.generate(
                input_ids=source, attention_mask=(source != config.pad_token_id).long()
            )
    finally:
        model.generation_config = own
    rows_out: list[list[int]] = output[:, 1:].tolist()
    return rows_out


def _batches(rows: Sequence[list[int]], batch_tokens: int) -> Iterator[list[int]]:
    """Yield places of rows of like lengths, the longest first in each."""
    batch: list[int] = []
    for i in sorted(range(len(rows)), key=lambda i: len(rows[i]), reverse=True):
        if batch and len(rows[batch[0]]) * (len(batch) + 1) > batch_tokens:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
