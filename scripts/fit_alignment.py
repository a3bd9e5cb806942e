"""Fit the presets of sentence alignment and the calibration of its probabilities.

    python scripts/fit_alignment.py BITEXT_FOLDER news-articles.jsonl.xz --write

BITEXT_FOLDER holds Text+Berg as `scripts/bitext_sets.py` says, of which only the development
document is read; the articles are JSON Lines of paragraphs of {ur, en} sentences, translated by
the embedded model (some minutes, which the translation memory keeps).

Preset "clean" is fitted to the documents as they are, "comparable" to those with foreign
sentences: 18 and 56 % in the target (Text+Berg: each half of the document with sentences of the
other half), or on both sides. Either half of the weight is Urdu-English. Printed: strict, lax and
null-free F1 by two-fold cross-validation over halves of Text+Berg and of the Urdu documents, and
reliability in ten bins. The calibration is fitted to the cross-validated posteriors. `--write`
puts both fits into `align/bitext/settings.py` and `calibration.py`. Some ten minutes on one core.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bitext_sets import Gold, halves, summary, text_berg, urdu_news, with_foreign
from fitted_source import write_fitted

from align.bitext import Bead, calibration, settings
from align.bitext.bags import Floats
from align.bitext.fit import Example, example_of, fit_weights, minimum, worths_of
from align.bitext.lattice import lattice_of
from align.bitext.posterior import posteriors
from align.bitext.signals import SIGNALS
from align.bitext.solution import bead_at, decided
from align.evaluate.beads import BeadScores, Which, score_beads, summed
from align.translate import Memory, load_translator

FOREIGN = (0.18, 0.56)
# Tried by cross-validation; the highest mean of the rows' strict F1 is taken, for each preset.
PENALTIES = (2e-4, 5e-5)
RELUCTANCES = (0.0, 0.5, 1.0, 1.5, 2.0)
# Where every fit begins: never at fitted weights, which have seen both folds.
START = {"overlap": 10.0, "neighbours": -5.0, "null": -1.0}
SETTINGS, CALIBRATION = (Path(module.__file__ or "") for module in (settings, calibration))


@dataclass(frozen=True, slots=True)
class Case:
    """A document with one of its translations, as an example for the fit."""

    name: str
    fold: int
    gold: tuple[Bead, ...]
    example: Example


def cases_of(golds: Iterable[tuple[str, int, Gold]], total: float) -> list[Case]:
    """Make examples of (name, fold, gold), which weigh `total` together."""
    found = []
    for name, fold, gold in golds:
        for which, lines in gold.translations.items():
            lattice = lattice_of(gold.source, gold.target, lines, None)
            example = example_of(lattice, gold.beads)
            found.append(Case(f"{name} {which}", fold, gold.beads, example))
    beads = sum(case.example.beads for case in found)
    for case in found:
        object.__setattr__(case.example, "weight", total * case.example.beads / beads)
    return found


def presets_cases(folder: Path, articles: Path, model: str) -> dict[str, list[Case]]:
    """Return the examples for each preset."""
    first, second = halves(text_berg(folder, "dev")[0])
    clean = [("Text+Berg", 0, first), ("Text+Berg", 1, second)]
    foreign = [
        (f"Text+Berg +{share:.0%}", fold, with_foreign(gold, pool.target.sentences, share, seed))
        for share in FOREIGN
        for fold, gold, pool in ((0, first, second), (1, second, first))
        for seed in (1, 2)
    ]
    with Memory(corrections=False) as memory:
        translator = load_translator(model, memory=memory)
        urdu = urdu_news(articles, lambda t: [done.text for done in translator.translate(t)])
    print(f"Urdu: {summary(urdu)}")
    of_urdu = [(f"Urdu {gold.name}", number % 2, gold) for number, gold in enumerate(urdu)]
    parallel = [each for each in of_urdu if "clean" in each[0]]
    comparable = [each for each in of_urdu if "clean" not in each[0]]
    return {
        "clean": cases_of(clean, 0.5) + cases_of(parallel, 0.5),
        "comparable": cases_of(foreign, 0.5) + cases_of(comparable, 0.5),
    }


def solved(case: Case, weights: Floats, reluctance: float) -> list[Bead]:
    """Return the best beads with their posteriors."""
    lattice = case.example.lattice
    worth = worths_of(case.example, weights)
    chances, _ = posteriors(lattice.band, worth, lattice.places)
    path = decided(lattice, worth, reluctance)
    return [bead_at(lattice, cell, move, float(chances[cell, move])) for cell, move in path]


def start() -> Floats:
    """Return the weights with which every fit begins."""
    return np.array([START.get(signal, 0.0) for signal in SIGNALS])


def fold_weights(cases: Sequence[Case], penalty: float) -> dict[int, Floats]:
    """Return for each fold the weights fitted to the other."""
    return {
        fold: fit_weights([c.example for c in cases if c.fold != fold], start(), penalty=penalty)
        for fold in (0, 1)
    }


def chosen(cases: Sequence[Case]) -> tuple[float, float, list[tuple[Case, list[Bead]]]]:
    """Return the best penalty and reluctance, with the beads of each case left out of the fit."""
    best: tuple[float, float, float, list[tuple[Case, list[Bead]]]] = (-1.0, 0.0, 0.0, [])
    for penalty in PENALTIES:
        weights = fold_weights(cases, penalty)
        for reluctance in RELUCTANCES:
            found = [(case, solved(case, weights[case.fold], reluctance)) for case in cases]
            scores = by_name(found).values()
            strict = float(np.mean([score.strict().f1 for score in scores]))
            lax = float(np.mean([score.lax().f1 for score in scores]))
            print(
                f"  penalty {penalty:g} reluctance {reluctance}: {strict:.4f} {lax:.4f}", flush=True
            )
            if strict > best[0]:
                best = (strict, penalty, reluctance, found)
    return best[1:]


def by_name(found: Sequence[tuple[Case, list[Bead]]]) -> dict[str, BeadScores]:
    """Return the summed counts of each row."""
    scores: dict[str, BeadScores] = {}
    for case, beads in found:
        scored = score_beads(beads, case.gold)
        scores[case.name] = summed([scores.get(case.name, BeadScores()), scored])
    return scores


def report(found: Sequence[tuple[Case, list[Bead]]]) -> None:
    """Print F1 by name."""
    for name, score in by_name(found).items():
        figures = score.strict().f1, score.lax().f1, score.strict(Which.paired).f1
        print(f"  {name:28} strict {figures[0]:.3f} lax {figures[1]:.3f} paired {figures[2]:.3f}")


def judged(found: Sequence[tuple[Case, list[Bead]]]) -> tuple[Floats, Floats, Floats]:
    """Return of each bead its posterior, whether it is right, and its weight."""
    rows = []
    for case, beads in found:
        right = {(bead.source, bead.target) for bead in case.gold}
        weight = case.example.weight / case.example.beads
        rows += [(bead.score, float((bead.source, bead.target) in right), weight) for bead in beads]
    chances, labels, weights = np.array(rows).T
    return chances, labels, weights / weights.mean()


def calibrate(chances: Floats, labels: Floats, weights: Floats) -> tuple[float, float]:
    """Return slope and intercept of the log-odds that make the labels most probable (Platt)."""
    odds = calibration.log_odds(chances)

    def loss(line: Floats) -> tuple[float, Floats]:
        value = line[0] * odds + line[1]
        chance = 0.5 * (1 + np.tanh(value / 2))
        cost = np.logaddexp(0, value) - labels * value
        slope = weights * (chance - labels)
        return float((weights * cost).mean()), np.array([(slope * odds).mean(), slope.mean()])

    line = minimum(loss, np.array([1.0, 0.0]), steps=200, close=1e-9)
    return float(line[0]), float(line[1])


def reliability(chances: Floats, labels: Floats, weights: Floats) -> list[str]:
    """Return, for ten bins of probability: beads, mean probability, share that is right."""
    place = np.minimum((chances * 10).astype(int), 9)
    return [
        f"{number / 10:.1f} {int((place == number).sum())} beads: "
        f"{np.average(chances[place == number], weights=weights[place == number]):.3f} "
        f"{np.average(labels[place == number], weights=weights[place == number]):.3f}"
        for number in range(10)
        if (place == number).any()
    ]


def preset_lines(fitted: dict[str, Floats], reluctances: dict[str, float]) -> str:
    """Return the source text of the presets."""
    lines = [f"# {datetime.now(UTC):%Y-%m-%d}", "PRESETS: Final = MappingProxyType({"]
    for name, weights in fitted.items():
        numbers = textwrap.fill(", ".join(f"{weight:.3f}" for weight in weights), 88)
        lines += [
            f'    "{name}": Settings({reluctances[name]}, (',
            textwrap.indent(numbers, " " * 8) + ",",
            "    )),",
        ]
    return "\n".join([*lines, "})  # fmt: skip", ""])


def main() -> None:
    """Read, fit, report, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--write", action="store_true", help="rewrite the fitted values")
    options = parser.parse_args()
    fitted, lines, reluctances, tables = {}, {}, {}, []
    for preset, cases in presets_cases(options.folder, options.articles, options.model).items():
        print(f"{preset}: {len(cases)} documents")
        penalty, reluctance, found = chosen(cases)
        reluctances[preset] = reluctance
        print(f"  taken: penalty {penalty:g}, reluctance {reluctance}")
        report(found)
        chances, labels, weights = judged(found)
        lines[preset] = calibrate(chances, labels, weights)
        slope, intercept = lines[preset]
        odds = slope * calibration.log_odds(chances) + intercept
        table = reliability(0.5 * (1 + np.tanh(odds / 2)), labels, weights)
        print("  " + "\n  ".join(table))
        tables += [f"# {preset}, {row}" for row in table]
        fitted[preset] = fit_weights([case.example for case in cases], start(), penalty=penalty)
        named = zip(SIGNALS, fitted[preset], strict=True)
        print("  " + ", ".join(f"{name} {weight:.2f}" for name, weight in named))
    table_lines = [f'    "{name}": ({a:.3f}, {b:.3f}),' for name, (a, b) in lines.items()]
    curves = [*tables, "LINES: Final = MappingProxyType({", *table_lines, "})", ""]
    if options.write:
        write_fitted(SETTINGS, Path(__file__).name, preset_lines(fitted, reluctances))
        write_fitted(CALIBRATION, Path(__file__).name, "\n".join(curves))


if __name__ == "__main__":
    main()
