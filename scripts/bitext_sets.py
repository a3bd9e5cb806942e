"""Gold alignments to fit and measure with: Text+Berg, and Urdu news cut and joined by chance.

Text+Berg (alpine yearbooks, German-French; Sennrich and Volk 2010) is read from a folder with
`eval/` of github.com/rsennrich/Bleualign (texts and their translations) and `bleualign_data/` of
github.com/thompsonb/vecalign (gold by document). Neither is part of this project.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from align.bitext import Bead
from align.bitext.document import Document

TRANSLATIONS = {"tiny": "europarllight", "full": "europarlfull", "google": "google"}
_MARKER = re.compile(r"\s*\.\s?EOA\s*", re.IGNORECASE)  # translation changed it
_CUTS = {  # after what a sentence may be cut
    "ur": re.compile(r"،\s|\s(?=اور\s|کہ\s)"),
    "en": re.compile(r"[,;]\s|\s(?=and\s|that\s)"),
}
Lines = list[str]


@dataclass(frozen=True, slots=True)
class Gold:
    """Two documents, translations of the source (and of the target) by name, the right beads."""

    name: str
    source: Document
    target: Document
    translations: dict[str, tuple[str, ...]]
    beads: tuple[Bead, ...]
    reverse: dict[str, tuple[str, ...]] = field(default_factory=dict)


def text_berg(folder: Path, part: str) -> list[Gold]:
    """Read the documents of "dev" (one) or "test" (seven)."""
    year = {"dev": "eval1957", "test": "eval1989"}[part]
    found = {path.name: path for path in folder.rglob("*") if path.is_file()}

    def documents(name: str) -> list[Lines]:
        return _split(lines_of(found[f"{year}.{name}"]), ends)

    ends = _markers(lines_of(found[f"{year}.fr"]))
    targets = documents("fr")
    reversed_ = {name: documents(f"{file}.de") for name, file in TRANSLATIONS.items()}
    ends = _markers(lines_of(found[f"{year}.de"]))
    sources = documents("de")
    translated = {name: documents(f"{file}.fr") for name, file in TRANSLATIONS.items()}
    names = ["dev"] if part == "dev" else [f"test{number}" for number in range(len(sources))]
    return [
        Gold(
            name,
            Document(tuple(sources[number])),
            Document(tuple(targets[number])),
            {which: tuple(texts[number]) for which, texts in translated.items()},
            tuple(_gold_bead(line) for line in lines_of(found[f"{name}.defr"]) if line.strip()),
            {which: tuple(texts[number]) for which, texts in reversed_.items()},
        )
        for number, name in enumerate(names)
    ]


def lines_of(path: Path) -> Lines:
    """Return the lines of a file."""
    return path.read_text(encoding="utf-8").split("\n")[:-1]


def _markers(lines: Lines) -> set[int]:
    return {number for number, line in enumerate(lines) if _MARKER.fullmatch(line)}


def _split(lines: Lines, ends: set[int]) -> list[Lines]:
    bounds = [-1, *sorted(ends), len(lines)]
    return [lines[start + 1 : end] for start, end in pairwise(bounds)]


def _gold_bead(line: str) -> Bead:
    left, _, right = line.partition(":")
    numbers = [tuple(map(int, re.findall(r"\d+", side))) for side in (left, right)]
    return Bead(numbers[0], numbers[1], 1.0)


def halves(gold: Gold) -> tuple[Gold, Gold]:
    """Cut a document in two at a bead in its middle."""
    paired = [bead for bead in gold.beads if not bead.is_null]
    middle = paired[len(paired) // 2]
    row, column = middle.source[0], middle.target[0]
    return (
        _part(gold, slice(0, row), slice(0, column)),
        _part(gold, slice(row, None), slice(column, None)),
    )


def _part(gold: Gold, rows: slice, columns: slice) -> Gold:
    source = range(len(gold.source))[rows]
    target = range(len(gold.target))[columns]
    return Gold(
        gold.name,
        _cut(gold.source, rows),
        _cut(gold.target, columns),
        {name: texts[rows] for name, texts in gold.translations.items()},
        tuple(
            Bead(
                tuple(number - source.start for number in bead.source),
                tuple(number - target.start for number in bead.target),
                1.0,
            )
            for bead in gold.beads
            if all(number in source for number in bead.source)
            and all(number in target for number in bead.target)
        ),
    )


def _cut(document: Document, part: slice) -> Document:
    return Document(document.sentences[part], document.paragraphs[part])


def with_foreign(gold: Gold, foreign: Sequence[str], share: float, seed: int) -> Gold:
    """Insert sentences of elsewhere into the target: `share` of its number, at random places."""
    rng = random.Random(seed)
    texts = gold.target.sentences
    count = round(share * len(texts))
    places = sorted(rng.choices(range(len(texts) + 1), k=count))
    moved: dict[int, int] = {}
    result: Lines = []
    alone: list[int] = []
    for number in range(len(texts) + 1):
        while places and places[0] == number:
            places.pop(0)
            alone.append(len(result))
            result.append(rng.choice(foreign))
        if number < len(texts):
            moved[number] = len(result)
            result.append(texts[number])
    beads = [replace(bead, target=tuple(moved[at] for at in bead.target)) for bead in gold.beads]
    beads += [Bead((), (at,), 1.0) for at in alone]
    return replace(gold, target=Document(tuple(result)), beads=tuple(beads), reverse={})


@dataclass(slots=True)
class _Piece:
    """A sentence in the making: its text, the pairs it has part of, its paragraph."""

    text: str
    pairs: set[int]
    paragraph: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Chances, of each sentence: to be cut, joined to the last, dropped; foreign ones added."""

    cut: float = 0.09
    join: float = 0.09
    drop: float = 0.04
    foreign_source: float = 0.0
    foreign_target: float = 0.0


def urdu_news(path: Path, translate: Callable[[Lines], Lines], *, seed: int = 1) -> list[Gold]:
    """Return Urdu-English documents with gold: articles whose sentences were changed by chance.

    Names say which changes: "clean", "foreign-18", "foreign-56" (of the target) or "both". Half
    of the articles are the pool of foreign sentences.

    Args:
        path: JSON Lines, .xz: paragraphs of sentences {ur, en}.
        translate: From Urdu to English, line by line.
        seed: Of chance.
    """
    rng = random.Random(seed)
    with lzma.open(path, "rt", encoding="utf-8") as file:
        articles = [json.loads(line)["paragraphs"] for line in file]
    rng.shuffle(articles)
    half = len(articles) // 2
    pool = [pair for article in articles[half:] for paragraph in article for pair in paragraph]
    kinds = {
        "clean": Changes(),
        "foreign-18": Changes(foreign_target=0.18),
        "foreign-56": Changes(foreign_target=0.56),
        "both": Changes(foreign_source=0.3, foreign_target=0.4),
    }
    result, at = [], 0
    while at < half:
        size = rng.choice((1, 1, 2, 4, 8))
        kind = rng.choice(["clean", *kinds])
        paragraphs = [paragraph for article in articles[at : at + size] for paragraph in article]
        result.append(_changed(kind, kinds[kind], paragraphs, pool, rng))
        at += size
    needed = sorted({text for gold in result for text in gold.source.sentences})
    english = dict(zip(needed, translate(needed), strict=True))
    return [
        replace(gold, translations={"model": tuple(english[t] for t in gold.source.sentences)})
        for gold in result
    ]


def _changed(
    name: str,
    changes: Changes,
    paragraphs: list[list[dict[str, Any]]],
    pool: list[dict[str, Any]],
    rng: random.Random,
) -> Gold:
    sides: dict[str, list[_Piece]] = {"ur": [], "en": []}
    numbered = [(at, pair) for at, paragraph in enumerate(paragraphs) for pair in paragraph]
    for number, (at, pair) in enumerate(numbered):
        cut = rng.choice(("ur", "en")) if rng.random() < 2 * changes.cut else ""
        dropped = rng.choice(("ur", "en")) if rng.random() < 2 * changes.drop else ""
        for language, pieces in sides.items():
            texts = _in_two(pair[language], language, rng) if cut == language else [pair[language]]
            if dropped != language:
                pieces.extend(_Piece(text, {number}, at) for text in texts)
    sides = {language: _joined(pieces, changes.join, rng) for language, pieces in sides.items()}
    for language, share in (("ur", changes.foreign_source), ("en", changes.foreign_target)):
        pieces = sides[language]
        for _ in range(round(share * len(pieces))):
            place = rng.randrange(len(pieces))
            foreign = rng.choice(pool)[language]
            pieces.insert(place, _Piece(foreign, set(), pieces[place].paragraph))
    layout = rng.choice(("kept", "kept", "some", "unknown"))
    return Gold(
        name,
        _document(sides["ur"], set() if layout != "unknown" else None),
        _document(
            sides["en"],
            None if layout == "unknown"
            else {p for p in range(len(paragraphs)) if layout == "some" and rng.random() < 0.4},
        ),
        {},
        _components(sides["ur"], sides["en"]),
    )  # fmt: skip


def _in_two(text: str, language: str, rng: random.Random) -> Lines:
    places = [m.end() for m in _CUTS[language].finditer(text)]
    places = [place for place in places if 0.25 < place / len(text) < 0.75]
    if not places:
        return [text]
    place = rng.choice(places)
    return [text[:place].strip(), text[place:].strip()]


def _joined(pieces: list[_Piece], chance: float, rng: random.Random) -> list[_Piece]:
    result: list[_Piece] = []
    for piece in pieces:
        if result and result[-1].paragraph == piece.paragraph and rng.random() < chance:
            last = result[-1]
            text, pairs = f"{last.text} {piece.text}", last.pairs | piece.pairs
            result[-1] = _Piece(text, pairs, piece.paragraph)
        else:
            result.append(piece)
    return result


def _document(pieces: list[_Piece], lost: set[int] | None) -> Document:
    """Make a document whose breaks before the `lost` paragraphs are gone; None: all unknown."""
    texts = tuple(piece.text for piece in pieces)
    if lost is None:
        return Document(texts)
    kept = [0]
    for before, piece in pairwise(pieces):
        new = before.paragraph != piece.paragraph and piece.paragraph not in lost
        kept.append(kept[-1] + new)
    return Document(texts, tuple(kept[: len(texts)]))


def _components(source: list[_Piece], target: list[_Piece]) -> tuple[Bead, ...]:
    """Return as beads the sentences that parts of the same pairs join."""
    groups: list[tuple[set[int], set[int], set[int]]] = []  # pairs, source, target
    for side, pieces in enumerate((source, target)):
        for number, piece in enumerate(pieces):
            group: tuple[set[int], set[int], set[int]] = (set(piece.pairs), set(), set())
            group[1 + side].add(number)
            touching = [other for other in groups if other[0] & group[0]]
            for other in touching:
                groups.remove(other)
                for mine, theirs in zip(group, other, strict=True):
                    mine |= theirs
            groups.append(group)
    beads = []
    for _, left, right in groups:
        if left and right:
            beads.append(Bead(tuple(sorted(left)), tuple(sorted(right)), 1.0))
        else:  # each alone
            beads += [Bead((number,), (), 1.0) for number in sorted(left)]
            beads += [Bead((), (number,), 1.0) for number in sorted(right)]
    return tuple(beads)


def summary(golds: Iterable[Gold]) -> str:
    """Return in words how much there is."""
    listed = list(golds)
    beads = sum(len(gold.beads) for gold in listed)
    return f"{len(listed)} documents, {beads} beads"
