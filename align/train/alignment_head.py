"""`choose_head`: which head of a trained network shows what translates what."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from align.translate.alignment_head import AlignmentHead
from align.translate.transformers_engine import cross_attentions

if TYPE_CHECKING:
    from transformers import MarianMTModel

    from align.train.tokenizer import Tokenizer

PAIRS: Final = 200


def choose_head(
    model: MarianMTModel, tokenizer: Tokenizer, pairs: Iterable[tuple[str, str]]
) -> AlignmentHead:
    """Return the head whose attention agrees most with itself read the other way round.

    That is the share of pieces, of both sides, that are each the other's most looked at. No
    gold links are needed; on the embedded model it finds the head that agrees best with
    eflomal's alignment of the same sentences, too.

    Args:
        model: In eval mode.
        tokenizer: Of the model.
        pairs: Source and target, normalised; `PAIRS` of them are enough.
    """
    layers, heads = model.config.decoder_layers, model.config.decoder_attention_heads
    agreement = np.zeros((layers, heads, 2))
    for source, target in islice(pairs, PAIRS):
        rows = tokenizer.encode_source([source])[0]
        read = tokenizer.encode_target([target])[0][:-1]
        longest = max(len(rows), len(read) + 1)
        if len(rows) == 1 or not read or longest > model.config.max_position_embeddings:
            continue
        seen = cross_attentions(model, rows, read)[..., :-1]
        for lag in (0, 1):
            steps = seen[:, :, lag : lag + len(read)]
            forward, backward = steps.argmax(axis=3), steps.argmax(axis=2)
            returned = np.take_along_axis(backward, forward, axis=2)
            agreement[..., lag] += (returned == np.arange(len(read))).sum(axis=2)
    layer, head, lag = map(int, np.unravel_index(agreement.argmax(), agreement.shape))
    return AlignmentHead(layer, head, lag)
