"""JSON Lines: a record a line, with fields that can be named."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import PurePath
from typing import Any, Final, TypeVar

from align.articles.article import Article, LineKind
from align.articles.compose import Parts, compose
from align.articles.dates import parse_date
from align.articles.leftovers import leftover_kind
from align.articles.lines import key
from align.articles.script import refuse_other_languages
from align.articles.slugs import slug_words
from align.errors import InputError, not_json

T = TypeVar("T")
Record = dict[str, Any]

# Tried in this order where a field is not named.
_GUESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "id": ("id", "_id", "guid"),
    "title": ("title", "name"),
    "created": ("created", "created_at", "date", "published", "published_at", "date_publish"),
    "slug": ("slug", "url", "link", "canonical", "canonical_link"),
    "headline": ("headline",),
    "english_headline": ("english_headline", "headline_en", "title_en"),
    "label": ("label",),
    "paragraphs": ("paragraphs", "text", "body", "content", "maintext", "articleBody"),
}
# What `align` itself writes, often into the folder that it reads: fields of its own records.
_OWN: Final = (frozenset(("headline_translation", "signature")), frozenset(("path", "error")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Where a record holds what: names, with dots into objects (`story.body`).

    None means: guess from common names. `paragraphs` may hold a list of strings, one string
    with a paragraph a line, or a list of lists of `{"ur": …, "en": …}` sentences; a title or
    headline may be such an object too.
    """

    id: str | None = None
    title: str | None = None
    created: str | None = None
    slug: str | None = None
    headline: str | None = None
    english_headline: str | None = None
    label: str | None = None
    paragraphs: str | None = None


def number_records(
    lines: Iterable[bytes | InputError], *, path: str
) -> Iterator[tuple[int, bytes] | InputError]:
    """Number the lines of a file from 1, and leave blank ones out; none at all is an InputError.

    An InputError among `lines` counts as a line, and is passed on.
    """
    empty = True
    for number, line in enumerate(lines, 1):
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            yield number, line
        else:
            continue
        empty = False
    if empty:
        yield InputError(path, "empty")


def parse_record(
    line: bytes, number: int, *, path: str, fields: Fields | None = None, language: str = "ur"
) -> Article | InputError:
    """Make an article of a line of a file, or the error that says why it is none.

    >>> line = '{"id": 7, "text": "بارش ہوئی۔"}'.encode()
    >>> parse_record(line, 1, path="a.jsonl").paragraphs[0].text
    'بارش ہوئی۔'
    >>> parse_record(b"{", 2, path="a.jsonl").line
    2
    """
    known = fields or Fields()

    def make(record: Record, place: str) -> Article:
        return _article(record, path=path, place=place, fields=known, language=language)

    return _parse_line(line, number, path, make)


@dataclass(frozen=True, slots=True, kw_only=True)
class BilingualFields:
    """Where a record with both sides of an article holds what, as in `Fields`.

    `ur` and `en` are the paragraphs of either side; one field may hold both, sentence by sentence.
    """

    id: str | None = None
    created: str | None = None
    slug: str | None = None
    headline: str | None = None
    english_headline: str | None = None
    ur: str | None = None
    en: str | None = None


def parse_bilingual(
    lines: Iterable[bytes | InputError], *, path: str, fields: BilingualFields | None = None
) -> Iterator[tuple[Article, Article] | InputError]:
    """Read records that hold an Urdu article and its English; a bad one is an InputError.

    >>> line = '{"id": 7, "ur": "بارش ہوئی۔", "en": "It rained."}'.encode()
    >>> ((source, target),) = parse_bilingual([line], path="a.jsonl")
    >>> source.paragraphs[0].text, target.paragraphs[0].text
    ('بارش ہوئی۔', 'It rained.')
    """
    known = fields or BilingualFields()

    def make(record: Record, place: str) -> tuple[Article, Article]:
        return _bilingual_article(record, path=path, place=place, fields=known)

    return _parse_lines(lines, make, path)


def _parse_lines(
    lines: Iterable[bytes | InputError], make: Callable[[Record, str], T], path: str
) -> Iterator[T | InputError]:
    """Make something of the record of each line and its place (`a:7`)."""
    for item in number_records(lines, path=path):
        yield item if isinstance(item, InputError) else _parse_line(item[1], item[0], path, make)


def _parse_line(
    line: bytes, number: int, path: str, make: Callable[[Record, str], T]
) -> T | InputError:
    try:
        record = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
        if not isinstance(record, dict):
            return InputError(path, "not a JSON object", line=number)
        return make(record, f"{_stem(path)}:{number}")
    except InputError as error:
        reason = error.reason
    except UnicodeDecodeError as error:
        reason = f"not UTF-8: byte 0x{line[error.start]:02x}"
    except json.JSONDecodeError as error:
        reason = not_json(error)
    except RecursionError:
        reason = "nested too deeply"
    except UnicodeEncodeError:
        reason = "half a surrogate pair in a string"
    except ValueError as error:  # our own, and a number of thousands of digits
        reason = str(error)
    return InputError(path, reason, line=number)


def _bilingual_article(
    record: Record, *, path: str, place: str, fields: BilingualFields
) -> tuple[Article, Article]:
    """Build both sides of a record; the English has its date, slug and id from the Urdu."""
    urdu = Fields(
        id=fields.id, created=fields.created, slug=fields.slug, headline=fields.headline,
        english_headline=fields.english_headline, paragraphs=fields.ur,
    )  # fmt: skip
    source = _article(record, path=path, place=place, fields=urdu, language="ur")
    body = _body(_get(record, "paragraphs", Fields(paragraphs=fields.en), "en"), "en")
    if body is None:
        raise ValueError(f"no English in {fields.en or 'en'} (fields: {_names(record)})")
    parts = Parts(created=source.created, headline=source.english_headline, body=body)
    target = compose(parts, path=path, id=source.id)
    target.text.encode("utf-8")
    refuse_other_languages(target.text, path=path, language="en")
    return source, target


def _article(record: Record, *, path: str, place: str, fields: Fields, language: str) -> Article:
    """Build the article of a record; raises ValueError saying what is wrong with it."""
    if any(record.keys() >= own for own in _OWN):
        raise ValueError("a result of align, not an article; check takes it as --translation")
    title, title_english = _bilingual(_get(record, "title", fields), language)
    headline, headline_english = _bilingual(_get(record, "headline", fields), language)
    english = _text(_get(record, "english_headline", fields)) or headline_english or title_english
    body = _body(_get(record, "paragraphs", fields, language), language)
    if body is None:
        name = fields.paragraphs or "paragraphs, text, body or content"
        raise ValueError(f"no text in {name} (fields: {_names(record)})")
    created = _get(record, "created", fields)
    slug = slug_words(_text(_get(record, "slug", fields)) or "")
    identity = _text(_get(record, "id", fields)) or place
    parts = Parts(
        title=title,
        created=_date(created),
        created_text=_text(created),
        slug=slug,
        headline=headline,
        english_headline=english,
        body=body,
    )
    label = _text(_get(record, "label", fields))
    article = replace(compose(parts, path=path, id=identity), label=label)
    for text in (article.text, identity, english or "", label or ""):
        text.encode("utf-8")
    refuse_other_languages(article.text, path=path, language=language)
    return article


def _names(record: Record) -> str:
    return ", ".join(map(str, record))[:200]


def _get(record: Record, field: str, fields: Fields, language: str = "") -> object:
    """Look a field up by its name, or by the first of the common names that is there.

    Failing all, what is named by the code of the language is what the article is in it.
    """
    named: str | None = getattr(fields, field)
    for name in (named,) if named else (*_GUESSES[field], language):
        value: object = record.get(name)
        if value is None and "." in name:
            value = record
            for part in name.split("."):
                value = value.get(part) if isinstance(value, dict) else None
        if value is not None and value not in ("", []):
            return value
    return None


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):  # NaN, which JSON does not have
        return None
    return str(value).strip() or None


def _bilingual(value: object, language: str) -> tuple[str | None, str | None]:
    """Split `{"ur": …, "en": …}` into `language` and English; a string is the first alone."""
    if isinstance(value, dict):
        return _text(value.get(language)), _text(value.get("en"))
    return _text(value), None


def _body(value: object, language: str) -> list[tuple[str, LineKind]] | None:
    """Turn what a record holds as text into lines with kinds; None where it is not text.

    Lines of plain strings may be debris of a page; sentences one by one are not.
    """
    if isinstance(value, str):
        value = value.splitlines()
    if not isinstance(value, list) or not value:
        return None
    body: list[tuple[str, LineKind]] = []
    for paragraph in value:
        if isinstance(paragraph, str):
            body += [(line, leftover_kind(key(line)) or "text") for line in paragraph.splitlines()]
        elif isinstance(paragraph, list | dict):
            sentences = paragraph if isinstance(paragraph, list) else [paragraph]
            body.append((_join(sentences, language), "text"))
        else:
            return None
    return body


def _join(sentences: list[object], language: str) -> str:
    """Join what the sentences of a paragraph are in `language` with one space."""
    texts = [_bilingual(sentence, language)[0] for sentence in sentences]
    return " ".join(" ".join(text.split()) for text in texts if text)


def _date(value: object) -> date | None:
    """Read a date: text in any form of `parse_date`, or seconds or milliseconds since 1970."""
    if isinstance(value, str):
        return parse_date(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _stem(path: str) -> str:
    return PurePath(path).name.split(".")[0] or path
