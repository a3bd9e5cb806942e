"""Measure formats, duplicates and split on a synthetic corpus: time, peak memory, pairs a second.

    python scripts/corpus_scale.py [--pairs 1000000] [--folder FOLDER] [WHAT ...]

WHAT is one or more of tsv, tsv.gz, tsv.xz, jsonl, ur (a Moses pair), tmx, parquet, duplicates,
split, statistics; all of them by default. Each runs in a process of its own, whose peak memory
is its own; the growth is the peak less what the process had before the first pair. The pairs are
random words by Zipf's law, 18 a side, with origin, document, date and score; one in twenty is an
exact copy of another and one in ten has a word changed. A million pairs take about 20 minutes
on one core and 2 GB of disk in FOLDER (default: a temporary one).
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs

FORMATS = ("tsv", "tsv.gz", "tsv.xz", "jsonl", "ur", "tmx", "parquet")
OTHERS = ("duplicates", "split", "statistics")
URDU = "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنوہھءیے"


def pairs(count: int) -> Iterator[Pair]:
    """Yield the corpus, the same for the same count."""
    chance = random.Random(11)
    english = [
        "".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 9))) for _ in range(30000)
    ]
    urdu = ["".join(chance.choices(URDU, k=chance.randint(2, 7))) for _ in range(30000)]
    weights = [1 / (rank + 2.7) for rank in range(30000)]
    sums = list(accumulate(weights))  # which make choices fast
    recent: list[tuple[list[int], list[int]]] = []
    for number in range(count):
        kind = chance.random()
        if kind < 0.15 and recent:
            source, target = map(list, chance.choice(recent))
            if kind > 0.05:
                source[chance.randrange(18)] = chance.randrange(30000)
                target[chance.randrange(18)] = chance.randrange(30000)
        else:
            source = chance.choices(range(30000), cum_weights=sums, k=18)
            target = chance.choices(range(30000), cum_weights=sums, k=18)
        if len(recent) < 5000:
            recent.append((source, target))
        else:
            recent[chance.randrange(5000)] = source, target
        document = number // 20
        yield Pair(
            " ".join(urdu[word] for word in source) + "۔",
            " ".join(english[word] for word in target) + ".",
            round(chance.random(), 4),
            origin=f"outlet-{document % 7}",
            document=f"article-{document}",
            created=f"20{10 + document % 15}-{1 + document % 12:02}-{1 + document % 28:02}",
            bead=f"{number % 20}:{number % 20}",
        )


def measured(what: str, path: str) -> None:
    """Do one thing to the corpus at `path` and print what it took."""
    corpus = read_pairs(path)
    before, start = peak(), time.perf_counter()
    processor = time.process_time()
    said = DOES[what](corpus, path)
    wall, processor = time.perf_counter() - start, time.process_time() - processor
    took = f"{wall:7.1f} s wall {processor:7.1f} s cpu {peak() - before:6.0f} MB more"
    print(f"{what:16} {took}  {said}")


def peak() -> float:
    """Return the peak memory of this process in MB."""
    # Not getrusage: its peak outlives exec, and is that of the parent.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def write(end: str) -> Callable[[Iterator[Pair], str], str]:
    """Make a function that writes the corpus in a format."""

    def run(corpus: Iterator[Pair], path: str) -> str:
        out = Path(path).with_name(f"out.{end}")
        count = write_pairs(str(out), corpus)
        return f"{count:,} pairs, {out.stat().st_size / 2**20:,.0f} MB (with reading the TSV)"

    return run


def read(end: str) -> Callable[[Iterator[Pair], str], str]:
    """Make a function that reads what `write` wrote."""

    def run(_: Iterator[Pair], path: str) -> str:
        return f"{sum(1 for _ in read_pairs(str(Path(path).with_name(f'out.{end}')))):,} pairs"

    return run


def duplicates(corpus: Iterator[Pair], _: str) -> str:
    """Find duplicates on both sides."""
    from align.corpus.duplicates import find_duplicates

    return str(find_duplicates(corpus).counts)


def split(corpus: Iterator[Pair], _: str) -> str:
    """Split by document."""
    from align.corpus.split import Sizes, plan_split

    return str(plan_split(corpus, Sizes(dev=0.01, test=0.01)).counts)


def statistics(corpus: Iterator[Pair], _: str) -> str:
    """Gather the statistics of the data card."""
    from align.corpus.statistics import gather

    return f"{gather(corpus).pairs:,} pairs"


DOES: dict[str, Callable[[Iterator[Pair], str], str]] = {
    **{f"write {end}": write(end) for end in FORMATS},
    **{f"read {end}": read(end) for end in FORMATS},
    "duplicates": duplicates,
    "split": split,
    "statistics": statistics,
}


def main() -> None:
    """Read the options, make the corpus and measure each thing in a process of its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", nargs="*", metavar="WHAT")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--folder")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measured(options.one, options.folder)
        return
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(options.folder or temporary) / f"made-{options.pairs}.tsv"
        if not path.exists():
            write_pairs(str(path), pairs(options.pairs))
        for name in options.what or (*FORMATS, *OTHERS):
            for step in [f"write {name}", f"read {name}"] if name in FORMATS else [name]:
                command = [sys.executable, __file__, "--one", step, "--folder", str(path)]
                subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
