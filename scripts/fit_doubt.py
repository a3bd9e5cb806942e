"""Fit the doubt of translations: expect a sentence's chrF from what its translation shows.

    python scripts/fit_doubt.py CORPORA_FOLDER TESTSETS_FOLDER [--write] [--model ur-en]

Fitted on text that no model was trained on: half of FLORES-200 dev (flores200-dev-part.tsv.xz of
CORPORA_FOLDER) and news-dev of TESTSETS_FOLDER. Faults that the model seldom makes are shown by
damaged translations, a tenth of the weight in all: cut off, going round in a loop, with another
number. Features that would work against their meaning are left out, so that the doubt never falls
when a fault is added.

Printed, for the development sets (ten-fold cross-validation, twenty neighbours in one fold) and
for the test sets, which take no part in the fit: Spearman's and Pearson's correlation with the
sentence's chrF, and the area under the ROC curve for finding the worst tenth by chrF; for the
expected chrF, the log-probability alone and the length of the source alone. Then how far the
doubt can be believed. `--write` puts the fit into `align/translate/doubt_calibration.py`. Some
three minutes on one core, which the translation memory saves the second time.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from fitted_source import comments, write_fitted

from align.evaluate import read_testset
from align.translate import Memory, Translation, Translator, doubt_calibration, load_translator
from align.translate.doubt_features import Features, measure
from align.translate.doubt_fit import Array, signed_ridge
from align.translate.doubts import doubts

DEV_PART, DEV_NEWS = "flores200-dev-part", "news-dev"
TESTS: Final = ("flores200-devtest", "tico19-test", "news-test", "wiki-test")
SEED, FOLDS, BLOCK = 3, 10, 20
PENALTY: Final = 10.0
DAMAGE: Final = 0.1  # share of the weight that damaged translations have
WORST: Final = 0.2  # share of the development sentences that are called bad
SIGNS: Final = Features(
    log_probability=1, words=0, shorter=-1, longer=-1, word_length=1, repetition=-1,
    numbers_lost=-1, numbers_added=-1, names_heard=1, names_added=-1, marks=-1,
)  # fmt: skip
CALIBRATION = Path(doubt_calibration.__file__)
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


class Pair(NamedTuple):
    """A source and its references."""

    source: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """Translations that were decoded: their features, an example a row, and their chrF."""

    x: Array
    y: Array


def read_pairs(path: Path) -> list[Pair]:
    """Read a corpus of `urdu<TAB>english` lines."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [Pair(row[0], (row[1],)) for row in rows]


def read_set(path: Path) -> list[Pair]:
    """Read a test set, `NAME.ur` with `NAME.en` or `NAME.en.0`, ...; `path` is without endings."""
    found = read_testset(path)
    references = zip(*found.references, strict=True)
    return [Pair(*both) for both in zip(found.sources or (), references, strict=True)]


def examples_of(pairs: Sequence[Pair], translations: Sequence[Translation]) -> Examples:
    """Measure what was decoded and is not empty."""
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF()
    rows, scores = [], []
    for pair, translation in zip(pairs, translations, strict=True):
        if translation.score < 0 and translation.text.strip():
            rows.append(measure(translation))
            scores.append(metric.sentence_score(translation.text, list(pair.references)).score)
    x = np.array(rows, np.float64).reshape(-1, len(Features._fields))
    return Examples(x, np.array(scores, np.float64))


def damaged(
    pairs: Sequence[Pair], translations: Sequence[Translation]
) -> Iterator[tuple[Pair, Translation]]:
    """Yield each translation with one damage, in turn cut off, in a loop, with other numbers."""
    rng = random.Random(SEED)
    for number, (pair, translation) in enumerate(zip(pairs, translations, strict=True)):
        words = translation.text.split()
        if len(words) < 4 or translation.score == 0:
            continue
        place = rng.randrange(2, len(words))
        if number % 3 == 0:
            text = " ".join(words[: max(1, place * 3 // 4)])
        elif number % 3 == 1:
            text = " ".join([*words[:place], *words[place - 2 : place] * rng.randrange(3, 12)])
        else:
            text = _NUMBER.sub(
                lambda match: str(int(match[0]) + rng.randrange(1, 9)), translation.text
            )
        if text != translation.text:
            notes = doubts(translation.source, text)
            yield pair, replace(translation, text=text, notes=notes)


def fitted(natural: Examples, damage: Examples) -> Array:
    """Fit the expectation of chrF; return intercept and coefficients."""
    share = DAMAGE / (1 - DAMAGE) * len(natural.y) / max(1, len(damage.y))
    weights = np.concatenate([np.ones(len(natural.y)), np.full(len(damage.y), share)])
    x = np.concatenate([natural.x, damage.x])
    y = np.concatenate([natural.y, damage.y])
    return signed_ridge(x, y, weights, SIGNS, penalty=PENALTY)


def expected(x: Array, beta: Array) -> Array:
    """Return the expected chrF of each row."""
    return np.asarray(beta[0] + x @ beta[1:], np.float64)


def cross_validated(natural: Examples, damage: Examples) -> Array:
    """Return the chrF that a fit without the example's fold expects; folds are of neighbours."""
    folds = np.arange(len(natural.y)) // BLOCK % FOLDS
    found = np.zeros(len(natural.y))
    for fold in range(FOLDS):
        out = folds == fold
        beta = fitted(Examples(natural.x[~out], natural.y[~out]), damage)
        found[out] = expected(natural.x[out], beta)
    return found


def ranks(values: Array) -> Array:
    """Return the ranks of values from 0, ties in the middle of theirs."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts + 1) / 2)[places], np.float64)


def correlation(a: Array, b: Array) -> float:
    """Return Pearson's correlation, 0 where one does not vary."""
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def area(goodness: Array, chrf: Array) -> float:
    """Return the chance that one of the worst tenth by chrF has less goodness than another."""
    worst = chrf <= np.quantile(chrf, 0.1)
    low, high = goodness[worst], np.sort(goodness[~worst])
    above = len(high) - np.searchsorted(high, low, "right")
    ties = np.searchsorted(high, low, "right") - np.searchsorted(high, low, "left")
    return float((above + ties / 2).mean() / max(1, len(high)))


def report(name: str, examples: Examples, chrf: Array) -> str:
    """Print correlations and areas of a set; return them as one line."""
    rivals = {
        "doubt": chrf,
        "log-probability": examples.x[:, Features._fields.index("log_probability")],
        "length": -examples.x[:, Features._fields.index("words")],
    }
    y = examples.y
    parts = [
        f"{rival} {correlation(ranks(values), ranks(y)):.3f} / {correlation(values, y):.3f}"
        f" / {area(values, y):.3f}"
        for rival, values in rivals.items()
    ]
    line = f"{name} ({len(y)}, chrF {y.mean():.1f}): {', '.join(parts)}."
    print(line)
    return line


def reliability(chrf: Array, y: Array, worst: float, spread: float) -> None:
    """Print how many of each range of the doubt were below `worst`."""
    from math import erfc, sqrt

    doubt = np.array([0.5 * erfc((value - worst) / (spread * sqrt(2))) for value in chrf])
    print(f"\ndoubt      sentences  mean doubt  chrF below {worst:g}")
    for low in np.arange(0, 1, 0.1):
        here = (doubt >= low) & (doubt < low + 0.1)
        if here.any():
            mean, share = doubt[here].mean(), (y[here] < worst).mean()
            print(f"{low:.1f}-{low + 0.1:.1f} {here.sum():11d} {mean:11.3f} {share:11.3f}")


def source_lines(
    beta: Array, natural: Examples, worst: float, spread: float, told: tuple[str, list[str]]
) -> str:
    """Return the Python lines that hold the fit; `told` are the model and the figures."""
    model, figures = told
    names = ("chrf", *Features._fields)
    means = zip(names, (natural.y.mean(), *natural.x.mean(axis=0)), strict=True)
    terms = zip(Features._fields, beta[1:], strict=True)
    return "\n".join(
        (
            *comments(figures),
            f'FITTED: Final = "{datetime.now(UTC):%Y-%m-%d}"',
            f'MODEL: Final = "{model}"',
            f"WORST: Final = {worst:.1f}",
            f"SPREAD: Final = {spread:.2f}",
            "MEANS: Final = {",
            *(f'    "{name}": {value:.4f},' for name, value in means),
            "}",
            "COEFFICIENTS: Final = {",
            *(f'    "{name}": {value:.3f},' for name, value in terms),
            "}",
            "",
        )
    )


def translated(translator: Translator, pairs: Sequence[Pair]) -> list[Translation]:
    """Translate the sources."""
    return translator.translate([pair.source for pair in pairs])


def main() -> None:
    """Translate, fit, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("testsets", type=Path)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--dev-only", action="store_true", help="leave the test sets alone")
    parser.add_argument("--write", action="store_true", help="rewrite the coefficients")
    options = parser.parse_args()
    start = time.perf_counter()
    dev = {
        DEV_PART: read_pairs(options.corpora / f"{DEV_PART}.tsv.xz"),
        DEV_NEWS: read_set(options.testsets / DEV_NEWS),
    }
    tests = {} if options.dev_only else {name: read_set(options.testsets / name) for name in TESTS}
    with Memory(corrections=False) as memory:
        translator = load_translator(options.model, memory=memory)
        english = {name: translated(translator, pairs) for name, pairs in (dev | tests).items()}
    parts = {name: examples_of(pairs, english[name]) for name, pairs in (dev | tests).items()}
    print(f"{translator.model}, {time.perf_counter() - start:.0f} s")
    natural = Examples(
        np.concatenate([parts[name].x for name in dev]),
        np.concatenate([parts[name].y for name in dev]),
    )
    broken = [each for name in dev for each in damaged(dev[name], english[name])]
    damage = examples_of([pair for pair, _ in broken], [each for _, each in broken])
    beta, held = fitted(natural, damage), cross_validated(natural, damage)
    worst = round(float(np.quantile(natural.y, WORST)), 1)
    spread = float(np.sqrt(np.mean((natural.y - held) ** 2)))
    figures = [
        f"{len(natural.y)} sentences of {DEV_PART} and {DEV_NEWS}, {len(damage.y)} damaged ones.",
        "Spearman / Pearson with chrF / AUC of the worst tenth:",
    ]
    places = np.cumsum([0, *(len(parts[name].y) for name in dev)])
    for number, name in enumerate(dev):
        here = slice(places[number], places[number + 1])
        figures.append(report(f"{name}, cross-validated", parts[name], held[here]))
    report("both, cross-validated", natural, held)
    report("damaged, of the fit itself", damage, expected(damage.x, beta))
    reliability(held, natural.y, worst, spread)
    for name in tests:
        figures.append(report(name, parts[name], expected(parts[name].x, beta)))
        reliability(expected(parts[name].x, beta), parts[name].y, worst, spread)
    lines = source_lines(beta, natural, worst, spread, (translator.model, figures))
    print(f"\n{lines}\n{time.perf_counter() - start:.0f} s in all")
    if options.write:
        write_fitted(CALIBRATION, Path(__file__).name, lines)


if __name__ == "__main__":
    main()
