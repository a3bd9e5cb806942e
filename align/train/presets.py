"""Presets: sizes of new models that are worth training, with what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Preset:
    """The size of a network.

    `width` is that of every layer, `feed_forward` that between the two halves of a layer's last
    part; `vocabulary` counts pieces of both languages; `epochs` is how long to train where
    nothing else is said.
    """

    name: str
    width: int
    heads: int
    feed_forward: int
    encoder_layers: int
    decoder_layers: int
    vocabulary: int
    epochs: float
    speed: str

    @property
    def parameters(self) -> int:
        """Count trained weights, with one embedding for source, target and output.

        >>> round(PRESETS["small"].parameters / 1e6, 1)
        6.5
        """
        width, inner = self.width, self.feed_forward
        norm, attention = 2 * width, 4 * (width * width + width)
        ending = 2 * width * inner + inner + width + norm
        encoder = self.encoder_layers * (attention + norm + ending)
        decoder = self.decoder_layers * (2 * (attention + norm) + ending)
        return self.vocabulary * width + encoder + decoder

    @property
    def megabytes(self) -> float:
        """Size of the model folder: half precision and int8, and both times the vocabulary."""
        return (3 * self.parameters + 90 * self.vocabulary) / 1e6


# A 6-layer encoder with a 2-layer decoder is as good as 6+6 and much faster to run (Kasai et al.
# 2021, "Deep encoder, shallow decoder"). Speeds: target tokens in a second of one core's time,
# in bfloat16 on AMX and in float32; Muon, batches of 1,300, two other cores' work beside it.
PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset("tiny", 64, 4, 256, 2, 1, 2000, 10, "13,000, 13,000"),
        Preset("small", 256, 4, 1024, 3, 2, 8000, 12, "2,100, 1,500"),
        Preset("base", 320, 5, 1280, 6, 2, 12000, 16, "1,200, 740"),
    )
}
DEFAULT_PRESET: Final = "small"


def preset_table() -> str:
    """Return the presets as a plain table, a line each, for people."""
    head = (
        "preset",
        "width",
        "layers",
        "pieces",
        "parameters",
        "folder",
        "memory",
        "target tokens/s a core: bfloat16, float32",
    )
    rows = [head]
    for one in PRESETS.values():
        rows.append(
            (
                one.name,
                f"{one.width}",
                f"{one.encoder_layers}+{one.decoder_layers}",
                f"{one.vocabulary:,}",
                f"{one.parameters / 1e6:.1f} M",
                f"{one.megabytes:.0f} MB",
                # Weights, gradients, two moments; torch itself; what a batch of 1,300 needs.
                f"{(16 * one.parameters / 1e6 + 700) / 1000:.1f} GB",
                one.speed,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )
