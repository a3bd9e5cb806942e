"""Vocabularies of training: agreement with transformers, sampling, training from corpora."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.errors import ModelError, UsageError
from align.samples import sample_paths
from align.text.normalize import normalize
from align.train.corpora import Corpus, CorpusSpec
from align.train.segmentation import SPELLED, Segmentation
from align.train.tokenizer import BACK, Tokenizer, open_tokenizer
from align.train.vocabulary import LETTERS, MARKS, train_tokenizer
from tests.marian import ENGLISH, URDU, build_marian, sentences

SHIPPED = Path(__file__).parents[1] / "models" / "ur-en"
quiet = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")


def marian(folder: Path) -> Any:
    from transformers import MarianTokenizer

    return MarianTokenizer.from_pretrained(folder)


@cache
def shipped() -> Tokenizer:
    return open_tokenizer(SHIPPED)


def texts() -> list[str]:
    """Lines of the samples and of the golden file, as they are, with some hard ones."""
    lines = [
        "", " ", "☃ پاکستان ☃", "naïve café 北京", "10.5% (F-16)", "ایک  دو", "\ue123", "𝒳 لاہور",
        "خبر\u200cیں", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "ﷺ ڭ ۺ",
    ]  # fmt: skip
    for path in sample_paths():
        lines += Path(path).read_text(encoding="utf-8").splitlines()
    golden = Path(__file__).parent / "data" / "sentences.tsv"
    lines += golden.read_text(encoding="utf-8").splitlines()
    return lines + [normalize(line) for line in lines]


def corpus(count: int = 300, *, back: bool = False) -> Corpus:
    pairs = zip(
        (f"{line}۔" for line in sentences(URDU, count, 1)), sentences(ENGLISH, count, 2),
        strict=True,
    )  # fmt: skip
    return Corpus(CorpusSpec("a.tsv", back=back), "a", tuple(pairs), count, {}, "")


@pytest.fixture(scope="module")
def joint() -> Tokenizer:
    return train_tokenizer([corpus()], size=370)


@quiet
def test_the_shipped_vocabulary_is_read_as_transformers_reads_it(tmp_path: Path) -> None:
    ours, theirs = open_tokenizer(SHIPPED), marian(SHIPPED)
    assert (ours.size, ours.pad, ours.eos) == (
        len(theirs.get_vocab()), theirs.pad_token_id, theirs.eos_token_id,
    )  # fmt: skip
    lines = texts()
    assert ours.encode_source(lines) == [theirs(line).input_ids for line in lines]
    targets = [theirs(text_target=line).input_ids for line in lines]
    assert ours.encode_target(lines) == targets
    decoded = [theirs.decode(row, skip_special_tokens=True) for row in targets]
    assert ours.decode_target(targets) == decoded
    ours.save(tmp_path)
    again = marian(tmp_path)
    assert [again(line).input_ids for line in lines] == ours.encode_source(lines)


@quiet
@pytest.mark.parametrize("languages", [(), (">>eng<<", ">>urd<<")])
def test_one_of_the_layout_of_opus_mt_is_read_as_transformers_reads_it(
    languages: tuple[str, ...], tmp_path: Path
) -> None:
    # No bytes; what one side's model does not know may stand in the vocabulary for the other's.
    build_marian(tmp_path, languages=languages)
    ours, theirs = open_tokenizer(tmp_path), marian(tmp_path)
    lines = [*texts(), "g۔ Karachi کراچی", ".", "؟"]
    assert ours.encode_source(lines) == [theirs(line).input_ids for line in lines]
    targets = [theirs(text_target=line).input_ids for line in lines]
    assert ours.encode_target(lines) == targets


@quiet
def test_vocabularies_of_their_own_are_read_as_transformers_reads_them(tmp_path: Path) -> None:
    ours = train_tokenizer([corpus()], size=310, separate=True)
    ours.save(tmp_path)
    theirs, again = marian(tmp_path), open_tokenizer(tmp_path)
    assert ours.separate
    assert again.separate
    assert ours.size == ours.target_size == 310
    lines = texts()[:200] + sentences(URDU, 50, 5) + sentences(ENGLISH, 50, 5)
    for tokenizer in (ours, again):
        assert tokenizer.encode_source(lines) == [theirs(line).input_ids for line in lines]
        targets = [theirs(text_target=line).input_ids for line in lines]
        assert tokenizer.encode_target(lines) == targets
    assert ours.decode_target(targets) == [
        theirs.decode(row, skip_special_tokens=True) for row in targets
    ]
    assert theirs.pad_token_id == ours.pad == 309


def test_marian_has_its_places_for_control_tokens(joint: Tokenizer, tmp_path: Path) -> None:
    joint.save(tmp_path)
    vocabulary = json.loads((tmp_path / "vocab.json").read_text(encoding="utf-8"))
    assert sorted(vocabulary.values()) == list(range(370))
    assert [vocabulary[piece] for piece in ("</s>", "<unk>", "<pad>")] == [0, 1, 369]
    assert (joint.eos, joint.pad, joint.size, joint.separate) == (0, 369, 370, False)
    assert (tmp_path / "source.spm").read_bytes() == (tmp_path / "target.spm").read_bytes()


@given(text=st.text(max_size=40))
@settings(deadline=None, max_examples=50)
def test_no_text_is_unknown_or_lost(text: str) -> None:
    text = normalize(text).replace(SPELLED, "")
    tokenizer = shipped()
    rows = tokenizer.encode_target([text])
    assert 1 not in rows[0]
    # sentencepiece has a normalisation of its own, NFKC, which changes nothing twice.
    decoded = tokenizer.decode_target(rows)
    assert tokenizer.decode_target(tokenizer.encode_target(decoded)) == decoded


def test_letters_that_occur_are_pieces_however_rare() -> None:
    rare = tuple((letter * 2, "x") for letter in LETTERS)
    data = corpus()
    data = Corpus(data.spec, "a", data.pairs * 40 + rare, 0, {}, "")
    tokenizer = train_tokenizer([data], size=390)
    vocabulary = tokenizer._source.vocabulary
    assert set(LETTERS) <= set(vocabulary)
    assert set(MARKS) & set(vocabulary) == {"۔"}  # the others do not occur
    assert tokenizer.encode_source(["گیا۔"])[0][-2] == vocabulary["۔"]


def test_numbers_are_digits(joint: Tokenizer) -> None:
    pieces = joint._source.processor.encode("2024 3.5", out_type=str)
    assert pieces == ["▁", "2", "0", "2", "4", "▁", "3", ".", "5"]


def test_the_tag_is_one_piece_where_back_translation_is_trained_on(joint: Tokenizer) -> None:
    tagged = train_tokenizer([corpus(), corpus(back=True)], size=370)
    assert (joint.tag, tagged.tag) == (None, BACK)
    row = tagged.encode_source([f"{BACK} پاکستان"])[0]
    assert tagged._source.vocabulary[BACK] in row
    assert len(row) <= len(tagged.encode_source(["پاکستان"])[0]) + 2


TRAIN = """
import hashlib, sys
sys.path.insert(0, ".")
from tests.test_train_tokenizer import corpus, train_tokenizer
tokenizer = train_tokenizer([corpus()], size=370)
drawn = tokenizer.encode_source([s for s, _ in corpus().pairs], alpha=0.3, seed=7)
print(hashlib.sha256(tokenizer._source.model + repr(drawn).encode()).hexdigest())
"""


@pytest.mark.slow
def test_training_and_sampling_are_the_same_in_every_process() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", TRAIN], check=True, capture_output=True, text=True,
            cwd=Path(__file__).parents[1], env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(digests) == 1


@pytest.mark.parametrize("separate", [False, True])
def test_too_large_a_vocabulary_names_the_largest_possible(separate: bool) -> None:  # noqa: FBT001
    with pytest.raises(UsageError, match=r"at most \d+ are possible$") as caught:
        train_tokenizer([corpus()], size=9000, separate=separate)
    largest = int(str(caught.value).split()[-3])
    assert train_tokenizer([corpus()], size=largest, separate=separate).size == largest
    with pytest.raises(UsageError):
        train_tokenizer([corpus()], size=largest + 1, separate=separate)


def test_too_small_a_vocabulary_names_the_smallest_possible() -> None:
    with pytest.raises(UsageError, match=r"at least \d+$") as caught:
        train_tokenizer([corpus()], size=270)
    smallest = int(str(caught.value).split()[-1])
    assert train_tokenizer([corpus()], size=smallest).size == smallest


def test_alpha_draws_each_segmentation_by_its_probability() -> None:
    processor = shipped()._source.processor
    alpha, word, count = 0.4, "پاکستانی", 20_000
    drawn = Segmentation(processor).draw([word] * count, alpha=alpha, seed=3)
    every = processor.nbest_encode(word, nbest_size=32, out_type=int)
    chances = [math.exp(alpha * sum(processor.get_score(i) for i in row)) for row in every]
    counts = Counter(map(tuple, drawn))
    assert set(counts) <= {tuple(row) for row in every}
    for row, chance in zip(every, chances, strict=True):
        expected = count * chance / sum(chances)
        assert abs(counts[tuple(row)] - expected) < 5 * math.sqrt(expected) + 1


def test_high_alpha_is_no_sampling_and_low_alpha_much() -> None:
    tokenizer = shipped()
    lines = [normalize(line) for line in texts() if line.split()]
    best = tokenizer.encode_source(lines)
    # Ties apart, of which the best is not defined.
    certain = tokenizer.encode_source(lines, alpha=60.0, seed=1)
    assert sum(map(len, certain)) == pytest.approx(sum(map(len, best)), rel=0.01)
    drawn = tokenizer.encode_source(lines, alpha=0.2, seed=1)
    assert sum(map(len, drawn)) > 1.2 * sum(map(len, best))
    assert tokenizer.encode_source(lines, alpha=0.2, seed=1) == drawn
    assert tokenizer.encode_source(lines, alpha=0.2, seed=2) != drawn


@given(
    texts=st.lists(st.text(alphabet="ابپتکگ abc۔،1☃", max_size=20), max_size=5),
    alpha=st.floats(0.05, 2),
    seed=st.integers(0, 2**63),
)
@settings(deadline=None, max_examples=50)
def test_what_is_drawn_reads_the_same(texts: list[str], alpha: float, seed: int) -> None:
    tokenizer = shipped()
    drawn = tokenizer.encode_target(texts, alpha=alpha, seed=seed)
    assert len(drawn) == len(texts)
    assert all(row[-1] == tokenizer.eos for row in drawn)
    assert tokenizer.decode_target(drawn) == tokenizer.decode_target(tokenizer.encode_target(texts))


def test_drawing_does_not_depend_on_what_was_drawn_before(joint: Tokenizer) -> None:
    lines = sentences(URDU, 40, 3)
    alone = joint.encode_source(lines, alpha=0.3, seed=5)
    fresh = Segmentation(joint._source.processor)
    fresh.draw(sentences(ENGLISH, 40, 9), alpha=0.1, seed=1)
    rows = joint._source.rows
    assert [[*(rows[i] for i in row), 0] for row in fresh.draw(lines, alpha=0.3, seed=5)] == alone


def test_spelled_words_are_characters() -> None:
    tokenizer = shipped()
    (row,) = tokenizer.encode_source([f"صدر {SPELLED}شہباز، {SPELLED}☃"])
    pieces = [
        piece for piece, at in sorted(tokenizer._source.vocabulary.items(), key=lambda p: p[1])
    ]
    spelled = [*"▁شہباز،", "▁", "<0xE2>", "<0x98>", "<0x83>", "</s>"]
    assert [pieces[i] for i in row][-len(spelled) :] == spelled
    assert tokenizer.decode_target([row]) == ["صدر شہباز، ☃"]
    sampled = tokenizer.encode_source([f"{SPELLED}شہباز"], alpha=0.1, seed=1)
    assert [pieces[i] for i in sampled[0]] == [*"▁شہباز", "</s>"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("vocab.json", None, "no such file"),
        ("vocab.json", b"{", "JSON"),
        ("vocab.json", b"[]", "no JSON object"),
        ("vocab.json", b'{"</s>": 0, "<unk>": 1}', "<pad> missing"),
        ("vocab.json", b'{"</s>": "0", "<unk>": 1, "<pad>": 2}', "whole numbers"),
        ("source.spm", None, "cannot be read"),
        ("target.spm", b"no model", "damaged"),
    ],
)
def test_a_damaged_folder_is_one_line(
    name: str, content: bytes | None, says: str, joint: Tokenizer, tmp_path: Path
) -> None:
    joint.save(tmp_path)
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=says) as caught:
        open_tokenizer(tmp_path)
    assert "\n" not in str(caught.value)


def test_nothing_is_encoded_to_nothing(joint: Tokenizer) -> None:
    assert joint.encode_source([]) == []
    assert joint.encode_target([], alpha=0.2) == []
    assert joint.decode_target([]) == []
    assert joint.encode_source([""], alpha=0.2) == joint.encode_source([""]) == [[0]]
