"""The doubt of a translation: what it means, what moves it, and the arithmetic of its fit."""

from __future__ import annotations

import json
import lzma
import math
import random
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles import Article, Line
from align.check.checker import check_article
from align.pipeline import TranslatedArticle, TranslatedSentence
from align.report.doubtful import SHADED, doubtful
from align.report.html import html_page
from align.report.jsonl import check_record, translation_record
from align.report.terminal import check_view
from align.text.sentences import Sentence
from align.translate.doubt import Doubt, chance, doubt_of, mean_doubt, most_doubtful
from align.translate.doubt_calibration import COEFFICIENTS, MEANS, SPREAD, WORST
from align.translate.doubt_features import Features, added_numbers, measure
from align.translate.doubt_fit import Array, ridge, signed_ridge
from align.translate.doubts import EMPTY, NUMBERS, REPETITION, UNTRANSLATED, doubts
from align.translate.memory import Remembered
from align.translate.translation import CORRECTED, Translation
from tests.marian import build_marian
from tests.training import word_for_word

FIT: Final = Path(__file__).parent.parent / "scripts" / "fit_doubt.py"

SOURCE = "وزیر خزانہ نے لاہور میں بتایا کہ 25 سکولوں کے لیے نئے اساتذہ بھرتی کیے جائیں گے۔"
ENGLISH = "The finance minister said in Lahore that new teachers would be hired for 25 schools."


def translation(text: str = ENGLISH, score: float = -0.4, source: str = SOURCE) -> Translation:
    return Translation(source, text, score, "m@0", doubts(source, text))


def doubt(text: str = ENGLISH, score: float = -0.4) -> Doubt:
    found = doubt_of(translation(text, score))
    assert found is not None
    return found


def test_the_features_of_a_translation_as_counted_by_hand() -> None:
    found = measure(translation("In Lahore, Kamran said: 25 new schools and 30 new schools."))
    assert found.log_probability == -0.4
    assert found.words == pytest.approx(math.log(17))  # words of the source; 25 is none
    assert found.word_length == pytest.approx(statistics.mean([2, 6, 6, 4, 3, 7, 3, 3, 7]))
    assert found.repetition == pytest.approx(1 / 5)  # Lahore Kamran said schools schools
    assert (found.numbers_lost, found.numbers_added) == (0, 1)
    assert found.names_heard == pytest.approx(1 / 9)
    assert found.names_added == pytest.approx(1 / 9)
    assert found.marks == 0


def test_numbers_lost_and_added_are_counted_apart() -> None:
    swapped = measure(translation(ENGLISH.replace("25", "52")))
    assert (swapped.numbers_lost, swapped.numbers_added) == (1, 1)
    assert "numbers added: 52" in doubt(ENGLISH.replace("25", "52")).reasons
    assert NUMBERS in doubt(ENGLISH.replace("25", "52")).reasons


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("25 لاکھ افراد", "2.5 million people"),
        ("ڈھائی ارب ڈالر", "$2.5bn"),
        ("ساڑھے دس بجے", "at 10:30"),
        ("۲۵ مارچ ۲۰۲۳ء", "25 March 2023"),
        ("نصف کلومیٹر", "half a kilometre"),
        ("دو سو روپے", "two hundred rupees"),
    ],
)
def test_numbers_that_are_the_same_are_not_added(source: str, text: str) -> None:
    assert added_numbers(source, text) == []


@pytest.mark.parametrize(
    ("worse", "reason"),
    [
        ("The finance minister said.", "shorter than its source"),
        (f"{ENGLISH[:-1]} schools schools schools schools schools schools.", REPETITION),
    ],
)
def test_each_fault_raises_the_doubt_and_is_named(worse: str, reason: str) -> None:
    assert doubt(worse).score > doubt().score
    assert reason in doubt(worse).reasons


@given(st.floats(-3, -0.01), st.floats(-3, -0.01))
def test_the_less_probable_is_the_more_doubtful(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert doubt(score=low).score >= doubt(score=high).score
    if low < MEANS["log_probability"] - 0.2:
        assert "the model was unsure of its words" in doubt(score=low).reasons


@given(st.text(max_size=80), st.text(max_size=80), st.floats(-20, -1e-4))
def test_any_translation_has_a_doubt_from_0_to_1(source: str, text: str, score: float) -> None:
    found = doubt_of(translation(text, score, source))
    assert found is not None
    assert 0 <= found.score <= 1
    assert 0 <= found.chrf <= 100
    assert len(set(found.reasons)) == len(found.reasons)
    assert set(found.reasons) >= set(doubts(source, text))


def test_what_was_not_decoded_has_no_doubt_and_what_is_empty_has_one() -> None:
    assert doubt_of(Translation("25", "25", 0.0, "m")) is None
    assert doubt_of(Translation("नमस्ते", "नमस्ते", 0.0, "m", (UNTRANSLATED,))) is None
    assert doubt_of(Translation(SOURCE, "By hand.", 0.0, "m", (CORRECTED,))) is None
    assert doubt_of(Translation(SOURCE, "", -1.0, "m", (EMPTY,))) == Doubt(1.0, 0.0, (EMPTY,))


def test_a_remembered_translation_has_the_doubt_that_it_had() -> None:
    made = translation()
    kept = Remembered(made.text, made.score, made.notes)
    again = Translation(made.source, kept.text, kept.score, "m@0", kept.notes, "memory")
    assert doubt_of(again) == doubt_of(made)


def test_spelling_of_the_source_that_the_model_does_not_see_changes_nothing() -> None:
    typed = SOURCE.replace("ی", "ي").replace("ک", "ك").replace("25", "۲۵")
    assert doubt_of(translation(source=typed)) == doubt_of(translation())


def test_mean_and_most_leave_out_what_has_no_doubt() -> None:
    some = [translation(score=s) for s in (-0.2, -1.5, -0.8)] + [Translation("25", "25", 0.0, "m")]
    scores = [found.score for each in some if (found := doubt_of(each))]
    assert mean_doubt(some) == pytest.approx(statistics.mean(scores))
    assert [each.score for each, _ in most_doubtful(some, 2)] == [-1.5, -0.8]
    assert most_doubtful(some, 9, least=1.1) == []
    assert mean_doubt(some[-1:]) is None


def test_the_chance_is_that_of_a_normal_error() -> None:
    rng = np.random.default_rng(1)
    for expected in (WORST - 12, WORST - 3, WORST + 8):
        drawn = expected + SPREAD * rng.standard_normal(40_000)
        assert chance(expected) == pytest.approx(float((drawn < WORST).mean()), abs=0.01)


def test_the_shipped_fit_has_a_figure_for_each_feature_and_the_right_signs() -> None:
    assert tuple(COEFFICIENTS) == Features._fields
    assert tuple(MEANS) == ("chrf", *Features._fields)
    assert COEFFICIENTS["log_probability"] > 0
    faults = ("shorter", "longer", "repetition", "numbers_lost", "numbers_added", "marks")
    assert all(COEFFICIENTS[name] <= 0 for name in faults)


def descended(x: Array, y: Array, weights: Array, penalty: float) -> Array:
    """Ridge by gradient descent on its definition, features in units of their deviation."""
    mean = np.average(x, axis=0, weights=weights)
    spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weights))
    z = (x - mean) / spread
    beta, intercept = np.zeros(x.shape[1]), 0.0
    for _ in range(2_000):
        error = weights * (intercept + z @ beta - y)
        beta -= 0.5 / weights.sum() * (z.T @ error + penalty * beta)
        intercept -= 0.5 / weights.sum() * error.sum()
    return np.array([intercept - (beta / spread) @ mean, *(beta / spread)])


def problem() -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(7)
    x = rng.normal(size=(60, 3)) * [1.0, 10.0, 0.1] + 2
    y = x @ [2.0, -0.3, 5.0] + 4 + rng.normal(size=60)
    return x, y, rng.uniform(0.2, 2.0, size=60)


def test_ridge_is_where_descent_ends() -> None:
    x, y, weights = problem()
    assert ridge(x, y, weights, penalty=9.0) == pytest.approx(descended(x, y, weights, 9.0))


def test_signs_hold_and_what_works_against_its_own_is_as_if_left_out() -> None:
    x, y, weights = problem()
    free = signed_ridge(x, y, weights, (0, 0, 0), penalty=1.0)
    assert free == pytest.approx(ridge(x, y, weights, penalty=1.0))
    held = signed_ridge(x, y, weights, (1, 1, 1), penalty=1.0)
    without = ridge(x[:, [0, 2]], y, weights, penalty=1.0)
    assert held == pytest.approx([without[0], without[1], 0.0, without[2]])
    nothing = signed_ridge(x, y, weights, (-1, 1, -1), penalty=1.0)
    assert nothing == pytest.approx([float(np.average(y, weights=weights)), 0, 0, 0])


@pytest.mark.slow
def test_the_fit_runs_on_small_sets_and_prints_what_the_package_reads(
    tmp_path: Path, cache: Path
) -> None:
    corpora, testsets = tmp_path / "corpora", tmp_path / "testsets"
    corpora.mkdir()
    testsets.mkdir()
    pairs = word_for_word(60, seed=5)
    with lzma.open(corpora / "flores200-dev-part.tsv.xz", "wt", encoding="utf-8") as corpus:
        corpus.writelines(f"{urdu}\t{english}\n" for urdu, english in pairs)
    for name in ("news-dev", "flores200-devtest", "tico19-test", "news-test", "wiki-test"):
        for language, texts in zip(("ur", "en"), zip(*pairs[:20], strict=True), strict=True):
            (testsets / f"{name}.{language}").write_text("\n".join(texts), encoding="utf-8")
    model = build_marian(tmp_path / "toy", weights="model.safetensors")
    done = subprocess.run(
        [sys.executable, FIT, corpora, testsets, "--model", model],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for name in ("flores200-devtest (", "tico19-test (", "news-test (", "wiki-test ("):
        assert name in done.stdout
    lines = done.stdout[done.stdout.index("FITTED") :].splitlines()[:-2]
    found: dict[str, Any] = {}
    exec("from typing import Final\n" + "\n".join(lines), found)
    assert tuple(found["COEFFICIENTS"]) == Features._fields
    assert set(found["MEANS"]) == {"chrf", *Features._fields}
    assert found["SPREAD"] > 0


def article(translations: list[Translation]) -> TranslatedArticle:
    """An article whose every paragraph is one of `translations`; the headline is the first."""
    text = "\n".join(each.source for each in translations)
    lines, at = [], 0
    for each in translations:
        lines.append(Line(each.source, at, at + len(each.source)))
        at += len(each.source) + 1
    paragraphs = tuple(
        (TranslatedSentence(Sentence(line.text, number, line.start, line.end), each),)
        for number, (line, each) in enumerate(zip(lines, translations, strict=True))
    )
    found = Article(path="a.txt", id="a", text=text, title=lines[0], paragraphs=tuple(lines))
    return TranslatedArticle(found, translations[0], paragraphs, "signature")


def test_records_carry_the_doubt_of_each_sentence_and_of_the_article() -> None:
    passed = Translation("25", "25", 0.0, "m@0")
    bad = translation("The <b> said.", -2.5)
    whole = article([translation(), bad, passed])
    record = json.loads(json.dumps(translation_record(whole)))
    assert [p[0]["doubt"] for p in record["paragraphs"]] == [
        round(doubt().score, 4), round(doubt("The <b> said.", -2.5).score, 4), None,
    ]  # fmt: skip
    assert record["headline_doubt"] == record["paragraphs"][0][0]["doubt"]
    checked = check_record(whole, check_article(whole.article, None, []))
    assert checked["doubt"] == pytest.approx(mean_doubt(whole.translations), abs=1e-4)
    assert checked["most_doubtful"]["translation"] == bad.text
    assert checked["most_doubtful"]["reasons"]
    none = article([passed])
    empty = check_record(none, check_article(none.article, None, []))
    assert (empty["doubt"], empty["most_doubtful"]) == (None, None)


def test_the_page_lists_the_doubtful_ones_first_and_links_to_them() -> None:
    from lxml import html

    rng = random.Random(2)
    many = [translation(f"{ENGLISH[:20]} <i>{n}</i>", rng.uniform(-3, -0.1)) for n in range(50)]
    whole = article(many)
    listed = doubtful([whole])
    expected = sorted((d.score for t in whole.translations if (d := doubt_of(t))), reverse=True)
    assert [one.doubt.score for one in listed] == [s for s in expected if s >= SHADED][:30]
    page: Any = html.fromstring(html_page([(whole, None)]))  # the stubs know no element of HTML
    items = page.find_class("doubtlist")[0].findall("li")
    assert len(items) == len(listed)
    for item, one in zip(items, listed, strict=True):
        assert one.translation.text in item.text_content()
        target = page.get_element_by_id(item.find(".//a").get("href")[1:])
        assert one.translation.text in target.text_content()
        assert "unsure" in target.get("class")
    shaded = sum(score >= SHADED for score in expected)
    assert len(page.find_class("unsure")) == shaded


def test_a_page_lists_five_however_little_they_are_doubted() -> None:
    sure = article([translation(score=-0.05 - n / 100) for n in range(7)])
    listed = doubtful([sure])
    assert [one.translation.score for one in listed] == sorted(
        (each.score for each in sure.translations), key=lambda score: score or 0.0
    )[:5]
    assert all(one.doubt.score < SHADED for one in listed)
    assert "Most doubtful" in html_page([(sure, None)])
    assert len(doubtful([article([translation(score=-0.05)])])) == 2  # with its headline
    none = article([Translation("25", "25", 0.0, "m@0")])
    assert "Most doubtful" not in html_page([(none, None)])


def test_the_terminal_names_the_mean_and_the_most_doubtful() -> None:
    from rich.console import Console

    bad = translation("The said.", -2.5)
    whole = article([translation(), bad])
    console = Console(width=200, color_system=None)
    with console.capture() as captured:
        console.print(check_view(whole, check_article(whole.article, None, [])))
    shown = " ".join(captured.get().split())
    mean, most = mean_doubt(whole.translations), doubt_of(bad)
    assert most is not None
    assert f"{mean:.0%} on average, {most.score:.0%} here: The said." in shown
    assert most.reasons[0] in shown


def test_reasons_that_a_page_shows_are_escaped() -> None:
    hostile = replace(translation(score=-3.0), notes=("<script>",))
    page = html_page([(article([hostile]), None)])
    assert "<script" not in page
