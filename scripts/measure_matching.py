"""Measure how well documents are matched, and told from others that are only about the same.

    scripts/measure_matching.py news-articles.jsonl.xz

Takes articles in Urdu and English (JSON Lines packed with xz: id, slug, created, headline {ur, en},
paragraphs of {ur, en} sentences). Translates headlines and the first sentences with the embedded
model, shuffles, takes a third away from either side, matches, and prints precision and recall of
the articles that are on both sides, with and without slugs and dates. Slugs stand on the Urdu
side only. `--tune` takes every other article and prints a grid; the rest is for the figures.

`--parallel N` aligns N articles with their own English, with a third of the sentences left out on
either side, and with the most similar English of another article, and prints how parallelism tells
them apart. `--scale N` makes N artificial articles a side and times the matching.

Translations are kept in the translation memory: the first run takes some four minutes on a core,
others seconds.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

from align.bitext.aligner import align
from align.bitext.document import Document
from align.bitext.matching import Story, match_documents
from align.bitext.parallel import THRESHOLD
from align.bitext.tfidf import Cosines
from align.translate import Memory, load_translator

_FIRST = 5  # sentences of an article that are translated for matching
_LATEST = 3  # days by which the English may be late, by chance


@dataclass(frozen=True, slots=True)
class News:
    """An article: both headlines, its sentences on both sides, and the translation of the Urdu."""

    id: str
    created: date
    slug: str
    headline: str
    translated_headline: str
    source: Document
    target: Document
    translation: tuple[str, ...]


def read_news(paths: Iterable[Path], *, model: str) -> list[News]:
    """Read and translate articles."""
    records = []
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            records += [json.loads(line) for line in file]
    texts = [
        [record["headline"]["ur"], *(pair["ur"] for part in record["paragraphs"] for pair in part)]
        for record in records
    ]
    with Memory(corrections=False) as memory:
        translator = load_translator(model, memory=memory, threads=1)
        english = iter([each.text for each in translator.translate(list(chain(*texts)))])
    return [
        _news(record, [next(english) for _ in own])
        for record, own in zip(records, texts, strict=True)
    ]


def _news(record: dict[str, object], english: list[str]) -> News:
    paragraphs: list[list[dict[str, str]]] = record["paragraphs"]  # type: ignore[assignment]
    numbers = tuple(n for n, part in enumerate(paragraphs) for _ in part)
    sides = [
        Document(tuple(pair[language] for part in paragraphs for pair in part), numbers)
        for language in ("ur", "en")
    ]
    headline: dict[str, str] = record["headline"]  # type: ignore[assignment]
    created = date.fromisoformat(str(record["created"]))
    return News(
        str(record["id"]), created, str(record["slug"]), headline["en"], english[0],
        sides[0], sides[1], tuple(english[1:]),
    )  # fmt: skip


def stories(news: Sequence[News], *, seed: int) -> tuple[list[Story], list[Story]]:
    """Return sources and targets, shuffled, a third of either taken away, the English late."""
    chance = random.Random(seed)
    sources = [
        Story(n.id, " ".join(n.translation[:_FIRST]), n.created, n.slug, n.translated_headline)
        for n in news
    ]
    targets = [
        Story(n.id, " ".join(n.target.sentences), n.created + timedelta(chance.randint(0, _LATEST)),
              headline=n.headline)
        for n in news
    ]  # fmt: skip
    count = len(news) * 2 // 3
    return chance.sample(sources, count), chance.sample(targets, count)


def quality(
    sources: Sequence[Story], targets: Sequence[Story], **options: float | None
) -> tuple[float, float, int]:
    """Return precision, recall, and how many there are to find."""
    matches = match_documents(sources, targets, **options).matches  # type: ignore[arg-type]
    right = sum(sources[each.source].id == targets[each.target].id for each in matches)
    there = len({each.id for each in sources} & {each.id for each in targets})
    return right / max(len(matches), 1), right / there, there


def _bare(
    stories: Iterable[Story], *, slug: bool, dates: bool, headline: bool = True
) -> list[Story]:
    """Take away what is not to be used."""
    return [
        replace(
            each,
            slug=each.slug if slug else "",
            created=each.created if dates else None,
            headline=each.headline if headline else "",
        )
        for each in stories
    ]


def print_quality(news: Sequence[News], seeds: range = range(5)) -> None:
    """Print precision and recall over several draws."""
    print(f"{len(news)} articles, two thirds of them on either side, {len(seeds)} draws")
    for slug in (True, False):
        for dates in (True, False):
            results = [
                quality(*(_bare(side, slug=slug, dates=dates) for side in stories(news, seed=seed)))
                for seed in seeds
            ]
            precision, recall, there = (
                sum(each) / len(results) for each in zip(*results, strict=True)
            )
            print(
                f"  {'slugs' if slug else 'no slugs':9}{'dates' if dates else 'no dates':9}"
                f" precision {precision:.4f} recall {recall:.4f} ({there:.0f} to find)"
            )


def print_grid(news: Sequence[News]) -> None:
    """Print F1 over least scores and margins, without dates, the harder case."""
    for slug in (True, False):
        print("slugs" if slug else "no slugs", "(rows: least score, columns: least margin)")
        margins = (-1.0, 0.0, 0.02, 0.04, 0.06, 0.1)
        print("      " + "".join(f"{margin:16.2f}" for margin in margins))
        sides = [
            [_bare(side, slug=slug, dates=False) for side in stories(news, seed=seed)]
            for seed in range(3)
        ]
        for least in (0.05, 0.08, 0.1, 0.12, 0.15, 0.2):
            cells = []
            for margin in margins:
                results = [quality(*both, min_score=least, min_margin=margin) for both in sides]
                p, r, _ = (sum(each) / len(results) for each in zip(*results, strict=True))
                cells.append(f"{p:.4f}/{r:.4f}")
            print(f"{least:6.2f}" + "".join(f"{cell:>16}" for cell in cells))


def print_parallel(news: Sequence[News], most: int) -> None:
    """Print how parallelism tells translations from other articles about the same."""
    chance = random.Random(1)
    chosen = chance.sample(list(news), min(most, len(news)))
    cosines = Cosines(
        [" ".join(n.translation) for n in news], [" ".join(n.target.sentences) for n in news]
    )
    places = {n.id: place for place, n in enumerate(news)}
    kinds: dict[str, list[float]] = {"own": [], "own, third left out": [], "most alike": []}
    for each in chosen:
        row = cosines.row(places[each.id])
        row[places[each.id]] = -1.0
        rival = news[int(row.argmax())]
        kept = [_two_thirds(range(len(each.source)), chance) for _ in range(2)]
        kinds["own"].append(_parallelism(each, each.target))
        part = replace(
            each, source=_part(each.source, kept[0]),
            translation=tuple(each.translation[n] for n in kept[0]),
        )  # fmt: skip
        kinds["own, third left out"].append(_parallelism(part, _part(each.target, kept[1])))
        kinds["most alike"].append(_parallelism(each, rival.target))
    for name, values in kinds.items():
        values.sort()
        shown = " ".join(
            f"{values[int(q * (len(values) - 1))]:.3f}" for q in (0, 0.05, 0.5, 0.95, 1)
        )
        above = sum(value >= THRESHOLD for value in values) / len(values)
        print(f"  {name:20} least, 5 %, median, 95 %, most: {shown}; {above:.1%} >= {THRESHOLD}")


def _parallelism(news: News, target: Document) -> float:
    return align(news.source, target, news.translation).parallelism


def _two_thirds(numbers: range, chance: random.Random) -> list[int]:
    return sorted(chance.sample(list(numbers), (2 * len(numbers) + 2) // 3))


def _part(document: Document, numbers: Sequence[int]) -> Document:
    return Document(
        tuple(document.sentences[n] for n in numbers),
        tuple(document.paragraphs[n] for n in numbers),
    )


def print_scale(news: Sequence[News], count: int) -> None:
    """Match articles of sentences drawn from all articles, and print time and memory."""
    chance = random.Random(2)
    pairs = [pair for n in news for pair in zip(n.translation, n.target.sentences, strict=True)]
    drawn = [chance.choices(pairs, k=8) for _ in range(count)]
    day = date(2024, 1, 1)
    days = [day + timedelta(chance.randrange(365)) for _ in drawn]
    sides = [
        [
            Story(str(n), " ".join(pair[side] for pair in each), created)
            for n, (each, created) in enumerate(zip(drawn, days, strict=True))
        ]
        for side in (0, 1)
    ]
    chance.shuffle(sides[1])
    started = time.monotonic()
    precision, recall, _ = quality(*sides)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"  {count} by {count}: {time.monotonic() - started:.1f} s, peak {peak:.0f} MB,"
        f" precision {precision:.4f}, recall {recall:.4f}"
    )


def main() -> None:
    """Print what the options ask for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", nargs="+", type=Path)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--parallel", type=int, default=0, metavar="ARTICLES")
    parser.add_argument("--scale", type=int, default=0, metavar="N")
    options = parser.parse_args()
    news = read_news(options.articles, model=options.model)
    if options.tune:
        print_grid(news[::2])
    elif options.parallel:
        print_parallel(news, options.parallel)
    elif options.scale:
        print_scale(news, options.scale)
    else:
        print_quality(news)
        print_quality(news[1::2])


if __name__ == "__main__":
    main()
