"""A damaged copy of a model: noise on all its weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

# What of a folder is not the model's own: its conversion belongs to the weights it was made of.
_LEFT_BEHIND = ("ctranslate2", "model.json", "README.md")


def write_noisy(model: Path, output: Path, strength: float, seed: int) -> Path:
    """Copy the folder `model` to `output` with Gaussian noise added to each matrix.

    `strength` is the standard deviation of the noise, in standard deviations of the matrix.
    Vectors (biases, scales) stay. What is there already is kept.
    """
    from safetensors.numpy import load_file, save_file

    if (output / "model.safetensors").exists():
        return output
    shutil.copytree(model, output, ignore=shutil.ignore_patterns(*_LEFT_BEHIND), dirs_exist_ok=True)
    rng = np.random.default_rng(seed)
    tensors = load_file(model / "model.safetensors")
    for name in sorted(tensors):
        tensor = tensors[name]
        if tensor.ndim == 2:
            whole = tensor.astype(np.float32)
            noise = rng.standard_normal(whole.shape, dtype=np.float32) * whole.std() * strength
            tensors[name] = (whole + noise).astype(tensor.dtype)
    part = output / "model.safetensors.part"
    save_file(tensors, part, metadata={"format": "pt"})
    part.rename(output / "model.safetensors")
    return output
