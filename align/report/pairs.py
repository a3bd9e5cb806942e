"""The sentence pairs of a translated article, in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from align.pipeline import TranslatedArticle
from align.translate.translation import Translation


def pairs(translated: TranslatedArticle) -> Iterator[Translation]:
    """Yield the headline, where there is one, then every sentence."""
    if translated.headline is not None:
        yield translated.headline
    for paragraph in translated.paragraphs:
        for sentence in paragraph:
            yield sentence.translation


def model_of(translated: TranslatedArticle) -> str | None:
    """Return the model that translated, `ur-en@1a2b3c4d`; None where nothing was translated."""
    return next((pair.model for pair in pairs(translated)), None)
