"""Averaging checkpoints: the mean of the last few weights is better than any of them.

Junczys-Dowmunt, Dwojak and Sennrich 2016, "The AMU-UEDIN submission to WMT16"; Vaswani et al.
2017 average the last five.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor


def average(files: Sequence[Path]) -> dict[str, Tensor]:
    """Return the mean of `model.safetensors` files of one network, name to tensor.

    Sums are kept in float64, so that the order of the files makes no difference that float32
    would show. What is not of floating point is taken from the last.

    Args:
        files: At least one.
    """
    sums: dict[str, Tensor] = {}
    weights: dict[str, Tensor] = {}
    for file in files:
        weights = load_file(file)
        for name, weight in weights.items():
            if weight.is_floating_point():
                total = sums.get(name)
                sums[name] = weight.double() if total is None else total + weight.double()
    return {
        name: (sums[name] / len(files)).to(weight.dtype) if name in sums else weight
        for name, weight in weights.items()
    }


def load_weights(file: Path) -> dict[str, Tensor]:
    """Return the weights of one checkpoint, name to tensor on the CPU."""
    loaded: dict[str, torch.Tensor] = load_file(file)
    return loaded
