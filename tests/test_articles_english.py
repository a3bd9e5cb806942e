"""English articles through the readers: text, pages, records; what is not English is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles import Article, read_articles
from align.articles.english import parse_english
from align.errors import InputError

STORY = (
    "Bridge over the canal opens\n\nPublished: 23 January 2025\n\nbridge-over-canal-opens-today\n\n"
    "A new bridge was opened on Thursday.\n\nBridge over the canal opens\n\n"
    "It is 40 metres long. Cars may use it.\n\nShare on Facebook\n"
)


def only(path: Path) -> Article | InputError:
    (result,) = read_articles(str(path), language="en")
    return result


def test_every_line_ends_up_in_its_field() -> None:
    article = parse_english(STORY, path="bridge.txt")
    assert article.headline is not None
    assert article.headline.text == "Bridge over the canal opens"
    assert str(article.created) == "2025-01-23"
    assert article.slug is not None
    assert [line.text for line in article.paragraphs] == [
        "A new bridge was opened on Thursday.",
        "It is 40 metres long. Cars may use it.",
    ]
    assert [line.kind for line in article.leftovers] == ["repeat", "share"]


@given(st.lists(st.sampled_from([*STORY.splitlines(), "1 May 2024", "news"]), min_size=1))
def test_no_line_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        article = parse_english(text, path="a.txt")
    except InputError:
        return
    fields = [article.headline, article.created_line, article.slug]
    kept = [line for line in fields if line] + [*article.paragraphs, *article.leftovers]
    assert sorted(line.start for line in kept) == [
        start for start in _starts(text) if text[start:].split("\n", 1)[0].strip()
    ]


def _starts(text: str) -> list[int]:
    return [0, *(place + 1 for place, character in enumerate(text) if character == "\n")]


def test_a_text_without_headline_is_all_paragraphs() -> None:
    article = parse_english("It rained in Sindh.\nRivers rose.\n", path="rain.txt")
    assert article.headline is None
    assert len(article.paragraphs) == 2


@pytest.mark.parametrize(
    ("record", "lines"),
    [
        ({"id": "a", "en": "One here.\nTwo here."}, 2),
        ({"id": "a", "text": ["One here.", "Two here."], "headline": "News"}, 2),
        ({"id": "a", "paragraphs": [[{"ur": "ایک۔", "en": "One."}, {"en": "Two."}]]}, 1),
    ],
)
def test_records(record: dict[str, object], lines: int, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(record), "utf-8")
    article = only(path)
    assert isinstance(article, Article)
    assert len(article.paragraphs) == lines
    assert "ایک" not in article.text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "وزیر اعظم نے کہا کہ بارش ہوگی۔"),
        ("a.jsonl", '{"text": "وزیر اعظم نے کہا کہ بارش ہوگی۔"}'),
        (
            "b.txt",
            "Yeh khabar hai ke wazir e azam ne kaha hai ke barish hogi aur hum ne suna. " * 3,
        ),
        ("c.txt", "  \n"),
    ],
)
def test_what_is_not_english_is_refused(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    assert isinstance(only(tmp_path / name), InputError)
