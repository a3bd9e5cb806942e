"""Names with several English spellings: found by sound, counted, and nothing else taken for one."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.articles import Article, read_articles
from align.pipeline import several_spellings, translate_articles
from align.report.html import html_page
from align.report.spellings import HEAD, spellings_tsv
from align.translate.engine import Decoding
from align.translate.spellings import Name, Spellings
from align.translate.translator import Translator
from tests.command import run
from tests.fakes import RuleEngine

PAIRS = [
    ("شہباز کل لاہور گئے۔", "Yesterday Shahbaz went to Lahore."),
    ("لاہور میں شہباز نے کہا", "In Lahore, Shehbaz said"),
    ("شہباز کا خطاب", "The address of Shahbaz"),
]


def names(pairs: list[tuple[str, str]]) -> list[Name]:
    found = Spellings()
    for number, (source, text) in enumerate(pairs):
        found.add(source, text, f"p{number}")
    return found.names()


def spelled(pairs: list[tuple[str, str]]) -> dict[str, dict[str, int]]:
    return {name.urdu: {s.text: s.count for s in name.spellings} for name in names(pairs)}


def test_a_name_with_two_spellings_is_listed_with_counts_and_places() -> None:
    (name,) = names(PAIRS)
    assert (name.urdu, name.sentences) == ("شہباز", 3)
    assert [(s.text, s.count, s.place, s.example) for s in name.spellings] == [
        ("Shahbaz", 2, "p0", PAIRS[0][1]),
        ("Shehbaz", 1, "p1", PAIRS[1][1]),
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_sentences_decides_the_place_only(order: tuple[int, ...]) -> None:
    assert spelled([PAIRS[i] for i in order]) == {"شہباز": {"Shahbaz": 2, "Shehbaz": 1}}


def test_what_sounds_less_alike_counts_where_the_name_is_known() -> None:
    pairs = [
        ("کابینہ میں ڈیورنڈ لائن", "In the cabinet the Durand Line"),
        ("وہ ڈیورنڈ گئے", "They went to Durand"),
        ("وہ ڈیورنڈ گئے تھے", "They had gone to Durrant"),
    ]
    assert spelled(pairs) == {"ڈیورنڈ": {"Durand": 2, "Durrant": 1}}


@pytest.mark.parametrize(
    "texts",
    [
        ["In Karachi it rained", "Then Karachi's roads", "Now KARACHI won"],
        ["In Karachi it rained", "Many Karachis", "They say Karachi\u2019s port"],
        ["In Karachi it rained", "In Karachi it snowed", "It is raining"],
        ["In Karachi it rained", "the Karachiites met", "a Karachi street"],
    ],
)
def test_forms_of_one_spelling_are_one(texts: list[str]) -> None:
    assert spelled([("کراچی میں بارش", text) for text in texts]) == {}


def test_peoples_are_forms_of_their_countries() -> None:
    pairs = [("اٹلی کے وزیر", "the minister of Italy"), ("اٹلی کے وزیر", "the Italian minister")]
    assert spelled(pairs) == {}


def test_words_that_are_no_names_are_not_listed() -> None:
    pairs = [
        ("کسان کھیتوں میں گندم کاٹتے ہیں", "The farmers cut wheat in the fields"),
        ("کسان منڈی میں گندم بیچتے ہیں", "Kisan sells wheat in the market"),
        ("کسان گھر گئے", "The farmers went home"),
    ]
    assert spelled(pairs) == {}


def test_two_names_of_one_sentence_do_not_share_a_spelling() -> None:
    pairs = [
        ("احمد اور حماد آئے", "Here Ahmed and Hammad came"),
        ("احمد اور حماد گئے", "Then Ahmad and Hammad went"),
    ]
    assert spelled(pairs) == {"احمد": {"Ahmad": 1, "Ahmed": 1}}


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["شہباز", "لاہور", "احمد", "کسان", "میں"]), max_size=5),
            st.lists(
                st.sampled_from(["Shahbaz", "Shehbaz", "Lahore", "Ahmed", "Ahmad", "the", "X's"]),
                max_size=6,
            ),
        ),
        max_size=12,
    )
)
def test_counts_add_up_in_any_run(pairs: list[tuple[list[str], list[str]]]) -> None:
    texts = [(" ".join(source), " ".join(text)) for source, text in pairs]
    for name in names(texts):
        assert len(name.spellings) > 1
        counts = [spelling.count for spelling in name.spellings]
        assert counts == sorted(counts, reverse=True)
        there = [text for source, text in texts if name.urdu in source.split()]
        assert sum(counts) <= name.sentences == len(there)
        for spelling in name.spellings:
            assert spelling.example in there
            assert spelling.text in spelling.example
        assert len({s.text.casefold() for s in name.spellings}) == len(name.spellings)


def test_the_file_has_a_line_for_each_spelling() -> None:
    odd = [("شہباز گئے", "So\tShahbaz went\nhome"), ("شہباز آئے", "So Shehbaz came")]
    head, *rows = ["".join(line).rstrip("\n").split("\t") for line in spellings_tsv(names(odd))]
    assert tuple(head) == HEAD
    assert rows == [
        ["شہباز", "Shahbaz", "1", "2", "p0", "So Shahbaz went home"],
        ["شہباز", "Shehbaz", "1", "2", "p1", "So Shehbaz came"],
    ]


def spell_by_turns(pieces: list[str], decoding: Decoding) -> list[str]:
    """Name him so in the first sentence and otherwise in the second."""
    last = "".join(pieces)
    return ["\u2581Then", "\u2581Shahbaz" if "پہلے" in last else "\u2581Shehbaz", "\u2581went"]


def test_places_are_article_and_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("شہباز پہلے گئے۔ شہباز پھر گئے۔\n", encoding="utf-8")
    (article,) = read_articles([str(tmp_path / "a.txt")])
    assert isinstance(article, Article)
    engine = RuleEngine(faults={"شہباز": spell_by_turns})
    translated = [t for t in translate_articles([article], Translator(engine))
                  if not isinstance(t, Exception)]  # fmt: skip
    (name,) = several_spellings(translated)
    assert [(s.text, s.place) for s in name.spellings] == [("Shahbaz", "a:1"), ("Shehbaz", "a:2")]
    page = html_page([(item, None) for item in translated], names=[name])
    assert "One Urdu name" in page
    assert "One Urdu name" not in html_page([(item, None) for item in translated])


def test_check_writes_the_file_of_translations_that_were_made_before(tmp_path: Path) -> None:
    lines = ["شہباز پہلے گئے۔", "شہباز پھر گئے۔"]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    sentences = [
        [{"source": line, "translation": text, "start": start, "end": start + len(line),
          "score": -0.5, "notes": []}]
        for line, text, start in zip(lines, ("So Shahbaz went.", "So Shehbaz went."),
                                     (0, len(lines[0]) + 1), strict=True)
    ]  # fmt: skip
    record = {"path": "a", "id": "a", "model": "m@0", "signature": "s", "paragraphs": sentences}
    (tmp_path / "t.jsonl").write_text(json.dumps(record), encoding="utf-8")
    names_file, page = tmp_path / "names.tsv", tmp_path / "page.html"
    run(
        "check", str(tmp_path / "a.txt"), "--translation", str(tmp_path / "t.jsonl"),
        "--spellings", str(names_file), "--html", str(page), "--json",
    )  # fmt: skip
    rows = [line.split("\t") for line in names_file.read_text(encoding="utf-8").splitlines()]
    assert [row[:5] for row in rows[1:]] == [
        ["شہباز", "Shahbaz", "1", "2", "a:1"],
        ["شہباز", "Shehbaz", "1", "2", "a:2"],
    ]
    assert "One Urdu name" in page.read_text(encoding="utf-8")


def test_nothing_is_written_where_nothing_can_be_read(tmp_path: Path) -> None:
    run("check", str(tmp_path / "none.txt"), "--spellings", str(tmp_path / "names.tsv"), code=2)
    assert not list(tmp_path.iterdir())
