"""Fit the score of `align check`: translate articles, and learn own slugs from others' slugs.

    python scripts/fit_check.py news-articles.jsonl.xz --evaluate news-articles-dev.jsonl.xz --write

Input: JSON Lines (may be .xz) with `slug, created, headline {ur}, paragraphs` (lists of sentences
`{ur}`). Headline and first sentences are translated with `--model`. For each article the own slug
is a positive example. Negative ones are slugs of other articles (two at random, the two most
alike, the most alike of one month) and, since a score vouches for the translation too, the own
slug with another article's translation, and with its own translation damaged beyond use: 80 and
90 % of its content words are replaced by words of other articles. Features that would work against
their meaning are left out of the logistic model, so that the score never falls when the agreement
grows.

Printed: area under the ROC curve, error rates at the thresholds and reliability in ten bins, by
five-fold cross-validation over articles and on `--evaluate` (there with every other slug). A model
that was trained on the articles translates them better than others; so the intercept is fitted
anew on `--evaluate`, the only thing learnt from there: the area is not touched by it. `--write`
puts the fit into `align/check/calibration.py`. Takes a minute beside the translation, which the
translation memory keeps.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import textwrap
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from align.check import calibration
from align.check.evidence import LEAD_SENTENCES, Features, Lead, measure
from align.check.fit import Array, area, chances, moved, reliability, signed_logistic
from align.check.words import STOP_WORDS, content_words, prepare, stem, weight
from align.translate import Memory, load_translator

SEED = 2
FOLDS = 5
DAMAGE = (0.8, 0.9)
SIGNS = [-1.0 if name == "numbers_missed" else 1.0 for name in Features._fields]
# What the kinds of negative examples are called; own slugs with their translation have none.
SLUG, TRANSLATION, DAMAGED = "other slugs", "other translations", "damaged translations"
CALIBRATION = Path(calibration.__file__)
BEGIN, END = "# --- fitted: begin", "# --- fitted: end"


@dataclass(frozen=True, slots=True)
class Story:
    """An article as far as the check looks: the headline first, then the first sentences."""

    slug: str
    month: str
    urdu: tuple[str, ...]
    english: tuple[str, ...]

    def lead(self, english: Sequence[str]) -> Lead:
        """Put `english` to the Urdu."""
        return Lead.of(english[0], english[1:], self.urdu)


class Example(NamedTuple):
    """What was measured for a story, by its number; `wrong` says in what it is a negative."""

    features: Features
    story: int
    wrong: str = ""


def read_stories(path: Path, model: str) -> tuple[list[Story], str]:
    """Read and translate the articles of `path`; return them and the model."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    leads = [
        (
            record["headline"]["ur"],
            *[each["ur"] for part in record["paragraphs"] for each in part][:LEAD_SENTENCES],
        )
        for record in records
    ]
    with Memory() as memory:
        flat = load_translator(model, memory=memory).translate([text for u in leads for text in u])
    english = (translation.text for translation in flat)
    stories = [
        Story(record["slug"], record["created"][:7], urdu, tuple(next(english) for _ in urdu))
        for record, urdu in zip(records, leads, strict=True)
    ]
    return stories, flat[0].model


def likeness(stories: Sequence[Story], pool: Sequence[Story]) -> Array:
    """Return how much of each story's slug (row) the slugs of `pool` (columns) have, by weight."""
    vocabulary: dict[str, int] = {}
    words = [[content_words(prepare(each.slug)) for each in group] for group in (stories, pool)]
    numbers = [
        [[vocabulary.setdefault(stem(word), len(vocabulary)) for word in slug] for slug in group]
        for group in words
    ]
    own, others = (np.zeros((len(group), len(vocabulary))) for group in numbers)
    for row, slug in enumerate(numbers[0]):
        own[row, slug] = [weight(word) for word in words[0][row]]
    for row, slug in enumerate(numbers[1]):
        others[row, slug] = 1
    alike: Array = own @ others.T / own.sum(axis=1, keepdims=True)
    return alike


def damaged(
    texts: Sequence[str], share: float, words: Sequence[str], rng: random.Random
) -> list[str]:
    """Replace that share of the content words, chosen by chance, by some of `words`."""
    return [
        " ".join(
            rng.choice(words) if word not in STOP_WORDS and rng.random() < share else word
            for word in prepare(text).split()
        )
        for text in texts
    ]


def own_and_spoilt(stories: Sequence[Story]) -> Iterator[Example]:
    """Yield the own slug of each story, with its translation and with worthless ones."""
    rng = random.Random(SEED)
    words = [w for story in stories for w in content_words(prepare(" ".join(story.english)))]
    for i, story in enumerate(stories):
        yield Example(measure(story.slug, story.lead(story.english)).features, i)
        other = stories[rng.choice([j for j in range(len(stories)) if j != i])]
        yield Example(measure(story.slug, story.lead(other.english)).features, i, TRANSLATION)
        for share in DAMAGE:
            lead = story.lead(damaged(story.english, share, words, rng))
            yield Example(measure(story.slug, lead).features, i, DAMAGED)


def confusable(stories: Sequence[Story], pool: Sequence[Story]) -> Iterator[Example]:
    """Yield other slugs out of `pool`: two by chance, and those that are most alike."""
    rng = random.Random(SEED)
    alike = likeness(stories, pool)
    for i, story in enumerate(stories):
        lead = story.lead(story.english)
        others = [j for j, other in enumerate(pool) if other.slug != story.slug]
        nearest = sorted(others, key=alike[i].__getitem__, reverse=True)
        month = [j for j in nearest[2:] if pool[j].month == story.month]
        for j in sorted({*rng.sample(others, 2), *nearest[:2], *month[:1]}):
            yield Example(measure(pool[j].slug, lead).features, i, SLUG)


def every_other(stories: Sequence[Story]) -> Iterator[Example]:
    """Yield each story with the slugs of all others."""
    for i, story in enumerate(stories):
        lead = story.lead(story.english)
        for other in stories:
            if other.slug != story.slug:
                yield Example(measure(other.slug, lead).features, i, SLUG)


def arrays(examples: Sequence[Example]) -> tuple[Array, Array]:
    """Return features, an example a row, and labels, 1 for what is right."""
    labels = np.array([float(not each.wrong) for each in examples])
    return np.array([each.features for each in examples]), labels


def cross_validated(examples: Sequence[Example]) -> Array:
    """Score each example with a model fitted without its fold of stories."""
    x, labels = arrays(examples)
    folds = np.array([each.story % FOLDS for each in examples])
    scores = np.zeros(len(labels))
    for fold in range(FOLDS):
        held = folds == fold
        scores[held] = chances(x[held], signed_logistic(x[~held], labels[~held], SIGNS))
    return scores


def report(name: str, examples: Sequence[Example], scores: Array) -> str:
    """Print how well `scores` tell right from wrong; return it as a line, with its `name`."""
    _, labels = arrays(examples)
    kinds = np.array([each.wrong for each in examples])
    high, low = calibration.MATCH, calibration.MISMATCH
    shares = []
    for kind in ("", SLUG, TRANSLATION, DAMAGED):
        if (here := scores[kinds == kind]).size:
            above, below = (here >= high).mean(), (here <= low).mean()
            shares.append(f"{kind or 'own'} {above:.1%} and {below:.1%}")
    others = kinds != SLUG
    line = (
        f"{name}: AUC {area(scores, labels):.4f}, among own slugs"
        f" {area(scores[others], labels[others]):.4f}; at least {high} and at most {low}:"
        f" {', '.join(shares)}."
    )
    print(f"\n{line}\nscore      examples  mean score  right (equal priors)")
    for each in reliability(scores, labels):
        print(
            f"{each.low:.1f}-{each.high:.1f} {each.examples:11d}"
            f" {each.mean_score:11.3f} {each.positive:9.3f}"
        )
    return line


def source_lines(beta: Array, model: str, figures: Sequence[str]) -> str:
    """Return the Python lines that hold the fit."""
    comments = [
        textwrap.fill(text, 98, initial_indent="# ", subsequent_indent="#   ") for text in figures
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
    stories, model = read_stories(options.articles, options.model)
    print(f"{len(stories)} articles translated by {model} in {time.perf_counter() - start:.0f} s")
    examples = [*own_and_spoilt(stories), *confusable(stories, stories)]
    beta = signed_logistic(*arrays(examples), SIGNS)
    name = options.articles.name
    figures = [
        f"{len(stories)} articles of {name}, translated by {model}.",
        report(f"{name}, cross-validated", examples, cross_validated(examples)),
    ]
    if options.evaluate:
        unseen, _ = read_stories(options.evaluate, options.model)
        spoilt = list(own_and_spoilt(unseen))
        before, beta = beta, moved(beta, *arrays([*spoilt, *confusable(unseen, stories)]))
        examples = [*spoilt, *every_other(unseen)]
        scores = chances(arrays(examples)[0], beta)
        figures.append(report(options.evaluate.name, examples, scores))
        figures.append(f"Intercept {before[0]:.3f} before {options.evaluate.name} moved it.")
    lines = source_lines(beta, model, figures)
    print(f"\n{lines}\n{time.perf_counter() - start:.0f} s in all")
    if options.write:
        write_source(lines)


if __name__ == "__main__":
    main()
