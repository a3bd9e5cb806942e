"""`Side`: one document of a bitext as read, cut into sentences.

An article begins with its headline (or title), a paragraph of its own, for its translation does
too. In text that is a sentence a line, blank lines are breaks between paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from align.articles.article import Article
from align.articles.packed import stem
from align.bitext.document import Document
from align.errors import InputError
from align.text.language import UNKNOWN, identify, is_latin
from align.text.sentences import split_sentences

_LINE_END: Final = re.compile("\r\n|[\r\n\u2028\u2029]")
_SAMPLE: Final = 5000  # characters by which the language is told
_SURE: Final = 0.9
_LONGEST: Final = 100_000  # characters without a blank, beyond which a text is no text


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of a document, with where they are from.

    Attributes:
        path: As given.
        id: Stem of the file's name, or the id of the article.
        document: Its sentences and their paragraphs.
        created: When the article appeared; None where that is not told.
        lines: Of text that is a sentence a line, the line of each sentence, from zero; else empty.
        length: How many lines such text has.
    """

    path: str
    id: str
    document: Document
    created: date | None = None
    lines: tuple[int, ...] = ()
    length: int = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """The sentences of the document."""
        return self.document.sentences


def side_of_article(article: Article, *, language: str = "ur") -> Side:
    """Cut an article in `language` into sentences.

    Raises:
        InputError: It has none, or one is no text.
        UsageError: The sentences of that language cannot be split.
    """
    head = article.headline or article.title
    texts = [line.text for line in ([head] if head else []) + list(article.paragraphs)]
    return Side(article.path, article.id, _split(texts, language, article.path), article.created)


def side_of_lines(text: str, *, path: str) -> Side:
    r"""Take each line for a sentence, and blank lines for breaks between paragraphs.

    Raises:
        InputError: There is none but blank lines.

    >>> side = side_of_lines("One.\nTwo.\n\nThree.\n", path="a.en")
    >>> side.document.paragraphs, side.lines, side.length
    ((0, 0, 1), (0, 1, 3), 4)
    """
    lines = split_lines(text)
    kept = [(number, line.strip()) for number, line in enumerate(lines) if line.strip()]
    if not kept:
        raise InputError(path, "empty: no sentences")
    for number, line in kept:
        _check_blanks(line, path, line=number + 1)
    breaks, paragraph = [], 0
    for (before, _), (number, _) in zip([kept[0], *kept], kept, strict=False):
        paragraph += number > before + 1
        breaks.append(paragraph)
    numbers, sentences = zip(*kept, strict=True)
    document = Document(tuple(sentences), tuple(breaks))
    return Side(path, stem(path), document, None, numbers, len(lines))


def split_lines(text: str) -> list[str]:
    r"""Return the lines of `text`, blank ones too; what ends a line ends no line more.

    >>> split_lines("a\r\n\nb\n")
    ['a', '', 'b']
    """
    lines = _LINE_END.split(text)
    return lines[:-1] if lines[-1] == "" else lines


def put_lines(side: Side, text: str, *, path: str) -> list[str]:
    """Return the translation of each sentence of `side` from text that has a line for each.

    Where the side was a sentence a line, its translation may keep the blank lines.

    Raises:
        InputError: There are not as many lines as sentences.
    """
    lines = [line.strip() for line in split_lines(text)]
    count = len(side.sentences)
    if len(lines) == count:
        return lines
    if side.lines and len(lines) == side.length:
        return [lines[number] for number in side.lines]
    full = [line for line in lines if line]
    if len(full) == count:
        return full
    raise InputError(
        path,
        f"{len(full)} lines for the {count} sentences of {side.path}: one for each is needed"
        + ("" if side.lines else ", or pairs such as `align translate --format jsonl` writes"),
    )


def language_doubt(side: Side, language: str) -> str | None:
    """Say so if the text looks like another language than `language`; None if it may be it.

    Only the languages that `align.text.language` knows can be told.
    """
    sample = " ".join(side.sentences)[:_SAMPLE]
    guess = identify(sample)
    if language == "ur":
        wrong = guess.language not in ("ur", UNKNOWN) or is_latin(sample)
    elif language == "en":
        wrong = guess.language not in ("en", UNKNOWN)
    else:
        return None
    if not wrong or (guess.confidence < _SURE and guess.language != UNKNOWN):
        return None
    found = f" but like {guess.language!r}" if guess.language != UNKNOWN else ""
    return f"{side.path}: does not look like {language!r}{found}"


def _split(paragraphs: Sequence[str], language: str, path: str) -> Document:
    sentences = list(_sentences(paragraphs, language))
    if not sentences:
        raise InputError(path, "empty: no sentences")
    texts, numbers = zip(*sentences, strict=True)
    for text in texts:
        _check_blanks(text, path)
    return Document(tuple(texts), tuple(numbers))


def _check_blanks(sentence: str, path: str, *, line: int | None = None) -> None:
    """Refuse what would take hours to translate and cannot be right."""
    if len(sentence) > _LONGEST and (longest := max(map(len, sentence.split()))) > _LONGEST:
        raise InputError(path, f"{longest:,} characters without a blank: no text", line=line)


def _sentences(paragraphs: Iterable[str], language: str) -> Iterator[tuple[str, int]]:
    for number, paragraph in enumerate(paragraphs):
        # An English paragraph of an Urdu article, a quotation, turns its marks the other way.
        own = "en" if language == "ur" and is_latin(paragraph) else language
        for sentence in split_sentences(paragraph, language=own):
            yield " ".join(sentence.text.split()), number
