"""Doubts: each fault is seen, and nothing is doubted that is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.translate.doubts import (
    COPIED,
    EMPTY,
    LEFT_OVER,
    LENGTH,
    NOTES,
    NUMBERS,
    REPETITION,
    doubts,
)

SOURCE = "وزیر خزانہ نے قومی اسمبلی میں بتایا کہ حکومت نئے ٹیکس نہیں لگائے گی۔"
ENGLISH = "The finance minister told the National Assembly that no new taxes were planned."

FAULTS = [
    ("", (EMPTY,)),
    (" \n", (EMPTY,)),
    (SOURCE, (COPIED, LEFT_OVER)),
    (ENGLISH.replace("minister", "وزیر"), (LEFT_OVER,)),
    ("Taxes.", (LENGTH,)),
    (f"{ENGLISH} The opposition said that it would go to court, come what may.", (LENGTH,)),
    ("The minister said said said said said that no new taxes were planned.", (REPETITION,)),
    ("There will also also also be no new taxes, the minister told the Assembly.", (REPETITION,)),
    ("The finance of the finance of the finance of the taxes in the Assembly.", (REPETITION,)),
    ("He said that there will be he said that there will be no new taxes.", (REPETITION,)),
    ("The finance minister, Shahahahahahahaha, told it to the Assembly.", (REPETITION,)),
    (
        "The tax of a man, the tax of one, the tax of some, the tax of all, the tax of us.",
        (REPETITION,),
    ),
]

# Sentences that repeat on purpose, as people do.
ENGLISH_THAT_REPEATS = [
    "Practice, practice, practice and practice again, the coach told the girls.",
    "The lamp went out again and again and again that night.",
    "The wall is 5.5 metres high, and the hockey game ended 3-3.",
    "It was a very, very, very long night for the families.",
    "Government of the people, by the people, for the people, shall not perish.",
    "The postman walked from shop to shop, from lane to lane, from hamlet to hamlet.",
    "He had had enough of what he said that that meant.",
    "Each village has its own well, its own mill, its own orchard and its own quarrel.",
    "The faster he runs, the faster it flees; the faster it flees, the faster he runs.",
    "Day after day, week after week, month after month, nothing was done.",
    "Ha, ha, ha, he laughed, and the crowd laughed with him.",
    "The prices of flour, of sugar, of ghee and of rice went up by 1,000,000,000 rupees.",
    "We went to Bora Bora, then to Baden-Baden and Walla Walla.",
    "No, no, no: the answer is still no, and it will be no tomorrow.",
    "The head of the office of the chief of the staff of the governor of the province said so.",
]

# Translations that differ in length, order and script from what they translate.
RIGHT_PAIRS = [
    (SOURCE, ENGLISH),
    ("کراچی۔", "Karachi."),
    ("نہیں", "No"),
    ("ٹھیک ہے، شکریہ۔", "All right, thank you."),
    ("آئی ایم ایف", "International Monetary Fund"),
    ("انہوں نے BBC اردو کو بتایا کہ Google نے معافی مانگ لی ہے۔",
     "They told BBC Urdu that Google had apologised."),
    ("نہیں نہیں نہیں نہیں، میں نہیں جاؤں گا۔", "No no no no, I will not go."),
    ("۲۵ لاکھ افراد متاثر ہوئے۔", "2.5 million people were affected."),
    ("اجلاس 15 مارچ 2023 کو ہوگا۔", "The meeting will be held on March 15, 2023."),
]  # fmt: skip


@pytest.mark.parametrize(("translation", "expected"), FAULTS)
def test_each_fault_is_seen(translation: str, expected: tuple[str, ...]) -> None:
    assert doubts(SOURCE, translation) == expected


@pytest.mark.parametrize("english", ENGLISH_THAT_REPEATS)
def test_english_that_repeats_is_english(english: str) -> None:
    assert REPETITION not in doubts(SOURCE, english)


@pytest.mark.parametrize(("urdu", "english"), RIGHT_PAIRS)
def test_a_right_translation_is_not_doubted(urdu: str, english: str) -> None:
    assert doubts(urdu, english) == ()


def test_a_lost_number_is_seen() -> None:
    assert doubts("اس حادثے میں 25 افراد زخمی ہوئے۔", "Some were hurt in the accident.") == (
        NUMBERS,
    )


@given(st.text(), st.text())
def test_any_two_texts_have_notes_in_order(source: str, translation: str) -> None:
    notes = doubts(source, translation)
    assert list(notes) == [note for note in NOTES if note in notes]
    assert (EMPTY in notes) == (not translation.strip())


@given(st.lists(st.sampled_from(["of", "the", "new", "tax", "law", "and"]), min_size=1, max_size=6))
def test_any_phrase_said_five_times_is_repetition(phrase: list[str]) -> None:
    assert REPETITION in doubts(SOURCE, " ".join(phrase * 5))
