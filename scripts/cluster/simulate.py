"""Measure runs on a cluster against what a model predicts, and plan large ones by it.

    python scripts/cluster/simulate.py [--write] [--ray ADDRESS] [--articles 96] [--pairs 20000]

Starts a cluster on this machine, or joins one, and measures: what an article costs each part;
runs of real actors, up to one a processor, beside runs without a cluster; runs of actors that
sleep for as long as a real one would work, of which a small machine holds many, so that the driver
becomes the limit; and the search for duplicates. The model is `plan.Model`, whose parameters come
from single measurements, never from the runs that it is held against. With --write, the figures
go into README.md beside this script. On two free cores it takes about six minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from costs import WINDOW, article_costs, make_pairs, pair_costs, write_articles
from plan import Model, article_plan, pair_plan

from align import pipeline
from align.articles import read_articles
from align.cluster.duplicates import find_duplicates_on_cluster
from align.cluster.results import Results
from align.cluster.session import LOCAL, Session, joined
from align.cluster.stage import Row, Worker, results
from align.cluster.translating import Settings, translate_on_cluster
from align.corpus.duplicates import find_duplicates
from align.corpus.shards import Input, Shards
from align.pipeline import translate_articles
from align.translate import load_translator
from align.translate.marian import usable_cpus

T = TypeVar("T")

README = Path(__file__).with_name("README.md")
_FIGURES = re.compile("(<!-- figures -->\n).*?(\n<!-- end of figures -->)", re.DOTALL)
_SLEEPERS = (1, 4, 16)
_SLEEP = 1.0  # seconds a window
_SHARD = 2000  # pairs
_SETTINGS = Settings(model="ur-en", engine="ctranslate2", beam=4, device="cpu")


def main() -> None:
    """Read the command line, measure, print or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--write", action="store_true", help="put the figures into README.md")
    parser.add_argument("--ray", default=LOCAL, help="a cluster, with as many processors as 16")
    parser.add_argument("--articles", type=int, default=96)
    parser.add_argument("--pairs", type=int, default=20_000)
    options = parser.parse_args()
    lines: list[str] = []
    for line in figures(options.ray, options.articles, options.pairs):
        print(line, flush=True)
        lines.append(line)
    if options.write:
        text = README.read_text(encoding="utf-8")
        body = "\n".join(lines)
        README.write_text(_FIGURES.sub(lambda match: match[1] + body + match[2], text))


def figures(address: str, articles: int, pairs: int) -> Iterator[str]:
    """Yield all figures, as lines of Markdown."""
    load = os.getloadavg()[0]
    yield (
        f"{usable_cpus()} processors of {platform.machine()}, Python {platform.python_version()}, "
        f"load {load:.1f} at the start; {articles} articles, windows of {WINDOW}, {pairs:,} pairs."
    )
    costs, found = article_costs(load_translator(threads=1), min(articles, 6 * WINDOW))
    # Of processors that only Ray counts, as many as there are actors that sleep.
    with joined(address, processors=max(_SLEEPERS)) as session:
        share = overhead(session, found[0])
        model, large = (
            Model(
                costs.translate * size, costs.read * size, costs.write * size + costs.keep + share
            )
            for size in (WINDOW, pipeline.WINDOW)
        )
        yield ""
        yield from translation_runs(session, model, articles, costs.sentences)
        yield ""
        yield from sleeping_runs(session, model, found[0])
        yield ""
        yield from duplicate_runs(session, pairs)
    yield ""
    yield from article_plan(costs, large, pipeline.WINDOW)
    yield ""
    yield from pair_plan(pair_costs(pairs))


def translation_runs(
    session: Session, model: Model, articles: int, sentences: float
) -> Iterator[str]:
    """Yield measured against predicted seconds of real actors, and of runs without a cluster."""
    yield (
        f"| actors | seconds for {articles // 2} articles | for {articles // 2} more | predicted "
        "| ratio | of the speed without a cluster | sentences a second |"
    )
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    with tempfile.TemporaryDirectory(prefix="align-") as name:
        sources = [
            write_articles(Path(name) / f"{count}.jsonl", count)
            for count in (articles // 2, articles)
        ]
        for actors in range(1, usable_cpus() + 1):
            short, long = (_timed(partial(_there, session, each, actors)) for each in sources)
            here = [_timed(partial(_here, each, actors)) for each in sources]
            if (short[1], long[1]) != (here[0][1], here[1][1]):
                raise SystemExit("the cluster gave another result")
            more, more_here = max(long[0] - short[0], 0.01), here[1][0] - here[0][0]
            predicted = model.seconds(articles / 2 / WINDOW, actors)
            yield (
                f"| {actors} | {short[0]:.1f} | {more:.1f} | {predicted:.1f} "
                f"| {more / predicted:.2f} | {more_here / more:.2f} "
                f"| {articles / 2 * sentences / more:.1f} |"
            )


def sleeping_runs(session: Session, model: Model, result: bytes) -> Iterator[str]:
    """Yield measured against predicted seconds where the work of an actor is but waiting."""
    yield "| actors that sleep | a window | windows | seconds more | predicted | ratio | limit |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    runs = [(actors, 8 * actors, _SLEEP) for actors in _SLEEPERS]
    for actors, rows, seconds in [*runs, (max(_SLEEPERS), 200, 0.0)]:
        short, long = (
            _timed(partial(_slept, session, actors, count, seconds, result))[0]
            for count in (rows // 2, rows // 2 + rows)
        )
        sleeping = replace(model, work=seconds)
        predicted = sleeping.seconds(rows, actors)
        ratio, limit = (long - short) / predicted, sleeping.limit(actors)
        yield (
            f"| {actors} | {seconds:g} s | {rows} | {long - short:.1f} | {predicted:.1f} "
            f"| {ratio:.2f} | {limit} |"
        )


def duplicate_runs(session: Session, count: int) -> Iterator[str]:
    """Yield the seconds of the search for duplicates, with and without a cluster."""
    yield "| pairs | seconds on the cluster | without | the same |"
    yield "| ---: | ---: | ---: | --- |"
    on_all = replace(session, actors=usable_cpus())
    for some in (count // 4, count):
        pairs = make_pairs(some)
        with tempfile.TemporaryDirectory(prefix="align-") as name:
            shards = Shards(Path(name), size=_SHARD)
            shards.write(pairs, lambda: Input(""))
            there, got = _timed(
                partial(find_duplicates_on_cluster, shards, on_all, side="both", threshold=0.8)
            )
        here, expected = _timed(partial(find_duplicates, pairs))
        same = (got.keeper == expected.keeper).all()
        yield f"| {some:,} | {there:.1f} | {here:.1f} | {'yes' if same else 'NO'} |"


def overhead(session: Session, result: bytes) -> float:
    """Return the seconds of Ray for one window more of which one actor makes nothing."""
    short, long = (_timed(partial(_slept, session, 1, rows, 0.0, result))[0] for rows in (50, 250))
    return max(long - short, 0.0) / 200


@dataclass(frozen=True, slots=True)
class _Rows:
    count: int

    def __call__(self) -> Iterator[Row]:
        for number in range(self.count):
            yield {"number": number}


class _Sleeper(Worker):
    def begin(self, seconds: float, result: bytes) -> None:
        self._seconds, self._result = seconds, result

    def row(self, row: Row) -> Row:
        time.sleep(self._seconds)
        return {"number": row["number"], "result": self._result}


def _slept(session: Session, actors: int, rows: int, seconds: float, result: bytes) -> int:
    some = replace(session, actors=actors)
    arguments = {"seconds": seconds, "result": result}
    return sum(1 for _ in results(some, _Rows(rows), _Sleeper, arguments))


def _here(source: Path, threads: int) -> Sequence[str]:
    translator = load_translator(threads=threads)
    articles = read_articles(str(source))
    return [str(item) for item in translate_articles(articles, translator, window=WINDOW)]


def _there(session: Session, source: Path, actors: int) -> Sequence[str]:
    some = replace(session, actors=actors)
    with tempfile.TemporaryDirectory(prefix="align-") as work:
        kept = Results(Path(work))
        items = translate_on_cluster((str(source),), _SETTINGS, some, kept, window=WINDOW)
        return [str(item) for item in items]


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    start = time.monotonic()
    result = work()
    return time.monotonic() - start, result


if __name__ == "__main__":
    main()
