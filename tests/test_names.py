"""Names: well-known ones must be found again in their English spellings."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.text.names import name_similarity, romanize

NAMES = [
    ("شہباز شریف", "Shehbaz Sharif"),
    ("نواز شریف", "Nawaz Sharif"),
    ("عمران خان", "Imran Khan"),
    ("آصف علی زرداری", "Asif Ali Zardari"),
    ("بلاول بھٹو", "Bilawal Bhutto"),
    ("بینظیر بھٹو", "Benazir Bhutto"),
    ("محمد علی جناح", "Muhammad Ali Jinnah"),
    ("لیاقت علی خان", "Liaquat Ali Khan"),
    ("پرویز مشرف", "Pervez Musharraf"),
    ("مریم نواز", "Maryam Nawaz"),
    ("ملالہ یوسفزئی", "Malala Yousafzai"),
    ("عبدالستار ایدھی", "Abdul Sattar Edhi"),
    ("عبدالقدیر خان", "Abdul Qadeer Khan"),
    ("بابر اعظم", "Babar Azam"),
    ("شاہد آفریدی", "Shahid Afridi"),
    ("وسیم اکرم", "Wasim Akram"),
    ("جاوید میانداد", "Javed Miandad"),
    ("مصباح الحق", "Misbah-ul-Haq"),
    ("فیض احمد فیض", "Faiz Ahmad Faiz"),
    ("مصطفیٰ کمال", "Mustafa Kamal"),
    ("قاضی فائز عیسیٰ", "Qazi Faez Isa"),
    ("نریندر مودی", "Narendra Modi"),
    ("ڈونلڈ ٹرمپ", "Donald Trump"),
    ("جو بائیڈن", "Joe Biden"),
    ("ولادیمیر پوتن", "Vladimir Putin"),
    ("انتونیو گوتریس", "António Guterres"),
    ("نیلسن منڈیلا", "Nelson Mandela"),
    ("اسلام آباد", "Islamabad"),
    ("کراچی", "Karachi"),
    ("لاہور", "Lahore"),
    ("پشاور", "Peshawar"),
    ("کوئٹہ", "Quetta"),
    ("راولپنڈی", "Rawalpindi"),
    ("فیصل آباد", "Faisalabad"),
    ("ملتان", "Multan"),
    ("حیدرآباد", "Hyderabad"),
    ("سیالکوٹ", "Sialkot"),
    ("گوادر", "Gwadar"),
    ("گلگت بلتستان", "Gilgit-Baltistan"),
    ("خیبر پختونخوا", "Khyber Pakhtunkhwa"),
    ("بلوچستان", "Balochistan"),
    ("سندھ", "Sindh"),
    ("پنجاب", "Punjab"),
    ("مظفرآباد", "Muzaffarabad"),
    ("ایبٹ آباد", "Abbottabad"),
    ("واشنگٹن", "Washington"),
    ("لندن", "London"),
    ("ماسکو", "Moscow"),
    ("تہران", "Tehran"),
    ("کابل", "Kabul"),
    ("قندھار", "Kandahar"),
    ("کرغزستان", "Kyrgyzstan"),
    ("قازقستان", "Kazakhstan"),
    ("افغانستان", "Afghanistan"),
    ("فرانس", "France"),
    ("جرمنی", "Germany"),
    ("برسلز", "Brussels"),
    ("میکسیکو", "Mexico"),
    ("وینزویلا", "Venezuela"),
    ("نیوزی لینڈ", "New Zealand"),
    ("صومالیہ", "Somalia"),
    ("بیجنگ", "Beijing"),
]
SPELLINGS = [
    ("Mohammad", "Muhammad"),
    ("Hussain", "Hussein"),
    ("Peshawar", "Pishawar"),
    ("Shehbaz Sharif", "Shahbaz Shareef"),
    ("Abdul-Razzaq", "Abdur Razaq"),
    ("Quaid", "Qaid"),
    ("Omar", "Umer"),
    ("Yousuf", "Yusuf"),
    ("Baluchistan", "Balochistan"),
    ("Zulfiqar", "Zulfikar"),
    ("Chaudhry", "Choudhury"),
]
DIFFERENT = [
    ("نواز شریف", "Imran Khan"),
    ("لاہور", "Karachi"),
    ("پاکستان", "Bangladesh"),
    ("Islamabad", "Washington"),
    ("زرداری", "Musharraf"),
    ("وزیراعظم", "Prime Minister"),
    ("کوئٹہ", "Peshawar"),
]


@pytest.mark.parametrize(("urdu", "english"), NAMES)
def test_a_name_is_known_among_twenty_others(urdu: str, english: str) -> None:
    others = random.Random(english).sample([e for _, e in NAMES if e != english], 20)
    best = max(name_similarity(urdu, other) for other in others)
    assert name_similarity(urdu, english) > max(0.7, best)


@pytest.mark.parametrize(("one", "other"), SPELLINGS)
def test_spellings_of_one_name(one: str, other: str) -> None:
    assert name_similarity(one, other) > 0.75
    assert name_similarity(one.upper(), other.lower()) == name_similarity(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_names(one: str, other: str) -> None:
    assert name_similarity(one, other) < 0.6


@pytest.mark.parametrize(
    ("urdu", "latin"),
    [
        ("خیبر", "khibr"),
        ("واشنگٹن", "washngtn"),
        ("یوسف", "yosf"),
        ("چترال", "chtral"),
        ("مصطفیٰ", "mstfa"),
        ("عبدالرزاق", "abdarzaq"),
        ("نیا دور", "nya dor"),
        ("F-16 طیارہ", "F-16 tyarh"),
        ("كراچي", "krachi"),
        ("", ""),
    ],
)
def test_letters_to_latin(urdu: str, latin: str) -> None:
    assert romanize(urdu) == latin


def test_an_arabic_keyboard_makes_no_difference() -> None:
    assert name_similarity("كراچي", "Karachi") == name_similarity("کراچی", "Karachi")


@given(st.text(max_size=30), st.text(max_size=30))
def test_similarity_is_a_share(one: str, other: str) -> None:
    assert 0.0 <= name_similarity(one, other) <= 1.0


LATIN = st.text("abcdefghijklmnopqrstuvwxyz -'", max_size=20)


@given(LATIN, LATIN)
def test_latin_similarity_is_symmetric(one: str, other: str) -> None:
    assert name_similarity(one, other) == pytest.approx(name_similarity(other, one))


@given(LATIN.filter(lambda text: not set("abdfiklmnorstuz").isdisjoint(text)))
def test_a_name_is_most_like_itself(name: str) -> None:
    assert name_similarity(name, name) == 1.0


@given(st.text("ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤ ", max_size=30))
def test_romanized_urdu_is_plain_ascii(text: str) -> None:
    assert romanize(text).isascii()
