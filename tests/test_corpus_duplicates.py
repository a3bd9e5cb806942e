"""Duplicates of pairs, held against a slow and plainly right version."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from align.bitext import Pair
from align.corpus.dropped import write_dropped
from align.corpus.duplicates import Side, find_duplicates, similar_pairs
from align.corpus.formats import read_pairs
from align.corpus.keys import comparison_key, digest
from align.corpus.minhash import Bands, jaccard, rows_for, shingles
from align.errors import UsageError
from align.text.normalize import normalize
from tests.corpus_pairs import some_pairs

SIDES: tuple[Side, ...] = get_args(Side)
WORDS = ["کتاب", "میز", "وزیر", "شہر", "پانی", "دن", "رات", "بات"]


def slow_key(text: str) -> str:
    """Words of the normalised text, from the definition."""
    import unicodedata

    blind = [
        str(unicodedata.decimal(c))
        if unicodedata.category(c) == "Nd"
        else " "
        if unicodedata.category(c)[0] in "CPSZ"
        else c.casefold()
        for c in normalize(text)
    ]
    return " ".join("".join(blind).split())


URDU = st.text(st.sampled_from("ابپتٹجچخدڈرڑزسشعغفقکگلمنںوہھءیےآئؤۓۃكيىةۂ ۔،؟؛ًِ۰۹٣5'\"“.-\u200c"))


@settings(deadline=None, max_examples=300)
@given(st.text() | URDU)
@example("''a''")
@example("ے\u0654 ۓ")
@example("a\u0085b\u2028c")
def test_keys_are_those_of_the_normalised_text(text: str) -> None:
    assert comparison_key(text) == slow_key(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كراچي ميں ۲۵ افراد!", "کراچی میں 25 افراد۔"),
        ("وَزیر (اعظم)", "«وزیر» اعظم"),
        ("The  MINISTER, said:", "the minister said"),
        ("٣ دن", "۳ دن"),
    ],
)
def test_keys_are_blind_to_what_the_eye_passes_over(one: str, other: str) -> None:
    assert comparison_key(one) == comparison_key(other)
    assert digest(comparison_key(one)) == digest(comparison_key(other))


def test_the_digest_is_that_of_every_run() -> None:
    # b2sum -l 64 says 9e5f… of the same bytes; read little-endian.
    import hashlib

    data = hashlib.blake2b("وزیر".encode(), digest_size=8).digest()
    assert digest("وزیر") == int.from_bytes(data, "little")
    assert digest("") == 0


def words_and_neighbours(key: str) -> set[tuple[str, ...]]:
    words = key.split()
    return {(word,) for word in words} | set(pairwise(words))


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("ab c")), max_size=8))
def test_shingles_are_words_and_neighbouring_words(texts: list[str]) -> None:
    keys = [comparison_key(text) for text in texts]
    flat, counts = shingles(keys)
    assert counts.tolist() == [len(words_and_neighbours(key)) for key in keys]
    sets = np.split(flat, np.cumsum(counts)[:-1]) if keys else []
    for one, key in zip(sets, keys, strict=True):
        assert (np.diff(one.astype(np.int64)) > 0).all()
        for other, another in zip(sets, keys, strict=True):
            union = words_and_neighbours(key) | words_and_neighbours(another)
            both = words_and_neighbours(key) & words_and_neighbours(another)
            assert jaccard(one, other) == (len(both) / len(union) if union else 0)


def test_as_many_candidates_as_the_theory_says() -> None:
    """Of pairs with similarity s, 1 - (1 - s^r)^16 share a band (Leskovec et al., 3.4.2)."""
    chance = random.Random(5)
    vocabulary = [f"w{n}" for n in range(5000)]
    bands = Bands(rows_for(0.8))
    ones, others = [], []
    for _ in range(3000):
        words = chance.choices(vocabulary, k=25)
        ones.append(" ".join(words))
        for place in chance.sample(range(25), 3):
            words[place] = chance.choice(vocabulary)
        others.append(" ".join(words))
    (flat, counts), (flat_2, counts_2) = shingles(ones), shingles(others)
    met = (bands.of(flat, counts) == bands.of(flat_2, counts_2)).any(axis=1).mean()
    similar = [
        jaccard(one, other)
        for one, other in zip(
            np.split(flat, np.cumsum(counts)[:-1]),
            np.split(flat_2, np.cumsum(counts_2)[:-1]),
            strict=True,
        )
    ]
    expected = np.mean([1 - (1 - s**6) ** 16 for s in similar])
    assert 0.8 < expected < 0.95
    assert met == pytest.approx(expected, abs=0.02)


def slow_duplicates(pairs: list[Pair], side: Side, threshold: float | None) -> list[int]:
    """The keeper of each pair: each with each, the best-scored first."""
    order = sorted(range(len(pairs)), key=lambda n: (-(pairs[n].score or 0.0), n))
    if any(pair.score is None for pair in pairs):
        order = sorted(
            range(len(pairs)),
            key=lambda n: (-(-1.0 if pairs[n].score is None else pairs[n].score or 0.0), n),
        )
    keys = [(comparison_key(pair.source), comparison_key(pair.target)) for pair in pairs]
    kept: list[int] = []
    keeper = list(range(len(pairs)))
    for number in order:
        match = next(
            (o for o in kept if is_duplicate(keys[number], keys[o], side, threshold)), None
        )
        if match is None:
            kept.append(number)
        else:
            keeper[number] = match
    return keeper


def is_duplicate(
    one: tuple[str, str], other: tuple[str, str], side: Side, threshold: float | None
) -> bool:
    if side == "both" and one == other:
        return True
    alike = [a == b and a != "" for a, b in zip(one, other, strict=True)]
    if threshold is not None:
        for place, (a, b) in enumerate(zip(one, other, strict=True)):
            first, second = words_and_neighbours(a), words_and_neighbours(b)
            if first and second:
                alike[place] |= len(first & second) / len(first | second) >= threshold
    return {
        "both": all(alike), "either": any(alike), "source": alike[0], "target": alike[1],
    }[side]  # fmt: skip


def near_pairs(count: int, seed: int) -> list[Pair]:
    """Pairs of few words, many of them nearly the same."""
    chance = random.Random(seed)
    pairs: list[Pair] = []
    for _ in range(count):
        texts = [chance.choices(WORDS, k=chance.randint(0, 9)) for _ in range(2)]
        if pairs and chance.random() < 0.6:
            old = chance.choice(pairs)
            texts = [old.source.split(), old.target.split()]
            for text in texts:
                if text and chance.random() < 0.5:
                    text[chance.randrange(len(text))] = chance.choice(WORDS)
        marks = chance.choice(["", "۔", "!"])
        score = chance.choice([None, 0.1, 0.5, 0.9])
        pairs.append(Pair(" ".join(texts[0]) + marks, " ".join(texts[1]), score))
    return pairs


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("threshold", [None, 0.5, 0.8])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_are_kept_as_by_comparing_all(
    side: Side, threshold: float | None, seed: int
) -> None:
    pairs = near_pairs(120, seed)
    found = find_duplicates(iter(pairs), side=side, threshold=threshold)
    slow = slow_duplicates(pairs, side, threshold)
    # Which of several keepers is named is open; that a pair is dropped is not.
    assert found.kept.tolist() == [keeper == n for n, keeper in enumerate(slow)]
    keys = [(comparison_key(pair.source), comparison_key(pair.target)) for pair in pairs]
    for number, keeper in enumerate(found.keeper.tolist()):
        assert found.keeper[keeper] == keeper
        if keeper != number:
            near = bool(found.near[number])
            assert is_duplicate(keys[number], keys[keeper], side, threshold if near else None)
            assert (pairs[keeper].score or -1) >= (pairs[number].score or -1)


@settings(deadline=None)
@given(some_pairs(), st.sampled_from(SIDES))
def test_any_pairs_add_up(pairs: list[Pair], side: Side) -> None:
    found = find_duplicates(pairs, side=side)
    counts = found.counts
    assert counts["read"] == len(pairs) == counts["kept"] + counts["exact"] + counts["near"]
    again = find_duplicates([pair for pair, kept in zip(pairs, found.kept, strict=True) if kept],
                            side=side)  # fmt: skip
    assert again.kept.all()


def test_similar_pairs_are_all_that_are_similar() -> None:
    pairs = near_pairs(80, 3)
    groups = list(range(len(pairs)))
    for one, other in similar_pairs(pairs, threshold=0.8):
        old, new = groups[one], groups[other]
        groups = [new if group == old else group for group in groups]
    keys = [(comparison_key(pair.source), comparison_key(pair.target)) for pair in pairs]
    for one in range(len(pairs)):
        for other in range(one):
            if is_duplicate(keys[one], keys[other], "either", 0.8):
                assert groups[one] == groups[other]


def test_several_translations_stay_unless_a_side_is_asked_for() -> None:
    pairs = [Pair("بارش ہوئی۔", "It rained."), Pair("بارش ہوئی", "There was rain.")]
    assert find_duplicates(pairs).kept.all()
    assert find_duplicates(pairs, side="target").kept.all()
    assert find_duplicates(pairs, side="source").keeper.tolist() == [0, 0]
    assert find_duplicates(pairs, side="either").keeper.tolist() == [0, 0]


@pytest.mark.parametrize("threshold", [0, -1, 1.5, float("nan")])
def test_a_threshold_that_is_none(threshold: float) -> None:
    with pytest.raises(UsageError, match="a similarity is above 0 and at most 1"):
        find_duplicates([], threshold=threshold)


def test_dropped_pairs_name_what_is_kept(tmp_path: Path) -> None:
    import json

    pairs = [Pair("ایک", "one", 0.2), Pair("دو", "two"), Pair("ایک۔", "One!", 0.7)]
    path = tmp_path / "dropped.jsonl"
    assert write_dropped(str(path), pairs, find_duplicates(pairs)) == 1
    assert list(read_pairs(str(path))) == pairs[:1]
    record = json.loads(path.read_text(encoding="utf-8"))
    assert (record["number"], record["kept"], record["duplicate"]) == (1, 3, "exact")
