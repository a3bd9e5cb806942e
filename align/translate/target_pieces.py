"""Target pieces: which of a vocabulary may come out of a model."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from align.text.language import arabic_letters
from align.translate.layout import read_json

# Of those that are written in Arabic letters, the codes that models carry.
_ARABIC_SCRIPT: Final = frozenset(
    ("ar", "ara", "fa", "fas", "per", "ks", "kas", "ku", "ckb", "pa", "pnb", "ps", "pus", "sd",
     "snd", "skr", "ug", "uig", "ur", "urd")
)  # fmt: skip


def target_rows(pieces: Iterable[str], language: str) -> list[int]:
    """Return the places of the pieces that may come out of a model that writes `language`.

    For English and others these are all without a letter of Arabic script: a vocabulary that
    both sides share is half Urdu. Without that half, a model has fewer scores to compute at each
    step, and can leave no Urdu word as it was.

    >>> target_rows(["</s>", "▁کل", "▁went", "<0xD8>"], "en")
    [0, 2, 3]
    """
    if language in _ARABIC_SCRIPT:
        return [row for row, _ in enumerate(pieces)]
    return [row for row, piece in enumerate(pieces) if not arabic_letters(piece)]


def target_language(folder: Path) -> str:
    """Return the code that a checkpoint gives the language it writes; `en` where it gives none."""
    path = folder / "tokenizer_config.json"
    return str(read_json(path).get("target_lang") or "en") if path.is_file() else "en"
