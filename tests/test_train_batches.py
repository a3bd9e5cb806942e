"""Epochs of training: what they hold, how they are packed, that they are the same anywhere."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import UsageError
from align.train.batches import Batches, Pair, pack
from align.train.corpora import Corpus, CorpusSpec
from align.train.lexicon import Entry
from align.train.tokenizer import BACK, Tokenizer
from align.train.variations import Variations
from align.train.vocabulary import train_tokenizer
from tests.marian import ENGLISH, URDU, sentences

ALL = Variations(
    concatenation=0.2, unpunctuated=0.1, lower_case=0.1, sampling=0.3, substitution=0.5, names=0.1,
    noise=0.2, lexicon=(Entry("پاکستان", "Pakistan", "place"), Entry("کراچی", "Karachi", "place")),
)  # fmt: skip


def corpus(
    name: str, count: int, *, weight: float = 1.0, final: float | None = None, back: bool = False
) -> Corpus:
    """Return random pairs, each with a number of its own in words of the vocabulary."""
    pairs = tuple(
        (f"{source} {i}۔", f"{target} {i}.")
        for i, (source, target) in enumerate(
            zip(sentences(URDU, count, 1), sentences(ENGLISH, count, 2), strict=True)
        )
    )
    return Corpus(CorpusSpec(name, weight, final, back), name, pairs, count, {}, "")


@cache
def tokenizer(*, back: bool = False) -> Tokenizer:
    return train_tokenizer([corpus("a", 300, back=back)], size=370)


def batches(
    *corpora: Corpus, variations: Variations | None = None, seed: int = 1, longest: int = 256
) -> Batches:
    return Batches(
        corpora, tokenizer(), batch_tokens=400, seed=seed, max_tokens=longest,
        variations=variations or Variations(),
    )  # fmt: skip


def texts(epoch: list[list[Pair]]) -> Counter[tuple[str, str]]:
    pairs = [pair for batch in epoch for pair in batch]
    decode = tokenizer().decode_target  # one vocabulary for both sides
    sources, targets = decode([s for s, _ in pairs]), decode([t for _, t in pairs])
    return Counter(zip(sources, targets, strict=True))


def test_an_epoch_is_the_corpora_by_their_weights() -> None:
    news, bible = corpus("news", 200, weight=2), corpus("bible", 100, weight=0.5, final=0.1)
    drawn = batches(news, bible)
    for number, progress, part in ((0, 0.0, 50), (1, 0.5, 30), (9, 1.0, 10)):
        counts = texts(drawn.epoch(number, progress))
        assert sum(counts.values()) == 400 + part
        expected = Counter(dict.fromkeys(news.pairs, 2))
        rest = counts - expected
        assert sum(rest.values()) == part
        assert set(rest) <= set(bible.pairs)
        assert max(rest.values()) == 1
    first, second = (texts(batches(bible).epoch(number, 0.0)) for number in (1, 2))
    assert first != second  # a fresh part


@given(
    lengths=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), max_size=80),
    limit=st.integers(60, 500),
    seed=st.integers(0, 99),
)
def test_packing_keeps_every_pair_and_the_limit(
    lengths: list[tuple[int, int]], limit: int, seed: int
) -> None:
    pairs: list[Pair] = [([i] * source, [i] * target) for i, (source, target) in enumerate(lengths)]
    packed = pack(pairs, limit, random.Random(seed))
    assert sorted(pair for batch in packed for pair in batch) == sorted(pairs)
    assert all(packed)
    for batch in packed:
        assert len(batch) * max(len(side) for pair in batch for side in pair) <= limit


def test_batches_are_mostly_tokens_and_come_in_random_order() -> None:
    rng = random.Random(1)
    lengths = [rng.randint(5, 60) for _ in range(3000)]
    pairs: list[Pair] = [([1] * n, [1] * max(1, n + rng.randint(-9, 9))) for n in lengths]
    packed = pack(pairs, 1000, rng)
    padded = sum(2 * len(b) * max(len(side) for pair in b for side in pair) for b in packed)
    assert sum(len(side) for pair in pairs for side in pair) > 0.85 * padded
    widths = [max(len(side) for pair in batch for side in pair) for batch in packed]
    # Of batches in random order, one in two or three is wider than the next.
    assert sum(left > right for left, right in pairwise(widths)) > len(widths) / 3


def test_too_long_pairs_are_counted() -> None:
    data = corpus("a", 300)
    lengths = [
        max(len(s), len(t))
        for s, t in zip(
            tokenizer().encode_source([s for s, _ in data.pairs]),
            tokenizer().encode_target([t for _, t in data.pairs]),
            strict=True,
        )
    ]
    told = []
    drawn = Batches(
        [data], tokenizer(), batch_tokens=400, seed=1, max_tokens=15, variations=Variations(),
        tell_dropped=lambda *counts: told.append(counts),
    )  # fmt: skip
    epoch = drawn.epoch(0, 0.0)
    assert 0 < drawn.dropped == sum(length > 15 for length in lengths)
    assert sum(map(len, epoch)) == 300 - drawn.dropped
    drawn.epoch(1, 0.5)
    assert told == [(drawn.dropped, 15)]  # once
    with pytest.raises(UsageError, match="over 2 pieces: give a higher --max-tokens"):
        batches(data, longest=2).epoch(0, 0.0)


EPOCH = """
import sys
sys.path.insert(0, ".")
from tests.test_train_batches import digest
print(digest())
"""


def digest() -> str:
    """Return what three epochs are, with an epoch drawn before that is none of them."""
    drawn = batches(corpus("a", 200, weight=1.5), corpus("b", 90, weight=0.3), variations=ALL)
    drawn.epoch(7, 0.9)
    return hashlib.sha256(repr([drawn.epoch(n, n / 4) for n in range(3)]).encode()).hexdigest()


@pytest.mark.slow
def test_an_epoch_is_the_same_in_a_fresh_process_and_after_others() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", EPOCH], check=True, capture_output=True, text=True,
            cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }  # fmt: skip
    assert digests == {digest()}


@pytest.mark.parametrize("variations", [Variations(), ALL], ids=["plain", "varied"])
def test_seed_number_and_progress_are_all_that_counts(variations: Variations) -> None:
    data = corpus("a", 120, weight=1.5)
    used = batches(data, variations=variations)
    first = [used.epoch(number, 0.5) for number in range(3)]
    fresh = batches(data, variations=variations)
    assert fresh.epoch(2, 0.5) == first[2]
    assert first[0] != first[1]
    assert batches(data, variations=variations, seed=2).epoch(0, 0.5) != first[0]


def test_one_corpus_does_not_change_how_another_is_drawn() -> None:
    one, two = corpus("a", 100, weight=0.5), corpus("b", 50, weight=0.5)
    # The second has numbers up to 49 only, so pairs above are of the first.
    alone = texts(batches(one).epoch(3, 0.0))
    both = texts(batches(one, two).epoch(3, 0.0))
    assert alone <= both


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999), number=st.integers(0, 99), progress=st.floats(0, 1))
def test_any_epoch_keeps_to_the_limits(seed: int, number: int, progress: float) -> None:
    drawn = batches(corpus("a", 40, weight=1.2, final=0.2), variations=ALL, seed=seed, longest=40)
    for batch in drawn.epoch(number, progress):
        assert len(batch) * max(len(side) for pair in batch for side in pair) <= 400
        for source, target in batch:
            assert max(len(source), len(target)) <= 40
            assert source[-1] == target[-1] == tokenizer().eos
            assert tokenizer().pad not in source + target


def test_back_translation_is_tagged_or_else_scrambled() -> None:
    data = corpus("a", 100, back=True)
    tagged = Batches(
        [data], tokenizer(back=True), batch_tokens=400, seed=1, variations=Variations()
    ).epoch(0, 0.0)
    mark = tokenizer(back=True)._source.vocabulary[BACK]
    assert all(mark in source[:2] for batch in tagged for source, _ in batch)
    assert not any(mark in target for batch in tagged for _, target in batch)
    scrambled = texts(batches(data).epoch(0, 0.0))
    assert sum(scrambled.values()) == 100
    assert {target for _, target in scrambled} == {target for _, target in data.pairs}
    words = {target: Counter(source.split()) for source, target in data.pairs}
    assert all(Counter(source.split()) <= words[target] for source, target in scrambled)
    assert len(set(scrambled) - set(data.pairs)) > 50
