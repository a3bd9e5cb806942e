"""The study of the slug as a judge: its arithmetic, and its script on a small model."""

from __future__ import annotations

import importlib
import json
import lzma
import os
import random
import subprocess
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sacrebleu
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from tests.marian import ENGLISH, URDU, build_marian, sentences

FOLDER = Path(__file__).parent.parent / "scripts" / "slug_study"
WORDS = ["the", "wheat", "price", "of", "Sindh", "fell", "by", "12", "in", "may", "canal"]
texts = st.lists(st.sampled_from(WORDS), max_size=9)
SLUG_WORDS = ["wheat", "canal", "bridge", "tariff", "vaccine", "senate"]
story = st.lists(st.tuples(texts, texts), min_size=1, max_size=4)


def module(name: str) -> Any:
    """A module of the study, as its script finds it."""
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(FOLDER))


measures, power, faults, page, correlation = map(
    module, ("measures", "power", "faults", "page", "correlation")
)


@given(st.lists(story, min_size=1, max_size=5))
def test_totals_are_the_scores_of_sacrebleu(
    stories: list[list[tuple[list[str], list[str]]]],
) -> None:
    hypotheses = [[" ".join(left) for left, _ in each] for each in stories]
    references = [[" ".join(right) for _, right in each] for each in stories]
    flat = [list(chain.from_iterable(side)) for side in (hypotheses, references)]
    for metric, total, expected in (
        (BLEU(), measures.bleu, sacrebleu.corpus_bleu(flat[0], [flat[1]]).score),
        (CHRF(), measures.chrf, sacrebleu.corpus_chrf(flat[0], [flat[1]]).score),
    ):
        counts = measures.summed(metric, hypotheses, references)
        assert counts.shape[0] == len(stories)
        found = total(counts.sum(axis=0, keepdims=True))
        assert found == pytest.approx([expected], abs=1e-4)


def table(values: np.ndarray[Any, Any]) -> Any:
    return measures.Table(np.column_stack([values, np.ones(len(values))]), values, measures.mean)


def test_more_articles_are_needed_for_a_smaller_difference() -> None:
    rng = np.random.default_rng(1)
    base = rng.random(200)
    noisy = {gap: table(base + gap + rng.normal(0, 0.3, 200)) for gap in (0.0, 0.05, 0.2, 0.6)}
    contests = {gap: (better, table(base)) for gap, better in noisy.items()}
    found = power.powers(contests, 40, sizes=(10, 40, 160, 640))
    assert found[0.6].needed <= found[0.2].needed < found[0.05].needed
    # As the formula of the paired test has it: (1.96 + 0.84)^2 of the variance over the square.
    differences = noisy[0.2].single - base
    formula = (1.96 + 0.84) ** 2 * differences.var() / differences.mean() ** 2
    assert found[0.2].needed == pytest.approx(formula, rel=0.6)
    assert all(share <= 0.1 for share in found[0.2].wrong)


def test_a_system_is_never_better_than_itself() -> None:
    same = table(np.random.default_rng(2).random(50))
    found = power.powers({"same": (same, same)}, 20, sizes=(10, 100))["same"]
    assert (found.shares, found.wrong, found.needed) == ((0.0, 0.0), (0.0, 0.0), None)


@pytest.mark.parametrize(
    ("shares", "expected"), [([0.9, 0.95], 10.0), ([0.6, 1.0], 100.0), ([0.9, 0.5], None)]
)
def test_needed(shares: list[float], expected: float | None) -> None:
    assert power.needed([10, 1000], shares) == expected


def test_systems_in_the_same_order_correlate_fully() -> None:
    rng = np.random.default_rng(3)
    tables = [table(rng.random(30) + step) for step in range(5)]
    up = correlation.of_systems(tables, tables, 20)
    down = correlation.of_systems(tables, tables[::-1], 20)
    assert (up.spearman, up.kendall, up.kendall_low) == pytest.approx((1, 1, 1))
    assert (down.spearman, down.kendall, down.kendall_high) == pytest.approx((-1, -1, -1))
    # Published: https://en.wikipedia.org/wiki/Spearman%27s_rank_correlation_coefficient
    iq = np.array([106, 100, 86, 101, 99, 103, 97, 113, 112, 110.0])
    hours = np.array([7, 27, 2, 50, 28, 29, 20, 12, 6, 17.0])
    assert correlation.ranked(iq, hours)[0] == pytest.approx(-29 / 165)
    # Published: https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.kendalltau.html
    tied = np.array([12, 2, 1, 12, 2.0]), np.array([1, 4, 7, 1, 0.0])
    assert correlation.ranked(*tied)[1] == pytest.approx(-0.47140452079103173)
    assert correlation.ranked(iq, np.ones(10)) == (0, 0)


def test_the_likest_slug_shares_most() -> None:
    slugs = ["wheat prices fall in sindh", "sindh wheat harvest late", "cricket final in lahore"]
    assert faults.nearest(slugs)[:2] == [1, 0]


def test_noise_is_as_strong_as_said(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    model = build_marian(tmp_path / "small", weights="model.safetensors")
    noisy = module("noise").write_noisy(model, tmp_path / "noisy", 0.5, seed=1)
    before, after = (load_file(each / "model.safetensors") for each in (model, noisy))
    assert before.keys() == after.keys()
    for name, tensor in before.items():
        if tensor.ndim == 1:
            assert np.array_equal(tensor, after[name])
        elif tensor.size > 1000:
            change = (after[name] - tensor).std() / tensor.std()
            assert change == pytest.approx(0.5, rel=0.1)
    assert module("noise").write_noisy(model, noisy, 0.9, seed=2) == noisy  # kept as it is


def test_only_what_is_between_the_marks_is_written(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    mark = "<!-- power (study.py --write) -->\n"
    path.write_text(f"before\n{mark}old\n<!-- end -->\nafter\n<!-- end -->\n")
    page.write_page({"power": "new"}, path)
    assert path.read_text() == f"before\n{mark}new\n<!-- end -->\nafter\n<!-- end -->\n"
    with pytest.raises(ValueError, match="no mark"):
        page.write_page({"faults": "new"}, path)


def write_articles(path: Path, count: int, seed: int) -> None:
    rng = random.Random(seed)
    path.parent.mkdir(exist_ok=True)
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        for number in range(count):
            urdu, english = sentences(URDU, 4, seed=seed + number), sentences(ENGLISH, 4, seed=seed)
            pairs = [{"ur": u, "en": e} for u, e in zip(urdu, english, strict=True)]
            record = {
                "id": f"{seed}-{number}",
                "slug": " ".join(rng.sample(SLUG_WORDS, 4)),
                "created": "2024-03-01",
                "headline": pairs[0],
                "paragraphs": [pairs[1:3], pairs[3:]],
            }
            lines.write(f"{json.dumps(record)}\n")


@pytest.mark.slow
def test_the_study_writes_its_page(tmp_path: Path, cache: Path) -> None:
    parts = ("documents/news-articles", "testsets/news-articles-dev", "testsets/news-articles-test")
    for seed, name in enumerate(parts):
        write_articles(tmp_path / f"{name}.jsonl.xz", 6, 100 * seed)
    model = build_marian(tmp_path / "small", weights="model.safetensors")
    target = tmp_path / "README.md"
    target.write_text((FOLDER / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    command = (
        FOLDER / "study.py", tmp_path, "--model", f"small={model}", "--work", tmp_path / "work",
        "--samples", 10, "--page", target, "--write",
    )  # fmt: skip

    def study() -> str:
        done = subprocess.run(
            [sys.executable, *map(str, command)], capture_output=True, encoding="utf-8",
            check=False, env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    printed = study()
    assert study() == printed
    written = target.read_text(encoding="utf-8")
    for block in printed.split("\n## ")[1:]:
        name, _, lines = block.partition("\n")
        assert f"<!-- {name} (study.py --write) -->\n{lines.strip()}\n<!-- end -->" in written
    for name in ("systems", "power", "faults"):
        picture = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        assert "prefers-color-scheme: dark" in picture
        assert "#1d1f23" not in picture.partition("</style>")[2]
