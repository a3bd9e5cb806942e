"""Measure how the cost of `align translate` grows with the number of articles.

    python scripts/article_scale.py [--most 20000]

Makes folders of 100, 200, 500, ... articles of one headline and one paragraph with one sentence,
all different, so that what is measured is the path from folder to output more than the
arithmetic of the model; translates each with `align translate FOLDER --format jsonl -o FILE
--no-memory` in a process of its own; prints seconds, articles a second, and the peak of the
resident memory; at the end the straight line through them, and how far it is off.
20,000 articles: about ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Final

import numpy as np

PLACES: Final = [
    "کراچی",
    "لاہور",
    "پشاور",
    "کوئٹہ",
    "ملتان",
    "سکھر",
    "گوجرانوالہ",
    "حیدرآباد",
    "اسلام-آباد",
    "مظفرآباد",
]
PEOPLE: Final = [
    "وزیر",
    "گورنر",
    "میئر",
    "کمشنر",
    "ترجمان",
    "سیکریٹری",
    "ڈائریکٹر",
    "چیئرمین",
    "صدر",
    "کپتان",
]
THINGS: Final = [
    "اسکول",
    "پل",
    "سڑک",
    "ہسپتال",
    "پارک",
    "بازار",
    "کتب-خانے",
    "اسٹیڈیم",
    "عجائب-گھر",
    "ڈیم",
]
DEEDS: Final = ["افتتاح", "معائنہ", "دورہ", "ذکر", "اعلان"]


def texts() -> Iterator[tuple[str, str]]:
    """Yield headline and sentence, no two alike: 100,000 of them."""
    for number, place, person, thing, deed in product(range(2, 22), PLACES, PEOPLE, THINGS, DEEDS):
        names = [each.replace("-", " ") for each in (place, person, thing)]
        headline = f"{names[0]} کے {names[1]} نے {names[2]} کا {deed} کیا"
        yield headline, f"{headline} جہاں {number} افراد موجود تھے۔"


def make_articles(folder: Path, count: int) -> None:
    """Write so many articles, as a scraper would, in folders of a thousand."""
    step = 100_000 // count
    for i, (headline, sentence) in enumerate(islice(texts(), 0, step * count, step)):
        place = folder / f"{i // 1000:03}"
        place.mkdir(parents=True, exist_ok=True)
        text = f"{headline}\n\nCreated: 12 May, 2024\n\nnews {i}\n\n{headline}\n\n{sentence}\n"
        (place / f"{i:06}.txt").write_text(text, encoding="utf-8")


def measure(folder: Path, output: Path) -> tuple[float, float]:
    """Return the seconds, and the peak of the resident memory in MB, of one run."""
    code = (
        "import resource, subprocess, sys, time; start = time.monotonic();"
        "subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL);"
        "print(time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    command = [sys.executable, "-m", "align", "translate", str(folder), "--no-memory"]
    command += ["--format", "jsonl", "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, text=True
    )
    seconds, kilobytes = map(float, done.stdout.split())
    return seconds, kilobytes / 1000


def counts(most: int) -> list[int]:
    """Return 100, 200, 500, 1,000, ... up to `most`."""
    steps = [digit * 10**power for power in range(2, 6) for digit in (1, 2, 5)]
    return [count for count in steps if count <= most]


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=20_000)
    options = parser.parse_args()
    rows = []
    print("articles    seconds  articles/s   peak MB")
    for count in counts(options.most):
        with tempfile.TemporaryDirectory() as name:
            make_articles(Path(name) / "news", count)
            took, memory = measure(Path(name) / "news", Path(name) / "english.jsonl")
            lines = (Path(name) / "english.jsonl").read_bytes().count(b"\n")
        if lines != count:
            sys.exit(f"{lines} articles came out of {count}")
        rows.append((count, took))
        print(f"{count:8,} {took:10.1f} {count / took:11.1f} {memory:9,.0f}", flush=True)
    numbers, seconds = np.array(rows).T
    slope, start = np.polyfit(numbers, seconds, 1, w=1 / seconds)
    off = np.abs(start + slope * numbers - seconds) / seconds
    print(f"{start:.2f} s + {1000 * slope:.2f} s a thousand articles; at most {off.max():.0%} off")


if __name__ == "__main__":
    main()
