"""Translated articles as text, JSON Lines, TSV and TMX, read back by other means."""

from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from align.articles import Article, Leftover, Line, read_articles
from align.errors import InputError
from align.pipeline import TranslatedArticle, TranslatedSentence, translate_articles
from align.report.jsonl import jsonl
from align.report.text import article_text, text
from align.report.tmx import tmx
from align.report.translations import read_translations
from align.report.tsv import tsv
from align.text.sentences import Sentence
from align.translate.translation import Translation
from align.translate.translator import Translator
from tests.fakes import RuleEngine, romanise, say_nothing

SCRAPED = """وزیر نے بجٹ پیش کیا

Created: JANUARY 23, 2025

minister presents budget in assembly

وزیر نے بجٹ پیش کیا


پہلا جملہ یہاں ہے۔ دوسرا جملہ بھی ہے۔

تیسرا جملہ اکیلا ہے۔

Comments(0)

Top Comments"""

# The parts of TMX 1.4b that are written here, as https://www.gala-global.org/tmx-14b gives them.
TMX_DTD = """
<!ELEMENT tmx (header, body)>
<!ATTLIST tmx version CDATA #FIXED "1.4">
<!ELEMENT header (note|prop|ude)*>
<!ATTLIST header creationtool CDATA #REQUIRED creationtoolversion CDATA #REQUIRED
  segtype (block|paragraph|sentence|phrase) #REQUIRED o-tmf CDATA #REQUIRED
  adminlang CDATA #REQUIRED srclang CDATA #REQUIRED datatype CDATA #REQUIRED
  o-encoding CDATA #IMPLIED creationdate CDATA #IMPLIED creationid CDATA #IMPLIED
  changedate CDATA #IMPLIED changeid CDATA #IMPLIED>
<!ELEMENT body (tu*)>
<!ELEMENT tu ((note|prop)*, tuv+)>
<!ATTLIST tu tuid CDATA #IMPLIED>
<!ELEMENT note (#PCDATA)>
<!ELEMENT ude EMPTY>
<!ELEMENT prop (#PCDATA)>
<!ATTLIST prop type CDATA #REQUIRED xml:lang CDATA #IMPLIED>
<!ELEMENT tuv ((note|prop)*, seg)>
<!ATTLIST tuv xml:lang CDATA #REQUIRED>
<!ELEMENT seg (#PCDATA)>
"""

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def read(path: Path, content: str = SCRAPED) -> Article:
    path.write_text(content, encoding="utf-8", newline="")
    (article,) = read_articles([str(path)])
    assert isinstance(article, Article)
    return article


def translate(article: Article, engine: RuleEngine | None = None) -> TranslatedArticle:
    (translated,) = translate_articles([article], Translator(engine or RuleEngine()))
    assert isinstance(translated, TranslatedArticle)
    return translated


@pytest.fixture
def translated(tmp_path: Path) -> TranslatedArticle:
    return translate(read(tmp_path / "budget.txt"))


def made(
    source: str, english: str, *, id: str = "a", notes: tuple[str, ...] = ()
) -> TranslatedArticle:
    """An article of one paragraph of one sentence, with any characters in it."""
    line = Line(source, 0, len(source))
    article = Article(path=id, id=id, text=source, paragraphs=(line,))
    translation = Translation(source, english, -0.25, "m@1", notes)
    sentence = TranslatedSentence(Sentence(source, 0, 0, len(source)), translation)
    return TranslatedArticle(article, None, ((sentence,),), "s")


def test_text_keeps_the_layout_line_by_line(translated: TranslatedArticle) -> None:
    lines = article_text(translated).split("\n")
    expected = SCRAPED.split("\n")
    for number in (0, 6):
        expected[number] = romanise("وزیر نے بجٹ پیش کیا")
    expected[9] = romanise("پہلا جملہ یہاں ہے۔ دوسرا جملہ بھی ہے۔")
    expected[11] = romanise("تیسرا جملہ اکیلا ہے۔")
    assert lines == [*expected, ""]


def test_text_keeps_line_ends_and_lone_blank_lines(tmp_path: Path) -> None:
    plain = "\r\n" + "پہلا جملہ ہے۔ دوسرا ہے۔\r\n\r\n\r\nتیسرا ہے۔" + "\r\n\r\n"
    english = article_text(translate(read(tmp_path / "a.txt", plain)))
    assert english == romanise(plain)


def test_leftovers_within_the_story_move_below_it() -> None:
    whole = "سرخی\n\nslug words here\n\nپہلا۔\n\nاشتہار\n\nدوسرا۔\n\nComments"
    lines = [
        Line(part, whole.index(part), whole.index(part) + len(part)) for part in whole.split("\n\n")
    ]
    title, slug, first, advert, second, comments = lines
    left = tuple(Leftover(line.text, line.start, line.end, "link") for line in (advert, comments))
    article = Article(
        path="a",
        id="a",
        text=whole,
        title=title,
        slug=slug,
        paragraphs=(first, second),
        leftovers=left,
    )
    assert article_text(translate(article)) == (
        f"{romanise('سرخی')}\n\nslug words here\n\n{romanise('پہلا۔')}\n\n{romanise('دوسرا۔')}"
        "\n\nاشتہار\n\nComments\n"
    )


def test_slug_stays_as_read(tmp_path: Path) -> None:
    content = SCRAPED.replace("minister presents budget", "Minister-Presents--budget")
    english = article_text(translate(read(tmp_path / "a.txt", content)))
    assert english.split("\n")[4] == "Minister-Presents--budget in assembly"


def test_several_articles_are_told_apart(tmp_path: Path) -> None:
    articles = [translate(read(tmp_path / name, "ایک جملہ ہے۔\n")) for name in ("a.txt", "b.txt")]
    alone = "".join(text(articles[:1]))
    assert alone == romanise("ایک جملہ ہے۔\n")
    assert "".join(text(articles)) == (
        f"==> {tmp_path}/a.txt <==\n\n{alone}\n==> {tmp_path}/b.txt <==\n\n{alone}"
    )
    assert "".join(text([])) == ""
    forged = replace(articles[1], article=replace(articles[1].article, id="x <==\n\x1b[31m"))
    assert f"==> {tmp_path}/b.txt x <==\\x0a\\x1b[31m <==\n" in "".join(text([articles[0], forged]))


def test_jsonl_has_the_fields_that_others_rely_on(translated: TranslatedArticle) -> None:
    (line,) = jsonl([translated])
    record = json.loads(line)
    assert record["id"] == "budget"
    assert record["created"] == "2025-01-23"
    assert record["slug"] == "minister presents budget in assembly"
    assert record["headline"] == record["title"] == "وزیر نے بجٹ پیش کیا"
    assert record["headline_translation"] == romanise("وزیر نے بجٹ پیش کیا")
    assert record["model"] == "rules@00000000"
    assert record["signature"] == translated.signature
    assert [len(paragraph) for paragraph in record["paragraphs"]] == [2, 1]
    for sentence in chain(*record["paragraphs"]):
        assert set(sentence) == {
            "source", "translation", "start", "end", "score", "notes", "doubt",
        }  # fmt: skip
        assert SCRAPED[sentence["start"] : sentence["end"]] == sentence["source"]
        assert sentence["translation"] == romanise(sentence["source"])
        assert sentence["notes"] == []


def test_jsonl_of_plain_text_has_no_article_fields(tmp_path: Path) -> None:
    (line,) = jsonl([translate(read(tmp_path / "a.txt", "ایک جملہ ہے۔\nدوسرا ہے۔\n"))])
    assert set(json.loads(line)) == {
        "path", "id", "model", "signature", "doubt_signature", "paragraphs",
    }  # fmt: skip


def test_jsonl_names_path_and_error() -> None:
    lines = list(jsonl([InputError("a.txt", "empty", line=3), InputError("b", "gone")]))
    assert [json.loads(line) for line in lines] == [
        {"path": "a.txt", "error": "empty", "line": 3},
        {"path": "b", "error": "gone"},
    ]


def test_translations_come_back_as_they_were(tmp_path: Path) -> None:
    engine = RuleEngine(faults={"تیسرا": say_nothing})
    translated = translate(read(tmp_path / "a.txt"), engine)
    assert any(each.notes for each in translated.translations)
    file = tmp_path / "translations.jsonl"
    file.write_text("".join(jsonl([InputError("x", "empty"), translated])), encoding="utf-8")
    assert read_translations(str(file)).of(translated.article) == translated


def test_translations_under_another_path_are_found_by_id(tmp_path: Path) -> None:
    (tmp_path / "moved").mkdir()
    translated = translate(read(tmp_path / "a.txt"))
    file = tmp_path / "t.jsonl"
    file.write_text("".join(jsonl([translated])), encoding="utf-8")
    moved = read(tmp_path / "moved" / "a.txt")
    assert read_translations(str(file)).of(moved).paragraphs == translated.paragraphs


def test_of_two_articles_with_one_id_neither_is_guessed(tmp_path: Path) -> None:
    for name in ("one", "two", "moved"):
        (tmp_path / name).mkdir()
    one, two = (translate(read(tmp_path / name / "a.txt")) for name in ("one", "two"))
    file = tmp_path / "t.jsonl"
    file.write_text("".join(jsonl([one, two])), encoding="utf-8")
    translations = read_translations(str(file))
    assert translations.of(two.article) == two
    with pytest.raises(InputError, match="holds no translation"):
        translations.of(read(tmp_path / "moved" / "a.txt"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda record: record.update(id="other", path="other"), "holds no translation"),
        (lambda record: record["paragraphs"].pop(), "1 paragraphs, not 2"),
        (lambda record: record.update(headline="x"), "other headline"),
        (lambda record: record["paragraphs"][0][0].update(start=3), "other text at characters"),
        (lambda record: record["paragraphs"][0][0].pop("notes"), "does not fit"),
        (lambda record: record.pop("signature"), "does not fit"),
        (lambda record: record["paragraphs"][0][0].update(translation=None), "is no text"),
        (lambda record: record["paragraphs"][0][0].update(score=float("nan")), "is no number"),
        (lambda record: record["paragraphs"][0][0].update(start=float("inf")), "does not fit"),
        (lambda record: record["paragraphs"][0][0].update(notes=[["x"]]), "no list of texts"),
        (lambda record: record.update(headline_notes="x"), "no list of texts"),
        (lambda record: record.update(paragraphs=[5, 5]), "does not fit"),
    ],
)
def test_translations_that_do_not_fit_are_refused(
    translated: TranslatedArticle, tmp_path: Path, change: object, reason: str
) -> None:
    (line,) = jsonl([translated])
    record = json.loads(line)
    change(record)  # type: ignore[operator]
    file = tmp_path / "t.jsonl"
    file.write_text(json.dumps(record), encoding="utf-8")
    (error,) = read_translations(str(file)).put_to([translated.article])
    assert isinstance(error, InputError)
    assert error.path == translated.article.path
    assert reason in str(error)


@pytest.mark.parametrize(
    "content",
    ["nonsense", "[1]", '{"path": 1, "id": "a"}', '{"a": 1}', '{"path": "a"}', "[" * 100_000],
)
def test_what_are_no_translations_is_said_with_its_line(tmp_path: Path, content: str) -> None:
    file = tmp_path / "t.jsonl"
    file.write_text(f'{{"path": "a", "error": "empty"}}\n{content}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.jsonl:2: not"):
        read_translations(str(file))


def test_tsv_is_six_columns(translated: TranslatedArticle) -> None:
    rows = [line.split("\t") for line in "".join(tsv([translated])).splitlines()]
    assert [len(row) for row in rows] == [6] * 4
    assert {row[4] for row in rows} == {translated.article.id}
    assert [row[1] for row in rows] == [romanise(row[0]) for row in rows]
    assert [row[5] for row in rows] == [row[1] for row in rows]
    assert all(float(row[2]) <= 0 for row in rows)


@given(st.text(), st.text())
def test_tsv_is_one_line_whatever_the_text(source: str, english: str) -> None:
    (line,) = tsv([made(source, english)])
    assert line.count("\t") == 5
    assert line.splitlines(keepends=True) == [line]


def test_tmx_is_valid(translated: TranslatedArticle) -> None:
    parts = [*tmx([translated, made("ایک", "one", notes=("length",))])]
    document = etree.fromstring("".join(parts).encode())
    dtd = etree.DTD(StringIO(TMX_DTD))
    assert dtd.validate(document), dtd.error_log
    units = document.findall("body/tu")
    assert len(units) == 5
    (first, *_, last) = units
    assert translated.headline
    assert {prop.get("type"): prop.text for prop in first.iter("prop")} == {
        "x-document": "budget",
        "x-model": "rules@00000000",
        "x-score": f"{translated.headline.score:.4f}",
        "x-translation": translated.headline.text,
    }
    assert {v.get(LANG): v.findtext("seg") for v in last.iter("tuv")} == {"ur": "ایک", "en": "one"}
    assert last.findtext("prop[@type='x-notes']") == "length"


@given(st.text(), st.text(), st.text())
def test_tmx_loses_only_what_xml_cannot_hold(source: str, english: str, id: str) -> None:
    document = etree.fromstring("".join(tmx([made(source, english, id=id)])).encode())
    for found, whole in zip(document.iter("seg"), (source, english), strict=True):
        # A parser turns carriage returns into line ends unless they are written as references.
        kept = "".join(c for c in whole if c in "\t\n\r" or " " <= c <= "\ud7ff" or c >= "\ue000")
        assert (found.text or "") == "".join(c for c in kept if c not in "\ufffe\uffff")
