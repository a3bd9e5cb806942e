"""Fit the score of `align check`: translate articles, and learn own slugs from others' slugs.

    python scripts/fit_check.py news-articles.jsonl.xz --evaluate news-articles-dev.jsonl.xz --write

Input: JSON Lines (may be .xz) with `id, slug, created, headline {ur}, paragraphs` (lists of
sentences `{ur}`). Headline and first sentences are translated with `--model`. For each article
the own slug is a positive example. Negative ones are slugs of other articles (two at random, the
two most alike, the most alike of the same month), and the own slug with the translation of another
article, since a score vouches for the translation too. Both classes weigh the same. The logistic
model is fitted by Newton's method with an L2 penalty; features that would work against their
meaning are left out, so that the score never falls when the agreement grows.

Printed: area under the curve, error rates at the thresholds and reliability in ten bins, by
five-fold cross-validation over articles and on `--evaluate` (own slug against every other slug
there). If the model was trained on the articles, it translates them better than others; so the
intercept is fitted anew on `--evaluate`, the only thing learnt from there: the area is not touched
by it. `--write` puts the coefficients into `align/check/calibration.py`. Takes
a minute beside the translation, which the translation memory keeps.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import textwrap
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from align.check import calibration
from align.check.evidence import LEAD_SENTENCES, Features, Lead, measure
from align.check.words import content_words, prepare, stem, weight
from align.translate.engines import load_engine
from align.translate.memory import Memory
from align.translate.translator import Translator

Array = NDArray[np.float64]
SEED = 2
PENALTY = 1.0
FOLDS = 5
CALIBRATION = Path(calibration.__file__)
BEGIN, END = "# --- fitted: begin", "# --- fitted: end"


@dataclass(frozen=True, slots=True)
class Story:
    """An article as far as the check looks: Urdu headline first, then the first sentences."""

    slug: str
    month: str
    urdu: tuple[str, ...]


def read_stories(path: Path) -> list[Story]:
    """Read the articles of `path`."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return [
        Story(
            record["slug"],
            record["created"][:7],
            (
                record["headline"]["ur"],
                *[each["ur"] for part in record["paragraphs"] for each in part][:LEAD_SENTENCES],
            ),
        )
        for record in records
    ]


def translate(stories: Sequence[Story], model: str) -> tuple[list[list[str]], str]:
    """Translate the Urdu of all stories; return English of the same shape, and the model."""
    engine = load_engine(model)
    flat = [text for story in stories for text in story.urdu]
    with Memory() as memory:
        translations = iter(Translator(engine, memory=memory).translate(flat))
    return [[next(translations).text for _ in story.urdu] for story in stories], engine.model


def leads(stories: Sequence[Story], english: Sequence[Sequence[str]]) -> list[Lead]:
    """Prepare each story with the translation at the same place in `english`."""
    return [
        Lead.of(texts[0], texts[1:], story.urdu)
        for story, texts in zip(stories, english, strict=True)
    ]


def likeness(stories: Sequence[Story], pool: Sequence[Story]) -> Array:
    """Return how much of each story's slug (row) the slugs of `pool` (columns) have, by weight."""
    vocabulary: dict[str, int] = {}

    def matrix(group: Sequence[Story]) -> Array:
        cells = [
            (row, vocabulary.setdefault(stem(word), len(vocabulary)), weight(word))
            for row, story in enumerate(group)
            for word in content_words(prepare(story.slug))
        ]
        dense = np.zeros((len(group), len(vocabulary)))
        for row, column, value in cells:
            dense[row, column] = value
        return dense

    others = matrix(pool) > 0
    own = matrix(stories)
    alike: Array = own[:, : others.shape[1]] @ others.T / own.sum(axis=1, keepdims=True)
    return alike


def examples(
    stories: Sequence[Story], english: Sequence[Sequence[str]], pool: Sequence[Story]
) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return features, labels (1 for own slug) and the article's number of all examples.

    The slugs of other articles come from `pool`.
    """
    rng = random.Random(SEED)
    own = leads(stories, english)
    alike = likeness(stories, pool)
    rows: list[tuple[Features, float, int]] = []
    for i, story in enumerate(stories):
        others = [j for j in range(len(pool)) if pool[j].slug != story.slug]
        nearest = sorted(others, key=lambda j: -alike[i, j])
        month = [j for j in nearest[2:] if pool[j].month == story.month]
        rows.append((measure(story.slug, own[i]).features, 1.0, i))
        rows.extend(
            (measure(pool[j].slug, own[i]).features, 0.0, i)
            for j in {*rng.sample(others, 2), *nearest[:2], *month[:1]}
        )
        garbled = english[rng.choice([j for j in range(len(stories)) if j != i])]
        [lead] = leads([story], [garbled])
        rows.append((measure(story.slug, lead).features, 0.0, i))
    features, labels, articles = zip(*rows, strict=True)
    return np.array(features), np.array(labels), np.array(articles)


def balanced(labels: Array) -> Array:
    """Return weights under which both classes count the same, with mean 1."""
    share = float(labels.mean())
    return 0.5 * (labels / share + (1 - labels) / (1 - share))


def newton(x: Array, labels: Array) -> Array:
    """Return intercept and coefficients that make `labels` most likely, less the penalty."""
    design = np.column_stack([np.ones(len(x)), x])
    weights = balanced(labels)
    penalty = np.diag([0.0] + [PENALTY] * x.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ beta))
        gradient = design.T @ (weights * (labels - chance)) - penalty @ beta
        hessian = (design * (weights * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def fit(x: Array, labels: Array) -> Array:
    """Fit with the signs of the features as they are meant; others are left out one by one."""
    sign = np.array([-1.0 if name == "numbers_missed" else 1.0 for name in Features._fields])
    kept = list(range(x.shape[1]))
    while True:
        beta = newton(x[:, kept], labels)
        wrong = beta[1:] * sign[kept]
        if wrong.min() >= 0:
            break
        del kept[int(wrong.argmin())]
    full = np.zeros(x.shape[1] + 1)
    full[[0, *(i + 1 for i in kept)]] = beta
    return full


def score(x: Array, beta: Array) -> Array:
    """Return the probabilities of the rows of `x`."""
    return np.asarray(1 / (1 + np.exp(-beta[0] - x @ beta[1:])), dtype=np.float64)


def area(scores: Array, labels: Array) -> float:
    """Return the area under the ROC curve: how often an own slug beats another."""
    own, other = scores[labels == 1], scores[labels == 0]
    wins = (own[:, None] > other).mean() + 0.5 * (own[:, None] == other).mean()
    return float(wins)


def report(title: str, scores: Array, labels: Array) -> str:
    """Print how well `scores` tell the classes apart; return it in one line."""
    own, other = scores[labels == 1], scores[labels == 0]
    high, low = calibration.MATCH, calibration.MISMATCH
    line = (
        f"AUC {area(scores, labels):.4f};"
        f" at least {high}: own {(own >= high).mean():.1%}, others {(other >= high).mean():.1%};"
        f" at most {low}: own {(own <= low).mean():.1%}, others {(other <= low).mean():.1%}"
    )
    print(f"\n{title}: {len(own)} own slugs, {len(other)} others\n{line}")
    print("score      examples  mean score  own slug (equal priors)")
    weights = balanced(labels)
    for low in np.arange(10) / 10:
        here = (scores >= low) & ((scores < low + 0.1) | (low == 0.9))
        if here.any():
            mean = np.average(scores[here], weights=weights[here])
            share = np.average(labels[here], weights=weights[here])
            print(f"{low:.1f}-{low + 0.1:.1f} {here.sum():11d} {mean:11.3f} {share:9.3f}")
    return line


def moved(beta: Array, x: Array, labels: Array) -> Array:
    """Fit the intercept anew, everything else held, so that scores sum up to the own slugs."""
    weights = balanced(labels)
    result = beta.copy()
    for _ in range(50):
        chance = score(x, result)
        step = (weights * (labels - chance)).sum() / (weights * chance * (1 - chance)).sum()
        result[0] += np.clip(step, -1, 1)
        if abs(step) < 1e-8:
            break
    return result


def pairs(stories: Sequence[Story], english: Sequence[Sequence[str]]) -> tuple[Array, Array]:
    """Return features and labels of every article with every slug."""
    rows = [
        (measure(story.slug, lead).features, float(i == j))
        for i, lead in enumerate(leads(stories, english))
        for j, story in enumerate(stories)
    ]
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


def cross_validated(x: Array, labels: Array, articles: NDArray[np.int64]) -> Array:
    """Score each example with coefficients fitted without its fold of articles."""
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        held = articles % FOLDS == fold
        scores[held] = score(x[held], fit(x[~held], labels[~held]))
    return scores


def source_lines(beta: Array, model: str, data: str, figures: Sequence[str]) -> str:
    """Return the Python lines that hold the fit."""
    comments = [
        textwrap.fill(text, 98, initial_indent="# ", subsequent_indent="#   ")
        for text in (f"{data}, translated by {model}.", *figures)
    ]
    terms = zip(Features._fields, beta[1:], strict=True)
    return "\n".join(
        (
            f"{BEGIN} (scripts/fit_check.py --write)",
            *comments,
            f'FITTED: Final = "{datetime.now(UTC):%Y-%m-%d}"',
            f'MODEL: Final = "{model}"',
            f"INTERCEPT: Final = {beta[0]:.3f}",
            "COEFFICIENTS: Final = {",
            *(f'    "{name}": {value:.3f},' for name, value in terms),
            "}",
            "",
        )
    )


def write_source(lines: str) -> None:
    """Put `lines` between the marks in `align/check/calibration.py`."""
    before, _, rest = CALIBRATION.read_text(encoding="utf-8").partition(BEGIN)
    CALIBRATION.write_text(before + lines + END + rest.partition(END)[2], encoding="utf-8")


def main() -> None:
    """Translate, fit, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("articles", type=Path)
    parser.add_argument("--evaluate", type=Path)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--write", action="store_true", help="rewrite the coefficients")
    options = parser.parse_args()
    start = time.perf_counter()
    stories = read_stories(options.articles)
    english, model = translate(stories, options.model)
    print(f"{len(stories)} articles translated by {model} in {time.perf_counter() - start:.0f} s")
    x, labels, articles = examples(stories, english, stories)
    beta = fit(x, labels)
    held = cross_validated(x, labels, articles)
    name = options.articles.name
    figures = [f"{name}, cross-validated: {report(f'{name}, cross-validated', held, labels)}"]
    if options.evaluate:
        unseen, name = read_stories(options.evaluate), options.evaluate.name
        unseen_english, _ = translate(unseen, options.model)
        shifted = moved(beta, *examples(unseen, unseen_english, stories)[:2])
        figures.append(f"Intercept {beta[0]:.3f} before {name} moved it.")
        beta = shifted
        x, labels = pairs(unseen, unseen_english)
        figures.append(f"{name}: {report(name, score(x, beta), labels)}")
    lines = source_lines(
        beta, model, f"{len(stories)} articles of {options.articles.name}", figures
    )
    print(f"\n{lines}\n{time.perf_counter() - start:.0f} s in all")
    if options.write:
        write_source(lines)


if __name__ == "__main__":
    main()
