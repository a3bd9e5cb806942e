"""Fitting the check to one's own articles: what is learnt, what is written, what is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from align.articles.article import Article, Line
from align.check import SHIPPED, check_article
from align.check.calibration_file import calibration_json, read_calibration
from align.check.evidence import SIGNS, Features
from align.check.recalibration import FOLDS, LEAST_ARTICLES, Recalibration, recalibrate
from align.check.subject import Subject
from align.errors import InputError, UsageError
from align.translate.translation import Translation
from tests.command import records, run
from tests.fakes import RuleEngine

MODEL, TODAY = "ur-en@00000000", "2026-11-26"
URDU = "وزیر خزانہ نے اسمبلی میں نئے سال کا بجٹ پیش کیا"  # as long as the English below
_NOUNS = """wheat canal bridge hospital school tax election flood cricket budget railway mango onion
sugar teacher doctor farmer police court mayor stadium airport tunnel glacier library market
pension salary vaccine dengue polio turbine highway ferry orchard weaver potter shrine museum
festival ballot senate ambassador refugee harbour fishery textile cement fertilizer ration
census curfew strike tariff subsidy tender audit verdict petition landslide drought earthquake
monsoon heatwave locust leopard dolphin satellite laboratory university scholarship"""
NOUNS = _NOUNS.split()


def story(seed: int) -> tuple[str, tuple[str, ...]]:
    """A slug, and the English of a headline and two sentences that carry most of it."""
    rng = random.Random(seed)
    words = rng.sample(NOUNS, 6)
    slug = " ".join(words)
    told = rng.sample(words, 4)
    filler = rng.sample(NOUNS, 4)
    return slug, (
        f"The {told[0]} and the {told[1]} of the {filler[0]}",
        f"They said that the {told[2]} was near the {filler[1]}.",
        f"A {told[3]} has been with the {filler[2]} and the {filler[3]}.",
    )


def article(slug: str, label: str | None = None, number: int = 0) -> Article:
    return Article(
        path="a.jsonl", id=str(number), text=slug, slug=Line(slug, 0, len(slug)), label=label,
        paragraphs=(),
    )  # fmt: skip


def subject(
    slug: str, english: Sequence[str], label: str | None = None, number: int = 0
) -> Subject:
    headline, *sentences = (Translation(URDU, text, -0.5, MODEL) for text in english)
    return Subject.of(article(slug, label, number), headline, sentences)


def unlabelled(count: int) -> list[Subject]:
    return [subject(*story(seed), number=seed) for seed in range(count)]


def labelled(count: int, *, wrong: int) -> list[Subject]:
    """So many stories, the first `wrong` of them with the slug of one that is not there."""
    return [
        subject(
            story(seed + 1000 * (seed < wrong))[0], story(seed)[1],
            "mismatch" if seed < wrong else "match", seed,
        )
        for seed in range(count)
    ]  # fmt: skip


def fit(subjects: Sequence[Subject]) -> Recalibration:
    return recalibrate(subjects, model=MODEL, fitted=TODAY)


# --- what is learnt


@pytest.mark.parametrize("subjects", [unlabelled(60), labelled(60, wrong=25)])
def test_the_fit_tells_own_slugs_from_others(subjects: list[Subject]) -> None:
    found = fit(subjects)
    assert found.area > 0.95
    assert found.articles == 60
    slug, english = story(4711)
    own, other = (
        found.calibration.probability(subject(each, english).evidence().features)
        for each in (slug, story(4712)[0])
    )
    assert own > 0.5 > other
    for sign, coefficient in zip(SIGNS, found.calibration.coefficients, strict=True):
        assert sign * coefficient >= 0


def test_labels_by_chance_teach_nothing() -> None:
    rng = random.Random(1)
    areas = [
        fit(
            [replace(each, label=rng.choice(["match", "mismatch"])) for each in unlabelled(80)]
        ).area
        for _ in range(5)
    ]
    assert 0.35 < sum(areas) / len(areas) < 0.65


def test_labels_are_counted_and_unlabelled_articles_left_out() -> None:
    subjects = labelled(40, wrong=15)
    some = [*subjects, *unlabelled(7), subject("2512345", story(1)[1], "match")]
    found = fit(some)
    assert (found.labels, found.articles, found.left_out) == ("given", 40, 8)
    assert (found.right, found.wrong) == (25, 15)
    assert found.calibration == fit(subjects).calibration


def test_shuffled_slugs_are_never_the_own_one() -> None:
    found = fit(unlabelled(30))
    assert (found.labels, found.right) == ("shuffled", 30)
    assert 2 * 30 <= found.wrong <= 3 * 30
    # Every story twice: the slug of the twin is no other slug, so there is no error to be learnt.
    assert fit(unlabelled(30) + unlabelled(30)).area > 0.95


def test_shuffled_slugs_leave_what_is_known_of_bad_translations() -> None:
    fitted = fit(unlabelled(40)).calibration
    for name in ("numbers_lost", "doubtful"):
        column = Features._fields.index(name)
        assert fitted.coefficients[column] == SHIPPED.coefficients[column] < 0
    slug, english = story(4711)
    sound = subject(slug, english).evidence().features
    broken = sound._replace(doubtful=0.5)
    assert fitted.probability(sound) > 0.5 > fitted.probability(broken)


def test_few_of_the_other_kind_reach_a_threshold() -> None:
    found = fit(unlabelled(80))
    fitted = found.calibration
    assert 0.5 <= fitted.match <= 0.95
    assert 0.05 <= fitted.mismatch <= 0.5
    assert found.wrong_matched <= 0.02 or fitted.match == 0.95
    assert found.right_mismatched <= 0.02 or fitted.mismatch == 0.05
    assert found.right_matched > 0.5
    assert found.wrong_mismatched > 0.5


# --- the file


def test_a_fit_comes_back_as_it_was_written(tmp_path: Path) -> None:
    found = fit(unlabelled(40))
    path = tmp_path / "own.json"
    path.write_text(calibration_json(found), encoding="utf-8")
    assert read_calibration(str(path)) == found.calibration
    record = json.loads(path.read_text(encoding="utf-8"))
    assert record["model"] == MODEL
    assert record["counts"] == {"articles": 40, "left_out": 0, "right": 40, "wrong": found.wrong}
    assert record["cross_validation"]["auc"] == pytest.approx(found.area, abs=1e-4)
    assert record["cross_validation"]["folds"] == FOLDS


def test_the_check_scores_by_the_fit_that_it_is_given() -> None:
    slug, english = story(3)
    headline, *sentences = (Translation(URDU, text, -0.5, MODEL) for text in english)
    signatures = set()
    features = subject(slug, english).evidence().features
    flat = replace(SHIPPED, coefficients=(0.0,) * len(Features._fields), intercept=0.0)
    for fitted in (SHIPPED, flat, replace(flat, match=0.5), replace(flat, mismatch=0.5, match=0.6)):
        result = check_article(article(slug), headline, sentences, calibration=fitted)
        assert result.score == fitted.probability(features)
        assert result.verdict == fitted.verdict(result.score)
        signatures.add(result.signature)
    assert len(signatures) == 4
    assert check_article(article(slug), headline, sentences).signature in signatures
    assert flat.probability(features) == 0.5


def test_enormous_coefficients_are_no_overflow() -> None:
    great = replace(SHIPPED, coefficients=(1e300,) * len(Features._fields))
    for value, score in ((1.0, 1.0), (-1.0, 0.0)):
        assert great.probability(Features(*[value] * len(Features._fields))) == score


def _broken(**changes: Any) -> str:
    return json.dumps(json.loads(calibration_json(fit(unlabelled(20)))) | changes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not a calibration"),
        ("[1, 2]", "not a calibration"),
        ('{"format": "other"}', "not a calibration"),
        ("[" * 100_000, "not a calibration"),
        ('{"format": "align check calibration"}', "of other features"),
        (_broken(coefficients={"slug_chrf": 1.0}), "of other features than here; calibrate anew"),
        (_broken(intercept="high"), "damaged calibration: 'high' is no number"),
        (_broken(intercept=float("nan")), "damaged calibration: nan is no number"),
        (_broken(match=1.5), "damaged calibration: 1.5 is not between 0 and 1"),
        (_broken(match=None), "damaged calibration: None is no number"),
    ],
)
def test_what_is_no_calibration_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "own.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_calibration(str(path))
    assert str(error.value).startswith(f"{path}: {reason}")
    assert "\n" not in str(error.value)


def test_a_calibration_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="not a calibration"):
        read_calibration(str(tmp_path / "own.json"))
    with pytest.raises(InputError, match="no such file"):
        read_calibration(str(tmp_path / "none.json"))


# --- what cannot be learnt from


@pytest.mark.parametrize(
    ("subjects", "reason"),
    [
        (unlabelled(LEAST_ARTICLES - 1), "19 articles with a usable slug; at least 20 are needed"),
        ([], "0 articles"),
        (labelled(12, wrong=6), "12 labelled articles"),
        (labelled(30, wrong=0), "the labels are 30 match and 0 mismatch; at least 5 of either"),
        (labelled(30, wrong=30), "the labels are 0 match and 30 mismatch"),
        ([subject(*story(1))] * 30, "all slugs are the same"),
        ([subject("2512345", story(1)[1])] * 30, "no article has a usable slug: slug is numeric"),
        (
            [subject(*story(1), "politics", 7), *labelled(30, wrong=9)],
            r"a.jsonl \(7\): label 'politics' is neither 'match' nor 'mismatch'",
        ),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(subjects: list[Subject], reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as error:
        fit(subjects)
    assert "\n" not in str(error.value)


# --- the command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> Path:
    """A folder with 40 articles, 12 of them with a wrong slug, and their English."""
    rules = RuleEngine()
    monkeypatch.setattr("align.translate.engines.load_engine", lambda *_, **__: rules)
    monkeypatch.chdir(tmp_path)
    with Path("articles.jsonl").open("w", encoding="utf-8") as lines:
        for seed in range(40):
            told = {
                "id": str(seed),
                "slug": story(seed + 1000 * (seed < 12))[0],
                "headline": URDU,
                "paragraphs": [f"{URDU}۔ {URDU}۔"],
                "verdict": "mismatch" if seed < 12 else "match",
            }
            lines.write(f"{json.dumps(told)}\n")
    translated = records(run("translate", "articles.jsonl", "--json"))
    with Path("english.jsonl").open("w", encoding="utf-8") as lines:
        for seed, record in enumerate(translated):
            record["headline_translation"], *sentences = story(seed)[1]
            for place, text in enumerate(sentences):
                record["paragraphs"][0][place]["translation"] = text
            lines.write(f"{json.dumps(record)}\n")
    return tmp_path


CHECK = ("check", "articles.jsonl", "--translation", "english.jsonl")
LABELS = ("--fields", "label=verdict")


def test_calibrate_then_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(*CHECK, *LABELS, "--calibrate", "own.json")
    assert result.stdout == ""
    assert (
        "own.json: fitted to 40 articles: 28 right, 12 wrong (labelled mismatch)" in result.stderr
    )
    assert read_calibration("own.json").model == "rules@00000000"
    shipped = records(run(*CHECK, "--json", code=1))
    own = records(run(*CHECK, "--json", "--calibration", "own.json", code=1))
    assert [each["slug_recall"] for each in own] == [each["slug_recall"] for each in shipped]
    assert [each["score"] for each in own] != [each["score"] for each in shipped]
    assert "/own@" in own[0]["signature"]
    right = [each["score"] for each in own[12:]]
    wrong = [each["score"] for each in own[:12]]
    assert sorted(right)[2] > sorted(wrong)[-3]
    monkeypatch.setenv("ALIGN_CALIBRATION", "own.json")
    assert records(run(*CHECK, "--json", code=1)) == own


def test_calibrate_without_labels_shuffles(folder: Path) -> None:
    result = run(*CHECK, "--calibrate", "own.json")
    assert "40 right, " in result.stderr
    assert "(slugs of other articles)" in result.stderr
    assert json.loads(Path("own.json").read_text(encoding="utf-8"))["labels"] == "shuffled"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--calibrate", "own.json", "--json"), "--calibrate checks nothing: leave out"),
        (("--calibrate", "articles.jsonl"), "articles.jsonl: is also an input"),
        (("--calibrate", "own.json", "--fields", "label=id"), "label '0' is neither 'match' nor"),
        (("--calibration", "none.json"), "none.json: no such file"),
        (("--calibration", "english.jsonl"), "english.jsonl: not a calibration"),
    ],
)
def test_bad_usage_is_one_line_and_writes_nothing(
    folder: Path, arguments: tuple[str, ...], reason: str
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    result = run(*CHECK, *arguments, code=2)
    assert reason in result.stderr
    assert result.stderr.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
