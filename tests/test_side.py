"""Documents of a bitext: sentences, paragraphs, translations put to them line for line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles.english import parse_english
from align.articles.scraped import parse_scraped
from align.bitext import Bead
from align.bitext.alignment import Alignment
from align.bitext.pairing import pairs_of
from align.bitext.side import (
    language_doubt,
    put_lines,
    side_of_article,
    side_of_lines,
    split_lines,
)
from align.errors import InputError, UsageError

PAGE = """پانی آ گیا
Created: 2024-05-10
water comes back to hub
حب میں پانی واپس آ گیا

انجینئروں نے پمپ ٹھیک کر دیا۔ لوگ خوش ہیں۔

"We are happy," said Salma.
"""


def test_an_article_begins_with_its_headline() -> None:
    side = side_of_article(parse_scraped(PAGE, path="scrapes/hub.txt"))
    assert side.sentences[:3] == (
        "حب میں پانی واپس آ گیا", "انجینئروں نے پمپ ٹھیک کر دیا۔", "لوگ خوش ہیں۔",
    )  # fmt: skip
    assert side.document.paragraphs[:3] == (0, 1, 1)
    assert (side.id, side.created) == ("hub", date(2024, 5, 10))


def test_english_articles_are_split_as_english() -> None:
    article = parse_english("Rain in Hub\n\nMr. Khan left. He waved.\n\n\nAll wept.", path="b.txt")
    side = side_of_article(article, language="en")
    assert side.sentences == ("Rain in Hub", "Mr. Khan left.", "He waved.", "All wept.")
    assert side.document.paragraphs == (0, 1, 1, 2)


def test_other_languages_cannot_be_split() -> None:
    article = parse_english("Guten Tag.", path="a.de")
    with pytest.raises(UsageError, match="'de'"):
        side_of_article(article, language="de")


def test_a_row_of_letters_without_end_is_no_text() -> None:
    with pytest.raises(InputError, match=r"a\.ur:2: 100,001 characters without a blank"):
        side_of_lines(f"ایک\n{'ک' * 100_001}\n", path="a.ur")
    assert len(side_of_lines("ک " * 100_001, path="a.ur").sentences) == 1
    article = parse_english(f"It rained.\n{'x' * 100_001}", path="a.txt")
    with pytest.raises(InputError, match="without a blank"):
        side_of_article(article, language="en")


@pytest.mark.parametrize("text", ["", "\n \n", "\u2028"])
def test_nothing_is_an_error(text: str) -> None:
    with pytest.raises(InputError, match="empty"):
        side_of_lines(text, path="a.txt")


LINES = st.lists(st.sampled_from(["", "One.", "Two three.", " ", "چار۔"]), min_size=1, max_size=9)


@given(LINES.filter(lambda lines: any(map(str.strip, lines))))
def test_lines_are_sentences_and_blank_ones_part_paragraphs(lines: list[str]) -> None:
    side = side_of_lines("\n".join(lines) + "\n", path="a.txt")
    groups: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            groups[-1].append(line.strip())
        elif groups[-1]:
            groups.append([])
    expected = [(line, n) for n, group in enumerate(groups) for line in group]
    assert list(zip(side.sentences, side.document.paragraphs, strict=True)) == expected
    assert [lines[n].strip() for n in side.lines] == list(side.sentences)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028"])
def test_ends_of_lines(end: str) -> None:
    assert split_lines(f"a{end}{end}b{end}") == ["a", "", "b"]
    assert split_lines(f"a{end}b") == ["a", "b"]


# Translations


def test_a_translation_may_keep_the_blank_lines_or_not() -> None:
    side = side_of_lines("ا۔\n\nب۔\nج۔\n", path="a.ur")
    for text in ("A.\n\nB.\nC.\n", "A.\nB.\nC.\n", "A.\nB.\nC.", "A.\n\n\nB.\n\nC.\n"):
        assert put_lines(side, text, path="a.en") == ["A.", "B.", "C."]


def test_a_sentence_may_have_an_empty_translation() -> None:
    side = side_of_lines("ا۔\nب۔\n", path="a.ur")
    assert put_lines(side, "\nB.\n", path="a.en") == ["", "B."]


def test_unequal_counts_name_both_files() -> None:
    side = side_of_lines("ا۔\nب۔\n", path="a.ur")
    with pytest.raises(InputError, match=r"^b\.en: 3 lines for the 2 sentences of a\.ur"):
        put_lines(side, "A.\nB.\nC.\n", path="b.en")


# Languages


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The minister said that the work will be done in a month.", "ur", "'en'"),
        ("وزیر نے کہا کہ کام ایک ماہ میں مکمل ہو جائے گا۔", "en", "'ur'"),
        ("وزیر نے کہا کہ کام ایک ماہ میں مکمل ہو جائے گا۔", "ur", None),
        ("The minister said that the work will be done in a month.", "en", None),
        ("Der Minister sagte, dass die Arbeit in einem Monat fertig wird.", "de", None),
        ("12 %\n3.", "en", None),
    ],
)
def test_a_wrong_language_is_told(text: str, language: str, found: str | None) -> None:
    doubt = language_doubt(side_of_lines(text, path="a.txt"), language)
    assert (doubt is None) == (found is None)
    if found is not None:
        assert doubt is not None
        assert found in doubt


# Pairs


def test_pairs_have_the_text_of_beads_with_both_sides() -> None:
    source = side_of_article(parse_scraped(PAGE, path="hub.txt"))
    target = side_of_lines("Water.\nPump repaired, all happy.\nMore.\n", path="hub.en")
    beads = (Bead((0,), (0,), 0.9), Bead((1, 2), (1,), 0.8), Bead((), (2,), 0.7))
    alignment = Alignment(beads, "clean", 1.0, 1.0)
    translation = [f"t{n}" for n in range(len(source.sentences))]
    pairs = list(pairs_of(source, target, translation, alignment, origin="scrapes"))
    assert [pair.bead for pair in pairs] == ["0:0", "1,2:1"]
    second = pairs[1]
    assert second.source == "انجینئروں نے پمپ ٹھیک کر دیا۔ لوگ خوش ہیں۔"
    assert (second.target, second.translation) == ("Pump repaired, all happy.", "t1 t2")
    assert (second.origin, second.document, second.created) == ("scrapes", "hub", "2024-05-10")
