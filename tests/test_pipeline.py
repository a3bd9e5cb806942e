"""Articles through the translator: in order, nothing lost, every sentence in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.articles.article import Article, Line
from align.check import check_article
from align.errors import InputError
from align.pipeline import (
    CheckedArticle,
    TranslatedArticle,
    check_articles,
    translate_articles,
    translate_lines,
)
from align.text.sentences import split_sentences
from align.translate.translator import Translator
from tests.fakes import RuleEngine

PARAGRAPHS = ["وہ آیا۔ پھر گیا۔", "کیا ہوا؟", "BBC said so. It did.", "۔۔۔", "25", " "]


def article(
    paragraphs: list[str], *, title: str | None = None, headline: str | None = None
) -> Article:
    """Lay out an article whose lines stand in its text one below the other."""
    text = ""
    lines: list[Line | None] = []
    for part in (title, headline, *paragraphs):
        if part is None:
            lines.append(None)
        else:
            lines.append(Line(part, len(text), len(text) + len(part)))
            text += part + "\n\n"
    return Article(
        path="a.txt",
        id="a",
        text=text,
        title=lines[0],
        created=None,
        created_line=None,
        slug=None,
        headline=lines[1],
        english_headline=None,
        paragraphs=tuple(line for line in lines[2:] if line),
        leftovers=(),
    )


headings = st.none() | st.sampled_from(["سرخی کیا ہے", "BBC", ""])
articles = st.builds(
    article,
    st.lists(st.sampled_from(PARAGRAPHS) | st.text(max_size=20)),
    title=headings,
    headline=headings,
)
errors = st.builds(InputError, st.just("b.txt"), st.just("empty"))


@settings(max_examples=60, deadline=None)
@given(st.lists(articles | errors, max_size=8), st.integers(1, 4))
def test_any_stream_comes_out_in_order_and_whole(
    items: list[Article | InputError], window: int
) -> None:
    translator = Translator(RuleEngine())
    results = list(translate_articles(items, translator, window=window))
    assert len(results) == len(items)
    for item, result in zip(items, results, strict=True):
        if isinstance(result, InputError):
            assert result is item
        else:
            assert result.article is item
            check(result, translator)


def check(result: TranslatedArticle, translator: Translator) -> None:
    """Compare with the article translated line by line."""
    text = result.article.text
    heading = result.article.headline or result.article.title
    expected = None if heading is None else translator.translate([heading.text])[0]
    assert result.headline == expected
    assert len(result.paragraphs) == len(result.article.paragraphs)
    for number, line in enumerate(result.article.paragraphs):
        sentences = [entry.sentence for entry in result.paragraphs[number]]
        texts = [sentence.text for sentence in sentences]
        assert "".join("".join(texts).split()) == "".join(line.text.split())
        for sentence, entry in zip(sentences, result.paragraphs[number], strict=True):
            assert text[sentence.start : sentence.end] == sentence.text
            assert line.start <= sentence.start <= sentence.end <= line.end
            assert sentence.paragraph == number
            assert [entry.translation] == translator.translate([sentence.text])


def test_paragraphs_are_split_into_sentences() -> None:
    (result,) = translate_articles([article(PARAGRAPHS)], Translator(RuleEngine()))
    assert isinstance(result, TranslatedArticle)
    assert [len(paragraph) for paragraph in result.paragraphs[:3]] == [2, 1, 2]
    assert len(split_sentences(PARAGRAPHS[0])) == 2


@pytest.mark.parametrize(
    ("title", "headline", "expected"),
    [("کتاب", "قلم", "قلم"), ("کتاب", None, "کتاب"), (None, "قلم", "قلم"), (None, None, None)],
)
def test_the_headline_is_translated_or_else_the_title(
    title: str | None, headline: str | None, expected: str | None
) -> None:
    inputs = [article(["وہ آیا۔"], title=title, headline=headline)]
    (result,) = translate_articles(inputs, Translator(RuleEngine()))
    assert isinstance(result, TranslatedArticle)
    assert (result.headline and result.headline.source) == expected


def test_it_reads_one_window_ahead_and_no_more() -> None:
    read = []

    def source() -> Iterator[Article]:
        for number in range(10):
            read.append(number)
            yield article(["وہ آیا۔"])

    results = translate_articles(source(), Translator(RuleEngine()), window=3)
    next(results)
    assert read == [0, 1, 2]
    assert len(list(results)) == 9


def test_sentences_of_a_window_are_translated_in_one_batch_without_repeats() -> None:
    engine = RuleEngine()
    list(translate_articles([article(["وہ آیا۔"], title="کتاب")] * 5, Translator(engine)))
    assert sorted(text for text, _ in engine.calls) == sorted(["وہ آیا۔", "کتاب"])


def test_the_signature_names_the_splitter_too() -> None:
    translator = Translator(RuleEngine())
    (result,) = translate_articles([article([])], translator)
    assert isinstance(result, TranslatedArticle)
    assert result.signature == f"{translator.signature}|split:1"


def test_an_article_tells_all_that_was_translated_in_reading_order() -> None:
    inputs = [article(["وہ آیا۔ پھر گیا۔", " ", "کیا ہوا؟"], headline="قلم"), article([])]
    whole, empty = translate_articles(inputs, Translator(RuleEngine()))
    assert isinstance(whole, TranslatedArticle)
    assert isinstance(empty, TranslatedArticle)
    sources = ["وہ آیا۔", "پھر گیا۔", "کیا ہوا؟"]
    assert [entry.sentence.text for entry in whole.sentences] == sources
    assert [entry.source for entry in whole.translations] == ["قلم", *sources]
    assert whole.model == "rules@00000000"
    assert (empty.sentences, empty.translations, empty.model) == ((), (), None)


@given(st.text(alphabet="کب۔ \r\n\u2028x"), st.text(alphabet="کب۔ \n"))
def test_lines_are_paragraphs_of_one_sentence(first: str, second: str) -> None:
    error = InputError("b.txt", "empty")
    translator = Translator(RuleEngine())
    results = list(translate_lines([("d/a.txt", first), error, ("c.txt", second)], translator))
    assert results[1] is error
    for result, path, text in ((results[0], "d/a.txt", first), (results[2], "c.txt", second)):
        assert isinstance(result, TranslatedArticle)
        assert (result.article.path, result.article.id) == (path, path[-5])
        lines = [line.strip() for line in re.split("[\r\n\u2028]", text) if line.strip()]
        assert [[each.sentence.text for each in row] for row in result.paragraphs] == (
            [[line] for line in lines]
        )
        for number, entry in enumerate(result.sentences):
            sentence = entry.sentence
            assert text[sentence.start : sentence.end] == sentence.text
            assert sentence.paragraph == number
            assert [entry.translation] == translator.translate([sentence.text])
        assert result.headline is None
        assert result.signature == f"{translator.signature}|split:lines"


def test_checks_come_in_order_and_errors_stay() -> None:
    error = InputError("b.txt", "empty")
    inputs: list[Article | InputError] = [
        article(["وہ آیا۔ پھر گیا۔"], headline="قلم"),
        error,
        article(["کیا ہوا؟"]),
    ]
    translated = list(translate_articles(inputs, Translator(RuleEngine())))
    results = list(check_articles(translated))
    assert results[1] is error
    for before, result in zip(translated, results, strict=True):
        if isinstance(before, TranslatedArticle):
            assert isinstance(result, CheckedArticle)
            assert result.translated is before
            sentences = [entry.translation for row in before.paragraphs for entry in row]
            assert result.check == check_article(before.article, before.headline, sentences)
