"""The page: whole, self-contained, and safe whatever the texts hold."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from align.articles import Article, Leftover, Line
from align.check.result import Check
from align.errors import InputError
from align.pipeline import TranslatedArticle, TranslatedSentence
from align.report.check_table import CheckTable
from align.report.html import html_page
from align.report.slug import marked_headline, marked_slug
from align.report.terminal import check_view
from align.report.visible import visible
from align.text.sentences import Sentence
from align.translate.translation import Translation

HOSTILE = (
    "<script>alert(1)</script>\" onmouseover='x' \u202egnp.exe\u2066 \x1b[31m\x07 &lt; {{ 7*7 }}"
)
WORDS = (("budget", True), ("minister", False))
# U+202A..U+202E and U+2066..U+2069 reorder text; of the controls a page needs line ends only.
FORBIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f-\x9f]")


def parsed(page: str) -> Any:  # the stubs of lxml know no element of HTML
    return html.fromstring(page)


def translated(text: str, *, slug: str = "minister presents budget") -> TranslatedArticle:
    """An article with `text` in every place that an input can fill."""
    line = Line(text, 0, len(text))
    article = Article(
        path=text, id=text, text=text, title=line, created=date(2025, 1, 23), created_line=line,
        slug=Line(slug, 0, len(slug)), headline=line, english_headline=text,
        paragraphs=(line, line), leftovers=(Leftover(text, 0, len(text), "comment"),),
    )  # fmt: skip
    translation = Translation(text, text, -0.5, text, ("numbers lost",))
    sentence = TranslatedSentence(Sentence(text, 0, 0, len(text)), translation)
    return TranslatedArticle(article, translation, ((sentence, sentence), (sentence,)), text)


def check(reason: str = "because") -> Check:
    return Check(
        slug_bleu=12.3, slug_chrf=45.6, slug_recall=0.5, score=0.25, verdict="mismatch",
        reasons=(reason,), slug_words=WORDS, signature="signature", chrf_signature="signature",
    )  # fmt: skip


def test_page_shows_everything() -> None:
    page = parsed(
        html_page(
            [(translated("متن"), check())], [InputError("bad.txt", "empty", line=2)], title="Title"
        )
    )
    assert page.findtext(".//h1") == "Title"
    (link,) = page.findall(".//table//a")
    assert page.get_element_by_id(link.get("href")[1:]).tag == "article"
    text = " ".join(page.text_content().split())
    for shown in (
        "mismatch", "25%", "50%", "12.3", "45.6", "because", "numbers lost", "2025-01-23",
        "\u22120.50", "bad.txt", "line 2: empty", "1 line not part of the story",
    ):  # fmt: skip
        assert shown in text
    assert [(e.get("class"), e.text) for e in page.find_class("slug")[0].iter("span")][1:] == [
        ("missed", "minister"),
        ("found", "budget"),
    ]
    (article,) = page.findall(".//article")  # the list above repeats what is doubtful
    urdu = article.find_class("ur")
    assert len(urdu) == 3
    assert all((e.get("lang"), e.get("dir")) == ("ur", "rtl") for e in urdu)
    assert len(article.find_class("en")) == 3


def test_sentences_share_a_class_with_their_translation() -> None:
    page = parsed(html_page([(translated("متن"), None)]))
    first = page.find(".//article").find_class("pair")[1]
    assert [len(first.find_class(name)) for name in ("s0", "s1", "s2")] == [2, 2, 0]
    assert ".pair:has(.s1:hover) .s1" in page.findtext(".//style")


def test_page_needs_nothing_from_outside() -> None:
    page = html_page([(translated("متن"), check())])
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|\bsrc=", page)


def check_is_safe(page: str) -> None:
    tree = parsed(page)
    assert not FORBIDDEN.search(page)
    assert not [e for e in tree.iter() if e.tag in ("script", "img", "iframe")]
    attributes = {name for e in tree.iter() if isinstance(e.tag, str) for name in e.attrib}
    assert not {name for name in attributes if name.startswith("on")}


def test_hostile_texts_are_shown_and_do_nothing() -> None:
    item = translated(HOSTILE, slug=HOSTILE)
    page = html_page([(item, check(HOSTILE))], [InputError(HOSTILE, HOSTILE)], title=HOSTILE)
    check_is_safe(page)
    shown = parsed(page).text_content()
    assert "<script>alert(1)</script>" in shown
    assert "\\u202egnp.exe" in shown
    assert "{{ 7*7 }}" in shown


@settings(max_examples=30)
@given(st.text(max_size=60))
def test_no_text_breaks_the_page(text: str) -> None:
    page = html_page([(translated(text, slug=text or "x"), check(text))], title=text)
    check_is_safe(page)
    assert len(parsed(page).find(".//article").find_class("pair")) == 3
    page.encode("utf-8")


def test_empty_page() -> None:
    assert "<table>" in html_page([])


def test_slug_and_headline_are_marked_word_by_word() -> None:
    words = (("tajikistan", True), ("wins", True), ("ties", False))
    assert marked_slug("wins ties with tajikistan", words) == (
        ("wins", "found"), ("ties", "missed"), ("with", ""), ("tajikistan", "found"),
    )  # fmt: skip
    assert marked_headline("Ties: Tajikistan won", words) == (
        ("Ties:", ""), ("Tajikistan", "found"), ("won", "found"),
    )  # fmt: skip


@given(st.text())
def test_visible_leaves_nothing_that_moves_a_cursor(text: str) -> None:
    assert not re.search(
        "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", visible(text)
    )
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize("width", [40, 60, 80, 160])
def test_terminal_table_never_cuts_figures(width: int) -> None:
    from rich.console import Console

    names = ["name-" * 20, "1"]
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(CheckTable([(translated(name), check()) for name in names]))
    lines = captured.get().splitlines()
    head, *rows = [line for line in lines if line and not line.startswith("    ")]
    columns = {"Article", "Verdict", "Score", "Slug", "BLEU", "Par/Sent", "Notes"}
    assert head.startswith("Article ")
    assert set(head.split()) == columns if width >= 80 else set(head.split()) < columns
    assert len(rows) == len(names)
    for row in rows:
        assert "\u2717 mismatch" in row
        assert "25%" in row
    assert rows[0].split()[0].endswith("\u2026")
    assert rows[1].split()[0] == "1"


@pytest.mark.parametrize("width", [60, 80, 160])
def test_terminal_tables_tell_all_without_colour(width: int) -> None:
    from rich.console import Console

    console = Console(width=width, color_system=None)
    item = translated("متن")
    with console.capture() as captured:
        console.print(CheckTable([(item, check()), (item, check("other reason"))]))
    table = captured.get()
    assert table.count("\u2717 mismatch") == 2
    assert "because" in table
    assert "other reason" in table
    with console.capture() as captured:
        console.print(check_view(item, check()))
    view = " ".join(captured.get().split())
    for shown in ("متن", "\u2717 mismatch", "because", "score 25%"):
        assert shown in view


def test_terminal_shows_hostile_names_as_escapes() -> None:
    from rich.console import Console

    console = Console(width=200, color_system=None)
    item = translated(HOSTILE, slug=HOSTILE)
    with console.capture() as captured:
        console.print(CheckTable([(item, check(HOSTILE))]), check_view(item, check(HOSTILE)))
    shown = captured.get()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)
    assert "\\x1b[31m" in shown
