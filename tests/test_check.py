"""The check against sacrebleu itself, against hand-made articles, and its invariants."""

from __future__ import annotations

import random
from dataclasses import replace
from importlib.metadata import version

import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st

from align.articles.article import Article, Line
from align.check import Check, check_article, corpus_scores, summarize
from align.check.calibration import (
    COEFFICIENTS,
    FITTED,
    MATCH,
    MISMATCH,
    MODEL,
    SHIPPED,
)
from align.check.evidence import LEAD_SENTENCES, SIGNS, TEXT_SENTENCES, Features, Lead, measure
from align.check.health import health
from align.check.scores import sentence_bleu, sentence_chrf
from align.check.words import STOP_WORDS, matching, prepare, stem, weight
from align.translate.translation import Translation

# Slug, headline, first sentences: written for this test, people and events invented.
STORIES = {
    "kohat potters revive glazed tiles as mosque repairs bring orders": (
        "Repair of mosques brings new orders to the potters of Kohat",
        "Glazed tiles are being fired in Kohat's kilns again after twenty years.",
        "Potter Gul Zaman says three mosques have placed orders with him this spring.",
    ),
    "gwadar fishermen protest trawlers in their waters": (
        "Fishermen of Gwadar demonstrate against trawlers",
        "Hundreds of fishermen blocked the coastal road in Gwadar on Monday.",
        "They say trawlers from other districts enter their waters at night.",
    ),
    "burns ward opens at quetta hospital nine years late": (
        "Nine years later, Quetta's hospital has a ward for burns",
        "The provincial health secretary opened the first burns ward of the hospital.",
        "Patients from Quetta had to be sent to Karachi until now.",
    ),
    "state bank holds interest rate at twelve per cent": (
        "Central bank leaves the rate of interest unchanged at 12%",
        "The State Bank held its policy rate for the third time on Thursday.",
        "Most analysts had expected a cut after inflation fell.",
    ),
    "skardu glacier lake floods two villages and sweeps away bridge": (
        "Two villages flooded as a lake in a glacier near Skardu bursts",
        "A bridge was swept away and 40 houses stood under water in Skardu district.",
        "No one died, since shepherds had warned the villagers.",
    ),
    "women cyclists ride across punjab for girls schooling": (
        "Women on bicycles cross Punjab for the education of girls",
        "Eleven women cyclists reached Multan on Friday after a ride of nine days.",
        "They stop at schools and talk to parents of girls.",
    ),
}
WORDS = sorted({word for slug in STORIES for word in slug.split()})
texts = st.lists(st.sampled_from([*WORDS, "Kohat's", "12,000", "U.S.", "na\u00efve"]), min_size=1)


def article(slug: str | None, english_headline: str | None = None) -> Article:
    line = None if slug is None else Line(slug, 0, len(slug))
    return Article(
        path="a.txt",
        id="a",
        text=slug or "",
        slug=line,
        english_headline=english_headline,
        paragraphs=(),
    )


def translation(text: str, source: str = "", notes: tuple[str, ...] = ()) -> Translation:
    return Translation(source, text, -0.5, "ur-en@00000000", notes)


def checked(slug: str | None, english: tuple[str, ...]) -> Check:
    headline, *sentences = map(translation, english)
    return check_article(article(slug), headline, sentences)


def score(result: Check) -> float:
    assert result.score is not None
    return result.score


# --- sacrebleu


@given(texts, texts)
def test_sentence_scores_are_those_of_sacrebleu(left: list[str], right: list[str]) -> None:
    text, reference = prepare(" ".join(left)), prepare(" ".join(right))
    bleu = sacrebleu.sentence_bleu(text, [reference], lowercase=True, use_effective_order=True)
    assert sentence_bleu(" ".join(left), " ".join(right)) == bleu.score
    assert sentence_chrf(" ".join(left), " ".join(right)) == (
        sacrebleu.sentence_chrf(text, [reference]).score
    )


def test_corpus_scores_are_those_of_sacrebleu() -> None:
    scores = corpus_scores((headline, slug) for slug, (headline, *_) in STORIES.items())
    headlines = [prepare(headline) for headline, *_ in STORIES.values()]
    assert scores.articles == len(STORIES)
    assert scores.bleu == sacrebleu.corpus_bleu(headlines, [list(STORIES)], lowercase=True).score
    assert scores.chrf == sacrebleu.corpus_chrf(headlines, [list(STORIES)]).score
    version = sacrebleu.__version__
    assert scores.bleu_signature == (
        f"nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|version:{version}|punct:stripped"
    )
    assert scores.chrf_signature.endswith(f"version:{version}|punct:stripped")


def test_no_articles_have_no_corpus_scores() -> None:
    scores = corpus_scores([])
    assert (scores.bleu, scores.chrf, scores.articles) == (None, None, 0)
    assert scores.bleu_signature == corpus_scores([("a", "b")]).bleu_signature


def test_a_check_reports_the_scores_of_the_headline_and_how_they_were_made() -> None:
    slug = "state bank holds interest rate at twelve per cent"
    result = check_article(
        article(slug, english_headline="State Bank keeps rate"),
        translation("State Bank's rate: unchanged"),
        [],
    )
    assert result.slug_bleu == sentence_bleu("state banks rate unchanged", slug)
    assert result.slug_chrf == sentence_chrf("state banks rate unchanged", slug)
    assert result.headline_bleu == sentence_bleu(
        "state banks rate unchanged", "state bank keeps rate"
    )
    bleu, chrf = (
        f"{metric}|version:{sacrebleu.__version__}|punct:stripped"
        for metric in (
            "nrefs:1|case:lc|eff:yes|tok:13a|smooth:exp",
            "nrefs:1|case:lc|eff:yes|nc:6|nw:0|space:no",
        )
    )
    fit = f"fit:{MODEL}/{FITTED}|align:{version('urdu-align')}"
    assert result.signature == f"{bleu}|lead:{LEAD_SENTENCES}|text:{TEXT_SENTENCES}|{fit}"
    assert result.chrf_signature == chrf
    unchecked = check_article(article(None), None, [])
    assert (unchecked.signature, unchecked.chrf_signature) == (result.signature, chrf)


def test_the_summary_scores_the_pairs_that_the_checks_score() -> None:
    checks = [
        checked(f"News-{slug.upper().replace(' ', '-')}-2512345", english)
        for slug, english in STORIES.items()
    ]
    no_headline = check_article(article(next(iter(STORIES))), None, [translation("Kohat potters")])
    summary = summarize([*checks, checked(None, ("A headline",)), no_headline])
    slugs = [f"news {slug}" for slug in STORIES]
    headlines = [prepare(headline) for headline, *_ in STORIES.values()]
    assert summary.scores.bleu == sacrebleu.corpus_bleu(headlines, [slugs], lowercase=True).score
    assert summary.scores.chrf == sacrebleu.corpus_chrf(headlines, [slugs]).score
    assert summary.scores.articles == len(STORIES)
    assert summary.articles == len(STORIES) + 2
    assert summary.verdicts["match"] >= 1
    assert summary.verdicts["unchecked"] == 1
    assert summarize(checks[:1]).scores.chrf == pytest.approx(checks[0].slug_chrf)


def test_no_checks_sum_up_to_nothing() -> None:
    summary = summarize([])
    assert set(summary.verdicts.values()) == {0}
    assert (summary.articles, summary.scores.articles) == (0, 0)


# --- words


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Germany's budget", "germanys budget"),
        ("Peshawar\u2019s bazaar", "peshawars bazaar"),
        ("twelve-year-old; U.S. visa", "twelve year old us visa"),
        ("Rs12,500 a month", "rs12500 a month"),
        ("S\u00e3o Paulo\u2014caf\u00e9", "sao paulo cafe"),
        ("\u201cWhy?\u201d", "why"),
    ],
)
def test_text_is_spelled_as_slugs_are(text: str, slug: str) -> None:
    assert prepare(text) == slug


@pytest.mark.parametrize(
    ("slug_word", "word"),
    [
        ("wins", "won"), ("holds", "held"), ("retains", "retained"), ("stopping", "stopped"),
        ("countries", "country"), ("carries", "carried"), ("taxes", "tax"), ("prices", "priced"),
        ("germanys", "germany"), ("organisers", "organizers"), ("defence", "defense"),
        ("agriculture", "agricultural"), ("investigation", "investigators"), ("thirteen", "13"),
        ("women", "woman"), ("planes", "plane"), ("plans", "planned"), ("agrees", "agreed"),
        ("gulbadan", "gulbadhan"), ("shehnaz", "shahnaz"),
    ],
)  # fmt: skip
def test_inflection_and_spelling_are_forgiven(slug_word: str, word: str) -> None:
    assert matching(slug_word, frozenset([stem(word)]))


@pytest.mark.parametrize(
    ("slug_word", "word"),
    [
        ("police", "policy"), ("karachi", "kashmir"), ("resident", "president"), ("13", "14"),
        ("speed", "spring"), ("international", "internet"), ("sindh", "south"), ("bus", "bush"),
        ("lahore", "labour"), ("iran", "iraq"), ("israel", "islam"), ("court", "country"),
    ],
)  # fmt: skip
def test_other_words_are_other_words(slug_word: str, word: str) -> None:
    assert not matching(slug_word, frozenset([stem(word)]))


def test_rare_words_weigh_more() -> None:
    assert weight("government") < weight("tariff") < weight("gulbadan")
    assert weight("villages") == weight("village")


# --- invariants


def test_the_own_slug_scores_highest() -> None:
    for slug, english in STORIES.items():
        assert max(STORIES, key=lambda other: score(checked(other, english))) == slug
        assert checked(slug, english).verdict == "match"


@given(st.sampled_from(sorted(STORIES)), st.integers(0, 2**32))
def test_a_worse_translation_never_has_more_of_the_slug(slug: str, seed: int) -> None:
    rng = random.Random(seed)
    whole = STORIES[slug]
    worse = tuple(" ".join(w for w in text.split() if rng.random() < 0.6) for text in whole)
    full = measure(slug, Lead.of(whole[0], whole[1:], []))
    less = measure(slug, Lead.of(worse[0] or "x", worse[1:], []))
    assert less.features.text_recall <= full.features.text_recall
    assert all(
        there or not here for here, there in zip(less.translated, full.translated, strict=True)
    )


def test_shuffled_words_and_other_stories_score_below_the_translation() -> None:
    slugs = list(STORIES)
    for slug, other in zip(slugs, slugs[1:] + slugs[:1], strict=True):
        own, foreign = checked(slug, STORIES[slug]), checked(slug, STORIES[other])
        assert score(own) > MATCH > MISMATCH > score(foreign)


def test_a_translation_that_lost_most_of_the_slug_is_no_match() -> None:
    fillers = ("ledger", "carpet", "onion", "violin", "theory", "gravel", "lantern", "syrup")
    rng = random.Random(5)
    for slug, english in STORIES.items():
        for share in (0.7, 0.8, 0.9, 1.0) * 5:
            worse = tuple(
                " ".join(
                    rng.choice(fillers) if w not in STOP_WORDS and rng.random() < share else w
                    for w in prepare(text).split()
                )
                for text in english
            )
            result = checked(slug, worse)
            assert result.slug_recall is not None
            if result.slug_recall < 0.35:
                assert result.verdict != "match", worse
            if result.slug_recall < 0.1:
                assert result.verdict == "mismatch", worse


@given(st.sampled_from(sorted(STORIES)), st.sampled_from(sorted(STORIES)))
def test_scores_are_in_their_ranges(slug: str, other: str) -> None:
    result = checked(slug, STORIES[other])
    for value, top in ((result.slug_bleu, 100), (result.slug_chrf, 100), (result.slug_recall, 1)):
        assert value is not None
        assert 0 <= value <= top * 1.000001
    assert 0 < score(result) < 1
    assert [word for word, _ in result.slug_words] == [
        word for word in slug.split() if word not in STOP_WORDS
    ]
    found = all(here for _, here in result.slug_words)
    assert (result.slug_recall == pytest.approx(1)) == found


def test_the_spelling_of_the_slug_does_not_count() -> None:
    for slug, english in STORIES.items():
        assert (
            checked(slug.upper().replace(" ", "-"), english).score == checked(slug, english).score
        )


def test_the_slug_is_looked_for_in_the_beginning_only() -> None:
    slug, (headline, *sentences) = next(iter(STORIES.items()))
    filler = [f"Filler number {i} without any content." for i in range(TEXT_SENTENCES)]
    lead = checked(slug, (headline, *sentences, *filler))
    near = checked(slug, (headline, *filler[: -len(sentences)], *sentences))
    far = checked(slug, (headline, *filler, *sentences))
    assert score(lead) > score(near) > score(far)
    assert lead.slug_recall == near.slug_recall
    assert far.score == checked(slug, (headline, *filler)).score


def test_what_went_wrong_anywhere_lowers_the_score() -> None:
    slug, (headline, *sentences) = next(iter(STORIES.items()))
    urdu = "کوہاٹ کے کمہاروں کو 3 مسجدوں سے نئے آرڈر ملے ہیں۔"
    right = "The potters of Kohat have new orders from 3 mosques."
    loop = "The potters of of of of of of of of of of 3"

    def scored(end: str) -> float:
        texts = [translation(text) for text in sentences] + [translation(right, urdu)] * 8
        last = [translation(end, urdu)] * 4
        return score(check_article(article(slug), translation(headline), [*texts, *last]))

    assert scored(right) > scored(right.replace("3", "8"))
    assert scored(right) > scored(loop)
    assert scored(right) > scored("")


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([], (0, 0)),
        ([("BBC", "BBC"), ("", "anything at all")], (0, 0)),
        ([("اجلاس 12 مارچ کو ہوگا۔", "The meeting is on March 12.")], (0, 0)),
        ([("اجلاس 12 مارچ کو ہوگا۔", "The meeting is on March 21.")], (1, 0)),
        ([("اجلاس 12 مارچ کو 30 افراد ہوں گے۔", "On March 12 there are 40 people.")], (0.5, 0)),
        ([("اجلاس 12 مارچ کو ہوگا۔", "")], (1, 1)),
        ([("وہ کل لاہور گیا تھا۔", "He went to to to to to Lahore.")] * 3
         + [("وہ کل لاہور گیا تھا۔", "He went to Lahore yesterday.")], (0, 0.75)),
    ],
)  # fmt: skip
def test_health(pairs: list[tuple[str, str]], expected: tuple[float, float]) -> None:
    assert health(pairs) == expected


unit = st.floats(0, 1)


@given(st.tuples(*[unit] * len(Features._fields)), st.sampled_from(Features._fields), unit)
def test_more_agreement_never_lowers_the_score(
    values: tuple[float, ...], name: str, value: float
) -> None:
    before = Features(*values)
    low, high = sorted((getattr(before, name), value))
    first, second = (SHIPPED.probability(before._replace(**{name: each})) for each in (low, high))
    lowers = name in ("numbers_missed", "numbers_lost", "doubtful")
    assert (first >= second) if lowers else (first <= second)
    assert SIGNS[Features._fields.index(name)] == (-1 if lowers else 1)


def test_each_feature_has_its_coefficient() -> None:
    assert tuple(COEFFICIENTS) == Features._fields


def test_verdicts() -> None:
    assert [SHIPPED.verdict(score) for score in (0, MISMATCH, 0.5, MATCH, 1)] == [
        "mismatch", "mismatch", "doubtful", "match", "match",
    ]  # fmt: skip


# --- unchecked, and reasons


@pytest.mark.parametrize("slug", [None, "", "2512345", "imran khan", "lahore schools open in the"])
def test_an_unusable_slug_is_not_scored(slug: str | None) -> None:
    result = checked(slug, STORIES["gwadar fishermen protest trawlers in their waters"])
    assert result.verdict == "unchecked"
    assert len(result.reasons) == 1
    assert (result.score, result.slug_bleu, result.slug_chrf, result.slug_recall) == (None,) * 4
    assert result.slug_words == ()


def test_nothing_translated_is_not_scored() -> None:
    slug = next(iter(STORIES))
    for result in (check_article(article(slug), None, []), checked(slug, ("", " ", "\u06d4"))):
        assert (result.verdict, result.reasons) == ("unchecked", ("nothing was translated",))


def test_without_a_headline_the_sentences_count() -> None:
    slug = "gwadar fishermen protest trawlers in their waters"
    result = check_article(article(slug), None, list(map(translation, STORIES[slug][1:])))
    assert result.slug_bleu is None
    assert result.slug_chrf is None
    assert result.reasons[0] == "no headline: the first sentences stand in for it"
    assert score(result) > 0.5


def test_missed_words_are_named() -> None:
    slug = "kohat potters revive glazed tiles as mosque repairs bring orders"
    result = checked(slug, ("Repair of mosques brings orders", "Potters are glad."))
    missed = [word for word, here in result.slug_words if not here]
    assert missed == ["kohat", "revive", "glazed", "tiles"]
    told = 'slug words not in the translation: "kohat", "revive", "glazed", "tiles"'
    assert told in result.reasons


def test_a_name_lost_in_translation_is_told_from_a_wrong_slug() -> None:
    slug = "gulnaz opens multan apricot exhibition"
    urdu = "گلناز نے ملتان میں نمائش کا افتتاح کیا"
    result = check_article(article(slug), translation("The rose opened an exhibition", urdu), [])
    assert dict(result.slug_words)["gulnaz"] is False
    assert 'slug words in the Urdu but lost in translation: "gulnaz", "multan"' in result.reasons
    assert 'slug words not in the translation: "apricot"' in result.reasons
    unheard = check_article(article(slug), translation("The rose opened an exhibition"), [])
    assert score(result) >= score(unheard)


def test_a_headline_of_another_story_is_said_to_share_nothing() -> None:
    slugs = list(STORIES)
    reasons = checked(slugs[0], STORIES[slugs[3]]).reasons
    assert "headline's translation shares no content word with the slug" in reasons


def test_wrong_numbers_are_named() -> None:
    result = checked("floods kill 25 people in dadu district", ("Floods kill 52 people in Dadu",))
    assert "numbers of the slug are not in the text" in result.reasons
    right = checked("floods kill 25 people in dadu district", ("Floods kill 25 people in Dadu",))
    assert "numbers of the slug are not in the text" not in right.reasons


def test_marks_of_the_translator_are_passed_on() -> None:
    slug, (headline, *sentences) = next(iter(STORIES.items()))
    marked = replace(translation(sentences[0]), notes=("repetition",))
    result = check_article(
        article(slug),
        translation(headline, notes=("length", "numbers lost")),
        [marked, translation(sentences[1])],
    )
    assert "headline's translation is marked: length, numbers lost" in result.reasons
    assert "of 2 sentences marked: repetition (1)" in result.reasons


@given(st.text(), st.lists(st.text(), max_size=7), st.text())
def test_any_texts_are_checked(headline: str, sentences: list[str], slug: str) -> None:
    for each in (slug, f"kohat potters revive tiles {slug}"):
        result = check_article(
            article(each), translation(headline, slug), [translation(s, s) for s in sentences]
        )
        assert (result.score is None) == (result.verdict == "unchecked")
        assert all("\n" not in reason for reason in result.reasons)
