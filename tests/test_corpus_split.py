"""Splits: whole documents, no sentence on two sides, the sizes that were asked for."""

from __future__ import annotations

import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext import Pair
from align.corpus.keys import comparison_key
from align.corpus.split import LEFT_OUT, PARTS, Sizes, plan_split
from align.corpus.union import Union
from align.errors import UsageError

WORDS = [f"w{n}" for n in range(2000)]


def corpus(documents: int, seed: int = 1, *, size: int = 10) -> list[Pair]:
    """Documents of random sentences, one a day, each beginning with the same phrase."""
    chance = random.Random(seed)
    return [
        Pair(
            " ".join(chance.choices(WORDS, k=12)) if number else "read more of this story below",
            " ".join(chance.choices(WORDS, k=12)) if number else "read more of this story below",
            origin="outlet",
            document=f"d{document}",
            created=f"20{10 + document // 336}-{1 + document // 28 % 12:02}-{1 + document % 28:02}",
        )
        for document in range(documents)
        for number in range(size)
    ]


def parts_by_document(pairs: list[Pair], parts: np.ndarray) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for pair, part in zip(pairs, parts.tolist(), strict=True):
        found[pair.document].add(part)
    return found


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("sizes", [Sizes(dev=50, test=100), Sizes(dev=0.05, test=0.1)])
def test_documents_stay_whole_and_sizes_come_out(sizes: Sizes, *, newest: bool) -> None:
    pairs = corpus(100)
    split = plan_split(iter(pairs), sizes, newest_as_test=newest)
    for parts in parts_by_document(pairs, split.parts).values():
        assert len(parts - {LEFT_OUT}) == 1
    counts = split.counts
    assert sum(counts.values()) == len(pairs)
    # All documents have one phrase in common, which stays in test alone.
    assert counts["test"] == 100
    assert counts["dev"] == 45
    assert counts["left out"] == 90
    assert split.documents == (85, 5, 10)


def test_the_newest_are_test_and_those_before_dev() -> None:
    pairs = corpus(100)
    random.Random(4).shuffle(pairs)
    split = plan_split(pairs, Sizes(dev=50, test=100), newest_as_test=True)
    train, dev, test = ([p.created for p, part in zip(pairs, split.parts, strict=True) if part == n]
                        for n in range(3))  # fmt: skip
    assert max(train) < min(dev)
    assert max(dev) < min(test)
    assert (split.oldest[2], split.newest[2]) == (min(test), max(test))


def test_near_duplicate_documents_are_on_one_side() -> None:
    pairs = corpus(60)
    copies = []
    for pair in pairs[:300]:  # wire copy: another outlet, a word changed, another date
        words = pair.target.split()
        words[3] = "changed"
        copies.append(Pair(pair.source + " !", " ".join(words), origin="other",
                           document=f"copy-{pair.document}", created="2025-01-01"))  # fmt: skip
    every = pairs + copies
    for seed in range(5):
        split = plan_split(every, Sizes(dev=0.15, test=0.15), seed=seed)
        found = parts_by_document(every, split.parts)
        for document in range(30):
            both = found[f"d{document}"] | found[f"copy-d{document}"]
            assert len(both - {LEFT_OUT}) == 1


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 1000), share=st.floats(0, 0.6))
def test_no_part_knows_a_sentence_of_another(seed: int, share: float) -> None:
    chance = random.Random(seed)
    pairs = corpus(30, seed)
    for number in range(len(pairs)):
        if chance.random() < share:
            other = chance.choice(pairs)
            pairs[number] = Pair(other.source.upper(), f"new {number}", document=f"d{number // 10}")
    split = plan_split(pairs, Sizes(dev=0.1, test=0.1), seed=seed)
    sources: dict[str, set[int]] = defaultdict(set)
    for pair, part in zip(pairs, split.parts.tolist(), strict=True):
        sources[comparison_key(pair.source)].add(part)
    assert all(len(parts - {LEFT_OUT}) == 1 for parts in sources.values())


def test_the_same_again_and_another_with_another_seed() -> None:
    pairs = corpus(100)
    sizes = Sizes(dev=50, test=50)
    one = plan_split(pairs, sizes).parts
    assert (plan_split(pairs, sizes).parts == one).all()
    assert (plan_split(pairs, sizes, seed=1).parts != one).any()


def test_by_date_where_documents_have_no_name() -> None:
    pairs = [Pair(f"{a} {b}", f"{a} {b}", created=f"2025-01-{a + 1:02}") for a in range(20)
             for b in range(5)]  # fmt: skip
    split = plan_split(pairs, Sizes(dev=5, test=10), threshold=None)
    assert split.counts == {"train": 85, "dev": 5, "test": 10, "left out": 0}
    days: dict[str, set[int]] = defaultdict(set)
    for pair, part in zip(pairs, split.parts.tolist(), strict=True):
        days[pair.created].add(part)
    assert all(len(parts) == 1 for parts in days.values())


def test_pairs_without_a_document_are_for_training() -> None:
    pairs = [*corpus(20), *(Pair(f"alone {n}", f"x {n}") for n in range(50))]
    split = plan_split(pairs, Sizes(dev=20, test=20))
    assert split.nameless == 50
    assert not split.parts[-50:].any()


@pytest.mark.parametrize(
    ("pairs", "sizes", "reason"),
    [
        (corpus(20), Sizes(dev=100, test=100), "leave no training pairs of 200"),
        (corpus(20), Sizes(dev=-1, test=1), "leave no training pairs"),
        ([], Sizes(dev=1, test=1), "leave no training pairs of 0"),
        ([Pair("a", "b")] * 9, Sizes(dev=1, test=1), "no pair has a document or a date"),
        (corpus(3, size=50), Sizes(dev=10, test=10), "no documents for test: 3 groups"),
    ],
)
def test_what_cannot_be_split(pairs: list[Pair], sizes: Sizes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        plan_split(pairs, sizes)


@given(st.integers(1, 12), st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11))))
def test_union_is_reachability(count: int, links: list[tuple[int, int]]) -> None:
    links = [(one % count, other % count) for one, other in links]
    union = Union(count)
    groups = [{number} for number in range(count)]
    for one, other in links:
        union.join(one, other)
        both = groups[one] | groups[other]
        for number in both:
            groups[number] = both
    assert [union.find(number) for number in range(count)] == [min(group) for group in groups]


def test_parts_are_named() -> None:
    assert PARTS == ("train", "dev", "test")
