"""Fit the score of `align check`: translate articles, and learn own slugs from others' slugs.

    python scripts/fit_check.py news-articles.jsonl.xz --evaluate news-articles-dev.jsonl.xz --write

Input: JSON Lines (may be .xz) with `slug, created, headline {ur, en}, paragraphs` (lists of
sentences `{ur, en}`). Headline and first sentences are translated with `--model`.

Right are own slugs with English that carries the story, however good the model is: what people
wrote, the same with 40 % of its content words replaced by words of other stories, and the model's
if its chrF against what people wrote is at least 50 (else it is neither right nor wrong). Wrong
are slugs of other articles (two at random, the two most alike, the most alike of one month) and,
since a score vouches for the translation too, own slugs with another article's English, all of it
or all but the headline, with every second sentence in a loop, and with English damaged beyond use:
80 and 90 % of the words of people and model replaced. (40 % replaced leave a chrF of 73, 80 %
leave 49, which is mostly figures and small words.) Features that would work against their meaning
are left out of the logistic model, so that the score never falls when the agreement grows.

Printed: area under the ROC curve, error rates at the thresholds and reliability in ten bins, by
five-fold cross-validation over articles and on `--evaluate`, whose articles take no part in the
fit (there with every other slug). `--write` puts the fit into `align/check/calibration.py`. Takes
some minutes beside the translation, which the translation memory keeps.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from fitted_source import comments, write_fitted
from numpy.typing import NDArray

from align.check import calibration
from align.check.evidence import SIGNS, TEXT_SENTENCES, Features, Lead, measure
from align.check.fit import Array, area, chances, reliability, signed_logistic
from align.check.health import health
from align.check.scores import sentence_chrf
from align.check.words import STOP_WORDS, content_words, prepare, stem, weight
from align.translate import Memory, load_translator

SEED = 2
FOLDS = 5
BEARABLE, BEYOND_USE = 0.4, (0.8, 0.9)  # shares of content words replaced
USEFUL = 50.0  # chrF
CALIBRATION = Path(calibration.__file__)
OTHER, MODEL = "other slug", "model's"
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Story:
    """An article as far as slugs are looked for: the headline first, then the sentences."""

    slug: str
    month: str
    urdu: tuple[str, ...]
    human: tuple[str, ...]
    machine: tuple[str, ...]

    def features(self, slug: str, english: Sequence[str]) -> Features:
        """Measure `slug` against the Urdu with this English."""
        sound = health(zip(self.urdu, english, strict=False))
        return measure(slug, Lead.of(english[0], english[1:], self.urdu, sound)).features


class Example(NamedTuple):
    """What was measured for the story of that number; `is_right` is None where nobody can say."""

    features: Features
    story: int
    kind: str
    is_right: bool | None


def read_stories(path: Path, model: str) -> tuple[list[Story], str]:
    """Read and translate the articles of `path`; return them and the model."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    leads = [
        [record["headline"], *chain.from_iterable(record["paragraphs"])][: TEXT_SENTENCES + 1]
        for record in records
    ]
    with Memory(corrections=False) as memory:
        flat = load_translator(model, memory=memory).translate(
            [pair["ur"] for lead in leads for pair in lead]
        )
    machine = (translation.text for translation in flat)
    stories = [
        Story(
            slug=record["slug"],
            month=record["created"][:7],
            urdu=tuple(pair["ur"] for pair in lead),
            human=tuple(pair["en"] for pair in lead),
            machine=tuple(next(machine) for _ in lead),
        )
        for record, lead in zip(records, leads, strict=True)
    ]
    return stories, flat[0].model


def likeness(stories: Sequence[Story]) -> Array:
    """Return how much of each story's slug (row) each other slug (column) has, by weight."""
    vocabulary: dict[str, int] = {}
    cells = [
        (row, vocabulary.setdefault(stem(word), len(vocabulary)), weight(word))
        for row, story in enumerate(stories)
        for word in content_words(prepare(story.slug))
    ]
    weights = np.zeros((len(stories), len(vocabulary)))
    for row, column, value in cells:
        weights[row, column] = value
    alike: Array = weights @ (weights > 0).T / weights.sum(axis=1, keepdims=True)
    return alike


def damaged(
    texts: Sequence[str], share: float, words: Sequence[str], rng: random.Random
) -> list[str]:
    """Replace that share of the content words, chosen by chance, by some of `words`.

    Figures stay: bad models copy them, too.
    """

    def replaced(match: re.Match[str]) -> str:
        word = match.group()
        is_kept = word.lower() in STOP_WORDS or not word.isalpha() or rng.random() >= share
        return word if is_kept else rng.choice(words)

    return [_WORD.sub(replaced, text) for text in texts]


def looping(texts: Sequence[str]) -> list[str]:
    """Let every second text fall into a loop of its first four words, as models do."""
    return [
        " ".join(text.split()[:4] * max(len(text.split()) // 4, 4)) if place % 2 else text
        for place, text in enumerate(texts)
    ]


def own(stories: Sequence[Story]) -> Iterator[Example]:
    """Yield the own slug of each story with its English, good and damaged, and with another's."""
    rng = random.Random(SEED)
    words = [word for each in stories for word in content_words(prepare(" ".join(each.human)))]
    for i, story in enumerate(stories):
        useful = sentence_chrf(" ".join(story.machine), " ".join(story.human)) >= USEFUL
        other = stories[rng.choice([j for j in range(len(stories)) if j != i])]
        versions: list[tuple[str, Sequence[str], bool | None]] = [
            ("people's", story.human, True),
            ("bearable", damaged(story.human, BEARABLE, words, rng), True),
            (MODEL, story.machine, useful or None),
            ("another story's", other.human, False),
            ("only the headline", (story.machine[0], *other.machine[1:]), False),
            ("looping", looping(story.machine), False),
            *(("beyond use", damaged(english, share, words, rng), False)
              for english in (story.human, story.machine) for share in BEYOND_USE),
        ]  # fmt: skip
        for kind, english, is_right in versions:
            yield Example(story.features(story.slug, english), i, kind, is_right)


def confusable(stories: Sequence[Story]) -> Iterator[Example]:
    """Yield slugs of other stories: two by chance, and those that are most alike."""
    rng = random.Random(SEED)
    alike = likeness(stories)
    for i, story in enumerate(stories):
        others = [j for j, other in enumerate(stories) if other.slug != story.slug]
        nearest = sorted(others, key=alike[i].__getitem__, reverse=True)
        month = [j for j in nearest[2:] if stories[j].month == story.month]
        for j in sorted({*rng.sample(others, 2), *nearest[:2], *month[:1]}):
            english = rng.choice((story.human, story.machine))
            yield Example(story.features(stories[j].slug, english), i, OTHER, is_right=False)


def every_other(stories: Sequence[Story]) -> Iterator[Example]:
    """Yield each story, translated by the model, with the slugs of all others."""
    for i, story in enumerate(stories):
        for other in stories:
            if other.slug != story.slug:
                yield Example(story.features(other.slug, story.machine), i, OTHER, is_right=False)


def arrays(examples: Sequence[Example]) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return features, an example a row, labels, 1 for right, and whether that is known."""
    return (
        np.array([each.features for each in examples]),
        np.array([float(each.is_right or 0) for each in examples]),
        np.array([each.is_right is not None for each in examples]),
    )


def fitted(examples: Sequence[Example]) -> Array:
    """Fit the model to the examples of which it is known whether they are right."""
    x, labels, known = arrays(examples)
    return signed_logistic(x[known], labels[known], SIGNS)


def cross_validated(examples: Sequence[Example]) -> Array:
    """Score each example with a model fitted without its fold of stories."""
    scores = np.zeros(len(examples))
    for fold in range(FOLDS):
        held = np.array([each.story % FOLDS == fold for each in examples])
        beta = fitted([each for each, out in zip(examples, held, strict=True) if not out])
        scores[held] = chances(arrays(examples)[0][held], beta)
    return scores


def report(name: str, examples: Sequence[Example], scores: Array) -> str:
    """Print how well `scores` tell right from wrong; return it as a line, with its `name`."""
    _, labels, known = arrays(examples)
    kinds = np.array([each.kind for each in examples])
    high, low = calibration.MATCH, calibration.MISMATCH
    shares = []
    for kind in dict.fromkeys(kinds):
        here = scores[kinds == kind]
        above, below = (here >= high).mean(), (here <= low).mean()
        shares.append(f"{kind} ({here.size}) {above:.1%} and {below:.1%}")
    told = (kinds == MODEL) | (kinds == OTHER)
    slugs = area(scores[told], (kinds[told] == MODEL).astype(np.float64))
    scores, labels = scores[known], labels[known]
    line = (
        f"{name}: AUC {slugs:.4f} of own slugs against others, {area(scores, labels):.4f} of right"
        f" against wrong; at least {high} and at most {low}: {', '.join(shares)}."
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
    terms = zip(Features._fields, beta[1:], strict=True)
    return "\n".join(
        (
            *comments(figures),
            f'FITTED: Final = "{datetime.now(UTC):%Y-%m-%d}"',
            f'MODEL: Final = "{model}"',
            f"INTERCEPT: Final = {beta[0]:.3f}",
            "COEFFICIENTS: Final = {",
            *(f'    "{name}": {value:.3f},' for name, value in terms),
            "}",
            "",
        )
    )


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
    examples = [*own(stories), *confusable(stories)]
    beta = fitted(examples)
    name = options.articles.name
    figures = [
        f"{len(stories)} articles of {name}, translated by people and {model}.",
        report(f"{name}, cross-validated", examples, cross_validated(examples)),
    ]
    if options.evaluate:
        unseen, _ = read_stories(options.evaluate, options.model)
        examples = [*own(unseen), *every_other(unseen)]
        scores = chances(arrays(examples)[0], beta)
        figures.append(report(options.evaluate.name, examples, scores))
    lines = source_lines(beta, model, figures)
    print(f"\n{lines}\n{time.perf_counter() - start:.0f} s in all")
    if options.write:
        write_fitted(CALIBRATION, Path(__file__).name, lines)


if __name__ == "__main__":
    main()
