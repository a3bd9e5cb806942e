"""Good files of every kind that `align` reads, to be broken, and the commands that read them."""

from __future__ import annotations

import gzip
import json
import lzma
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from align.bitext import Pair
from align.check import SHIPPED
from align.check.calibration_file import FORMAT
from align.check.evidence import Features
from align.corpus.formats import write_pairs
from align.samples import sample_paths
from tests.building import NAMES, paragraphs, write_article
from tests.corpus_pairs import NEWS

PAIRS: Final = (
    *NEWS,
    Pair("بارش کے بعد سڑکیں بند رہیں۔", "Roads stayed closed after the rain.", 0.5, origin="b"),
    Pair("تین افراد گرفتار ہوئے", "Three people were arrested", document="arrests-7"),
)
FORMATS: Final = ("tsv", "jsonl", "tmx", "parquet", "tsv.gz", "jsonl.xz", "tmx.gz")


@dataclass(frozen=True, slots=True)
class Case:
    """A command, and which of its arguments, the `broken` one, is a file to be broken."""

    broken: str
    arguments: tuple[str, ...]
    command: str = ""

    @property
    def name(self) -> str:
        """What it is called among tests."""
        words = [word for word in self.arguments[:2] if not word.startswith(("-", self.broken))]
        return "-".join([*words, self.broken])


def write_seeds(folder: Path) -> Path:
    """Write a good file of every kind to `folder`; names are those in `CASES`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(next(p for p in sample_paths() if "canal" in p.name), folder / "article.txt")
    for kind in FORMATS:
        write_pairs(str(folder / f"pairs.{kind}"), PAIRS)
    write_pairs(str(folder / "moses.ur"), PAIRS)
    texts = {
        "pairs.xlf": _xliff(), "page.html": _page(), "articles.jsonl": _articles(),
        "both.jsonl": _bilingual(), "gold.pharaoh": "0-0 1p1\n" * len(PAIRS),
        "other.en": "Others.\n" * len(PAIRS),
        "lexicon.tsv": "لاہور\tLahore\tplace\nسلیم\tSaleem\tperson\n",
        "calibration.json": json.dumps(_calibration()), "testsets.toml": _testsets(folder),
        "translations.jsonl": json.dumps(_translation(folder / "article.txt")) + "\n",
    }  # fmt: skip
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    packed = texts["articles.jsonl"].encode()
    (folder / "articles.jsonl.gz").write_bytes(gzip.compress(packed, mtime=0))
    (folder / "articles.jsonl.xz").write_bytes(lzma.compress(packed))
    gold = NAMES[0]
    write_article(folder / "side", gold)
    for side in ("ur", "en"):
        shutil.copy(folder / "side" / side / f"{gold}.txt", folder / f"side.{side}.txt")
    shutil.rmtree(folder / "side")
    lines = [line for text in paragraphs(gold, "ur") for line in text.split("۔") if line.strip()]
    (folder / "side.beads").write_text("0:0\n1,2:1\n3:\n", encoding="utf-8")
    (folder / "short.ur.txt").write_text("\n".join(lines[:4]) + "\n", encoding="utf-8")
    (folder / "short.en.txt").write_text("One.\nTwo here.\nThree and four.\n", encoding="utf-8")
    (folder / "short.translation").write_text("One.\nTwo.\nThree.\nFour.\n", encoding="utf-8")
    return folder


def _articles() -> str:
    records: list[dict[str, Any]] = [
        {"id": "a", "title": "بارش سے سڑکیں بند", "slug": "rain-closes-roads-in-lahore",
         "created": "2025-01-23", "text": "لاہور میں بارش ہوئی۔ سڑکیں بند رہیں۔\nلوگ پریشان۔"},
        {"id": "b", "headline": {"ur": "نیا پل", "en": "New bridge"}, "slug": "new-bridge-opens",
         "paragraphs": [[{"ur": "پل کھل گیا۔", "en": "The bridge opened."}]], "label": "match"},
    ]  # fmt: skip
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _bilingual() -> str:
    name = NAMES[0]
    record = {"id": name, "ur": paragraphs(name, "ur")[:2], "en": paragraphs(name, "en")[:2]}
    return json.dumps(record, ensure_ascii=False) + "\n"


def _page() -> str:
    story = "".join(f"<p>لاہور میں {n} گھنٹے بارش ہوئی اور سڑکیں بند رہیں۔</p>" for n in range(9))
    return (
        '<!DOCTYPE html><html lang="ur"><head><meta charset="utf-8"><title>بارش</title>'
        '<link rel="canonical" href="https://example.com/story/1/rain-in-lahore">'
        f"</head><body><article><h1>لاہور میں بارش</h1>{story}</article></body></html>"
    )


def _xliff() -> str:
    units = "".join(
        f'<trans-unit id="{n}"><source>خبر <g id="1">{n}</g></source><target>News</target>'
        "</trans-unit>"
        for n in range(3)
    )
    return (
        '<?xml version="1.0"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">'
        '<file original="a" source-language="ur" target-language="en" datatype="plaintext"><body>'
        f"{units}</body></file></xliff>"
    )


def _calibration() -> dict[str, Any]:
    return {
        "format": FORMAT, "align": "0", "model": SHIPPED.model, "fitted": SHIPPED.fitted,
        "intercept": SHIPPED.intercept, "match": SHIPPED.match, "mismatch": SHIPPED.mismatch,
        "coefficients": dict(zip(Features._fields, SHIPPED.coefficients, strict=False)),
    }  # fmt: skip


def _testsets(folder: Path) -> str:
    digests = {
        name: sha256((folder / name).read_bytes()).hexdigest() for name in ("moses.ur", "moses.en")
    }
    sums = "\n".join(f'"{name}" = "{digest}"' for name, digest in digests.items())
    return f'[mine]\nsource = "moses.ur"\nreferences = ["moses.en"]\n[mine.sha256]\n{sums}\n'


def _translation(path: Path) -> dict[str, Any]:
    """What `align translate --format jsonl` says of an article, in the words of the rules."""
    from typing import cast

    from align.articles import Article, read_articles
    from align.pipeline import translate_articles
    from align.report.jsonl import translation_record
    from align.translate import Translator
    from tests.fakes import RuleEngine

    article = cast(Article, next(iter(read_articles(str(path)))))
    (done,) = translate_articles([article], Translator(RuleEngine()))
    return translation_record(done)  # type: ignore[arg-type]


def _of_pairs(*arguments: str, names: Sequence[str] = FORMATS) -> tuple[Case, ...]:
    """A command with each kind of file of pairs."""
    files = (*(f"pairs.{kind}" for kind in names), "pairs.xlf", "moses.ur")
    return tuple(
        Case(file, tuple(argument.replace("PAIRS", file) for argument in arguments))
        for file in files
    )


CASES: Final = (
    Case("article.txt", ("translate", "article.txt", "--json")),
    Case("article.txt", ("translate", "article.txt", "--lines")),
    Case("article.txt", ("check", "article.txt", "--html", "OUT/page.html")),
    Case("article.txt", ("check", "article.txt", "--translation", "translations.jsonl")),
    Case("article.txt", ("split", "article.txt", "--json")),
    Case("article.txt", ("normalize", "article.txt")),
    Case("page.html", ("translate", "page.html", "--format", "html")),
    Case("page.html", ("check", "page.html", "--json")),
    Case("articles.jsonl", ("check", "articles.jsonl", "--json")),
    Case("articles.jsonl", ("check", "articles.jsonl", "--calibrate", "OUT/fit.json")),
    Case("articles.jsonl.gz", ("translate", "articles.jsonl.gz", "-o", "OUT/english/")),
    Case("articles.jsonl.xz", ("translate", "articles.jsonl.xz", "--format", "tmx")),
    Case("translations.jsonl", ("check", "article.txt", "--translation", "translations.jsonl")),
    Case("calibration.json", ("check", "article.txt", "--calibration", "calibration.json")),
    Case("side.ur.txt", ("pair", "side.ur.txt", "side.en.txt", "--explain")),
    Case("side.en.txt", ("pair", "side.ur.txt", "side.en.txt", "--json")),
    Case("side.beads", ("pair", "side.ur.txt", "side.en.txt", "--gold", "side.beads")),
    Case("short.translation", ("pair", "short.ur.txt", "short.en.txt", "--lines",
                               "--translation", "short.translation")),
    *_of_pairs("words", "PAIRS"),
    Case("gold.pharaoh", ("words", "pairs.tsv", "--gold", "gold.pharaoh")),
    *_of_pairs("evaluate", "--source", "PAIRS", "--samples", "10", "--format", "html",
               names=("tsv", "jsonl", "parquet")),
    Case("moses.en", ("evaluate", "--hypothesis", "moses.en", "--reference", "pairs.tsv")),
    Case("gold.pharaoh", ("evaluate", "--links", "gold.pharaoh", "--hypothesis", "gold.pharaoh")),
    Case("testsets.toml", ("evaluate", "--testsets-file", "testsets.toml", "--list")),
    Case("testsets.toml", ("evaluate", "--testsets-file", "testsets.toml", "--testset", "mine",
                           "--samples", "0")),
    Case("pairs.tsv", ("evaluate", "--hypothesis", "moses.en", "--reference", "moses.en",
                       "--source", "moses.ur", "--seen", "pairs.tsv")),
    Case("other.en", ("compare", "moses.en", "other.en", "--reference", "moses.en", "--samples",
                      "10", "--trials", "10", "-o", "OUT/page.html")),
    *_of_pairs("compare", "a=PAIRS", "b=pairs.jsonl", "--source", "pairs.jsonl", "--samples", "0",
               "--trials", "0", "--json", names=("tsv", "tmx")),
    *_of_pairs("corpus", "export", "PAIRS", "-o", "OUT/all.tmx"),
    *_of_pairs("corpus", "stats", "PAIRS", "--card", "OUT/card.html", names=("tsv", "tmx")),
    *_of_pairs("corpus", "filter", "PAIRS", "-o", "OUT/kept.tsv", "--dropped", "OUT/no.jsonl",
               names=("tsv", "jsonl.xz")),
    *_of_pairs("corpus", "deduplicate", "PAIRS", "-o", "OUT/kept.jsonl", names=("tsv", "tmx.gz")),
    *_of_pairs("corpus", "split", "PAIRS", "-o", "OUT/parts", "--dev", "1", "--test", "1",
               names=("tsv", "parquet")),
    Case("both.jsonl", ("corpus", "build", "both.jsonl", "-o", "OUT/corpus")),
    Case("side.en.txt", ("corpus", "build", "side.ur.txt", "--english", "side.en.txt", "-o",
                         "OUT/corpus")),
    *_of_pairs("memory", "import", "PAIRS", names=("tsv", "tmx", "jsonl")),
)  # fmt: skip
