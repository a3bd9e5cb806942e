"""`--lines`: each line of a text is a sentence, and gets exactly one line of English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

from align.errors import InputError

if TYPE_CHECKING:
    from align.pipeline import TranslatedArticle
    from align.translate.translator import Translator


def translate_lines(
    texts: Iterable[tuple[str, str] | InputError], translator: Translator
) -> Iterator[TranslatedArticle | InputError]:
    """Translate texts as articles whose every line is a paragraph of one sentence."""
    for item in texts:
        yield item if isinstance(item, InputError) else _translated(*item, translator)


def _translated(path: str, text: str, translator: Translator) -> TranslatedArticle:
    from align.articles.article import Article
    from align.articles.lines import split_lines
    from align.pipeline import TranslatedArticle, TranslatedSentence
    from align.text.sentences import Sentence

    lines = split_lines(text)
    article = Article(
        path=path, id=PurePath(path).stem, text=text, title=None, created=None, created_line=None,
        slug=None, headline=None, english_headline=None, paragraphs=tuple(lines), leftovers=(),
    )  # fmt: skip
    translations = translator.translate([line.text for line in lines])
    paragraphs = tuple(
        (TranslatedSentence(Sentence(line.text, number, line.start, line.end), translation),)
        for number, (line, translation) in enumerate(zip(lines, translations, strict=True))
    )
    return TranslatedArticle(article, None, paragraphs, f"{translator.signature}|split:lines")
