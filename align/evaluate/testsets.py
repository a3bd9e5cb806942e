"""`TestSet`: source segments with one or more reference translations, read from files.

Two layouts: `NAME.ur` with `NAME.en`, or with `NAME.en.0`, `NAME.en.1`, …, a segment a line;
and a corpus file, `source<TAB>target` a line, whose further columns are left alone. Any of them
may be packed (`.gz`, `.xz`). Texts stay as they are: references must not be changed, and the
translator normalises its sources itself.
"""

from __future__ import annotations

import gzip
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path
from typing import ClassVar, Final

from align.errors import InputError

_PACKED: Final = (".gz", ".xz")
_SUFFIXES: Final = (*_PACKED, ".tsv", ".txt")


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
        path: `FOLDER/NAME` or `FOLDER/NAME.ur` of files a language, or a corpus file.
        source: Language of the segments, the last part of the file's name.
        target: Language of the references.

    Raises:
        InputError: It is not there, empty, undecodable, of unequal lengths, or not of two columns.
    """
    path = Path(path)
    stem = path.name
    for packed in ("", *_PACKED):
        stem = stem.removesuffix(f".{source}{packed}")
    sources = _find(path.parent, f"{stem}.{source}")
    if sources is None:
        if path.is_file():
            return _read_columns(path)
        raise InputError(str(path), f"no such test set: neither a file nor {stem}.{source}")
    references = _references(path.parent, f"{stem}.{target}")
    if not references:
        raise InputError(
            str(sources), f"there is no {stem}.{target} beside it, nor {stem}.{target}.0"
        )
    lines = _read_segments(sources)
    found = [_read_segments(reference) for reference in references]
    for reference, texts in zip(references, found, strict=True):
        if len(texts) != len(lines):
            raise InputError(
                str(reference), f"{len(texts)} segments, but {sources.name} has {len(lines)}"
            )
    return TestSet(stem, tuple(lines), tuple(map(tuple, found)))


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


def _read_columns(path: Path) -> TestSet:
    sources, targets = [], []
    for number, line in enumerate(_read_segments(path), 1):
        columns = line.split("\t")
        if len(columns) < 2 or not columns[0].strip() or not columns[1].strip():
            raise InputError(str(path), "no source<TAB>target on this line", line=number)
        sources.append(columns[0])
        targets.append(columns[1])
    name = path.name
    while name.endswith(_SUFFIXES) and Path(name).stem:
        name = Path(name).stem
    return TestSet(name, tuple(sources), (tuple(targets),))


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
    except (OSError, EOFError, lzma.LZMAError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "ends early"
        raise InputError(str(path), f"cannot be read: {reason}") from error


def _open(path: Path) -> BufferedIOBase:
    if path.suffix == ".gz":
        return gzip.open(path, "rb")
    return lzma.open(path, "rb") if path.suffix == ".xz" else path.open("rb")
