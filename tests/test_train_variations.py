"""Variations of training pairs: published spellings and templates, and what holds for all."""

from __future__ import annotations

import random
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles.slugs import slug_words
from align.errors import UsageError
from align.text.normalize import normalize
from align.text.numbers import find_numbers
from align.train.corpora import Corpus, CorpusSpec
from align.train.lexicon import Entry
from align.train.noise import add_slips, scramble
from align.train.segmentation import SPELLED
from align.train.substitution import Substitution, is_name
from align.train.variations import (
    AMOUNTS,
    MAX_JOINED,
    Drawn,
    Variations,
    Varying,
    as_slug,
    concatenate,
    spelled,
    without_marks,
)

PLACES = "لاہور Lahore کراچی Karachi پشاور Peshawar ملتان Multan سوات Swat مری Murree"
PERSONS = "علی Ali احمد Ahmed عمر Umar خدیجہ Khadija زرداری Zardari"
FULL = "عمران خان|Imran Khan|شہباز شریف|Shehbaz Sharif|جو بائیڈن|Joe Biden"


def entries(words: list[str], category: str) -> list[Entry]:
    return [Entry(*pair, category) for pair in zip(words[::2], words[1::2], strict=True)]


LEXICON = (
    *entries(PLACES.split(), "place"),
    *entries(PERSONS.split(), "person"),
    *entries(FULL.split("|"), "person"),
    Entry("روسی", "Russian", "place"),
    Entry("برصغیر", "the subcontinent", "place"),
    Entry("امریکہ", "United States", "place"),
    Entry("ثالثی", "Mediation", "politics"),
)
PLACE_NAMES = {entry.target for entry in LEXICON[:6]}
NEWS = (
    ("علی نے لاہور میں کہا۔", "Ali said in Lahore."),
    ("عمران خان پشاور گئے۔", "Imran Khan went to Peshawar."),
    ("حکومت نے 25 افراد کو رہا کیا۔", "The government released 25 people."),
    ("بارش، سردی؛ کیا ہوگا؟", "Rain, cold; what will happen?"),
    ("اجلاس 12 مارچ کو ہوگا۔", "The meeting will be held on March 12."),
    ("ملک کے بڑے شہر", "The country's biggest cities"),
)


def corpus(pairs: tuple[tuple[str, str], ...] = NEWS, *, back: bool = False) -> Corpus:
    return Corpus(CorpusSpec("a", back=back), "a", pairs, len(pairs), {}, "")


def outcomes(pair: tuple[str, str], *, tries: int = 300) -> set[tuple[str, str]]:
    substitution = Substitution.of(LEXICON)
    results = (substitution.replace(pair, random.Random(seed)) for seed in range(tries))
    return {result for result in results if result is not None}


def test_a_place_gives_way_to_every_other_and_nothing_else() -> None:
    pair = ("یہ خبر لاہور سے آئی۔", "This news came from Lahore.")
    assert outcomes(pair) == {
        (f"یہ خبر {entry.source} سے آئی۔", f"This news came from {entry.target}.")
        for entry in LEXICON[1:6]
    }


def test_full_names_give_way_to_full_names_and_single_ones_to_single_ones() -> None:
    assert outcomes(("عمران خان نے کہا", "Imran Khan said")) == {
        ("شہباز شریف نے کہا", "Shehbaz Sharif said"),
        ("جو بائیڈن نے کہا", "Joe Biden said"),
    }
    assert {target for _, target in outcomes(("علی نے کہا", "Ali said"))} == {
        "Ahmed said", "Umar said", "Khadija said", "Zardari said",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("لاہور سے لاہور تک", "From Lahore to Lahore"),  # twice
        ("لاہور سے", "From Lahore to Lahore"),
        ("لاہوری کھانے", "Lahore food"),  # within a word
        ("لاہور کے", "Lahoris"),
        ("لاہور کے لوگ", "People of the city"),  # on one side
        ("علی خان نے کہا", "Ali Khan said"),  # part of a longer name
        ("سید علی نے کہا", "Syed Ali said"),
        ("پنجاب", "the Lahore"),
        ("روسی صدر", "Russian president"),  # an adjective, though in the lexicon as a place
        ("برصغیر کی تاریخ", "History of the subcontinent"),
        ("امریکہ نے کہا", "The United States said"),
        ("ثالثی ہوئی", "Mediation was held"),
        ("10.5 فیصد", "10.5 per cent"),
        ("2024-25 میں", "In 2024-25"),
        ("3-1 سے", "By 3-1"),
        ("5:30 بجے", "At 5:30"),
        ("1,500 روپے", "Rs1,500"),
        ("سی-130 طیارہ", "A C-130 aircraft"),
        ("12 افراد اور 12 گھر", "12 people and 12 houses"),
        ("12 افراد", "Twelve people"),
        ("12 ویں", "12th"),
        ("1 شخص", "1 person"),
    ],
)
def test_what_is_not_the_same_thing_once_on_each_side_stays(source: str, target: str) -> None:
    assert outcomes((source, target)) == set()


def test_the_article_fits_what_follows() -> None:
    found = {target for _, target in outcomes(("سوات کا باشندہ", "A Swat resident"))}
    assert found == {f"A {name} resident" for name in PLACE_NAMES - {"Swat"}}
    found = {target for _, target in outcomes(("ایک علی سا", "like an Ali of old"))}
    assert "like a Zardari of old" in found
    assert "like an Ahmed of old" in found


@given(figure=st.integers(2, 9999), seed=st.integers(0, 999))
def test_figures_stay_of_their_kind(figure: int, seed: int) -> None:
    pair = (f"کل {figure} افراد", f"A total of {figure} people")
    result = Substitution.of(()).replace(pair, random.Random(seed))
    assert result is not None
    (source,), (target,) = find_numbers(result[0]), find_numbers(result[1])
    assert source.value == target.value
    new = int(source.value)
    assert new > 1
    assert len(str(new)) == len(str(figure))
    assert (new <= 31) or figure > 31  # a day of the month stays one
    if 1900 <= figure < 2100:
        assert 1950 <= new <= 2030


def test_dates_and_money_change_on_both_sides() -> None:
    found = outcomes(("12 مارچ کو", "On March 12"))
    assert ("12 اپریل کو", "On April 12") in found
    assert any(
        re.fullmatch(r"\d+ مارچ کو", source) and target == f"On March {source.split()[0]}"
        for source, target in found
    )
    assert ("پیر کو", "On Monday") in outcomes(("جمعرات کو", "On Thursday"))
    found = outcomes(("قیمت 50 روپے، 22 فیصد زائد", "The price is Rs50, 22pc more"))
    assert all(re.findall(r"\d+", source) == re.findall(r"\d+", target) for source, target in found)
    assert len(found) > 50


def test_is_name_leaves_out_what_is_no_name() -> None:
    names = [entry.target for entry in LEXICON if is_name(entry)]
    assert len(names) == 14
    assert is_name(Entry("ارسلا وان ڈیر لیین", "Ursula von der Leyen", "person"))
    assert not is_name(Entry("واہگہ بارڈر", "Wagah border", "place"))


WORDS = st.text(alphabet="ابپلہورکی۔،؟ 12", max_size=40)


@given(source=WORDS, target=st.text(alphabet="abLhore '.,-12", max_size=40), seed=st.integers(0, 9))
def test_no_pair_is_too_odd_to_vary(source: str, target: str, seed: int) -> None:
    pair = (normalize(source) or "ا", normalize(target) or "a")
    every = Variations(**dict.fromkeys(AMOUNTS, 1.0), lexicon=LEXICON)
    drawn = Varying(every).vary(corpus((pair, *NEWS)), [0, 0, 1], random.Random(seed))
    for texts in drawn.changed:
        assert all(text.strip() for text in texts)
        assert all("  " not in text for text in texts)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Sri Lanka's economy: a chain of bad luck", "sri lankas economy a chain of bad luck"),
        ("“Nepra allows rise”, says Dar.", "nepra allows rise says dar"),
        ("Flower-selling children, IMF!", "flower selling children imf"),
    ],
)
def test_slugs_look_as_in_addresses(title: str, slug: str) -> None:
    result = as_slug(("خبر", normalize(title)))
    assert result is not None
    assert result[1] == slug
    assert slug_words(slug.replace(" ", "-")) == slug


def test_marks_within_words_and_figures_stay() -> None:
    assert without_marks(("1,50,000 روپے، 10.5 فیصد۔", "Rs150,000, up 10.5%: F-16's.")) == (
        "1,50,000 روپے 10.5 فیصد", "Rs150,000 up 10.5% F-16's",
    )  # fmt: skip
    assert without_marks(("خبر", "news")) is None
    assert without_marks(("۔", "news.")) is None


@given(seed=st.integers(0, 999), at=st.integers(0, 5))
def test_joined_pairs_are_whole_sentences_in_the_same_order_on_both_sides(
    seed: int, at: int
) -> None:
    target_of = dict(NEWS)
    result = concatenate(NEWS[at], at, corpus(), random.Random(seed))
    if at == 5:  # a headline is no sentence
        assert result is None
    if result is None:
        return
    parts = re.split("(?<=[۔؟]) ", result[0])
    assert 2 <= len(parts) <= 3
    assert parts[0] == NEWS[at][0]
    assert " ".join(target_of[part] for part in parts) == result[1]


def test_joined_pairs_are_next_ones_or_any_and_never_too_long() -> None:
    results = Counter(
        concatenate(NEWS[0], 0, corpus(NEWS[:5]), random.Random(seed)) for seed in range(400)
    )
    assert results[f"{NEWS[0][0]} {NEWS[1][0]}", f"{NEWS[0][1]} {NEWS[1][1]}"] > 80
    assert len(results) > 20
    long = tuple((f"{'ا' * (MAX_JOINED // 2)} {i}۔", f"{i}.") for i in range(9))
    assert concatenate(long[0], 0, corpus(long), random.Random(1)) is None


URDU = st.text(alphabet="ابپتٹجچحدڈرڑزسشعغفقکگلمنںوہھءیےئؤآ ۔،1a", min_size=1, max_size=80)


@given(text=URDU.map(normalize).filter(bool), seed=st.integers(0, 999))
def test_slips_leave_a_normalised_text_near_the_first(text: str, seed: int) -> None:
    from rapidfuzz.distance import Levenshtein

    slipped = add_slips(text, random.Random(seed))
    assert normalize(slipped) == slipped
    slips = 1 + text.count(" ") // 12
    # A swap is two edits, a full stop may be several in a row; spaces fall to normalisation.
    assert Levenshtein.distance(text.strip("۔ "), slipped.strip("۔ ")) <= 4 * slips


def test_slips_are_those_that_scrapes_have() -> None:
    text = "حکومت نے عوام کے لیے بجلی سستی کی۔"
    slipped = {add_slips(text, random.Random(seed)) for seed in range(2000)}
    assert "حکومت نے عوام کے لئے بجلی سستی کی۔" in slipped
    assert "حکومت نےعوام کے لیے بجلی سستی کی۔" in slipped
    assert "حکومت نے عوام کے لیے بجلی سستی کی" in slipped
    assert "حکو مت نے عوام کے لیے بجلی سستی کی۔" in slipped


@given(seed=st.integers(0, 999))
def test_scrambled_words_stay_near_their_places(seed: int) -> None:
    words = [str(i) for i in range(40)]
    scrambled = scramble(" ".join(words), random.Random(seed)).split()
    assert len(scrambled) == len(set(scrambled)) > 20
    kept = [word for word in words if word in scrambled]
    assert all(abs(kept.index(word) - at) <= 3 for at, word in enumerate(scrambled))


def test_nothing_is_varied_unless_asked() -> None:
    assert Varying(Variations()).vary(corpus(), [3, 0, 3], random.Random(1)) == Drawn([3, 0, 3], [])


@pytest.mark.parametrize("name", [name for name in AMOUNTS if name not in ("sampling", "names")])
def test_a_share_is_the_chance_of_a_drawn_pair(name: str) -> None:
    data = corpus(NEWS[:5])
    share = Variations.of({name: 0.3}, LEXICON)
    whole = Variations.of({name: 1.0}, LEXICON)
    drawn = [i % 5 for i in range(5000)]
    some = Varying(share).vary(data, drawn, random.Random(1))
    most = Varying(whole).vary(data, drawn, random.Random(1))
    assert len(some.same) + len(some.changed) == 5000
    assert len(some.changed) == pytest.approx(0.3 * len(most.changed), rel=0.1)
    assert some == Varying(share).vary(data, drawn, random.Random(1))
    assert some != Varying(share).vary(data, drawn, random.Random(2))


def test_names_are_added_alone_and_in_sentences_spelled_on_a_side_at_least() -> None:
    varying = Varying(Variations(names=0.5, lexicon=LEXICON))
    drawn = varying.vary(corpus(), [i % 6 for i in range(2000)], random.Random(1))
    assert len(drawn.same) == 2000
    assert len(drawn.changed) == 1000
    names = {(entry.source, entry.target) for entry in LEXICON if is_name(entry)}
    alone = [pair for pair in drawn.changed if tuple(map(plain, pair)) in names]
    inside = [pair for pair in drawn.changed if pair not in alone]
    assert {tuple(map(plain, pair)) for pair in alone} == names
    assert 300 < len(inside) < 600
    for pair in drawn.changed:
        assert SPELLED in pair[0] + pair[1]
    forms = Counter((SPELLED in source, SPELLED in target) for source, target in drawn.changed)
    assert min(forms.values()) > 250
    assert f"{spelled('کراچی')} میں" in " ".join(source for source, _ in inside)


def plain(text: str) -> str:
    return text.replace(SPELLED, "")


def test_scrambling_is_of_all_sources_and_of_no_target() -> None:
    data = corpus(tuple((f"{'ا ب پ ت ٹ ث ج چ ح خ'} {i}", str(i)) for i in range(50)))
    drawn = Varying(Variations()).vary(data, range(50), random.Random(1), scrambled=True)
    assert [target for _, target in drawn.changed] == [str(i) for i in range(50)]
    assert sum(pair not in data.pairs for pair in drawn.changed) > 45


@pytest.mark.parametrize(
    ("amounts", "says"),
    [
        ({"noise": 1.5}, "noise 1.5"),
        ({"noise": -0.1}, "noise -0.1"),
        ({"noise": float("nan")}, "noise nan"),
        ({"names": 0.1}, "needs a lexicon"),
        ({"nose": 0.1}, "'nose': there are concatenation"),
        ({"lexicon": 0.1}, "'lexicon'"),
    ],
)
def test_what_is_no_variation_is_named(amounts: dict[str, float], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        Variations.of(amounts)


def test_no_slug_of_the_samples_has_what_slugs_lose() -> None:
    from align.samples import sample_paths

    slugs = [
        line
        for path in sample_paths()
        for line in Path(path).read_text(encoding="utf-8").splitlines()
        if re.fullmatch("[a-z0-9 ]+", line)
    ]
    assert slugs
    for slug in slugs:
        assert as_slug(("خبر", slug)) == ("خبر", slug)
