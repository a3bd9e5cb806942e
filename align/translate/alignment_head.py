"""`AlignmentHead`: the head of a model whose attention shows which piece translates which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from align.errors import ModelError

FIELD: Final = "alignment_head"  # of config.json, where it is known


@dataclass(frozen=True, slots=True)
class AlignmentHead:
    """A head of the decoder's attention to the source, and when to look at it.

    Attributes:
        layer: Of the decoder, from 0.
        head: Of that layer, from 0.
        lag: 0: a target piece's row is that of the step that produces it, as in models trained
            to align (Marian's guided alignment, the last layer's first head). 1: that of the
            next step, which reads the piece; without such training that is the sharper one
            (Chen et al. 2020, "Accurate Word Alignment Induction from NMT").
    """

    layer: int
    head: int
    lag: int


def alignment_head(config: Mapping[str, Any]) -> AlignmentHead:
    """Read the head from a model's config.json; one that names none is taken for Marian's.

    Raises:
        ModelError: What it names is not there.

    >>> alignment_head({"decoder_layers": 6})
    AlignmentHead(layer=5, head=0, lag=0)
    """
    layers, heads = config.get("decoder_layers", 1), config.get("decoder_attention_heads", 1)
    named = config.get(FIELD)
    if named is None:
        return AlignmentHead(layers - 1, 0, 0)
    try:
        found = AlignmentHead(named["layer"], named["head"], named["lag"])
        there = found.layer in range(layers) and found.head in range(heads)
    except (TypeError, KeyError):
        there = False
    if not there or found.lag not in (0, 1):
        raise ModelError(f"config.json: {FIELD} {named!r}: there is no such head")
    return found
