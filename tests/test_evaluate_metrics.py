"""Scores, signatures and intervals: equal to those of sacrebleu's own command."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import InputError, UsageError
from align.evaluate import System, TestSet, bootstrap, measure
from align.evaluate.metrics import LABELS, Scorer, parsed_metrics
from align.evaluate.sacrebleu_metric import sacrebleu_metric
from tests.sacrebleu_command import DIGITS, sacrebleu, sentence_scores

WORDS = ("the", "court", "ordered", "a", "report", "on", "Lahore's", "250", "schools", ",",
         "which", "it", "said", "had", '"failed"', ".")  # fmt: skip
KEYS = ("nrefs", "bs", "seed", "case", "eff", "tok", "smooth", "nc", "nw", "space", "norm",
        "punct", "asian", "version")  # fmt: skip


def texts(seed: int, count: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randrange(1, 12))) for _ in range(count)]


def lines(path: Path, every: Sequence[str]) -> Path:
    path.write_text("".join(f"{one}\n" for one in every), encoding="utf-8")
    return path


CASES = {
    "one reference": (texts(1, 31), [texts(2, 31)]),
    "three references": (texts(3, 17), [texts(4, 17), texts(5, 17), texts(6, 17)]),
    "empty lines": (
        ["", *texts(7, 8), "", " "],
        [["a report", *texts(8, 8), "", "x"], [*texts(9, 10), ""]],
    ),
    "one sentence": (texts(10, 1), [texts(11, 1)]),
    "identical": (texts(12, 9), [texts(12, 9)]),
    "nothing right": (["xyz", "qqq"], [["the court", "a report"]]),
    "spaces": (["  two  spaces ", "a\u00a0b", "a\u2028b"], [["two spaces", "a b", "a b"]]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_equal_to_the_command_of_sacrebleu(tmp_path: Path, case: str) -> None:
    hypotheses, references = CASES[case]
    hypothesis = lines(tmp_path / "hyp", hypotheses)
    files = [lines(tmp_path / f"ref{n}", texts) for n, texts in enumerate(references)]
    samples = 51
    options = ("-ci", "-cin", str(samples))
    theirs = sacrebleu(hypothesis, files, "-m", "bleu", "chrf", "ter", *options)
    theirs |= sacrebleu(hypothesis, files, "-m", "chrf", *options, word_order=2)
    assert set(theirs) == set(LABELS)
    for name, expected in theirs.items():
        figure = Scorer(name, hypotheses, references).figure(samples=samples)
        assert round(figure.score, DIGITS) == expected["score"], name
        if "confidence_mean" in expected:  # left out where all samples are 0
            assert figure.mean is not None
            assert figure.margin is not None
            assert round(figure.mean, DIGITS) == expected["confidence_mean"], name
            assert round(figure.margin, DIGITS) == expected["confidence_var"], name
        assert figure.signature == "|".join(f"{k}:{expected[k]}" for k in KEYS if k in expected)


@pytest.mark.parametrize(("name", "order"), [("bleu", 0), ("chrf", 0), ("chrf++", 2), ("ter", 0)])
def test_sentences_equal_to_the_command_of_sacrebleu(tmp_path: Path, name: str, order: int) -> None:
    hypotheses, references = CASES["empty lines"]
    hypothesis = lines(tmp_path / "hyp", hypotheses)
    files = [lines(tmp_path / f"ref{n}", texts) for n, texts in enumerate(references)]
    theirs = sentence_scores(hypothesis, files, name.rstrip("+"), word_order=order)
    scorer = Scorer(name, hypotheses, references)
    assert [round(scorer.sentence(n), DIGITS) for n in range(len(hypotheses))] == theirs


def test_intervals_are_the_middle_of_the_samples_of_sacrebleu() -> None:
    from sacrebleu.significance import _bootstrap_resample

    hypotheses, references = CASES["three references"]
    for name in LABELS:
        metric = sacrebleu_metric(name)
        rows = metric._extract_corpus_statistics(hypotheses, references)
        _, drawn = _bootstrap_resample(rows, metric, 400)
        ordered = np.sort([float(one.score) for one in drawn])
        figure = Scorer(name, hypotheses, references).figure(samples=400)
        assert (figure.low, figure.high) == (ordered[10], ordered[-11])


def test_samples_of_which_some_have_nothing_right() -> None:
    # sacrebleu 2.6 fails here: it cannot take the mean of 0.0 and single precision
    figure = Scorer("chrf", ["xyz", "a bit"], [["the court", "a bat"]]).figure(samples=200)
    assert figure.low == 0 < figure.score < (figure.high or 0)


@pytest.mark.parametrize("drawn", [1, 40, 1000])
def test_drawing_in_parts_changes_nothing(monkeypatch: pytest.MonkeyPatch, drawn: int) -> None:
    hypotheses, references = CASES["one reference"]
    scorer = Scorer("chrf", hypotheses, references)
    whole = scorer.figure(samples=101)
    monkeypatch.setattr(bootstrap, "_DRAWN", drawn)
    assert scorer.figure(samples=101) == whole


def test_no_samples_no_interval_and_none_in_the_signature() -> None:
    figure = Scorer("bleu", *CASES["one reference"]).figure(samples=0)
    assert (figure.low, figure.high, figure.mean, figure.margin) == (None,) * 4
    assert "bs:" not in figure.signature


def test_another_seed_is_in_the_signature() -> None:
    scorer = Scorer("bleu", *CASES["one reference"])
    first, second = (scorer.figure(samples=100, seed=seed) for seed in (1, 2))
    assert first.score == second.score
    assert first.mean != second.mean
    assert "bs:100|seed:2" in second.signature


@given(st.sets(st.integers(0, 30), min_size=1), st.sampled_from(sorted(LABELS)))
def test_a_part_scores_as_if_it_were_the_whole(numbers: set[int], name: str) -> None:
    hypotheses, references = CASES["one reference"]
    part = sorted(numbers)
    alone = sacrebleu_metric(name).corpus_score(
        [hypotheses[n] for n in part], [[texts[n] for n in part] for texts in references]
    )
    assert Scorer(name, hypotheses, references).score(part) == pytest.approx(alone.score, abs=1e-9)


@pytest.mark.parametrize("names", ["blue", "bleu,comet", "", ","])
def test_an_unknown_metric(names: str) -> None:
    with pytest.raises(UsageError, match="there are bleu, chrf, chrf"):
        parsed_metrics(names)


def test_the_whole_is_scored_with_its_parts() -> None:
    hypotheses, references = CASES["three references"]
    count = len(hypotheses)
    testset = TestSet(
        "t",
        (),
        tuple(map(tuple, references)),
        documents=tuple(f"d{n % 3}" for n in range(count)),
        created=tuple(f"2025-0{n % 2 + 1}-03" for n in range(count)),
    )
    found = measure(testset, System("s", tuple(hypotheses)), ("bleu", "ter"), samples=0)
    assert [one.bucket.name for one in found.documents] == ["d0", "d1", "d2"]
    for kind in ("length", "date"):
        parts = [one.bucket.segments for one in found.buckets if one.bucket.kind == kind]
        assert sorted(n for part in parts for n in part) == list(range(count))
    assert found.ranking == "bleu"
    ranked = [found.sentences["bleu"][n] for n in found.ranked()]
    assert ranked == sorted(ranked)
    by_ter = measure(testset, System("s", tuple(hypotheses)), ("ter",), samples=0)
    assert sorted(by_ter.sentences["ter"])[::-1] == [
        by_ter.sentences["ter"][n] for n in by_ter.ranked()
    ]


@pytest.mark.parametrize(
    ("testset", "hypotheses"),
    [
        (TestSet("t", (), (("a", "b"),)), ("a",)),
        (TestSet("t", (), ()), ("a",)),
        (TestSet("t", ("x",), (("a", "b"),)), ("a", "b")),
        (TestSet("t", (), ((),)), ()),
    ],
)
def test_what_cannot_be_scored(testset: TestSet, hypotheses: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match="nothing to score"):
        measure(testset, System("s", hypotheses))


def test_a_segment_without_end_is_refused_by_ter_alone() -> None:
    """It takes the square of the words, in time and in memory."""
    long = ("a", "b c " * 10_000)
    for reference, hypothesis, name in ((("a", "b"), long, "s"), (long, ("a", "b"), "t")):
        testset = TestSet("t", (), (reference,))
        with pytest.raises(InputError, match=f"^{name}:2: 20,000 words in one segment"):
            measure(testset, System("s", hypothesis))
        assert measure(testset, System("s", hypothesis), ("chrf",), samples=0).figures
