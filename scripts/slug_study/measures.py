"""What a system scores: counts for each story that add up, so that any sample of stories is scored.

BLEU and chrF are sacrebleu's, computed for many samples at once; `tests/test_slug_study.py` holds
them to sacrebleu. Slug scores are those of `align check`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from articles import Story
from numpy.typing import NDArray
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from systems import System

from align.articles.article import Article, Line
from align.check import Check, check_article
from align.check.words import prepare
from align.translate import Translation

Array = NDArray[np.float64]

REFERENCES = ("BLEU", "chrF")  # against the full English
SLUGS = ("slug_bleu", "slug_chrf", "slug_recall", "headline_bleu", "score")  # of `align check`


@dataclass(frozen=True, slots=True)
class Table:
    """One measure of one system.

    Attributes:
        counts: [stories, counts] what adds up over stories.
        single: [stories] the score of each story alone, as `align check` or sacrebleu gives it.
        total: turns summed counts, [samples, counts], into scores, [samples].
    """

    counts: Array
    single: Array
    total: Callable[[Array], Array]

    def whole(self) -> float:
        """Return the score of all stories together."""
        return float(self.total(self.counts.sum(axis=0, keepdims=True))[0])


def tables(system: System, stories: Sequence[Story]) -> dict[str, Table]:
    """Return all measures of `system`, by their names in `REFERENCES` and `SLUGS`."""
    checks = [checked(story, output) for story, output in zip(stories, system.outputs, strict=True)]
    texts = [[each.text for each in output] for output in system.outputs]
    english = [story.english for story in stories]
    full = {
        "BLEU": (summed(BLEU(force=True), texts, english), bleu),
        "chrF": (summed(CHRF(), texts, english), chrf),
    }
    found = {name: Table(counts, total(counts), total) for name, (counts, total) in full.items()}
    titles = [[prepare(output[0].text)] for output in system.outputs]
    slugs = [[prepare(story.slug)] for story in stories]
    headlines = [[prepare(story.english[0])] for story in stories]
    for name, references, metric, total in (
        ("slug_bleu", slugs, BLEU(), bleu),
        ("slug_chrf", slugs, CHRF(), chrf),
        ("headline_bleu", headlines, BLEU(), bleu),
    ):
        counts = summed(metric, titles, references)
        found[name] = Table(counts, values(checks, name), total)
    for name in ("slug_recall", "score"):
        single = values(checks, name)
        found[name] = Table(np.column_stack([single, np.ones(len(single))]), single, mean)
    return {name: found[name] for name in (*REFERENCES, *SLUGS)}


def checked(story: Story, output: Sequence[Translation], slug: str | None = None) -> Check:
    """Check a translated story as `align check` does, with its own slug or another."""
    text = story.slug if slug is None else slug
    article = Article(
        path=story.id, id=story.id, text=text, slug=Line(text, 0, len(text)),
        english_headline=story.english[0], paragraphs=(),
    )  # fmt: skip
    return check_article(article, output[0], output[1:])


def values(checks: Sequence[Check], name: str) -> Array:
    """Return that score of each check; 0 where the slug could not be used."""
    return np.array([getattr(check, name) or 0.0 for check in checks])


def summed(
    metric: BLEU | CHRF, texts: Sequence[Sequence[str]], references: Sequence[Sequence[str]]
) -> Array:
    """Return sacrebleu's counts, [stories, counts], each story's segments added up."""
    flat = [text for story in texts for text in story]
    rows = metric._extract_corpus_statistics(flat, [[text for each in references for text in each]])
    starts = np.cumsum([0, *(len(story) for story in texts[:-1])])
    return np.add.reduceat(np.array(rows, dtype=np.float64), starts, axis=0)


def mean(sums: Array) -> Array:
    """Return the means of sums, [samples, (sum, count)]."""
    return np.asarray(sums[:, 0] / sums[:, 1])


def bleu(sums: Array) -> Array:
    """Return BLEU, 0 to 100, of summed counts, [samples, 10], smoothed as sacrebleu does."""
    hypothesis, reference, right, all_ = sums[:, 0], sums[:, 1], sums[:, 2:6], sums[:, 6:10]
    none = np.cumsum(right == 0, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        precisions = np.where(right > 0, right / all_, 1 / (2.0**none * all_))
        penalty = np.where(hypothesis < reference, np.exp(1 - reference / hypothesis), 1.0)
        scores = 100 * penalty * np.exp(np.log(precisions).mean(axis=1))
    usable = (right.any(axis=1)) & (all_ > 0).all(axis=1)
    return np.where(usable, scores, 0.0)


def chrf(sums: Array) -> Array:
    """Return chrF2, 0 to 100, of summed counts, [samples, 18]."""
    counts = sums.reshape(len(sums), 6, 3)
    hypothesis, reference, right = counts[:, :, 0], counts[:, :, 1], counts[:, :, 2]
    both = (hypothesis > 0) & (reference > 0)
    orders = np.maximum(both.sum(axis=1), 1)
    precision = np.where(both, right / np.maximum(hypothesis, 1), 0).sum(axis=1) / orders
    recall = np.where(both, right / np.maximum(reference, 1), 0).sum(axis=1) / orders
    return np.asarray(500 * precision * recall / np.maximum(4 * precision + recall, 1e-16))
