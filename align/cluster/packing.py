"""Results as bytes: what the library pickles, compressed, and read back without trust."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Sequence
from typing import Any, Final, TypeVar

T = TypeVar("T")

# All that results are made of; nothing else is loaded, whatever a file says.
_KNOWN: Final = frozenset((
    ("align.articles.article", "Article"),
    ("align.articles.article", "Leftover"),
    ("align.articles.article", "Line"),
    ("align.errors", "InputError"),
    ("align.pipeline", "TranslatedArticle"),
    ("align.pipeline", "TranslatedSentence"),
    ("align.text.sentences", "Sentence"),
    ("align.translate.translation", "Translation"),
    ("datetime", "date"),
    ("functools", "partial"),
))  # fmt: skip


class _Reader(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is no part of a result")


def packed(items: Sequence[object]) -> bytes:
    """Pack articles, translated articles and errors."""
    return zlib.compress(pickle.dumps(list(items), protocol=5), 1)


def unpacked(data: bytes) -> list[Any]:
    """Return what was packed.

    Raises:
        ValueError: It is damaged, or something else.
    """
    try:
        found = _Reader(io.BytesIO(zlib.decompress(data))).load()
    except Exception as error:  # damaged pickles raise anything
        raise ValueError(f"damaged: {error}") from error
    if not isinstance(found, list):
        raise ValueError("damaged: no list")
    return found
