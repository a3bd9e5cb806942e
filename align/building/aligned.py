"""Aligning: the sentences of matched texts, a file each, which other runs use too.

    aligned/ab/abcd….gz   what became of two texts: the translations, the beads
    aligned.jsonl         a line for each match of this run, in order

A file is named by the sentences of both texts, the model and the settings, so documents that are
added or taken away change nothing for the others. What the last run had no use for is removed.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from align.bitext import Bead, Pair
from align.bitext.aligner import align
from align.bitext.alignment import Alignment
from align.bitext.calibration import LINES
from align.bitext.pairing import pairs_of
from align.bitext.settings import PRESETS, UNEVEN
from align.building.matched import Matched, Matches
from align.building.reading import Collection
from align.building.settings import Settings
from align.building.texts import Text
from align.building.work import Work, key_of
from align.corpus.drafts import whole
from align.errors import AlignError
from align.translate.translator import Translator
from align.version import version

VERSION: Final = 2  # grows when the same texts are aligned otherwise
_FITTED: Final = repr((dict(PRESETS), UNEVEN, dict(LINES)))
_WINDOW: Final = 500  # sentences that are translated in one call, as documents go


@dataclass(frozen=True, slots=True)
class Aligned:
    """What became of a match, in figures.

    `sentences` and `paired` count those of either side, and those of them in pairs.
    """

    source: int
    target: int
    key: str
    preset: str
    density: float
    parallelism: float
    sentences: tuple[int, int]
    paired: tuple[int, int]
    pairs: int


@dataclass(frozen=True, slots=True)
class Alignments:
    """All matches of a run, aligned."""

    collection: Collection
    folder: Path
    rows: tuple[Aligned, ...]
    key: str

    def parallel(self, min_parallelism: float) -> Iterator[Aligned]:
        """Yield those whose texts are translations of each other."""
        return (row for row in self.rows if row.parallelism >= min_parallelism)

    def pairs(self, min_parallelism: float) -> Iterator[Pair]:
        """Yield the pairs of these, a document in memory at a time."""
        for row in self.parallel(min_parallelism):
            source, target = self.collection.source[row.source], self.collection.target[row.target]
            translation, alignment = _read(_path(self.folder, row.key))
            yield from pairs_of(
                source.side, target.side, translation, alignment, origin=source.origin
            )


def align_all(
    collection: Collection,
    matches: Matches,
    settings: Settings,
    translator: Translator,
    work: Work,
) -> Alignments:
    """Translate and align the matched texts that were not aligned before."""
    decisive = [translator.signature, settings.preset, _FITTED, VERSION, version()]
    key = key_of("align", matches.key, decisive)
    path = work.folder / "aligned.jsonl"
    if work.record("align", key) is None or not _all_there(path, work.folder):
        run = _Run(collection, settings, translator, work.folder, decisive)
        with whole(path) as file:
            for number, row in enumerate(run.all(matches.matched)):
                work.progress("aligning", number, len(matches.matched))
                file.write(json.dumps(asdict(row)).encode() + b"\n")
        work.finish("align", key, {}, [path])
        _clear(work.folder / "aligned", {row.key for row in _read_rows(path)})
    return Alignments(collection, work.folder, tuple(_read_rows(path)), key)


def _all_there(path: Path, folder: Path) -> bool:
    return all(_path(folder, row.key).is_file() for row in _read_rows(path))


def _clear(folder: Path, used: set[str]) -> None:
    """Remove the alignments of documents or settings that are no more."""
    for path in folder.glob("*/*.gz"):
        if path.stem not in used:
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Run:
    collection: Collection
    settings: Settings
    translator: Translator
    folder: Path
    decisive: Sequence[object]

    def all(self, matched: Iterable[Matched]) -> Iterator[Aligned]:
        """Align, translating the sentences of some documents at once; yield in order."""
        window: list[tuple[Matched, Text]] = []
        size = 0
        for match in matched:
            source = self.collection.source[match.source]
            window.append((match, source))
            if not _path(self.folder, self._key(match)).is_file():
                size += len(source.side.sentences)
            if size >= _WINDOW or len(window) >= _WINDOW:
                yield from self._window(window)
                window, size = [], 0
        yield from self._window(window)

    def _window(self, window: Sequence[tuple[Matched, Text]]) -> Iterator[Aligned]:
        keys = [self._key(match) for match, _ in window]
        missing = [not _path(self.folder, key).is_file() for key in keys]
        sentences = [
            sentence
            for (_, text), is_missing in zip(window, missing, strict=True)
            if is_missing
            for sentence in text.side.sentences
        ]
        translations = (each.text for each in self.translator.translate(sentences))
        for (match, source), key, is_missing in zip(window, keys, missing, strict=True):
            path = _path(self.folder, key)
            if is_missing:
                target = self.collection.target[match.target].side.document
                translation = [next(translations) for _ in source.side.sentences]
                alignment = align(
                    source.side.document, target, translation, preset=self.settings.preset
                )
                _write(path, translation, alignment)
            yield _figures(match, key, _read(path)[1])

    def _key(self, match: Matched) -> str:
        source = self.collection.source.digest(match.source)
        return key_of(source, self.collection.target.digest(match.target), self.decisive)


def _path(folder: Path, key: str) -> Path:
    return folder / "aligned" / key[:2] / f"{key}.gz"


def _write(path: Path, translation: Sequence[str], alignment: Alignment) -> None:
    beads = [[bead.source, bead.target, bead.score] for bead in alignment.beads]
    record = {
        "preset": alignment.preset,
        "density": alignment.density,
        "parallelism": alignment.parallelism,
        "beads": beads,
        "translation": translation,
    }
    data = json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace")
    with whole(path) as file:
        file.write(gzip.compress(data, compresslevel=6, mtime=0))


def _read(path: Path) -> tuple[list[str], Alignment]:
    """Read what `_write` wrote; what is damaged, as after a power cut, is taken away."""
    try:
        record = json.loads(gzip.decompress(path.read_bytes()))
        beads = tuple(Bead(tuple(s), tuple(t), score) for s, t, score in record["beads"])
        alignment = Alignment(beads, record["preset"], record["density"], record["parallelism"])
        return record["translation"], alignment
    except (gzip.BadGzipFile, zlib.error, EOFError, ValueError, KeyError, TypeError):
        path.unlink(missing_ok=True)
        raise AlignError(f"{path}: was damaged; the same command makes it anew") from None


def _read_rows(path: Path) -> Iterator[Aligned]:
    with path.open("rb") as file:
        for line in file:
            yield _row(json.loads(line))


def _figures(match: Matched, key: str, alignment: Alignment) -> Aligned:
    beads = alignment.beads
    full = [bead for bead in beads if not bead.is_null]
    return Aligned(
        match.source,
        match.target,
        key,
        alignment.preset,
        round(alignment.density, 4),
        alignment.parallelism,
        (sum(len(bead.source) for bead in beads), sum(len(bead.target) for bead in beads)),
        (sum(len(bead.source) for bead in full), sum(len(bead.target) for bead in full)),
        len(full),
    )


def _row(record: dict[str, Any]) -> Aligned:
    record["sentences"], record["paired"] = tuple(record["sentences"]), tuple(record["paired"])
    return Aligned(**record)
