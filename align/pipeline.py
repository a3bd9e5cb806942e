"""From articles to translated and checked articles: the one composition everybody wants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Final, NamedTuple

from align.articles.article import Article, Line
from align.articles.lines import split_lines
from align.articles.packed import stem
from align.check import SHIPPED, Calibration, Check, check_article
from align.check.subject import Subject
from align.errors import InputError
from align.text.language import is_latin
from align.text.sentences import VERSION as SPLIT_VERSION
from align.text.sentences import Sentence, split_sentences
from align.translate.spellings import Name, Spellings
from align.translate.translation import Translation
from align.translate.translator import Translator

# Articles translated in one call: some 1,000 sentences. What a call loses, while the last threads
# finish and the suspicious sentences are tried again, is then small beside it.
WINDOW: Final = 64


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

    @property
    def sentences(self) -> tuple[TranslatedSentence, ...]:
        """The sentences of all paragraphs, in reading order."""
        return tuple(chain.from_iterable(self.paragraphs))

    @property
    def translations(self) -> tuple[Translation, ...]:
        """All that was translated, in reading order: the headline, if any, then the sentences."""
        return tuple(each for _, each in self.numbered())

    def numbered(self) -> Iterator[tuple[int, Translation]]:
        """Yield the translations with their numbers: 0 is the headline, 1 the first sentence."""
        if self.headline is not None:
            yield 0, self.headline
        yield from enumerate((each.translation for each in self.sentences), 1)

    @property
    def model(self) -> str | None:
        """The model that translated, `ur-en@1a2b3c4d`; None where nothing was translated."""
        return next((each.model for each in self.translations), None)


class CheckedArticle(NamedTuple):
    """A translated article, and what it scores against its slug and headline."""

    translated: TranslatedArticle
    check: Check


def translate_articles(
    articles: Iterable[Article | InputError], translator: Translator, *, window: int = WINDOW
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
        plans = [item if isinstance(item, InputError) else _plan(item) for item in items]
        yield from _translate(plans, translator, SPLIT_VERSION)


def translate_lines(
    texts: Iterable[tuple[str, str] | InputError], translator: Translator
) -> Iterator[TranslatedArticle | InputError]:
    """Translate texts as articles whose every line is a paragraph of one sentence.

    Args:
        texts: path and text of each, and the errors of inputs that gave none.
        translator: translates the lines of a text in one call.

    Yields:
        One result for each input, in order.
    """
    for item in texts:
        plan = item if isinstance(item, InputError) else _plan_of_lines(*item)
        yield from _translate([plan], translator, "lines")


def check_articles(
    translated: Iterable[TranslatedArticle | InputError], *, calibration: Calibration = SHIPPED
) -> Iterator[CheckedArticle | InputError]:
    """Check a stream of translated articles; what failed before stays in its place."""
    for item in translated:
        if isinstance(item, InputError):
            yield item
        else:
            sentences = [each.translation for each in item.sentences]
            check = check_article(item.article, item.headline, sentences, calibration=calibration)
            yield CheckedArticle(item, check)


def check_subjects(
    translated: Iterable[TranslatedArticle | InputError],
) -> tuple[list[Subject], str]:
    """Return what `align.check.recalibration.recalibrate` learns from, and the models' names."""
    subjects: list[Subject] = []
    models: dict[str, None] = {}
    for item in translated:
        if not isinstance(item, InputError):
            sentences = [each.translation for each in item.sentences]
            subjects.append(Subject.of(item.article, item.headline, sentences))
            models[item.model or "no model"] = None
    return subjects, ", ".join(models)


def gather_names(
    translated: Iterable[TranslatedArticle | InputError], spellings: Spellings
) -> Iterator[TranslatedArticle | InputError]:
    """Pass articles on, and let `spellings` see them.

    Places are named `ID:N`, by the numbers of `TranslatedArticle.numbered`.
    """
    for item in translated:
        if not isinstance(item, InputError):
            for number, each in item.numbered():
                spellings.add(each.source, each.text, f"{item.article.id}:{number}")
        yield item


def several_spellings(translated: Iterable[TranslatedArticle]) -> list[Name]:
    """Return the names that the articles spell in several ways; see `gather_names`."""
    spellings = Spellings()
    for _ in gather_names(translated, spellings):
        pass
    return spellings.names()


def _translate(
    plans: list[_Plan | InputError], translator: Translator, split: str
) -> Iterator[TranslatedArticle | InputError]:
    """Translate what is planned in one call; `split` tells how it was split into sentences."""
    texts = [text for plan in plans if isinstance(plan, _Plan) for text in plan.texts()]
    translations = iter(translator.translate(texts))
    signature = f"{translator.signature}|split:{split}"
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


def _plan_of_lines(path: str, text: str) -> _Plan:
    lines = split_lines(text)
    article = Article(
        path=path, id=stem(path), text=text, title=None, created=None, created_line=None,
        slug=None, headline=None, english_headline=None, paragraphs=tuple(lines), leftovers=(),
    )  # fmt: skip
    sentences = [
        [Sentence(line.text, number, line.start, line.end)] for number, line in enumerate(lines)
    ]
    return _Plan(article, None, sentences)


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
