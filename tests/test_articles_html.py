"""News pages."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from align.articles import Article, read_articles
from align.articles.html import parse_html
from align.errors import InputError

HEAD = """<link rel="canonical" href="https://news.example.com/story/2512345/new-bridge-opens.html">
<meta property="og:title" content="ملتان میں نہر پر نئے پل کا افتتاح">
<meta property="og:type" content="article">
<meta property="article:published_time" content="2025-03-12T10:30:00+05:00">"""
STORY = [
    "ملتان: شہر کے مشرقی حصے میں نہر پر تعمیر ہونے والا نیا پل بدھ کو ٹریفک کے لیے کھول دیا گیا۔",
    "یہ پل دو سال میں مکمل ہوا ہے۔ اس سے پہلے لوگوں کو دس کلومیٹر کا راستہ اختیار کرنا پڑتا تھا۔",
    "محکمہ شاہرات کے ایک افسر نے بتایا کہ پل پر پیدل چلنے والوں کے لیے الگ راستہ بنایا گیا ہے۔",
    "حکام کا کہنا ہے کہ دوسرے مرحلے میں پل کے دونوں طرف سڑک کو چوڑا کیا جائے گا۔",
]
TITLE = "ملتان میں نہر پر نئے پل کا افتتاح"


def page(head: str = HEAD, body: str = "", charset: str = "utf-8") -> str:
    story = "".join(f"<p>{line}</p>\n" for line in STORY)
    return f"""<!DOCTYPE html><html lang="ur" dir="rtl"><head><meta charset="{charset}">
<title>{TITLE} | نمونہ نیوز</title>{head}<script>var a = "چھپا ہوا متن";</script></head>
<body><nav><ul><li><a href="/">صفحہ اول</a></li></ul></nav>
<article><h1>{TITLE}</h1>{story}{body}</article>
<footer>© نمونہ نیوز</footer></body></html>"""


def test_fields() -> None:
    article = parse_html(page(body="<p>مزید پڑھیں: سڑک کی مرمت</p>"), path="p.html")
    assert article.title
    assert article.title.text == TITLE
    assert article.created == date(2025, 3, 12)
    assert article.slug
    assert article.slug.text == "new bridge opens"
    assert [line.text for line in article.paragraphs] == STORY
    assert [line.kind for line in article.leftovers] == ["link"]
    assert "چھپا" not in article.text


def test_all_of_the_text_is_in_a_field() -> None:
    article = parse_html(page(), path="p.html")
    heads = filter(None, [article.title, article.created_line, article.slug, article.headline])
    lines = [*heads, *article.paragraphs, *article.leftovers]
    assert "\n\n".join(line.text for line in lines) == article.text
    assert all(article.text[line.start : line.end] == line.text for line in lines)


@pytest.mark.parametrize(
    ("head", "slug"),
    [
        ('<meta property="og:url" content="https://e.com/pk/2345678-rain-in-sindh-ends">',
         "rain in sindh ends"),
        ('<link rel="canonical" href="https://e.com/story/2345678">', "2345678"),
        ('<link rel="canonical" href="https://e.com/">', None),
        ('<link rel="canonical" href="http://[">', None),
        ("", None),
    ],
)  # fmt: skip
def test_slug_from_the_address(head: str, slug: str | None) -> None:
    article = parse_html(page(head), path="p.html")
    assert (article.slug and article.slug.text) == slug
    assert len(article.paragraphs) == len(STORY)


@pytest.mark.parametrize(
    "text",
    ["<html></html>", "<html><body><p>Only English here, some words of it.</p></body></html>",
     "<html", "<p></p><!-- پاکستان -->"],
)  # fmt: skip
def test_pages_without_a_story(text: str) -> None:
    with pytest.raises(InputError, match=r"p\.html"):
        parse_html(text, path="p.html")


def test_a_page_too_deep_is_refused_instead_of_cut() -> None:
    with pytest.raises(InputError, match="nested more than 256 deep"):
        parse_html(page(body="<div>" * 50_000 + "گہرا"), path="p.html")
    with pytest.raises(InputError, match="more than 10 MB"):
        parse_html(page(body="<p>" + "x" * 11_000_000), path="p.html")


def test_stray_control_characters_lose_nothing() -> None:
    text = page().replace("پل", "پ\x0bل\x00").replace("نہر", "\u200fنہر")
    article = parse_html(text, path="p.html")
    assert len(article.paragraphs) == len(STORY)
    assert article.paragraphs[1].text == STORY[1]


def test_found_by_content_and_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(page(), "utf-8")
    (tmp_path / "b.html").write_bytes(page(charset="windows-1256").encode("cp1256", "ignore"))
    (tmp_path / "c.htm").write_text("\n".join(STORY), "utf-8")
    articles = list(read_articles([str(tmp_path)]))
    assert [len(a.paragraphs) for a in articles if isinstance(a, Article)] == [4, 4, 4]
