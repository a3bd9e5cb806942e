"""Files of sentence pairs as they lie: TSV, Moses pairs, JSON Lines; plain, .gz or .xz.

See `align.evaluate.pairs` for how lines are read, and refused.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from align.articles.packed import PACKED
from align.errors import InputError, one_line
from align.evaluate.pairs import RECORDS, Line, read_pairs, read_texts

TABLE: Final = ".tsv"


@dataclass(frozen=True, slots=True)
class Files:
    """The one or two files of a corpus: `kind` is tsv, jsonl or moses; `name` has no suffixes."""

    kind: str
    paths: tuple[str, ...]
    name: str


def find_files(path: str, *, source_language: str, target_language: str) -> Files:
    """Tell by its name what kind of corpus `path` is, and where its second file lies.

    Raises:
        InputError: It is missing, a folder or a pipe, or of a kind that is not read.
    """
    if path == "-":
        raise InputError(path, "a corpus is read again when a run goes on: give a file")
    stem, suffix = _split(path)
    if suffix == TABLE or suffix in RECORDS:
        check_regular(path)
        return Files("tsv" if suffix == TABLE else "jsonl", (path,), Path(stem).name)
    languages = (source_language, target_language)
    if suffix.removeprefix(".") in languages:
        prefix = stem
    elif os.path.lexists(path):
        check_regular(path)
        known = ", ".join((TABLE, *RECORDS, *(f".{code}" for code in languages)))
        raise InputError(path, f"a corpus ends in {known}, or these with .gz or .xz")
    else:
        prefix = path
    return Files("moses", _sides(prefix, languages, asked=path), Path(prefix).name)


def read_lines(files: Files, *, source_language: str, target_language: str) -> Iterator[Line]:
    """Yield the lines of a corpus in order.

    Raises:
        InputError: See the module.
    """
    if files.kind == "moses":
        yield from _read_moses(*files.paths)
        return
    yield from read_pairs(
        files.paths[0],
        is_json=files.kind == "jsonl",
        source_language=source_language,
        target_language=target_language,
    )


def digest_of(files: Files) -> str:
    """Return the SHA-256 of the file; of two, that of their own, a line each."""
    digests = []
    for path in files.paths:
        with Path(path).open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()


def _read_moses(source: str, target: str) -> Iterator[Line]:
    end = object()
    pairs = zip_longest(read_texts(source), read_texts(target), fillvalue=end)
    for number, (left, right) in enumerate(pairs, 1):
        if left is end or right is end:
            longer, shorter = (target, source) if left is end else (source, target)
            reason = f"{shorter} has no such line: the two files are to have as many"
            raise InputError(longer, reason, line=number)
        if isinstance(left, str) and isinstance(right, str):
            yield left, right
        else:
            yield None


def _split(path: str) -> tuple[str, str]:
    """Return path and suffix without .gz or .xz: `a/b.tsv.xz` gives `a/b` and `.tsv`."""
    for packed in PACKED:
        path = path.removesuffix(packed)
    stem, suffix = os.path.splitext(path)  # noqa: PTH122 keeps what stands before as it was given
    return stem, suffix


def _sides(prefix: str, codes: tuple[str, str], *, asked: str) -> tuple[str, ...]:
    """Return the files of both languages."""
    sides = [(f"{prefix}.{code}", _side(prefix, code)) for code in codes]
    missing = [name for name, path in sides if path is None]
    if len(missing) == 1:
        raise InputError(asked, f"there is no {missing[0]}[.gz|.xz], its other side")
    if missing:
        other = "" if missing[0] == asked else f", nor {missing[0]}[.gz|.xz]"
        raise InputError(asked, f"no such file{other}")
    return tuple(path for _, path in sides if path is not None)


def _side(prefix: str, code: str) -> str | None:
    """Return the file of a language, packed or not; None where there is none."""
    paths = [f"{prefix}.{code}{packed}" for packed in ("", *PACKED)]
    for path in paths:
        if Path(path).exists():
            check_regular(path)
            return path
    return None


def check_regular(path: str) -> None:
    """Raise InputError for what is missing, a folder, or cannot be read twice."""
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        raise InputError(path, "no such file") from None
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be read: {one_line(error)}") from None
    if stat.S_ISDIR(mode):
        raise InputError(path, "a folder, not a file")
    if not stat.S_ISREG(mode):
        raise InputError(path, "a pipe or device: a corpus is read again when a run goes on")
