"""Matching of documents: cosines against a plain version, one to one, dates, slugs, evidence."""

from __future__ import annotations

import math
import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext.alignment import Alignment
from align.bitext.matching import Matching, Story, match_documents
from align.bitext.parallel import THRESHOLD, is_parallel
from align.bitext.postings import Postings
from align.bitext.slug_overlap import SlugOverlap
from align.bitext.tfidf import Cosines

FLOOD = "The river burst its banks near Jamshoro and 4,200 families left their villages."
MATCH = "Fast bowler Naseem took six wickets as Multan beat Quetta in the final over."
BUDGET = "The finance minister presented a budget of 18.9 trillion rupees to parliament."
WATER = "Engineers repaired the pumping station so that Hub has drinking water again."


def found(matching: Matching) -> list[tuple[int, int]]:
    return [(match.source, match.target) for match in matching.matches]


def stories(*texts: str, created: date | None = None) -> list[Story]:
    return [Story(str(number), text, created) for number, text in enumerate(texts)]


# Cosines


def _plain_cosine(one: str, other: str, every: list[str], both: set[str]) -> float:
    """TF-IDF of words and pairs of words by dictionaries; words here have no inflection."""

    def terms(text: str) -> Counter[str]:
        words = text.split()
        return Counter(words + [f"{a} {b}" for a, b in pairwise(words)])

    frequency = Counter(term for text in every for term in terms(text))
    frequency = Counter({t: sum(t in terms(text) for text in every) for t in frequency})

    def weight(term: str, count: int) -> float:
        return math.log1p(count) * math.log1p(len(every) / frequency[term])

    ours, theirs = terms(one), terms(other)
    lengths = [
        math.sqrt(sum(weight(t, c) ** 2 for t, c in side.items())) for side in (ours, theirs)
    ]
    shared = set(ours) & set(theirs) & both
    product = sum(weight(t, ours[t]) * weight(t, theirs[t]) for t in shared)
    return product / math.prod(lengths) if all(lengths) else 0.0


WORDS = ["kilo", "lima", "mako", "nova", "oslo", "papa", "quad", "roma"]
TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    min_size=1,
    max_size=5,
)


@given(TEXTS, TEXTS)
@settings(max_examples=60)
def test_cosines_are_those_of_a_plain_version(sources: list[str], targets: list[str]) -> None:
    def terms(texts: list[str]) -> set[str]:
        words = [text.split() for text in texts]
        pairs = {f"{a} {b}" for w in words for a, b in pairwise(w)}
        return {word for w in words for word in w} | pairs

    both = terms(sources) & terms(targets)
    cosines = Cosines(sources, targets)
    for number, source in enumerate(sources):
        expected = [_plain_cosine(source, target, sources + targets, both) for target in targets]
        assert cosines.row(number) == pytest.approx(np.array(expected), abs=1e-6)


@given(st.integers(0, 1000))
@settings(max_examples=30)
def test_postings_are_a_product_of_matrices(seed: int) -> None:
    chance = np.random.default_rng(seed)
    dense = chance.random((6, 9)) * (chance.random((6, 9)) < 0.4)
    terms = [np.flatnonzero(row) for row in dense]
    index = Postings(terms, [row[t] for row, t in zip(dense, terms, strict=True)])
    query = chance.random(9)
    assert index.row(np.arange(9), query) == pytest.approx(dense @ query, abs=1e-6)
    assert index.row(np.array([100, 3]), np.array([1.0, 1.0])) == pytest.approx(
        dense[:, 3], abs=1e-6
    )


def test_nothing_to_compare() -> None:
    assert match_documents([], []) == Matching((), (), ())
    assert match_documents(stories(FLOOD), []) == Matching((), (0,), ())
    assert match_documents([], stories(FLOOD)) == Matching((), (), (0,))
    assert match_documents(stories("", "؟"), stories("", "!")) == Matching((), (0, 1), (0, 1))


# One to one


def test_each_finds_its_own_and_the_rest_stays_alone() -> None:
    sources = stories(FLOOD, BUDGET, MATCH)
    targets = stories(WATER, MATCH + " The crowd went home happy.", "Today " + FLOOD)
    matching = match_documents(sources, targets)
    assert found(matching) == [(0, 2), (2, 1)]
    assert (matching.alone_sources, matching.alone_targets) == ((1,), (0,))


def test_a_translation_with_mistakes_still_finds_its_own() -> None:
    sources = stories(
        "The river close to Jamshoro has broken banks and left 4,200 family the village.",
        "Fast ball Nasim has taken six wicket and Multan gave defeat to Quetta.",
    )
    assert found(match_documents(sources, stories(MATCH, FLOOD, BUDGET, WATER))) == [
        (0, 1), (1, 0),
    ]  # fmt: skip


def test_two_versions_of_one_story_get_one_partner_each_best_first() -> None:
    copy = FLOOD.replace("4,200 families", "thousands of people")
    matching = match_documents(stories(copy, FLOOD), stories(FLOOD))
    assert found(matching) == [(1, 0)]
    assert matching.alone_sources == (0,)
    (match,) = matching.matches
    assert 0 < match.evidence.rival < match.score
    assert match.margin == match.score - match.evidence.rival
    assert not match_documents(
        stories(copy, FLOOD), stories(FLOOD), min_margin=match.margin + 0.01
    ).matches


@given(st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_order_does_not_matter(chance: random.Random) -> None:
    texts = [FLOOD, MATCH, BUDGET, WATER]
    order = list(range(4))
    chance.shuffle(order)
    matching = match_documents(stories(*texts), stories(*(texts[n] for n in order)))
    assert [order[match.target] for match in matching.matches] == [0, 1, 2, 3]


def test_each_document_is_somewhere_once() -> None:
    texts = [f"{FLOOD} {n}" for n in range(9)] + [MATCH, BUDGET]
    matching = match_documents(stories(*texts), stories(*reversed(texts[2:])))
    sources = sorted([m.source for m in matching.matches] + list(matching.alone_sources))
    targets = sorted([m.target for m in matching.matches] + list(matching.alone_targets))
    assert sources == list(range(11))
    assert targets == list(range(9))


# Dates


def test_only_the_days_around_count() -> None:
    day = date(2024, 5, 10)
    sources = stories(FLOOD, created=day)
    for late, days, matched in ((3, 3, True), (4, 3, False), (-3, 3, True), (400, None, True)):
        targets = stories(FLOOD, created=day + timedelta(late))
        matching = match_documents(sources, targets, days=days)
        assert bool(matching.matches) is matched
        assert all(match.evidence.days == abs(late) for match in matching.matches)


def test_a_document_without_a_date_fits_any_day() -> None:
    dated = stories(FLOOD, created=date(2024, 5, 10))
    for sides in ((dated, stories(FLOOD)), (stories(FLOOD), dated)):
        (match,) = match_documents(*sides, days=0).matches
        assert match.evidence.days is None


# Slugs and evidence


def test_a_slug_finds_what_the_translation_lost() -> None:
    lost = "The man said that it has been done and the people are there."
    sources = [Story("a", lost, slug="naseem takes six wickets as multan beat quetta")]
    (match,) = match_documents(sources, stories(FLOOD, MATCH, BUDGET)).matches
    assert match.target == 1
    assert match.evidence.slug is not None
    assert match.evidence.slug > 0.9


def test_the_share_of_a_slug_by_hand() -> None:
    """All three words are in one document each, so they weigh the same: 1, 1/3 and 0 of them."""
    overlap = SlugOverlap(["dam burst sindh"], ["a dam burst in sindh", "wheat", "dams"])
    row = overlap.row(0)
    assert row is not None
    assert row[0] == pytest.approx(1.0)
    assert row[1] == 0.0
    assert 0 < row[2] < 1 / 3  # two documents have that word
    assert SlugOverlap(["12345"], ["12345"]).row(0) is None


def test_evidence_names_the_numbers_that_both_have() -> None:
    (match,) = match_documents(stories(FLOOD), stories(FLOOD.replace("4,200", "4200"))).matches
    assert match.evidence.numbers == ("4200",)
    assert match.evidence.slug is None


def test_parallel_from_the_threshold_on() -> None:
    assert is_parallel(Alignment((), "clean", 0.0, THRESHOLD))
    assert not is_parallel(Alignment((), "clean", 0.0, THRESHOLD - 0.01))
    assert is_parallel(Alignment((), "clean", 0.0, 0.2), threshold=0.1)
