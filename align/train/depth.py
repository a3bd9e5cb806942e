"""`deepen`: layers added to a trained network, so that it starts where it was."""

from __future__ import annotations

import copy
from typing import Final

import torch
from torch import nn

from align.errors import UsageError
from align.train.network import Network

# What ends the parts of a layer: where it is zero, the layer passes on what it was given.
_ENDS: Final = ("self_attn.out_proj", "encoder_attn.out_proj", "fc2")


def deepen(network: Network, encoder_layers: int | None, decoder_layers: int | None) -> None:
    """Give a network more layers, in place; None leaves a side as it is.

    Each new layer follows the one it is a copy of and at first adds nothing to what passes
    through, as in Chen et al. 2016, "Net2Net"; so training goes on where it was. The norms of
    MarianMT stand after the sum, and a second one undoes a little of the first: the loss of the
    embedded model, 1.99 on news-dev, is 2.10 just after its encoder has grown from 3 to 6
    layers (2.55 with plain copies), and is made good in a few dozen steps.

    Args:
        network: Any MarianMT.
        encoder_layers: Of the encoder, no fewer than it has.
        decoder_layers: Of the decoder, likewise.

    Raises:
        UsageError: It has more already.
    """
    for name, count in (("encoder", encoder_layers), ("decoder", decoder_layers)):
        if count is None:
            continue
        side = getattr(network.model, name)
        had = len(side.layers)
        if count < had:
            raise UsageError(f"--{name}-layers {count}: the model of --from has {had} already")
        side.layers = nn.ModuleList(_spread(list(side.layers), count))
        setattr(network.config, f"{name}_layers", count)


def _spread(layers: list[nn.Module], count: int) -> list[nn.Module]:
    """Return `count` layers: those there are, evenly followed by copies that add nothing."""
    spread: list[nn.Module] = []
    for place in range(count):
        layer = layers[place * len(layers) // count]
        spread.append(_passing(layer) if layer in spread else layer)
    for place, layer in enumerate(spread):
        for module in layer.modules():  # where a decoder's memory of past tokens is kept
            if hasattr(module, "layer_idx"):
                setattr(module, "layer_idx", place)  # noqa: B010 mypy takes it for a tensor
    return spread


@torch.no_grad()
def _passing(layer: nn.Module) -> nn.Module:
    passing = copy.deepcopy(layer)
    for name, weights in passing.named_parameters():
        if name.rpartition(".")[0] in _ENDS:
            weights.zero_()
    # The first norm sees what the one before it has scaled; the others make its scale again.
    passing.get_parameter("self_attn_layer_norm.weight").fill_(1)
    passing.get_parameter("self_attn_layer_norm.bias").zero_()
    return passing
