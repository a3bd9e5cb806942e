"""Translations read back from what `align translate --format jsonl` wrote."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from functools import partial

from align.articles.article import Article
from align.articles.source import MAX_BYTES, read_regular
from align.errors import InputError
from align.pipeline import TranslatedArticle, TranslatedSentence
from align.report.jsonl import Record
from align.text.sentences import Sentence
from align.translate.translation import Translation


class Translations:
    """Translations as `align translate --format jsonl` wrote them, to be put to their articles."""

    def __init__(self, path: str, records: dict[tuple[str, str], Record]) -> None:
        """Take the records of file `path` by path and id of their articles."""
        self._path, self._records = path, records
        self._of_id: dict[str, list[Record]] = {}
        for (_, id), record in records.items():
            self._of_id.setdefault(id, []).append(record)

    def put_to(
        self, articles: Iterable[Article | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Yield each article with its translation, or the error that says why it has none."""
        for article in articles:
            try:
                yield article if isinstance(article, InputError) else self.of(article)
            except InputError as error:
                yield error

    def of(self, article: Article) -> TranslatedArticle:
        """Return `article` with its translation.

        Raises:
            InputError: the file holds none for it, or one of another text.
        """
        record = self._records.get((article.path, article.id)) or self._by_id(article)
        if record is None:
            raise InputError(
                article.path, f"{self._path} holds no translation of this article ({article.id})"
            )
        try:
            return _translated(article, record)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            reason = f"its translation in {self._path} does not fit it: {error}"
            raise InputError(article.path, reason) from error

    def _by_id(self, article: Article) -> Record | None:
        """Find a translation made under another path, if only one can be meant."""
        found = self._of_id.get(article.id, ())
        return found[0] if len(found) == 1 else None


def read_translations(path: str) -> Translations:
    """Read what `align translate --format jsonl` wrote.

    Raises:
        InputError: the file cannot be read, or a line is not a record of translations.
    """
    records: dict[tuple[str, str], Record] = {}
    try:
        with read_regular(path) as stream:
            for number, line in enumerate(iter(partial(stream.readline, MAX_BYTES + 1), b""), 1):
                if len(line) > MAX_BYTES:
                    raise InputError(path, "larger than an article can be", line=number)
                if line.strip():
                    record = _parsed(path, number, line.decode("utf-8-sig"))
                    if "error" not in record:
                        records[record["path"], record["id"]] = record
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not UTF-8 text"
        raise InputError(path, reason) from error
    return Translations(path, records)


def _parsed(path: str, number: int, line: str) -> Record:
    try:
        record: Record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"not JSON: {error}", line=number) from error
    is_error = isinstance(record, dict) and "error" in record
    names = ("path",) if is_error else ("path", "id")
    if not isinstance(record, dict) or not all(isinstance(record.get(n), str) for n in names):
        reason = "not a line of `align translate --format jsonl`: no path and id"
        raise InputError(path, reason, line=number)
    return record


def _translated(article: Article, record: Record) -> TranslatedArticle:
    model = str(record["model"])
    paragraphs = tuple(
        tuple(_sentence(article, index, sentence, model) for sentence in sentences)
        for index, sentences in enumerate(record["paragraphs"])
    )
    if len(paragraphs) != len(article.paragraphs):
        raise ValueError(f"{len(paragraphs)} paragraphs, not {len(article.paragraphs)}")
    source = article.headline or article.title
    english = record.get("headline_translation")
    headline = None
    if source is not None and english is not None:
        if source.text != (record["headline"] or record["title"]):
            raise ValueError("other headline")
        score, notes = record.get("headline_score") or 0.0, record.get("headline_notes") or []
        headline = _translation(source.text, english, score, model, notes)
    return TranslatedArticle(article, headline, paragraphs, str(record["signature"]))


def _sentence(article: Article, paragraph: int, record: Record, model: str) -> TranslatedSentence:
    start, end, source = int(record["start"]), int(record["end"]), record["source"]
    if article.text[start:end] != source:
        raise ValueError(f"other text at characters {start} to {end}")
    translation = _translation(
        source, record["translation"], record["score"], model, record["notes"]
    )
    return TranslatedSentence(Sentence(source, paragraph, start, end), translation)


def _translation(
    source: str, english: object, score: object, model: str, notes: object
) -> Translation:
    if not isinstance(english, str):
        raise TypeError(f"a translation is no text but {json.dumps(english)[:40]}")
    if not isinstance(score, int | float) or not math.isfinite(score):
        raise TypeError(f"a score is no number but {json.dumps(score)[:40]}")
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        raise TypeError(f"notes are no list of texts but {json.dumps(notes)[:40]}")
    return Translation(source, english, float(score), model, tuple(notes))
