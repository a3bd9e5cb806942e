"""JSON Lines: one object a result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from align.check.result import Check
from align.errors import InputError
from align.pipeline import TranslatedArticle, TranslatedSentence
from align.report.plain import is_plain
from align.translate.doubt import SIGNATURE as DOUBT_SIGNATURE
from align.translate.doubt import doubt_of, mean_doubt, most_doubtful
from align.translate.translation import Translation

Record = dict[str, Any]
T = TypeVar("T")


def json_lines(items: Iterable[T | InputError], record: Callable[[T], Record]) -> Iterator[str]:
    """Yield a line for each result, and one with `path` and `error` for each failed input."""
    for item in items:
        yield json_line(error_record(item) if isinstance(item, InputError) else record(item))


def jsonl(items: Iterable[TranslatedArticle | InputError]) -> Iterator[str]:
    """Yield the lines of `align translate --format jsonl`."""
    return json_lines(items, translation_record)


def json_line(record: Record) -> str:
    """Return `record` as one line of JSON; letters stay letters."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False) + "\n"


def error_record(error: InputError) -> Record:
    """Return what stands for an input that could not be read."""
    record: Record = {"path": error.path, "error": error.reason}
    if error.line is not None:
        record["line"] = error.line
    return record


def translation_record(translated: TranslatedArticle) -> Record:
    """Return the record of `align translate --format jsonl`; plain text has no article fields."""
    article, headline = translated.article, translated.headline
    record: Record = {"path": article.path, "id": article.id}
    if not is_plain(article):
        record |= {
            "title": article.title.text if article.title else None,
            "created": article.created.isoformat() if article.created else None,
            "slug": article.slug.text if article.slug else None,
            "headline": article.headline.text if article.headline else None,
            "headline_translation": headline.text if headline else None,
            "headline_score": round(headline.score, 4) if headline else None,
            "headline_notes": list(headline.notes) if headline else [],
            "headline_doubt": _doubt(headline) if headline else None,
        }
    return record | {
        "model": translated.model,
        "signature": translated.signature,
        "doubt_signature": DOUBT_SIGNATURE,
        "paragraphs": [
            [_sentence_record(sentence) for sentence in paragraph]
            for paragraph in translated.paragraphs
        ],
    }


def check_record(translated: TranslatedArticle, check: Check) -> Record:
    """Return the record of `align check --json`.

    `title` and `headline` are as read, as in `translation_record`; `headline_translation` is
    that of the headline or, where there is none, of the title.
    """
    article, headline = translated.article, translated.headline
    return {
        "path": article.path,
        "id": article.id,
        "title": article.title.text if article.title else None,
        "slug": article.slug.text if article.slug else None,
        "headline": article.headline.text if article.headline else None,
        "headline_translation": headline.text if headline else None,
        "paragraphs": len(translated.paragraphs),
        "sentences": len(translated.sentences),
        "slug_bleu": _rounded(check.slug_bleu),
        "slug_chrf": _rounded(check.slug_chrf),
        "slug_recall": _rounded(check.slug_recall),
        "headline_bleu": _rounded(check.headline_bleu),
        "score": _rounded(check.score),
        "verdict": check.verdict,
        "reasons": list(check.reasons),
        "doubt": _rounded(mean_doubt(translated.translations)),
        "most_doubtful": _doubtful_record(translated),
        "model": translated.model,
        "signature": check.signature,
        "chrf_signature": check.chrf_signature,
        "translation_signature": translated.signature,
        "doubt_signature": DOUBT_SIGNATURE,
    }


def _sentence_record(translated: TranslatedSentence) -> Record:
    sentence, translation = translated.sentence, translated.translation
    return {
        "source": sentence.text,
        "translation": translation.text,
        "start": sentence.start,
        "end": sentence.end,
        "score": round(translation.score, 4),
        "notes": list(translation.notes),
        "doubt": _doubt(translation),
    }


def _doubt(translation: Translation) -> float | None:
    doubt = doubt_of(translation)
    return _rounded(doubt.score if doubt else None)


def _doubtful_record(translated: TranslatedArticle) -> Record | None:
    for translation, doubt in most_doubtful(translated.translations, 1):
        return {
            "source": translation.source,
            "translation": translation.text,
            "doubt": _rounded(doubt.score),
            "reasons": list(doubt.reasons),
        }
    return None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
