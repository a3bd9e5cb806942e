"""What each filter says of pairs: the faults of other cleaners are not ours, and theirs are found.

The faults: OpusFilter 3.3.1, bitextor and hunalign on Urdu, as measured with them installed
(digits in other scripts, the Urdu full stop and question mark, one Latin acronym).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.bitext import Pair
from align.corpus.filters import NAMES, Filter, LearningFilter, TestSegments, make_filters
from align.corpus.filters.boilerplate import Boilerplate
from align.corpus.filters.length_outliers import LengthOutlier
from align.corpus.filters.numbers import Numbers
from align.corpus.filters.repetition import repeated_share
from align.corpus.filters.words import bare_words
from align.errors import UsageError
from align.text.latin_words import LATIN_WORDS
from align.text.number_loss import missing_numbers
from tests.test_language import HARD_ENGLISH, HARD_URDU, SENTENCES

HELD_OUT = [
    ("dev.ur:1", "سیلاب سے متاثرہ علاقوں میں امدادی کام تیزی سے جاری ہے۔"),
    ("dev.en:1", "Relief work is going on rapidly in the areas hit by the flood."),
    ("dev.en:2", "Thank you."),
]
GOOD = [
    Pair("دھماکے میں ۲۵ افراد زخمی ہوئے۔", "25 people were injured in the blast."),
    Pair("حادثے میں ٢٥ افراد زخمی", "Twenty-five people hurt in accident"),
    Pair("25 لاکھ افراد متاثر ہوئے ہیں۔", "As many as 2.5 million people are affected."),
    Pair("اس پر ڈھائی ارب روپے خرچ ہوں گے۔", "It will cost Rs2.5 billion."),
    Pair("کیا آپ کل آئیں گے؟", "Will you come tomorrow?"),
    Pair("وہ چلا گیا۔", "He left"),
    Pair("BBC کے مطابق G20 اجلاس جمعے کو ہوگا۔", "According to the BBC, the G20 meets on Friday."),
    Pair("NATO کا ردعمل", "NATO's reaction"),
    Pair(
        "انہوں نے «إن الله مع الصابرين» پڑھ کر صبر کی تلقین کی۔",
        "He recited “God is with the patient” and counselled patience.",
    ),
    Pair(
        "آیت وَقُلْ رَبِّ زِدْنِي عِلْمًا کا مطلب یہ ہے کہ اے میرے رب میرا علم بڑھا دے۔",
        "The verse means: my Lord, increase me in knowledge.",
    ),
    Pair("پاکستان", "Pakistan"),
    Pair("رفتہ رفتہ سب چلے گئے", "Little by little everybody left"),
    Pair("وہ ساڑھے دس بجے پہنچا۔", "He arrived at 10:30."),
    Pair("ستر کی دہائی کی بات ہے۔", "It was in the 1970s."),
]
ENGLISH_SCRIPT = ("en", *LATIN_WORDS)
DAMAGED = "پاکستان میں بارش".encode().decode("cp1252", "replace")


def flagged(*pairs: Pair, filters: Sequence[Filter] | None = None) -> set[str]:
    """The names of the filters that drop any of these pairs."""
    if filters is None:
        filters = make_filters(segments=TestSegments(HELD_OUT), without=("length-outlier",))
    return {one.name for one in filters if any(map(one.drops, one.scores(pairs)))}


@pytest.mark.parametrize("pair", GOOD, ids=lambda pair: pair.target[:20])
def test_good_urdu_is_kept(pair: Pair) -> None:
    assert flagged(pair) == set()


@pytest.mark.parametrize("text", [*SENTENCES["ur"], *HARD_URDU])
def test_urdu_is_urdu_from_whatever_keyboard_and_with_quotations(text: str) -> None:
    assert flagged(Pair(text, "A sentence of some length that says the same.")) <= {
        "ratio", "numbers",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "name"),
    [("sd", "Sindhi"), ("pnb", "Punjabi"), ("ps", "Pashto"), ("fa", "Persian"), ("ar", "Arabic"),
     ("ur-Latn", "Roman Urdu"), ("en", "English")],
)  # fmt: skip
def test_other_languages_on_the_urdu_side_are_named(language: str, name: str) -> None:
    (one,) = make_filters(only=["source-language"])
    pairs = [
        Pair(" ".join(two), "Whatever")
        for two in zip(SENTENCES[language], SENTENCES[language][1:], strict=False)
    ]
    assert all(map(one.drops, one.scores(pairs)))
    assert {one.detail(pair) for pair in pairs} == {f"the source is {name}"}


@pytest.mark.parametrize(
    "text",
    [
        "Il est allé à l'école avec ses amis hier",
        "Er ist gestern mit seinen Freunden gegangen",
        *(
            " ".join(two)
            for name in LATIN_WORDS
            for two in zip(SENTENCES[name], SENTENCES[name][1:], strict=False)
        ),
    ],
)
def test_no_language_in_latin_script_passes_for_english(text: str) -> None:
    (one,) = make_filters(only=["target-language"])
    assert one.drops(one.scores([Pair("یہ جملہ ہے", text)])[0])


@pytest.mark.parametrize("language", [name for name in SENTENCES if name not in ENGLISH_SCRIPT])
def test_no_other_language_passes_for_english(language: str) -> None:
    pairs = [Pair("یہ جملہ ہے", text) for text in SENTENCES[language]]
    filters = make_filters(only=["target-language", "target-script"])
    caught = [any(one.drops(one.scores([pair])[0]) for one in filters) for pair in pairs]
    assert all(caught)


@pytest.mark.parametrize("text", [*SENTENCES["en"], *HARD_ENGLISH])
def test_english_with_foreign_names_and_sayings_is_english(text: str) -> None:
    (one,) = make_filters(only=["target-language"])
    assert not one.drops(one.scores([Pair("یہ جملہ ہے", text)])[0])


@pytest.mark.parametrize(
    ("pair", "names"),
    [
        (Pair("", "Something"), {"source-few-words"}),
        (Pair("۔۔۔", "…"), {"source-few-words", "target-few-words"}),
        (Pair("وہ گیا۔ " * 90, "He went. " * 90), {"repetition"}),
        (
            Pair("وہ کل لاہور گیا تھا۔", "He went to Lahore yesterday. " * 3),
            {"ratio", "repetition"},
        ),
        (Pair("وہ گیا۔", "The rest of this has no Urdu beside it, however long."), {"ratio"}),
        (Pair("وہ ہنسا ہاہاہاہاہاہاہاہاہاہاہا", "He laughed hahahahahahahahaha"), {"repetition"}),
        (Pair("قیمت ۲۵ روپے ہے۔", "The price is 52 rupees."), {"numbers"}),
        (Pair("25 لاکھ افراد", "25 million people"), {"numbers"}),
        (Pair("قیمت روپے میں ہے۔", "The price is 52 rupees."), {"numbers"}),
        (Pair("آج بارش ہوگی", "It will &quot;rain&quot; today"), {"markup"}),
        (Pair("<p>آج بارش ہوگی</p>", "It will rain today"), {"markup"}),
        (Pair("آج بارش ہوگی [33](/3/33)", "It will rain today [33](/3/33)"), {"markup"}),
        (Pair("آج بارش ہوگی [1](#a)", "It will ![x](https://a.org/b.png) rain"), {"markup"}),
        (Pair("آج [شاید] (رات کو) بارش ہوگی", "It will [maybe](at night) rain today"), set()),
        (Pair("آج بارش\ufffdہوگی", "It will rain today"), {"mojibake"}),
        (Pair("آج بارش ہوگی", "It will rain, itâ€™s said"), {"mojibake"}),
        (Pair("پاکستان کی خبر", "???? ?? ??? news of it"), {"mojibake"}),
        (
            Pair("سیلاب سے متاثرہ علاقوں میں امدادی کام تیزی سے جاری ہے", "Relief continues there"),
            {"leakage"},
        ),
        (
            Pair(
                "سیلاب کے علاقوں میں کام جاری ہے، انہوں نے کہا۔",
                "relief work is going on rapidly in the areas hit by floods, he said",
            ),
            {"leakage"},
        ),
        (Pair("شکریہ", "Thank you!"), {"leakage"}),
        (Pair("وہ آیا۔", "He came.", score=0.3), {"probability"}),
        (
            Pair(
                "وہ کل لاہور گیا تھا۔",
                "Prices will rise in March.",
                translation="He went to Lahore yesterday.",
            ),
            {"overlap"},
        ),
    ],
)
def test_what_is_wrong_is_named_and_nothing_else(pair: Pair, names: set[str]) -> None:
    assert flagged(pair) == names


@pytest.mark.parametrize("text", ["It will rain in Lahore today.", "یہ آج کی خبر ہے۔"])
def test_copies_are_dropped_on_either_side(text: str) -> None:
    assert "copied" in flagged(Pair(text, text))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1256"])
def test_utf8_read_as_another_code_is_found(encoding: str) -> None:
    damaged = SENTENCES["ur"][0].encode().decode(encoding, "replace")
    assert "mojibake" in flagged(Pair(damaged, "The sentence is damaged."))
    (one,) = make_filters(only=["mojibake"])
    assert one.scores([Pair(text, "‘It’s “fine” – really…’") for text in SENTENCES["ur"]]) == [
        0.0
    ] * len(SENTENCES["ur"])


def test_lines_on_many_pages_are_learnt_per_origin() -> None:
    def page(origin: str, number: int) -> list[Pair]:
        common = Pair("مزید پڑھیں: ۳ تبصرے", f"Word {number}", origin=origin, document=str(number))
        own = Pair(f"خبر الف{chr(0x627 + number)}", "News", origin=origin, document=str(number))
        return [common, common, own]

    pairs = [pair for number in range(8) for pair in page("a", number)]
    pairs += [pair for number in range(2) for pair in page("b", number)]
    pairs += [Pair("مزید پڑھیں: ۴ تبصرے", "Read more", origin="a")] * 9  # no document, no guess
    one = Boilerplate()
    one.learn([one.observe(pairs[first : first + 5]) for first in range(0, len(pairs), 5)])
    scores = one.scores(pairs)
    assert scores[:3] == [8.0, 8.0, 8.0]  # "News" too stands on all pages of a
    assert scores[24:27] == [2.0, 2.0, 2.0]
    assert all(map(math.isnan, scores[-9:]))
    assert "source in 8 documents" in one.detail(pairs[0])


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=40))
def test_documents_are_counted_as_a_dictionary_would(rows: list[tuple[str, str]]) -> None:
    pairs = [Pair(text, f"{text} {document}", document=document) for text, document in rows]
    one = Boilerplate()
    one.learn([one.observe(pairs[first : first + 7]) for first in range(0, len(pairs), 7)])
    plain = {text: {document for other, document in rows if other == text} for text, _ in rows}
    assert one.scores(pairs) == [float(len(plain[pair.source])) for pair in pairs]


def test_an_outlier_is_one_among_its_own() -> None:
    usual = [
        Pair("ا" * (60 + n % 40), "a" * (2 * (60 + n % 40)), origin="wide") for n in range(300)
    ]
    narrow = [Pair("ا" * (60 + n % 40), "a" * (60 + n % 40), origin="even") for n in range(300)]
    odd = Pair("ا" * 80, "a" * 160, origin="even")
    one = LengthOutlier()
    one.learn([one.observe([*usual, *narrow, odd])])
    assert not any(map(one.drops, one.scores([*usual, *narrow])))
    assert one.drops(one.scores([odd])[0])
    assert one.detail(odd) == "target 1.80 times as long as the source, usual 1.01"


def test_filters_score_as_told_before_without_reading_again() -> None:
    for one in make_filters(segments=TestSegments(HELD_OUT)):
        if isinstance(one, LearningFilter):
            one.learn([one.observe(GOOD)])
        scores = np.asarray(one.scores(GOOD), dtype=np.float64)
        assert one.dropped(scores).tolist() == [one.drops(score) for score in scores.tolist()]
        whole = np.concatenate([one.scores([pair]) for pair in GOOD])
        assert np.array_equal(scores, whole, equal_nan=True), one.name


def test_keys_tell_what_scores_depend_on() -> None:
    def keys(languages: tuple[str, str], segments: list[tuple[str, str]]) -> dict[str, str]:
        filters = make_filters(languages=languages, segments=TestSegments(segments))
        return {one.name: one.key for one in filters}

    base = keys(("ur", "en"), HELD_OUT)
    assert keys(("ur", "en"), HELD_OUT) == base
    other = keys(("ur", "en"), HELD_OUT[1:])
    assert {name for name in base if other[name] != base[name]} == {"leakage"}
    turned = keys(("en", "ur"), HELD_OUT)
    assert {name for name in base if turned[name] != base[name]} == {
        "ratio", "source-script", "target-script", "source-language", "target-language",
    }  # fmt: skip
    thresholds = make_filters(thresholds={"ratio": 9.0}, only=["ratio"])
    assert thresholds[0].key == base["ratio"]


def test_every_filter_says_what_it_is() -> None:
    filters = make_filters(segments=TestSegments(HELD_OUT))
    assert tuple(one.name for one in filters) == NAMES
    for one in filters:
        assert one.reason
        assert "\n" not in one.reason
        assert one.rule.startswith(("at least ", "at most "))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"only": ["rato"]}, "did you mean ratio"),
        ({"without": ["length"]}, "no such filter"),
        ({"only": ["leakage"]}, "give --testset"),
        ({"thresholds": {"ratio": 2.0}, "without": ["ratio"]}, "does not take part"),
        ({"thresholds": {"ratio": math.nan}}, "not a number"),
        ({"only": ["ratio"], "without": ["ratio"]}, "no filter is left"),
    ],
)
def test_wrong_names_are_usage_errors(options: dict[str, list[str]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make_filters(**options)  # type: ignore[arg-type]


URDU_WORDS = (
    "ایک دو پچیس ۲۵ 25 1،00،000 10:30 3.5 ۳٫۵ لاکھ کروڑ فیصد ساڑھے ڈھائی اور بجے سو ہیں۔ 19-20"
)
ENGLISH_WORDS = (
    "one two twenty five 25 100,000 10:30 3.5 million per cent half and a hundred 25% 25."
)


def texts(words: str) -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(words.split()), max_size=8).map(" ".join)


@given(st.builds(Pair, texts(URDU_WORDS), texts(ENGLISH_WORDS)))
def test_the_short_cut_of_numbers_finds_what_the_long_way_does(pair: Pair) -> None:
    slow = len(missing_numbers(pair.source, pair.target))
    slow += len(missing_numbers(pair.target, pair.source))
    assert Numbers().scores([pair]) == [slow]


@given(st.lists(st.sampled_from(["ab", "cd", "ef"]), max_size=24))
def test_repeated_words_are_those_of_a_plain_search(words: list[str]) -> None:
    copies = {1: 4, 2: 3, 3: 3, 4: 3, 5: 3, 6: 2, 7: 2, 8: 2}
    most = 0
    for size, least in copies.items():
        for first in range(len(words)):
            last = first + size
            while last < len(words) and words[last] == words[last - size]:
                last += 1
            if last - first >= size * least:
                most = max(most, last - first - size)
    share = Decimal(most) / len(words) if words else Decimal(0)
    assert repeated_share(" ".join(words)) == pytest.approx(float(share))


@given(st.text(max_size=60))
def test_words_are_the_same_when_written_again(text: str) -> None:
    words = bare_words(text)
    assert bare_words(" ".join(words)) == words


@given(st.lists(st.builds(Pair, st.text(max_size=40), st.text(max_size=40)), max_size=3))
def test_any_text_gets_scores(pairs: list[Pair]) -> None:
    for one in make_filters(segments=TestSegments(HELD_OUT)):
        if isinstance(one, LearningFilter):
            one.learn([one.observe(pairs)])
        assert len(one.scores(pairs)) == len(pairs)
        for pair in pairs:
            one.detail(pair)


def test_near_matches_are_found_by_containment() -> None:
    segments = TestSegments(HELD_OUT)
    assert segments.find("RELIEF work is going on rapidly in the areas hit by the flood")[0] == 1.0
    share, place = segments.find("He said relief work is going on in the areas hit by the flood.")
    # of the 11 trigrams of the segment, the missing word takes away three
    assert share == pytest.approx(8 / 11)
    assert place == "dev.en:1"
    assert segments.find("Thank you very much, he said.") == (0.0, "")
