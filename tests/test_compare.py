"""Significance, equal to sacrebleu's; what two systems' n-grams, buckets and segments tell."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sacrebleu.metrics import lib_ter
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from align.errors import UsageError
from align.evaluate import System, TestSet, bootstrap, compare, measure_all, significance
from align.evaluate.bootstrap import resampled
from align.evaluate.edit_rate import EditRate, _Distance
from align.evaluate.metrics import LABELS, Scorer
from align.evaluate.ngrams import find_ngrams
from align.evaluate.sacrebleu_metric import sacrebleu_metric
from align.evaluate.sample_scores import sample_scores
from align.evaluate.significance import Contrast, fewest
from tests.sacrebleu_command import DIGITS, NAMES, paired_test

WORDS = ("the", "court", "ordered", "a", "report", "on", "Lahore's", "250", "schools", ",",
         "which", "it", "said", "had", '"failed"', ".")  # fmt: skip
METRICS = tuple(LABELS)


def texts(seed: int, count: int, longest: int = 12) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randrange(1, longest))) for _ in range(count)]


def damaged(lines: Sequence[str], share: float, seed: int = 0) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(w if rng.random() > share else "x" for w in one.split()) for one in lines]


def measured(
    systems: Sequence[Sequence[str]],
    references: Sequence[Sequence[str]],
    *,
    samples: int = 200,
    **facts: tuple[str, ...],
) -> Any:
    testset = TestSet("t", (), tuple(map(tuple, references)), **facts)
    named = [System(f"s{number}", tuple(lines)) for number, lines in enumerate(systems)]
    return measure_all(testset, named, METRICS, samples=samples)


REFERENCE = texts(1, 40)
CASES = {
    "better": ([damaged(REFERENCE, 0.5), damaged(REFERENCE, 0.2)], [REFERENCE]),
    "three systems": ([damaged(REFERENCE, 0.3, n) for n in range(3)], [REFERENCE]),
    "three references": ([texts(3, 9), texts(4, 9)], [texts(5, 9), texts(6, 9), texts(7, 9)]),
    "identical": ([texts(8, 12), texts(8, 12)], [texts(9, 12)]),
    "one segment": ([["the court"], ["a court said"]], [["the court said"]]),
    "two segments": ([["the court", "a"], ["a court said", "b"]], [["the court said", "a b"]]),
    "empty lines": ([["", "a report", "", "x y"], ["a", "", "", "a report ,"]],
                    [["a report", "", "", "a report on it"]]),
    "nothing right": ([["xyz", "qqq", "a"], ["qqq", "xyz", "b"]], [["the court"] * 3]),
}  # fmt: skip


def paired(
    systems: Sequence[Sequence[str]], references: Sequence[Sequence[str]], **how: Any
) -> Any:
    """What sacrebleu's own class gives: by our names of metrics, a result a system."""
    metrics = {name: sacrebleu_metric(name) for name in METRICS} | {"ter": TER()}
    named: Any = [(f"s{number}", list(lines)) for number, lines in enumerate(systems)]
    _, scores = PairedTest(named, metrics, [list(one) for one in references], **how)()
    return {NAMES[name]: found for name, found in scores.items() if name != "System"}


@pytest.mark.parametrize("case", CASES)
def test_p_values_are_those_of_sacrebleu(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    systems, references = CASES[case]
    found = compare(measured(systems, references), trials=300)
    bs = paired(systems, references, test_type="bs", n_samples=200)
    ar = paired(systems, references, test_type="ar", n_samples=300)
    for number, contrasts in enumerate(found.whole.contrasts, 1):
        for name, contrast in contrasts.items():
            assert contrast.bootstrap == bs[name][number].p_value, name
            assert contrast.randomisation == ar[name][number].p_value, name
            assert found.whole.scores[number][name] == bs[name][number].score


@given(
    st.lists(
        st.tuples(*[st.lists(st.sampled_from(WORDS[:6]), max_size=5).map(" ".join)] * 3),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(METRICS),
)
@settings(max_examples=40, deadline=None)
def test_p_values_of_few_segments(segments: list[tuple[str, str, str]], name: str) -> None:
    # where ties abound, so that the last bit of a score decides
    ours, theirs, reference = (list(column) for column in zip(*segments, strict=True))
    found = compare(measured([ours, theirs], [reference], samples=60), trials=70)
    contrast = found.whole.contrasts[0][name]
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SACREBLEU_SEED", raising=False)
        for how, p in (("bs", contrast.bootstrap), ("ar", contrast.randomisation)):
            count = 60 if how == "bs" else 70
            theirs_p = paired([ours, theirs], [reference], test_type=how, n_samples=count)
            assert p == theirs_p[name][1].p_value, how


@pytest.mark.parametrize("option", ["bs", "ar"])
def test_p_values_are_those_of_the_command(tmp_path: Path, option: str) -> None:
    systems, references = CASES["better"]
    paths = []
    for name, lines in (("ref", references[0]), ("a", systems[0]), ("b", systems[1])):
        paths.append(tmp_path / name)
        paths[-1].write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    theirs = paired_test(paths[1:], paths[0], option, 99, seed=7)
    testset = TestSet("t", (), (tuple(references[0]),))
    named = [System(name, tuple(lines)) for name, lines in zip("ab", systems, strict=True)]
    found = compare(measure_all(testset, named, samples=99, seed=7), trials=99)
    assert set(theirs) == {"bleu", "chrf", "ter"}
    for name, (_, (score, p)) in theirs.items():
        contrast = found.whole.contrasts[0][name]
        assert (contrast.bootstrap if option == "bs" else contrast.randomisation) == p
        assert round(found.whole.scores[1][name], DIGITS) == score


@given(
    st.lists(st.sampled_from("abcdefgh"), max_size=40),
    st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=40), min_size=1, max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_edit_rate_is_that_of_sacrebleu(words: list[str], references: list[list[str]]) -> None:
    texts = [" ".join(words)], [[" ".join(one)] for one in references]
    ours, theirs = (metric._extract_corpus_statistics(*texts) for metric in (EditRate(), TER()))
    assert ours == theirs


@pytest.mark.parametrize(("there", "lengths"), [(60, 30), (30, 70), (2, 60)])
def test_edit_rate_of_long_texts(there: int, lengths: int) -> None:
    rng = random.Random(there)
    words, reference = ([str(rng.randrange(90)) for _ in range(k)] for k in (there, lengths))
    texts = [" ".join(words)], [[" ".join(reference)]]
    ours, theirs = (metric._extract_corpus_statistics(*texts) for metric in (EditRate(), TER()))
    assert ours == theirs


def test_the_limit_of_sacrebleu_beside_the_diagonal() -> None:
    # most of the text is 27 words from its place, and the limit is 25
    reference = [str(number) for number in range(100)]
    words = reference[27:] + reference[:27]
    distance = _Distance(reference)
    free = distance.rows(words)[-1]
    cost = len(words) + free[0].bit_count() - free[1].bit_count()
    limited, trace = lib_ter.BeamEditDistance(reference)(words)
    assert limited > cost
    assert distance(words)[0] == limited
    assert tuple(distance(words)) == (limited, trace)
    assert tuple(distance(reference)) == tuple(lib_ter.BeamEditDistance(reference)(reference))


@pytest.mark.parametrize("name", METRICS)
def test_scores_of_samples_are_those_of_sacrebleu(name: str) -> None:
    lines = [*texts(20, 30), "", "x"]
    scorer = Scorer(name, lines, [[*texts(21, 30), "", ""], [*texts(22, 30), "a", ""]])
    table, metric = scorer.table(), sacrebleu_metric(name)
    rng = np.random.default_rng(1)
    sums = np.array([table[rng.choice(32, size=k)].sum(0) for k in (1, 1, 1, 2, 2, 3, 5, 9, 32)])
    sums[0] = table[-1]
    for precision in (np.float32, np.float64):
        given_sums = sums.astype(precision)
        found = sample_scores(name, given_sums)
        expected = [metric._compute_score_from_stats(row).score for row in given_sums]
        assert found.tolist() == np.array(expected).tolist()
        assert found.dtype == np.array(expected).dtype


def test_sums_do_not_depend_on_parts_and_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Scorer("ter", texts(3, 9), [texts(n, 9) for n in (5, 6, 7)]).table()
    assert (table != np.floor(table)).any()
    tables = [table, np.floor(table), np.floor(table) + 2.0**21]
    whole = resampled(tables, samples=50)
    draws = np.random.default_rng(12345).choice(9, size=(50, 9), replace=True)
    for sums, one in zip(whole, tables, strict=True):
        slow = [one.astype(np.float32)[draw].sum(0) for draw in draws]
        assert (sums == np.array(slow)).all()
    monkeypatch.setattr(bootstrap, "_DRAWN", 20)
    for sums, before in zip(resampled(tables, samples=50), whole, strict=True):
        assert (sums == before).all()


def test_exchanges_in_parts_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    systems, references = CASES["better"]
    before = compare(measured(systems, references, samples=0), trials=100)
    monkeypatch.setattr(significance, "_DRAWN", 1)
    assert compare(measured(systems, references, samples=0), trials=100).whole == before.whole


def test_a_bucket_is_tested_as_if_it_were_all() -> None:
    systems, references = CASES["better"]
    documents = tuple(f"d{number % 2}" for number in range(len(REFERENCE)))
    found = compare(measured(systems, references, documents=documents), trials=0)
    assert [one.bucket.name for one in found.documents] == ["d0", "d1"]
    for standing in found.documents:
        part = [[lines[n] for n in standing.bucket.segments] for lines in (*systems, *references)]
        alone = compare(measured(part[:2], part[2:]), trials=0).whole
        assert alone.contrasts == standing.contrasts
        assert alone.scores == standing.scores
        assert standing.winners == dict.fromkeys(METRICS, 1)


def test_the_winner_is_better_than_each_other_system() -> None:
    systems = [damaged(REFERENCE, 0.4), damaged(REFERENCE, 0.1), damaged(REFERENCE, 0.1, 5)]
    whole = compare(measured(systems, [REFERENCE]), trials=0).whole
    assert [one["chrf"].outcome() for one in whole.contrasts] == ["better", "better"]
    assert whole.winners["chrf"] is None  # the second and the third are a tie
    systems[2] = damaged(REFERENCE, 0.8)
    whole = compare(measured(systems, [REFERENCE]), trials=0).whole
    assert set(whole.winners.values()) == {1}


def test_identical_systems_are_ties() -> None:
    systems, references = CASES["identical"]
    found = compare(measured(systems, references), trials=50)
    assert all(
        one.outcome() == "tie" and one.value == 0 for one in found.whole.contrasts[0].values()
    )
    assert found.rivals[0].wins(found.scored()) == (0, len(systems[0]), 0)
    assert found.furthest(0) == []
    assert found.worse() == []
    assert set(found.whole.winners.values()) == {None}


def test_few_segments_are_a_tie_whatever_the_tests_say() -> None:
    reference = texts(5, 6, longest=20)
    for count, outcome in ((5, "tie"), (6, "worse")):
        lines = [reference[:count], ["x"] * count]
        found = compare(measured(lines, [reference[:count]]), trials=100)
        contrast = found.whole.contrasts[0]["chrf"]
        assert contrast.bootstrap is not None
        assert contrast.bootstrap < 0.05
        assert contrast.outcome() == outcome
    assert [fewest(alpha) for alpha in (0.5, 0.05, 0.001)] == [3, 6, 11]


def test_lower_ter_is_better() -> None:
    contrast = Contrast("ter", -3.0, 50, bootstrap=0.01)
    assert contrast.outcome() == "better"
    assert Contrast("bleu", -3.0, 50, bootstrap=0.01).outcome() == "worse"
    assert contrast.outcome(0.001) == "tie"
    found = compare(measured(CASES["better"][0], [REFERENCE]), by=("ter",), trials=0)
    better, _, worse = found.rivals[0].wins(found.scored())
    assert better > worse


def test_ngrams_count_as_by_hand() -> None:
    references = [["the cat and the dog", "the cat sat"], ["a cat", "the cat sat"]]
    baseline = ["the the the the", "a dog"]
    system = ["the cat", "the cat sat"]
    losses, gains = find_ngrams(references, baseline, system)
    # "the" is right twice in both; of "cat" and "sat" only the former makes two
    assert losses == []
    assert [(one.text, one.expected, one.matched) for one in gains] == [("cat", 2, (0, 2))]
    odds = math.log(2.5 / 0.5) - math.log(0.5 / 2.5)
    assert gains[0].weight == pytest.approx(odds / math.sqrt(2 / 2.5 + 2 / 0.5))
    # and of phrases the longest one that tells the same
    phrases = find_ngrams(references, baseline, system, orders=(1, 2, 3))[1]
    assert [one.text for one in phrases] == ["the cat"]
    assert find_ngrams(references, system, baseline)[0][0].matched == (2, 0)


def test_what_cannot_be_compared() -> None:
    one = measured(CASES["better"][0], [REFERENCE], samples=0)
    with pytest.raises(UsageError, match="two systems or more"):
        compare(one[:1])
    with pytest.raises(UsageError, match="comet is not measured"):
        compare(one, by=("comet",))
