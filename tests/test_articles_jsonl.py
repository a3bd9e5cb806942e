"""JSON Lines."""

from __future__ import annotations

import gzip
import json
import lzma
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles import Article, Fields, read_articles
from align.articles.jsonl import number_records, parse_record
from align.errors import InputError

FIRST = "پل بدھ کو کھول دیا گیا۔"
SECOND = "حکام کے مطابق سڑک بھی بنے گی۔"
SENTENCES = {
    "id": "n-1",
    "slug": "new bridge opens",
    "created": "2025-03-12",
    "headline": {"ur": "نئے پل کا افتتاح", "en": "New bridge opens"},
    "paragraphs": [
        [{"ur": FIRST, "en": "x"}, {"ur": SECOND, "en": "y"}],
        [{"ur": FIRST, "en": "x"}],
    ],
}


def parsed(*lines: bytes, fields: Fields | None = None) -> list[Article | InputError]:
    """What the lines of a file are read as."""
    return [
        item if isinstance(item, InputError)
        else parse_record(item[1], item[0], path="a.jsonl", fields=fields)
        for item in number_records(lines, path="a.jsonl")
    ]  # fmt: skip


def read(*records: object, fields: Fields | None = None) -> list[Article | InputError]:
    lines = [json.dumps(record, ensure_ascii=False).encode() for record in records]
    return parsed(*lines, fields=fields)


def one(record: object, fields: Fields | None = None) -> Article:
    (article,) = read(record, fields=fields)
    assert isinstance(article, Article), article
    return article


def test_sentences_make_paragraphs() -> None:
    article = one(SENTENCES)
    assert article.id == "n-1"
    assert article.created == date(2025, 3, 12)
    assert article.slug
    assert article.slug.text == "new bridge opens"
    assert article.headline
    assert article.headline.text == "نئے پل کا افتتاح"
    assert article.english_headline == "New bridge opens"
    assert [line.text for line in article.paragraphs] == [f"{FIRST} {SECOND}", FIRST]
    heads = [article.created_line, article.slug, article.headline]
    lines = [*filter(None, heads), *article.paragraphs]
    assert article.text == "\n\n".join(line.text for line in lines)
    assert all(article.text[line.start : line.end] == line.text for line in lines)


@pytest.mark.parametrize(
    "text", [f"{FIRST}\n\n{SECOND}\r\n", [FIRST, SECOND], [f"{FIRST}\n{SECOND}"]]
)
@pytest.mark.parametrize("name", ["text", "body", "content", "paragraphs"])
def test_common_names(name: str, text: object) -> None:
    record = {
        "title": "نئے پل کا افتتاح",
        "url": "https://e.com/1234567/new-bridge-opens",
        "published": "23 جنوری 2025",
        name: text,
    }
    article = one(record)
    assert article.id == "a:1"
    assert article.title
    assert article.title.text == "نئے پل کا افتتاح"
    assert article.headline is None
    assert article.slug
    assert article.slug.text == "new bridge opens"
    assert article.created == date(2025, 1, 23)
    assert [line.text for line in article.paragraphs] == [FIRST, SECOND]


def test_named_fields_with_dots() -> None:
    record = {
        "meta": {"key": 7, "when": 1741737600},
        "story": {"ur": FIRST},
        "text": "چھوڑو",
        "a.b": "c d e",
    }
    fields = Fields(id="meta.key", created="meta.when", paragraphs="story.ur", slug="a.b")
    article = one(record, fields)
    assert (article.id, article.created) == ("7", date(2025, 3, 12))
    assert article.slug
    assert article.slug.text == "c d e"
    assert [line.text for line in article.paragraphs] == [FIRST]


def test_debris_of_plain_text_is_left_over_but_sentences_are_kept() -> None:
    assert [x.kind for x in one({"text": f"{FIRST}\nComments(0)"}).leftovers] == ["comment"]
    assert one({"paragraphs": [[{"ur": FIRST}], [{"ur": "مزید پڑھیں"}]]}).leftovers == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "not JSON: the line ends too early, at column 1"),
        (b'{"title": "a", "paragraphs": [\n', "not JSON: the line ends too early, at column 30"),
        (b'{"title": "abc\n', "not JSON: the line ends too early, at column 14"),
        (b'{"title": a}\n', "not JSON: Expecting value at column 11"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"title": "x"}', "no text in"),
        (b'{"text": 5}', "no text in"),
        (b'{"text": [5]}', "no text in"),
        (b'{"text": []}', "no text in"),
        (b'{"text": "english only"}', "no Urdu"),
        (b'{"text": "\\ud83d \\u067e"}', "surrogate"),
        (b'{"text": "\xff"}', "byte 0xff"),
        (b"[" * 100_000, "nested"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "digit"),
    ],
)
def test_a_bad_line_is_an_error_and_the_others_go_on(line: bytes, reason: str) -> None:
    good = json.dumps(SENTENCES).encode()
    first, bad, last = parsed(good, b"\n", line, good)
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(bad, InputError)
    assert (bad.path, bad.line) == ("a.jsonl", 3)
    assert reason in bad.reason
    assert "\n" not in str(bad)


def test_what_is_no_number_in_json_is_no_text_either() -> None:
    record = b'{"id": NaN, "title": NaN, "slug": Infinity, "created": -1e999, "text": "'
    (article,) = parsed(record + "خبر".encode() + b'"}')
    assert isinstance(article, Article)
    assert (article.id, article.title, article.slug, article.created) == ("a:1", None, None, None)


def test_a_field_that_was_named_and_is_not_there() -> None:
    (error,) = read({"text": FIRST}, fields=Fields(paragraphs="story"))
    assert isinstance(error, InputError)
    assert error.reason == "no text in story (fields: text)"


@pytest.mark.parametrize(
    "suffix", ["jsonl", "jsonl.gz", "jsonl.xz", "ndjson.gz", "ndjson.xz", "json", "txt"]
)
def test_files_packed_or_not(tmp_path: Path, suffix: str) -> None:
    data = "".join(json.dumps(SENTENCES) + "\n" for _ in range(3)).encode()
    packed = {"gz": gzip.compress(data), "xz": lzma.compress(data)}
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(packed.get(suffix[-2:], data))
    is_found = "." in suffix  # in a folder, by its name
    articles = list(read_articles([str(tmp_path if is_found else path)]))
    assert [type(article) for article in articles] == [Article] * 3
    assert {a.path for a in articles if isinstance(a, Article)} == {str(path)}


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("xz", lzma.compress)])
def test_damaged_archives(tmp_path: Path, suffix: str, pack: Callable[[bytes], bytes]) -> None:
    data = pack((json.dumps(SENTENCES) + "\n").encode() * 2000)
    for name, content in (("cut", data[:-20]), ("other", b"hello\n")):
        path = tmp_path / f"{name}.jsonl.{suffix}"
        path.write_bytes(content)
        *_, last = read_articles([str(path)])
        assert isinstance(last, InputError)
        assert "cannot be unpacked" in last.reason


def test_an_empty_file_and_a_pretty_printed_one(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "pretty.json").write_text(json.dumps(SENTENCES, indent=2))
    empty, pretty = read_articles([str(tmp_path / "empty.jsonl"), str(tmp_path / "pretty.json")])
    assert isinstance(empty, InputError)
    assert empty.reason == "empty"
    assert isinstance(pretty, InputError)
    assert "a record a line" in pretty.reason


LANGUAGES = st.sampled_from(["ur", "en", "a"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.just(FIRST),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LANGUAGES, inner),
    max_leaves=8,
)  # fmt: skip
NAMES = ("id", "title", "created", "slug", "headline", "english_headline", "text", "paragraphs")


@given(st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_any_record_is_an_article_or_an_error(record: dict[str, object]) -> None:
    (result,) = parsed(json.dumps(record).encode())
    if isinstance(result, InputError):
        assert result.line == 1
    else:
        lines = [*result.paragraphs, *result.leftovers]
        assert all(result.text[line.start : line.end] == line.text for line in lines)
        result.text.encode()
