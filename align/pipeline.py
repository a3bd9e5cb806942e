"""From articles to translated and checked articles: the one composition everybody wants."""

from __future__ import annotations

from dataclasses import dataclass

from align.articles.article import Article
from align.text.sentences import Sentence
from align.translate.translation import Translation


@dataclass(frozen=True, slots=True)
class TranslatedSentence:
    """A sentence with its place in `article.text`, and its translation."""

    sentence: Sentence
    translation: Translation


@dataclass(frozen=True, slots=True)
class TranslatedArticle:
    """An article and its English, sentence by sentence, paragraph by paragraph.

    `headline` translates the headline, or the title where no headline is repeated; None where
    there is neither. `paragraphs` has one entry for each of `article.paragraphs`.
    """

    article: Article
    headline: Translation | None
    paragraphs: tuple[tuple[TranslatedSentence, ...], ...]
    signature: str
