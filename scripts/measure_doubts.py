"""Measure how often the doubts are false alarms, and how long true translations are.

    python scripts/measure_doubts.py CORPORA_FOLDER [--suspicious]

CORPORA_FOLDER holds the corpora of `CORPORA` as NAME.tsv.xz, lines of `urdu<TAB>english` that
are translations of each other. Printed, as in the head of `align/translate/doubts.py`: the per
cent of the pairs that each doubt calls suspicious; and the quantiles of the ratio of lengths
that stand behind `LENGTH_RATIOS`. `--suspicious` prints the pairs too. 20,000 pairs: half a
minute.
"""

from __future__ import annotations

import argparse
import lzma
from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np

from align.text.normalize import normalize
from align.translate.doubt_features import added_numbers
from align.translate.doubts import (
    COPIED,
    LEFT_OVER,
    LENGTH,
    LENGTH_RATIOS,
    LENGTH_SLACK,
    NUMBERS,
    REPETITION,
    doubts,
)

CORPORA: Final = {
    "news": "news",
    "FLORES": "flores200-dev-part",
    "TICO": "tico19-dev",
    "talk": "xnli",
}
ADDED: Final = "numbers added"  # no doubt of `doubts`, but a reason of `align.translate.doubt`
DOUBTS: Final = (REPETITION, COPIED, LEFT_OVER, LENGTH, NUMBERS)
# The middle 99 and 99.9 %.
QUANTILES: Final = (0.0005, 0.005, 0.995, 0.9995)

Pair = tuple[str, str]


def read_pairs(path: Path) -> list[Pair]:
    """Read `urdu<TAB>english` lines; Urdu normalised, as the translator hands it to the doubts."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(normalize(row[0]), row[1]) for row in rows]


def length_ratios(pairs: list[Pair]) -> list[float]:
    """Return characters of English for one of Urdu, smoothed as the doubt of lengths does."""
    return [(len(english) + LENGTH_SLACK) / (len(urdu) + LENGTH_SLACK) for urdu, english in pairs]


def percent(count: int, total: int) -> str:
    """Return a share with two decimals, and none as 0."""
    return f"{100 * count / total:.2f}" if count else "0"


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suspicious", action="store_true", help="print the pairs too")
    options = parser.parse_args()
    corpora = {
        name: read_pairs(options.folder / f"{file}.tsv.xz") for name, file in CORPORA.items()
    }
    alarms = {name: Counter[str]() for name in corpora}
    for name, pairs in corpora.items():
        for urdu, english in pairs:
            notes = doubts(urdu, english)
            alarms[name].update(notes)
            alarms[name][ADDED] += bool(added_numbers(urdu, english))
            if notes and options.suspicious:
                print(name, ", ".join(notes), urdu, english, sep="\t")
    print("| per cent       |", *(f"{name:6} |" for name in corpora))
    print("| pairs          |", *(f"{len(pairs):<6,} |" for pairs in corpora.values()))
    for doubt in (*DOUBTS, ADDED):
        shares = (percent(alarms[name][doubt], len(pairs)) for name, pairs in corpora.items())
        print(f"| {doubt:14} |", *(f"{share:6} |" for share in shares))
    print(f"\nquantiles of the ratio of lengths (doubted outside {LENGTH_RATIOS})")
    print("       ", *(f"{quantile:8.2%}" for quantile in QUANTILES))
    for name, pairs in corpora.items():
        print(f"{name:8}", *(f"{q:7.2f}" for q in np.quantile(length_ratios(pairs), QUANTILES)))


if __name__ == "__main__":
    main()
