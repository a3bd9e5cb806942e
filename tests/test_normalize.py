"""Normalisation: a case for every rule, and what holds for any text."""

from __future__ import annotations

import re
import string
import unicodedata
from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.text.normalize import RULES, VERSION, normalize

# (rule, as typed, as normalised)
CASES = [
    ("control", "خبر\x00یں\x1b", "خبریں"),
    ("control", "ایک\ufffd دو", "ایک دو"),
    ("invisible", "می\u200cں\u200f", "میں"),
    ("invisible", "\ufeffخبر\u2067ی\u2069ں", "خبریں"),
    ("presentation", "\ufefb\ufe8e", "لاا"),
    ("presentation", "\uff21\uff11", "A1"),
    ("compose", "ا\u0653ج جرا\u0654ت", "آج جرأت"),
    ("letters", "\u0643\u0631\u0627\u0686\u064a", "کراچی"),
    ("letters", "مصطفى", "مصطفی"),
    ("letters", "\u0647\u0645", "ہم"),
    ("letters", "\u0635\u0644\u0648\u0629", "صلوۃ"),
    ("letters", "جذبہ\u0621 نالۀ", "جذبہء نالۂ"),
    ("marks", "اِس مُلک میں", "اس ملک میں"),
    ("marks", "مصطفی\u0670", "مصطفی"),
    ("tatweel", "خبـــــر", "خبر"),
    ("compose again", "e\u0640\u0301", "é"),
    ("digits", "۱۲۳ اور ٤٥٦", "123 اور 456"),
    ("digits", "۱۰٫۵٪، ۱٬۰۰۰", "10.5%، 1,000"),
    ("quotes", "“یہ” «وہ» ‘کیا’", '"یہ" "وہ" \'کیا\''),
    ("double quote", "''یہ''", '"یہ"'),
    ("dashes", "2023–24 — ہاں", "2023-24 - ہاں"),
    ("ellipsis", "پھر… گیا", "پھر... گیا"),
    ("Latin marks", "کراچی, لاہور; کیا ?", "کراچی، لاہور؛ کیا؟"),
    ("full stop", "وہ گیا. وہ آیا .", "وہ گیا۔ وہ آیا۔"),
    ("letter names", "سی۔آئی۔اے کا بیان", "سی آئی اے کا بیان"),
    ("letter names", "یو.این.او. نے (بی۔بی۔سی) کہا", "یو این او نے (بی بی سی) کہا"),
    ("letter names", "ایم۔ اے۔ جناح روڈ", "ایم اے جناح روڈ"),
    ("letter names", "ایف۔ آئی۔ اے۔ نے", "ایف آئی اے نے"),
    ("letter names", "وہ بی۔ایڈ ہے، م۔ن۔راشد کا", "وہ بی ایڈ ہے، م ن راشد کا"),
    ("white space", "ایک\u00a0\tدو\r\nتین", "ایک دو تین"),
    ("space before mark", "ہاں ، وہ آیا ۔", "ہاں، وہ آیا۔"),
    ("edges", "  خبر \n", "خبر"),
]
# What the cases came to in each version.
RESULTS = {"2": "84a40df6b9b3509e"}
# What a rule must leave alone.
KEPT = [
    "شرح 10۔5 فیصد ہے",  # a decimal point
    "وہ سی آئی اے۔ وہ گیا۔",  # the end of a sentence
    "یہ لو جی۔ اے دوست، آئی۔ او میاں",  # yes. O friend, it came. O sir
    "اضافہ 10.5 فیصد رہا",
    "1,00,000 روپے",
    "BBC Urdu, Lahore.",
    "محمد ﷺ",
    "مسئلہ، مؤثر، فتنۂ، آئے، ابتدا",
]
URDU = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےئؤأآۂۓ"
TYPED = URDU + "يىكهةۀ" + "\u064b\u064e\u0650\u0651\u0652\u0653\u0654\u0670" + "۔،؟ .,?-"


@pytest.mark.parametrize(("rule", "typed", "normalised"), CASES)
def test_every_rule_does_what_it_is_for(rule: str, typed: str, normalised: str) -> None:
    assert normalize(typed) == normalised
    without = typed
    for other in RULES:
        if other.name != rule:
            without = other.apply(without)
    assert without != normalised, f"the case does not need {rule!r}"


def test_no_rule_is_without_case_or_reason() -> None:
    assert {rule.name for rule in RULES} == {name for name, _, _ in CASES}
    assert all(rule.reason for rule in RULES)


def test_a_result_changes_only_with_the_version() -> None:
    results = [normalize(typed) for typed in [*KEPT, *(typed for _, typed, _ in CASES)]]
    assert sha256("\n".join(results).encode()).hexdigest()[:16] == RESULTS[VERSION], (
        "a new case: record its digest under the same version; a new result: raise VERSION"
    )


@pytest.mark.parametrize("text", KEPT)
def test_what_is_right_already_stays(text: str) -> None:
    assert normalize(text) == text


@given(st.text(max_size=60))
@example("e\u0610\u0301")
@example("e\u0640\u0301")
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once


@given(st.text(alphabet=TYPED, max_size=60))
def test_urdu_may_come_decomposed(text: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    assert normalize(unicodedata.normalize("NFD", composed)) == normalize(composed)
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(alphabet=URDU, min_size=1, max_size=40))
def test_urdu_letters_stay_as_they_are(text: str) -> None:
    assert normalize(text) == text


@given(st.text(alphabet=string.ascii_letters + string.digits + " .,;:!?()'\"-%$/", max_size=80))
def test_plain_english_changes_only_in_space_and_doubled_apostrophes(text: str) -> None:
    assert normalize(text) == " ".join(re.sub("''+", '"', text).split())


@pytest.mark.parametrize(
    ("english", "normalised"),
    [
        ("“Don’t,” she said – twice…", '"Don\'t," she said - twice...'),
        ("naïve café, 5.5% (3rd)", "naïve café, 5.5% (3rd)"),
    ],
)
def test_english_typography_becomes_ascii(english: str, normalised: str) -> None:
    assert normalize(english) == normalised
