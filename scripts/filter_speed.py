"""How many pairs a second each filter scores, on one core.

    python scripts/filter_speed.py CORPUS.tsv.xz … [--pairs 10000] [--testset FILE …]

Prints a Markdown table, the fastest first, and how long all of them together take, in time of
the processor. Cutting texts into words is done once for all filters, and so counted apart.
Filters that learn are timed with their learning. It takes about a minute.
"""

from __future__ import annotations

import argparse
import platform
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice

from align.bitext import Pair
from align.corpus.filters import LearningFilter, make_filters
from align.corpus.filters.segments import read_segments
from align.corpus.filters.words import bare_words
from align.corpus.formats import read_pairs

_DOCUMENT = 12  # pairs, where the corpus names no documents
_BATCH = 1000  # as in align.corpus.filtering
_WORDS = "(cutting into words)"


def main() -> None:
    """Time every filter over the same pairs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--pairs", type=int, default=10_000, help="of each corpus")
    parser.add_argument("--testset", nargs="*", default=[])
    options = parser.parse_args()
    pairs = [
        _completed(pair, number)
        for corpus in options.corpora
        for number, pair in enumerate(islice(read_pairs(corpus), options.pairs))
    ]
    filters = make_filters(segments=read_segments(options.testset) if options.testset else None)
    taken: Counter[str] = Counter()
    for one in filters:
        if isinstance(one, LearningFilter):
            taken[one.name] += _nanoseconds(partial(_learn, one, pairs))
    for first in range(0, len(pairs), _BATCH):
        batch = pairs[first : first + _BATCH]
        taken[_WORDS] += _nanoseconds(partial(_cut, batch))
        for one in filters:
            taken[one.name] += _nanoseconds(partial(one.scores, batch))
    print(f"{len(pairs):,} pairs on one core of {platform.processor() or platform.machine()}\n")
    print("| filter | pairs a second |\n| --- | ---: |")
    for name, nanoseconds in sorted(taken.items(), key=lambda item: item[1]):
        print(f"| {name} | {len(pairs) / nanoseconds * 1e9:,.0f} |")
    print(f"| **all together** | {len(pairs) / sum(taken.values()) * 1e9:,.0f} |")
    rest = sum(taken.values()) - taken["overlap"]
    print(f"| **all but overlap** | {len(pairs) / rest * 1e9:,.0f} |")


def _completed(pair: Pair, number: int) -> Pair:
    """Give a pair what some filters look at: a document, a score, a translation."""
    document = pair.document or str(number // _DOCUMENT)
    translation = pair.translation or pair.target
    return replace(pair, document=document, translation=translation, score=pair.score or 0.9)


def _learn(one: LearningFilter, pairs: list[Pair]) -> None:
    one.learn([one.observe(pairs)])


def _cut(batch: list[Pair]) -> None:
    for pair in batch:
        bare_words(pair.source)
        bare_words(pair.target)


def _nanoseconds(job: Callable[[], object]) -> int:
    start = time.process_time_ns()
    job()
    return time.process_time_ns() - start


if __name__ == "__main__":
    main()
