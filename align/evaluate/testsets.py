"""`TestSet`: source segments with one or more reference translations, read from files.

Three layouts: `NAME.ur` with `NAME.en`, or with `NAME.en.0`, `NAME.en.1`, …, a segment a line;
a corpus file, `source<TAB>target` a line, whose further columns are left alone; and JSON Lines
with the fields source and target or the language codes, also inside `translation`. Any of them
may be packed (`.gz`, `.xz`). Texts stay as they are: references must not be changed, and the
translator normalises its sources itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from align.articles.packed import PACKED
from align.corpus.formats.packed import find_packed
from align.errors import InputError
from align.evaluate.pairs import MAX_LINE, RECORDS, read_pairs, read_texts

_SUFFIXES: Final = (*PACKED, *RECORDS, ".tsv", ".txt")
_HUGE: Final = f"a line of over {MAX_LINE:,} bytes"


@dataclass(frozen=True, slots=True)
class TestSet:
    """Segments with their translations.

    Attributes:
        name: Of the set.
        sources: One text a segment; empty where only translations are known.
        references: For each reference translation, one text a segment.
        documents: Which document each segment is from; empty where unknown, as are the next two.
        origins: Corpus or outlet of each segment.
        created: When its document appeared, an ISO date.
    """

    __test__: ClassVar = False  # the name is no promise to pytest

    name: str
    sources: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]
    documents: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    created: tuple[str, ...] = ()


def read_testset(path: Path | str, *, source: str = "ur", target: str = "en") -> TestSet:
    """Read one test set.

    Args:
        path: `FOLDER/NAME`, `FOLDER/NAME.ur` or `FOLDER/NAME.en` of files a language, or a
            corpus file.
        source: Language of the segments, the last part of the file's name.
        target: Language of the references.

    Raises:
        InputError: It is not there, empty, undecodable, of unequal lengths, or not of two columns.
    """
    path = Path(path)
    stem = path.name
    for ending in (f".{code}{packed}" for code in (source, target) for packed in ("", *PACKED)):
        if stem.endswith(ending):
            stem = stem.removesuffix(ending)
            break
    sources = _find(path.parent, f"{stem}.{source}")
    if sources is None:
        if path.is_file():
            return _read_pairs(path, source, target)
        found = "a folder" if path.is_dir() else f"neither a file nor {stem}.{source}"
        raise InputError(str(path), f"no such test set: {found}")
    references = _references(path.parent, f"{stem}.{target}")
    if not references:
        raise InputError(
            str(sources), f"there is no {stem}.{target} beside it, nor {stem}.{target}.0"
        )
    lines = _read_segments(sources)
    columns = [_read_segments(reference) for reference in references]
    for reference, texts in zip(references, columns, strict=True):
        if len(texts) != len(lines):
            raise InputError(
                str(reference), f"{len(texts)} segments, but {sources.name} has {len(lines)}"
            )
    return TestSet(stem, tuple(lines), tuple(map(tuple, columns)))


def read_testsets(folder: Path, *, source: str = "ur", target: str = "en") -> list[TestSet]:
    """Read every test set of a folder, by name.

    Raises:
        InputError: It is no folder, holds none, or one cannot be read.
    """
    if not folder.is_dir():
        raise InputError(str(folder), "no such folder of test sets")
    name = re.compile(rf"(.+)\.{re.escape(source)}(\.gz|\.xz)?")
    names = sorted({match[1] for path in folder.iterdir() if (match := name.fullmatch(path.name))})
    if not names:
        raise InputError(str(folder), f"holds no test set: no NAME.{source}")
    return [read_testset(folder / one, source=source, target=target) for one in names]


def _find(folder: Path, name: str) -> Path | None:
    found = find_packed(str(folder / name))
    return None if found is None else Path(found)


def _references(folder: Path, name: str) -> list[Path]:
    single = _find(folder, name)
    if single is not None:
        return [single]
    several: list[Path] = []
    while (reference := _find(folder, f"{name}.{len(several)}")) is not None:
        several.append(reference)
    return several


def _read_pairs(path: Path, source: str, target: str) -> TestSet:
    name = path.name
    for packed in PACKED:
        name = name.removesuffix(packed)
    pairs = read_pairs(
        str(path),
        is_json=name.endswith(RECORDS),
        source_language=source,
        target_language=target,
    )
    sources, targets = [], []
    for number, pair in enumerate(pairs, 1):
        if pair is None or not all(text.strip() for text in pair):
            raise InputError(str(path), "a side is empty" if pair else _HUGE, line=number)
        sources.append(pair[0])
        targets.append(pair[1])
    if not sources:
        raise InputError(str(path), "holds no text")
    while name.endswith(_SUFFIXES) and Path(name).stem:
        name = Path(name).stem
    return TestSet(name, tuple(sources), (tuple(targets),))


def _read_segments(path: Path) -> list[str]:
    lines = []
    for number, text in enumerate(read_texts(str(path)), 1):
        if text is None:
            raise InputError(str(path), _HUGE, line=number)
        lines.append(text)
    if not any(line.strip() for line in lines):
        raise InputError(str(path), "holds no text")
    return lines
