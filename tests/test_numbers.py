"""Numbers: values read from both languages, and what counts as lost."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.text.number_loss import missing_numbers
from align.text.numbers import find_numbers

VALUES = [
    # digits of three sets, grouping, decimals
    ("۲۵ افراد", "25"),
    ("٢٥ افراد", "25"),
    ("1,00,000 اور 100,000 اور 1،00،000", "100000 100000 100000"),
    ("10۔5 یا 10.5 یا ۱۰٫۵", "10.5 10.5 10.5"),
    ("سال 2023۔25 افراد", "2023 25"),
    ("12.05.2023", "12 5 2023"),
    ("5, 10, 15", "5 10 15"),
    ("007", "7"),
    ("G20 and F-16", "20 16"),
    # scales
    ("25 لاکھ", "2500000"),
    ("12ہزار", "12000"),
    ("2 ارب 50 کروڑ", "2500000000"),
    ("ایک ارب 20 کروڑ 50 لاکھ 3 ہزار 5 سو 12", "1205003512"),
    ("130 کھرب روپے", "13000000000000"),
    ("دو ہزار پانچ سو پچیس", "2525"),
    ("پانچ سو پچاس ارب", "550000000000"),
    ("ایک لاکھ کروڑ", "1000000000000"),
    ("ایک سو کروڑ، سو کروڑ، سو ارب روپے", "1000000000 1000000000 100000000000"),
    ("ڈیڑھ سو کروڑ، ڈھائی سو ارب، ساڑھے پانچ سو کروڑ", "1500000000 250000000000 5500000000"),
    ("دو سو تین سو لوگ", "200 300"),
    ("3.68 ٹریلین", "3680000000000"),
    ("دو درجن", "24"),
    ("10 سے 15 لاکھ", "10 1500000"),
    # halves and quarters
    ("ڈھائی ارب", "2500000000"),
    ("ڈیڑھ لاکھ", "150000"),
    ("ساڑھے تین کروڑ", "35000000"),
    ("ساڑھے 3 کروڑ", "35000000"),
    ("سوا دو اور پونے دو", "2.25 1.75"),
    ("سوا لاکھ", "125000"),
    ("پونے دو سو", "175"),
    ("سوا دو لاکھ، پونے تین کروڑ، پون لاکھ، پونے سو", "225000 27500000 75000 75"),
    ("سوا گھنٹہ، پون گھنٹے میں، ڈیڑھ گھنٹہ", "1.25 0.75 1.5"),
    ("نصف ارب", "500000000"),
    ("چودہ اعشاریہ چھ", "14.6"),
    ("94 اعشاریہ 04", "94.04"),
    # English
    ("twenty-five and nineteen", "25 19"),
    ("one hundred and five", "105"),
    ("two thousand three hundred", "2300"),
    ("fifteen hundred", "1500"),
    ("three hundred thousand", "300000"),
    ("two and a half million", "2500000"),
    ("half a million", "500000"),
    ("a million and a half", "1500000"),
    ("a hundred, a thousand", "100 1000"),
    ("Rs12,000, $1.2bn, 3m, 10k, Rs5.45tr", "12000 1200000000 3000000 10000 5450000000000"),
    ("2.5 million, 25 lakh, 5 crore, 5-lakh", "2500000 2500000 50000000 500000"),
    ("five million and two others", "5000000 2"),
    # no numbers
    ("hundreds of thousands, tens of millions, dozens", ""),
    ("ہزاروں لوگ، سینکڑوں گھر، لاکھوں روپے، کروڑوں", ""),
    ("ایک شخص، سو وہ گیا، اسی دن، بہتر ہے", ""),
    ("کئی سو کروڑ، سو سو روپے، بجلی کے سوا بجٹ", ""),
    ("نو منتخب صدر کے سوا کوئی نہیں", ""),
    ("one of them, a few hundred metres", "100"),
    ("پہلے وہ آیا", ""),
    ("10 second delay", "10"),
    ("", ""),
]
KINDS = [
    ("25 فیصد", "percent", "25", "25 فیصد"),
    ("٢٥٪", "percent", "25", "٢٥٪"),
    ("%25", "percent", "25", "%25"),
    ("5.2 per cent", "percent", "5.2", "5.2 per cent"),
    ("2.8pc", "percent", "2.8", "2.8pc"),
    ("سو فی صد", "percent", "100", "سو فی صد"),
    ("18ویں ترمیم", "ordinal", "18", "18ویں"),
    ("18 ویں ترمیم", "ordinal", "18", "18 ویں"),
    ("اکیسویں صدی", "ordinal", "21", "اکیسویں"),
    ("پندرھویں صدی", "ordinal", "15", "پندرھویں"),
    ("اٹھارھویں ترمیم", "ordinal", "18", "اٹھارھویں"),
    ("دو سوویں سالگرہ", "ordinal", "200", "دو سوویں"),
    ("ہزارواں دن", "ordinal", "1000", "ہزارواں"),
    ("دوسری بار", "ordinal", "2", "دوسری"),
    ("تیسرے روز", "ordinal", "3", "تیسرے"),
    ("پہلا میچ", "ordinal", "1", "پہلا"),
    ("یکم مئی", "ordinal", "1", "یکم"),
    ("the 3rd", "ordinal", "3", "3rd"),
    ("the first", "ordinal", "1", "first"),
    ("twenty-first", "ordinal", "21", "twenty-first"),
    ("صبح 10:30 پر", "time", "630", "10:30"),
    ("at 5:30pm", "time", "1050", "5:30pm"),
    ("at 10.30am", "time", "630", "10.30am"),
    ("ساڑھے پانچ بجے", "time", "330", "ساڑھے پانچ بجے"),
    ("پونے تین بجے", "time", "165", "پونے تین بجے"),
    ("سوا تین بجے", "time", "195", "سوا تین بجے"),
    ("ڈیڑھ بجے", "time", "90", "ڈیڑھ بجے"),
    ("سوا بجے", "time", "75", "سوا بجے"),
    ("پون بجے", "time", "45", "پون بجے"),
    ("تین بج کر", "time", "180", "تین بج کر"),
    ("12am", "time", "0", "12am"),
    ("8 بجے", "time", "480", "8 بجے"),
    ("2023 میں", "plain", "2023", "2023"),
]
TOLD = [
    ("25 لاکھ افراد", "2.5 million people"),
    ("ڈیڑھ ارب ڈالر", "$1.5bn"),
    ("10 سے 15 لاکھ افراد", "1 million to 1.5 million people"),
    ("دس لاکھ سے 15 لاکھ", "10 to 15 lakh"),
    ("12 افراد", "twelve people"),
    ("24 کھلاڑی", "two dozen players"),
    ("صبح 8 بجے", "at 8am"),
    ("رات 10:30 بجے", "at 10.30pm"),
    ("22:30", "at half past ten, 10:30 pm"),
    ("دوپہر 12 بجے", "at noon"),
    ("90 کی دہائی", "the 1990s"),
    ("2023-2024", "2023-24"),
    ("2/11/2023", "November 2, 2023"),
    ("50 فیصد", "half of them"),
    ("1 گھنٹہ", "an hour"),
    ("18ویں ترمیم", "the Eighteenth Amendment"),
    ("باب 3", "Chapter III"),
    ("11 روپے 15 پیسے", "Rs11.15"),
    ("26٫000 فوجی", "26,000 soldiers"),
    ("۲۵ مارچ", "۲۵ March"),
    ("دو آدمی پانچ دن میں", "some men, some days"),  # bare words are never missed
    ("دو درجن کتابیں", "many books"),
]
LOST = [
    ("12 لاکھ", "12 million", ["1200000"]),
    ("12 لاکھ", "about a million", ["1200000"]),
    ("1,234,567", "1.23 million", ["1234567"]),  # no rounding
    ("دو ہزار روپے اور 5 دن", "some rupees and 5 days", ["2000"]),
    ("2022 میں 7 افراد", "in 2023, 7 people", ["2022"]),
    ("صبح 10:30", "at 11:30", ["630"]),
    ("5.2 فیصد", "5 percent", ["5.2"]),
    ("10 لاکھ روپے", "Rs9 million", ["1000000"]),
    ("20 اور 30 افراد", "", ["20", "30"]),
]
_URDU = (
    "ایک دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ انیس بیس "
    "اکیس بائیس تئیس چوبیس پچیس چھبیس ستائیس اٹھائیس انتیس تیس اکتیس بتیس تینتیس چونتیس پینتیس "
    "چھتیس سینتیس اڑتیس انتالیس چالیس اکتالیس بیالیس تینتالیس چوالیس پینتالیس چھیالیس سینتالیس "
    "اڑتالیس انچاس پچاس اکاون باون ترپن چون پچپن چھپن ستاون اٹھاون انسٹھ ساٹھ اکسٹھ باسٹھ تریسٹھ "
    "چونسٹھ پینسٹھ چھیاسٹھ سڑسٹھ اڑسٹھ انہتر ستر اکہتر بہتر تہتر چوہتر پچھتر چھہتر ستتر اٹھہتر "
    "اناسی اسی اکیاسی بیاسی تراسی چوراسی پچاسی چھیاسی ستاسی اٹھاسی نواسی نوے اکیانوے بانوے ترانوے "
    "چورانوے پچانوے چھیانوے ستانوے اٹھانوے ننانوے"
)
# Where the words of CLDR (common/rbnf/ur.xml), by which ICU spells numbers, are others.
CLDR = {51: "اکیاون", 53: "تریپن", 75: "پچہتر", 77: "ستہتر", 79: "انیاسی"}
# Ranks from 11 to 18 as R. L. Schmidt has them (Urdu: An Essential Grammar, 1999, on ordinals):
# the last letter of the cardinal becomes an aspirate.
ASPIRATED = "گیارھواں بارھواں تیرھواں چودھواں پندرھواں سولھواں سترھواں اٹھارھواں"
_ONES = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
UNITS, ONES, TENS = _URDU.split(), _ONES.split(), _TENS.split()


def in_urdu(value: int) -> str:
    """Write a positive number below ten arab in Urdu words."""
    words = []
    for name, size in (
        ("ارب", 10**9),
        ("کروڑ", 10**7),
        ("لاکھ", 10**5),
        ("ہزار", 1000),
        ("سو", 100),
    ):
        count, value = divmod(value, size)
        words += [UNITS[count - 1], name] if count else []
    return " ".join([*words, UNITS[value - 1]] if value else words)


def in_english(value: int) -> str:
    """Write a positive number below a trillion in English words."""
    for name, size in (("billion", 10**9), ("million", 10**6), ("thousand", 1000)):
        if value >= size:
            rest = f" {in_english(value % size)}" if value % size else ""
            return f"{in_english(value // size)} {name}{rest}"
    if value >= 100:
        rest = f" and {in_english(value % 100)}" if value % 100 else ""
        return f"{ONES[value // 100 - 1]} hundred{rest}"
    if value >= 20:
        return TENS[value // 10 - 2] + (f"-{ONES[value % 10 - 1]}" if value % 10 else "")
    return ONES[value - 1]


def south_asian(value: int) -> str:
    """Group digits as in 12,34,567."""
    digits = str(value)
    head, tail = digits[:-3], digits[-3:]
    groups = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return ",".join([*groups, tail])


def values(text: str) -> list[Decimal]:
    return [number.value for number in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{'9' * 1_000_001} اور 5 لاکھ", [500_000]),  # more digits than a Decimal has
        (f"5 point {'9' * 2_100_000}", [5]),
        (f"1{',22' * 10_000}", [1] + [22] * 10_000),
        (f"1{',222' * 8}", [int("1" + "222" * 8)]),
    ],
    ids=["digits", "places", "list", "groups"],
)
def test_long_rows_of_digits(text: str, expected: list[int]) -> None:
    assert [number.value for number in find_numbers(text)] == expected


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_values(text: str, expected: str) -> None:
    assert values(text) == [Decimal(value) for value in expected.split()]


@pytest.mark.parametrize(("text", "kind", "value", "written"), KINDS)
def test_kinds_and_places(text: str, kind: str, value: str, written: str) -> None:
    (number,) = find_numbers(text)
    assert (number.kind, number.value) == (kind, Decimal(value))
    assert text[number.start : number.end] == written


@pytest.mark.parametrize(("source", "target"), TOLD)
def test_told_in_another_form(source: str, target: str) -> None:
    assert missing_numbers(source, target) == []


@pytest.mark.parametrize(("source", "target", "expected"), LOST)
def test_lost(source: str, target: str, expected: list[str]) -> None:
    assert [n.value for n in missing_numbers(source, target)] == [Decimal(v) for v in expected]


@given(st.integers(100, 10**10 - 1))
def test_urdu_words_are_read_as_they_are_written(value: int) -> None:
    assert values(in_urdu(value)) == [value]


@given(st.integers(2, 10**12 - 1))
def test_english_words_are_read_as_they_are_written(value: int) -> None:
    words = in_english(value)
    if " and " in words.rsplit("hundred", 1)[0]:  # "and" twice: British style within groups
        words = words.replace(" and ", " ")
    assert values(words) == [value]


@pytest.mark.parametrize("rank", range(1, 100))
def test_ranks_from_words(rank: int) -> None:
    word = UNITS[rank - 1]
    if rank > 10:
        assert [n.kind for n in find_numbers(f"{word}ویں")] == ["ordinal"]
        assert values(f"{word}ویں") == [rank]
    assert values(f"{word} فیصد") == [rank]


@pytest.mark.parametrize(("rank", "word"), CLDR.items())
def test_words_as_icu_spells_them(rank: int, word: str) -> None:
    assert values(f"{word} فیصد") == values(f"{word}ویں") == [rank]


@given(st.integers(10, 10**10 - 1), st.sampled_from(["واں", "ویں"]))
def test_ranks_as_icu_spells_them(value: int, end: str) -> None:
    """The rule of CLDR from ten on: an end behind the cardinal."""
    (number,) = find_numbers(in_urdu(value) + end)
    assert (number.kind, number.value) == ("ordinal", Decimal(value))


@pytest.mark.parametrize(("rank", "word"), list(enumerate(ASPIRATED.split(), 11)))
def test_aspirated_ranks(rank: int, word: str) -> None:
    for written in (word, word.replace("واں", "ویں")):
        (number,) = find_numbers(written)
        assert (number.kind, number.value) == ("ordinal", Decimal(rank))


@given(st.integers(1000, 10**12), st.sampled_from(["0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"]))
def test_grouping_and_digits_do_not_matter(value: int, digits: str) -> None:
    for written in (str(value), f"{value:,}", south_asian(value)):
        local = written.translate(str.maketrans("0123456789", digits))
        assert values(local) == [value]
        assert missing_numbers(local, f"{value:,}") == []


@given(st.integers(1, 999), st.sampled_from(["لاکھ", "کروڑ", "ارب", "ہزار"]))
def test_a_scale_may_be_written_out(count: int, scale: str) -> None:
    size = {"ہزار": 10**3, "لاکھ": 10**5, "کروڑ": 10**7, "ارب": 10**9}[scale]
    source = f"{count} {scale}"
    assert missing_numbers(source, in_english(count * size).replace(" and ", " ")) == []
    assert missing_numbers(source, f"{Decimal(count * size) / 10**6} million") == []
    assert missing_numbers(source, f"{count * size + 1}") != []


PIECES = (
    "ایک دو سو ہزار لاکھ ڈھائی ساڑھے سوا پونے فیصد ویں بجے نصف اعشاریہ سے روپے پیسے and a half "
    "million twenty five first second quarter to point am pm bn 3m 5 10 2023 10:30 1,00,000 3.5 "
    "۲۵ % - ۔ ٫ ،"
)
NUMERAL = st.lists(
    st.tuples(st.sampled_from(PIECES.split()), st.sampled_from(["", " ", "-"])), max_size=7
).map(lambda pieces: "".join(piece + gap for piece, gap in pieces))


@given(st.text(max_size=50) | NUMERAL)
@example("10:30%")
@example("five %سو")
def test_any_text(text: str) -> None:
    numbers = find_numbers(text)
    spans = [(number.start, number.end) for number in numbers]
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert all(number.value >= 0 for number in numbers)
    assert missing_numbers(text, text) == []


@given(st.sampled_from([text for text, _ in VALUES]))
def test_decomposed_text_has_the_same_numbers(text: str) -> None:
    assert values(unicodedata.normalize("NFD", text)) == values(text)


def test_an_arabic_keyboard_makes_no_difference() -> None:
    assert values("دو لا\u0643ھ اور \u064a\u0643م مئی") == [200000, 1]
