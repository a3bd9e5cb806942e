"""Tab-separated pairs, a sentence a line: source, translation, score, notes, article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.pipeline import TranslatedArticle


def tsv(articles: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield a line for each pair; tabs and line ends inside a sentence become spaces.

    The score is the mean log-probability per target token; notes are separated by commas, and
    the article is named by its id.
    """
    for translated in articles:
        for pair in translated.translations:
            cells = (
                pair.source,
                pair.text,
                f"{pair.score:.4f}",
                ", ".join(pair.notes),
                translated.article.id,
            )
            yield "\t".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split())
