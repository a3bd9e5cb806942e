"""Tab-separated pairs: source, translation, score; one sentence a line, no header."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.pipeline import TranslatedArticle


def tsv(articles: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield a line for each pair; tabs and line ends inside a sentence become spaces.

    The score is the mean log-probability per target token.
    """
    for translated in articles:
        for pair in translated.translations:
            yield f"{_cell(pair.source)}\t{_cell(pair.text)}\t{pair.score:.4f}\n"


def _cell(text: str) -> str:
    return " ".join(text.split())
