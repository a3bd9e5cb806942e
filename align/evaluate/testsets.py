"""`TestSet`: source segments with one or more reference translations, read from files.

Three layouts: `NAME.ur` with `NAME.en`, or with `NAME.en.0`, `NAME.en.1`, …, a segment a line;
a corpus file, `source<TAB>target` a line, whose further columns are left alone; and JSON Lines
with the fields source and target or the language codes, also inside `translation`. Any of them
may be packed (`.gz`, `.xz`). Texts stay as they are: references must not be changed, and the
translator normalises its sources itself.
"""

from __future__ import annotations

import gzip
import json
import lzma
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import ClassVar, Final

from align.errors import InputError

_PACKED: Final = (".gz", ".xz")
_RECORDS: Final = (".jsonl", ".ndjson")
_SUFFIXES: Final = (*_PACKED, *_RECORDS, ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class TestSet:
    """`references` holds, for each reference translation, one text a source segment."""

    __test__: ClassVar = False  # the name is no promise to pytest

    name: str
    sources: tuple[str, ...]
    references: tuple[tuple[str, ...], ...]


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
    for ending in (f".{code}{packed}" for code in (source, target) for packed in ("", *_PACKED)):
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
    paths = (folder / f"{name}{packed}" for packed in ("", *_PACKED))
    return next((path for path in paths if path.is_file()), None)


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
    for packed in _PACKED:
        name = name.removesuffix(packed)
    is_json = name.endswith(_RECORDS)
    wanted = (
        f"no {source} and {target}, or source and target," if is_json else "no source<TAB>target"
    )
    sources, targets = [], []
    for number, line in enumerate(_read_segments(path), 1):
        pair = _fields(line, source, target) if is_json else line.split("\t")[:2]
        if len(pair) < 2 or not all(text.strip() for text in pair):
            raise InputError(str(path), f"{wanted} on this line", line=number)
        sources.append(pair[0])
        targets.append(pair[1])
    while name.endswith(_SUFFIXES) and Path(name).stem:
        name = Path(name).stem
    return TestSet(name, tuple(sources), (tuple(targets),))


def _fields(line: str, source: str, target: str) -> list[str]:
    """Return source and target of a JSON object; nothing where they are not there as text."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return []
    if isinstance(record, dict) and isinstance(record.get("translation"), dict):
        record = record["translation"]
    for names in ((source, target), ("source", "target")):
        if isinstance(record, dict) and all(isinstance(record.get(name), str) for name in names):
            # Half a surrogate pair is valid JSON, but no text.
            return [record[name].encode("utf-8", "ignore").decode() for name in names]
    return []


def _read_segments(path: Path) -> list[str]:
    lines = list(_decoded(path))
    if not any(line.strip() for line in lines):
        raise InputError(str(path), "holds no text")
    return lines


def _decoded(path: Path) -> Iterator[str]:
    """Yield lines; only a line feed ends one, as sacrebleu and every aligned corpus has it."""
    number = 0
    try:
        with _open(path) as file:
            for number, raw in enumerate(file, 1):
                yield raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8", line=number) from error
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error) or "ends early"
        raise InputError(str(path), f"cannot be read: {reason}") from error


def _open(path: Path) -> BufferedIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb")
