"""Tab-separated pairs, a sentence a line, as `align.corpus.formats.tsv` reads them too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.pipeline import TranslatedArticle


def tsv(articles: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield a line for each pair; tabs and line ends inside a sentence become spaces.

    Columns are source, translation, score (the mean log-probability per target token), notes
    separated by commas, the id of the article, and the machine translation once more, by which
    `align memory import` tells what was edited; empty where it is the user's correction.
    """
    for translated in articles:
        for pair in translated.translations:
            cells = (
                pair.source,
                pair.text,
                f"{pair.score:.4f}",
                ", ".join(pair.notes),
                translated.article.id,
                pair.machine or "",
            )
            yield "\t".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    return " ".join(text.split())
