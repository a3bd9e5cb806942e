"""From articles to translated and checked articles: the one composition everybody wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from align.articles.article import Article, Line
from align.errors import InputError
from align.text.language import is_latin
from align.text.sentences import VERSION as SPLIT_VERSION
from align.text.sentences import Sentence, split_sentences
from align.translate.translation import Translation
from align.translate.translator import Translator


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


def translate_articles(
    articles: Iterable[Article | InputError], translator: Translator, *, window: int = 64
) -> Iterator[TranslatedArticle | InputError]:
    """Translate a stream of articles; unreadable inputs stay in their places.

    Args:
        articles: articles, and the errors of inputs that gave none.
        translator: translates the sentences and headlines of a window in one call.
        window: articles read ahead; more fill batches better and come out later.

    Yields:
        One result for each input, in order.
    """
    inputs = iter(articles)
    while items := list(islice(inputs, window)):
        yield from _translate_window(items, translator)


def _translate_window(
    items: list[Article | InputError], translator: Translator
) -> Iterator[TranslatedArticle | InputError]:
    plans = [item if isinstance(item, InputError) else _plan(item) for item in items]
    texts = [text for plan in plans if isinstance(plan, _Plan) for text in plan.texts()]
    translations = iter(translator.translate(texts))
    signature = f"{translator.signature}|split:{SPLIT_VERSION}"
    for plan in plans:
        yield plan.filled(translations, signature) if isinstance(plan, _Plan) else plan


@dataclass(frozen=True, slots=True)
class _Plan:
    """What of an article is translated, in order: the headline, then sentence by sentence."""

    article: Article
    headline: Line | None
    paragraphs: list[list[Sentence]]

    def texts(self) -> Iterator[str]:
        if self.headline is not None:
            yield self.headline.text
        for sentences in self.paragraphs:
            yield from (sentence.text for sentence in sentences)

    def filled(self, translations: Iterator[Translation], signature: str) -> TranslatedArticle:
        """Take the translations of `texts()` from the front of `translations`."""
        headline = None if self.headline is None else next(translations)
        paragraphs = tuple(
            tuple(TranslatedSentence(sentence, next(translations)) for sentence in sentences)
            for sentences in self.paragraphs
        )
        return TranslatedArticle(self.article, headline, paragraphs, signature)


def _plan(article: Article) -> _Plan:
    sentences = [_sentences(line, number) for number, line in enumerate(article.paragraphs)]
    return _Plan(article, article.headline or article.title, sentences)


def _sentences(line: Line, paragraph: int) -> list[Sentence]:
    """Split a paragraph into sentences that know their place in the article."""
    language = "en" if is_latin(line.text) else "ur"
    return [
        replace(
            sentence,
            paragraph=paragraph,
            start=line.start + sentence.start,
            end=line.start + sentence.end,
        )
        for sentence in split_sentences(line.text, language=language)
    ]
