"""Make the Urdu-English gold set of sentence alignment from ten articles and the edits to them.

    scripts/make_gold.py news-articles-dev.jsonl.xz tests/gold

Reads the articles (JSON Lines, paragraphs of {ur, en} sentences) and FOLDER/edits.txt, and writes
NAME.ur and NAME.en (a sentence a line, a blank line between paragraphs) and NAME.beads
(`0,1:0` a line, numbers of the sentences from zero) for each. With --model also NAME.translation,
the English of the Urdu by that model, line for line. Takes a second; with a model half a minute.
"""

from __future__ import annotations

import argparse
import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from align.bitext import Bead
from align.errors import InputError

_EDIT: Final = re.compile(r"(\d+)(?:-(\d+))? (:|\+\+?) (.*?) ?\|\|(?: (.*))?")
_BREAK: Final = re.compile(r"(\d+) (ur|en)-(joined|broken)")
Side = list[str]


@dataclass(slots=True)
class Unit:
    """A bead with its text: sentences of either side; which sides begin a paragraph with it."""

    source: Side
    target: Side
    begins: set[str] = field(default_factory=set)


def units_of(article: dict[str, Any]) -> list[Unit]:
    """Return the pairs of an article as they stand."""
    return [
        Unit([pair["ur"]], [pair["en"]], {"ur", "en"} if first else set())
        for paragraph in article["paragraphs"]
        for first, pair in zip([True] + [False] * len(paragraph), paragraph, strict=False)
    ]


def edited(units: list[Unit], edits: list[tuple[int, str]], path: str) -> list[Unit]:
    """Apply the edits of one article, each with its line number; numbers are those of `units`."""
    slots = [[unit] for unit in units]
    for line, text in edits:
        try:
            _apply(text, slots)
        except (ValueError, IndexError):
            raise InputError(path, f"not an edit of this article: {text[:60]}", line=line) from None
    return [unit for slot in slots for unit in slot]


def _apply(text: str, slots: list[list[Unit]]) -> None:
    if match := _BREAK.fullmatch(text):
        begins = slots[int(match[1])][0].begins
        (begins.discard if match[3] == "joined" else begins.add)(match[2])
        return
    match = _EDIT.fullmatch(text)
    if match is None:
        raise ValueError(text)
    first, last = int(match[1]), int(match[2] or match[1])
    if match[3] == ":":
        old = [slots[number][0] for number in range(first, last + 1)]
        source = _side(match[4], [text for unit in old for text in unit.source])
        target = _side(match[5] or "", [text for unit in old for text in unit.target])
        unit = Unit(source, target, old[0].begins)
        slots[first][0] = unit
        for number in range(first + 1, last + 1):
            slots[number] = slots[number][1:]
        return
    begins = {"ur", "en"} if match[3] == "++" else set()
    slots[first].append(Unit(_side(match[4], []), _side(match[5] or "", []), begins))


def _side(text: str, before: Side) -> Side:
    return before if text.strip() == "=" else [part.strip() for part in text.split(" | ") if part]


def layout(units: list[Unit], side: str) -> str:
    """Return one side as text: a sentence a line, blank lines between paragraphs."""
    lines: list[str] = []
    begins = False
    for unit in units:
        begins |= side in unit.begins  # a paragraph whose first bead is null begins with the next
        sentences = unit.source if side == "ur" else unit.target
        if sentences and begins and lines:
            lines.append("")
        if sentences:
            begins = False
        lines += sentences
    return "\n".join(lines) + "\n"


def beads_of(units: list[Unit]) -> Iterator[Bead]:
    """Number the sentences; what one side lacks is one bead a sentence."""
    at = [0, 0]
    for unit in units:
        source = tuple(range(at[0], at[0] + len(unit.source)))
        target = tuple(range(at[1], at[1] + len(unit.target)))
        at = [at[0] + len(source), at[1] + len(target)]
        if source and target:
            yield Bead(source, target, 1.0)
            continue
        yield from (Bead((number,), (), 1.0) for number in source)
        yield from (Bead((), (number,), 1.0) for number in target)


def read_edits(path: Path) -> dict[str, list[tuple[int, str]]]:
    """Read the edits of each article, `## NAME`, with their line numbers."""
    edits: dict[str, list[tuple[int, str]]] = {}
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if line.startswith("## "):
            current = edits.setdefault(line[3:].strip(), [])
        elif line.strip() and not line.startswith("#"):
            current.append((number, line.strip()))
    return edits


def main() -> None:
    """Write the files, and tell how many beads of each type they hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("articles", help="JSON Lines, packed with xz")
    parser.add_argument("folder", type=Path, help="where edits.txt is and the files go")
    parser.add_argument("--model", help="also write the English of this model, as ur-en")
    options = parser.parse_args()
    with lzma.open(options.articles, "rt", encoding="utf-8") as file:
        articles = {article["id"]: article for article in map(json.loads, file)}
    types: Counter[str] = Counter()
    edits_file = options.folder / "edits.txt"
    for name, edits in read_edits(edits_file).items():
        units = edited(units_of(articles[name]), edits, str(edits_file))
        beads = list(beads_of(units))
        types.update(f"{len(bead.source)}-{len(bead.target)}" for bead in beads)
        source = layout(units, "ur")
        (options.folder / f"{name}.ur").write_text(source, encoding="utf-8")
        (options.folder / f"{name}.en").write_text(layout(units, "en"), encoding="utf-8")
        lines = "".join(f"{bead.numbers}\n" for bead in beads)
        (options.folder / f"{name}.beads").write_text(lines, encoding="utf-8")
        if options.model:
            english = options.folder / f"{name}.translation"
            english.write_text(_translated(source, options.model), encoding="utf-8")
    print(sum(types.values()), "beads:", ", ".join(f"{n} {t}" for t, n in types.most_common()))


def _translated(text: str, model: str) -> str:
    """Translate line for line; blank lines stay."""
    from align.translate import load_translator

    lines = load_translator(model, threads=1).translate(text.splitlines())
    return "".join(f"{each.text}\n" for each in lines)


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        sys.exit(str(error))
