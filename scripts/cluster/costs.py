"""What one article costs: the node that reads and writes, and an actor that translates."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from align import sample_paths
from align.articles import Article, read_articles
from align.articles.reader import parse_unread
from align.bitext import Pair
from align.cluster.packing import packed, unpacked
from align.cluster.results import Results
from align.cluster.signing import pack_signatures
from align.cluster.windows import Windows, items_of
from align.corpus.duplicates import find_among, sign
from align.corpus.filtering import scores_of
from align.corpus.filters import LearningFilter, make_filters
from align.errors import InputError
from align.pipeline import TranslatedArticle, translate_articles
from align.report.jsonl import jsonl
from align.translate import Translator

T = TypeVar("T")

WINDOW = 8  # articles of a shard here, so that there are some


@dataclass(frozen=True, slots=True)
class ArticleCosts:
    """Seconds of a processor and bytes of one article of `sentences` sentences."""

    sentences: float
    read: float  # by the reading process: read, digest, pickle
    translate: float  # by an actor: parse, split, translate, pack
    write: float  # by the driver: read back, format, write
    keep: float  # by the driver, of a window of whatever size, with waiting for the disk
    bytes_read: float
    bytes_kept: float  # in the working folder
    bytes_written: float


@dataclass(frozen=True, slots=True)
class PairCosts:
    """Seconds of a processor for one pair of a corpus."""

    score: float  # by an actor, all filters
    sign: float  # by an actor, for duplicates
    match: float  # signatures to duplicates, all on one machine
    bytes_signed: float


def write_articles(path: Path, count: int) -> Path:
    """Write records made of the six samples, no two sentences of which are the same."""
    samples = [one for one in read_articles(map(str, sample_paths())) if isinstance(one, Article)]
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            article = samples[number % len(samples)]
            record = {
                "id": f"{article.id}-{number}",
                "title": article.title and article.title.text,
                "text": [line.text.replace("۔", f" {number}۔") for line in article.paragraphs],
            }
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path


def article_costs(translator: Translator, count: int) -> tuple[ArticleCosts, list[bytes]]:
    """Measure `count` articles; also return the packed results of their windows."""
    with tempfile.TemporaryDirectory(prefix="align-") as name:
        folder = Path(name)
        source = write_articles(folder / "in.jsonl", count)
        kept = Results(folder / "work")
        rows, read = _timed(lambda: list(Windows((str(source),), "", kept.folder, WINDOW)()))
        found, translate = _timed(lambda: [_translated(row["items"], translator) for row in rows])
        names = [row["digest"] for row in rows]
        output = folder / "out.jsonl"
        start = time.monotonic()
        for one, data in zip(names, found, strict=True):
            kept.write(one, data)
        keep = (time.monotonic() - start) / len(names)
        _write(kept, names, output)  # what is imported meanwhile is no cost of an article
        _, write = _timed(lambda: _write(kept, names, output))
        sentences = sum(
            len(item.sentences)
            for data in found
            for item in unpacked(data)
            if isinstance(item, TranslatedArticle)
        )
        costs = ArticleCosts(
            sentences / count,
            read / count,
            translate / count,
            write / count,
            keep,
            source.stat().st_size / count,
            sum(map(len, found)) / count,
            output.stat().st_size / count,
        )
    return costs, found


def pair_costs(count: int) -> PairCosts:
    """Measure `count` pairs of `make_pairs`."""
    pairs = make_pairs(count)
    filters = [one for one in make_filters() if not isinstance(one, LearningFilter)]
    _, score = _timed(lambda: scores_of(filters, pairs))
    signed, signing = _timed(lambda: sign(pairs, side="both", threshold=0.8))
    _, match = _timed(lambda: find_among([signed], side="both", threshold=0.8))
    return PairCosts(
        score / count, signing / count, match / count, len(pack_signatures(signed)) / count
    )


def make_pairs(count: int) -> list[Pair]:
    """Make pairs of 18 random words a side, in documents of 20; one in ten is a near duplicate."""
    chance = random.Random(11)
    words = {
        letters: ["".join(chance.choices(letters, k=chance.randint(2, 8))) for _ in range(20_000)]
        for letters in ("ابپتجچحدرسشعغفقکگلمنوہی", "etaoinshrdlu")
    }
    pairs: list[Pair] = []
    for number in range(count):
        texts = [chance.choices(some, k=18) for some in words.values()]
        if pairs and chance.random() < 0.1:
            other = chance.choice(pairs)
            texts = [other.source.split(), other.target.split()]
            for text, some in zip(texts, words.values(), strict=True):
                text[chance.randrange(18)] = chance.choice(some)
        source, target = map(" ".join, texts)
        score = round(chance.random(), 3)
        pairs.append(Pair(source, target, score, origin="o", document=str(number // 20)))
    return pairs


def _translated(items: bytes, translator: Translator) -> bytes:
    row = {"items": items}
    articles = (
        item if isinstance(item, InputError) else parse_unread(item) for item in items_of(row)
    )
    return packed(list(translate_articles(articles, translator, window=WINDOW)))


def _write(kept: Results, names: list[str], output: Path) -> None:
    with output.open("w", encoding="utf-8") as file:
        for name in names:
            file.writelines(jsonl(kept.read(name)))


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """Return what some work gives, and the seconds of a processor that it takes."""
    start = time.process_time()
    return work(), time.process_time() - start
