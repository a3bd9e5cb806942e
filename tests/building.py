"""Articles of the gold set as files to build a corpus from, and a translator that knows them.

Run as a program it builds, for tests that kill it: `python -m tests.building ARTICLES OUTPUT`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from align.building import Built, Settings, Sources, Work, build
from align.corpus.filters import make_filters
from align.translate import Translation, Translator

GOLD = Path(__file__).parent / "gold"
NAMES = sorted(path.stem for path in GOLD.glob("*.beads"))
DATES = {name: f"2025-03-{place + 1:02}" for place, name in enumerate(NAMES)}


def paragraphs(name: str, suffix: str) -> list[str]:
    text = (GOLD / f"{name}.{suffix}").read_text("utf-8")
    return [" ".join(part.split("\n")).strip() for part in text.split("\n\n") if part.strip()]


def known() -> dict[str, str]:
    """The translation of every sentence of the gold set."""
    found: dict[str, str] = {}
    for name in NAMES:
        source, target = (
            (GOLD / f"{name}.{suffix}").read_text("utf-8").splitlines()
            for suffix in ("ur", "translation")
        )
        found |= dict(zip(source, target, strict=True))
    return found


@dataclass
class Gold:
    """Translates what it knows, and counts it."""

    model: str = "gold@00000000"
    signature: str = "gold:1"
    delay: float = 0.0  # seconds a sentence
    translated: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=known)

    def translate(self, texts: Sequence[str]) -> list[Translation]:
        self.translated += texts
        time.sleep(self.delay * len(texts))
        return [Translation(t, self._known.get(t, "unknown"), 0.0, self.model, ()) for t in texts]

    @property
    def translator(self) -> Translator:
        return cast(Translator, self)


def write_article(folder: Path, name: str, *, target: str | None = None) -> None:
    """Write both sides of an article; `target` names the one whose English it gets."""
    for side, article in (("ur", name), ("en", target or name)):
        path = folder / side / f"{name}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        body = "\n\n".join(paragraphs(article, side))
        path.write_text(f"Created: {DATES[name]}\n\n{body}\n", "utf-8")


def write_records(path: Path, names: Sequence[str], *, targets: Sequence[str] = ()) -> None:
    """Write records that hold both sides."""
    records: list[dict[str, Any]] = [
        {
            "id": name,
            "created": DATES[name],
            "ur": "\n".join(paragraphs(name, "ur")),
            "en": paragraphs(target, "en"),
        }
        for name, target in zip(names, targets or names, strict=True)
    ]
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    path.write_text("".join(lines), "utf-8")


def folders(articles: Path) -> Sources:
    return Sources(source=[str(articles / "ur")], target=[str(articles / "en")], origin="gold")


def run(
    sources: Sources, output: Path, translator: Gold | None = None, **options: Any
) -> tuple[Built, list[str]]:
    """Build with most filters, and return what was said too."""
    thresholds = options.pop("thresholds", {"probability": 0.5})
    filters = make_filters(without=["length-outlier"], thresholds=thresholds)
    said: list[str] = []
    given: dict[str, Any] = {"dev": 0.1, "test": 0.1, "title": "Gold"} | options
    settings = Settings(**given)
    work = Work(output, warn=said.append)
    gold = translator or Gold()
    return build(sources, filters, gold.translator, work, settings), said


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a published corpus."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def times(folder: Path) -> dict[Path, int]:
    """When every file below a folder was written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


if __name__ == "__main__":
    run(
        folders(Path(sys.argv[1])),
        Path(sys.argv[2]),
        Gold(delay=0.002),
        formats=("tsv", "jsonl.gz", "tmx"),
    )
