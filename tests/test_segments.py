"""What is translated, and that cutting loses nothing and cuts at the right places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.translate.segments import cut, needs_translation


def words(text: str) -> int:
    return len(text.split())


def bare(text: str) -> str:
    return "".join(text.split())


URDU_LIKE = st.text(alphabet="اورکہپ ،؛۔:-a1 \u0301", max_size=80)


@pytest.mark.parametrize("text", ["کراچی", "و", "BBC اردو", "25 لاکھ", "\ufb56\ufbff"])
def test_arabic_script_is_translated(text: str) -> None:
    assert needs_translation(text)


@pytest.mark.parametrize(
    "text",
    ["", " \t", "۔۔۔", "؟!", "-", "۱۲۳٫۵", "١٢٣", "25%", "BBC News, 2023", "Ünïcode", "हिन्दी"],
)
def test_nothing_else_is_translated(text: str) -> None:
    assert not needs_translation(text)


@given(st.text() | URDU_LIKE, st.integers(1, 30))
def test_the_parts_joined_are_the_text(text: str, limit: int) -> None:
    for count in (len, words):
        assert bare("".join(cut(text, limit, count))) == bare(text)


@given(st.text() | URDU_LIKE, st.integers(1, 30))
def test_every_part_fits(text: str, limit: int) -> None:
    for part in cut(text, limit, len):
        assert len(part.strip()) <= 1 or len(part) <= limit


@given(URDU_LIKE, st.integers(1, 30))
def test_what_fits_is_left_alone(text: str, limit: int) -> None:
    assert (cut(text, limit, words) == [text]) or words(text) > limit


@given(st.lists(st.text("اورکہپ", min_size=1, max_size=5), min_size=1, max_size=60))
def test_words_stay_whole_where_the_limit_allows(text: list[str]) -> None:
    parts = cut(" ".join(text), 5, words)
    assert [word for part in parts for word in part.split()] == text


@given(st.integers(2, 12), st.integers(10, 40))
def test_equal_words_are_cut_into_balanced_parts(limit: int, size: int) -> None:
    sizes = [words(part) for part in cut(" ".join(["لفظ"] * size), limit, words)]
    assert max(sizes) <= 2 * min(sizes) + 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # sentence ends before semicolons, those before commas, those before conjunctions
        ("وہ گیا۔ پھر، وہ آیا؛ سب خوش", ["وہ گیا۔", "پھر، وہ آیا؛ سب خوش"]),
        ("وہ کل گیا، پھر آیا؛ سب خوش تھے", ["وہ کل گیا، پھر آیا؛", "سب خوش تھے"]),
        ("اس نے کہا کہ وہ، یعنی احمد گیا", ["اس نے کہا کہ وہ،", "یعنی احمد گیا"]),
        ("اس نے سب سے کہا کہ وہ کل گیا", ["اس نے سب سے کہا", "کہ وہ کل گیا"]),
        ("صوبائی وزیر - محمد احمد آج", ["صوبائی وزیر -", "محمد احمد آج"]),
        ("ایک دو تین چار پانچ چھ", ["ایک دو تین", "چار پانچ چھ"]),
    ],
)
def test_cuts_fall_at_the_best_mark_near_the_middle(text: str, expected: list[str]) -> None:
    assert cut(text, max(map(words, expected)), words) == expected


def test_numbers_and_clock_times_are_not_cut() -> None:
    text = "دو تین 10:30 چار 1,500 پانچ"
    assert not {"10:", "30", "1,", "500"} & set(" ".join(cut(text, 3, words)).split())
