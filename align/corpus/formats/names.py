"""Which format a corpus has, by its name, and which corpora paths of a command line stand for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from align.articles.inputs import list_files, shown
from align.articles.packed import PACKED
from align.corpus.formats.packed import find_packed, is_pipe
from align.errors import InputError, UsageError

SUFFIXES: Final = {
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".tmx": "tmx",
    ".parquet": "parquet",
    ".xlf": "xliff",
    ".xliff": "xliff",
}
# By now and then what a pair of files could be called, but more likely a slip of the pen.
_OTHERS: Final = frozenset((".txt", ".csv", ".json", ".xml", ".html", ".po", ".zip", ".sdlxliff"))


@dataclass(frozen=True, slots=True)
class Corpus:
    """One or, for Moses pairs, two files.

    `kind` is tsv, jsonl, tmx, parquet, xliff, moses, or stream: TSV, or JSON Lines where it begins
    with a brace.
    """

    kind: str
    paths: tuple[str, ...]


def holds_pairs(path: str) -> bool:
    """Tell by its name whether a file holds pairs; a side of a Moses pair does not.

    >>> [holds_pairs(path) for path in ("a.tsv.xz", "a.TMX", "a.ur", "a.txt.gz")]
    [True, True, False, False]
    """
    return _parts(path)[1] in SUFFIXES


def corpus_to_read(path: str, languages: tuple[str, str]) -> Corpus:
    """Tell the format of a corpus that is there; a pipe without a suffix is a stream.

    Raises:
        InputError: Its name does not tell, or a side of a Moses pair is missing.
    """
    stem, suffix, _ = _parts(path)
    if suffix in SUFFIXES:
        return Corpus(SUFFIXES[suffix], (path,))
    if path == "-" or is_pipe(path):
        return Corpus("stream", (path,))
    prefix = stem if suffix.removeprefix(".") in languages else path
    sides = [(f"{prefix}.{code}", find_packed(f"{prefix}.{code}")) for code in languages]
    missing = [name for name, found in sides if found is None]
    if len(missing) == 1:
        raise InputError(path, f"there is no {missing[0]}[.gz|.xz], its other side")
    if missing:
        raise InputError(path, _known(languages) if os.path.lexists(path) else "no such file")
    return Corpus("moses", tuple(found for _, found in sides if found is not None))


def corpus_to_write(path: str, languages: tuple[str, str]) -> Corpus:
    """Tell the format of a corpus that is to be written.

    A Moses pair is named by either of its files, or by a prefix without a suffix; a device,
    such as /dev/null, takes TSV.

    Raises:
        UsageError: Its name does not tell, the format is only read, or a folder is there.
    """
    stem, suffix, packed = _parts(path)
    kind = SUFFIXES.get(suffix)
    if kind == "xliff":
        raise UsageError(f"{path}: XLIFF is only read; write .tmx for translation tools")
    if kind == "parquet" and packed:
        raise UsageError(f"{path}: Parquet is packed in itself; leave {packed} out")
    if os.path.isdir(path):  # noqa: PTH112 never raises
        raise UsageError(f"{path}: a folder, not a file")
    if kind is not None:
        return Corpus(kind, (path,))
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 likewise
        return Corpus("tsv", (path,))
    if suffix.removeprefix(".") not in languages:
        if suffix in _OTHERS:
            known = ", ".join(name for name, kind in SUFFIXES.items() if kind != "xliff")
            raise UsageError(
                f"{path}: a corpus ends in {known}, or .{languages[0]} for a Moses pair, "
                "or these with .gz or .xz"
            )
        stem += suffix
    if not stem or stem.endswith(("/", os.sep)):
        raise UsageError(f"{path}: a folder, not a file")
    return Corpus("moses", tuple(f"{stem}.{code}{packed}" for code in languages))


def find_corpora(
    paths: Iterable[str],
    languages: tuple[str, str] = ("ur", "en"),
    *,
    repeated: Callable[[str], None] | None = None,
) -> Iterator[str | InputError]:
    """Yield the corpora that files, folders, globs and prefixes of Moses pairs stand for.

    A corpus comes once, however often it is named; both files of a Moses pair are one. A path
    that comes again is told to `repeated`.
    """
    suffixes = (*SUFFIXES, *(f".{code}" for code in languages))
    names = tuple(f"{suffix}{packed}" for suffix in suffixes for packed in ("", *PACKED))
    seen: set[tuple[str, ...]] = set()
    named: set[str] = set()
    for path in paths:
        if path != "-" and not os.path.lexists(path) and find_packed(f"{path}.{languages[0]}"):
            found: Iterable[str | InputError] = [path]
        else:
            found = list_files(path, names)
        for one in found:
            if isinstance(one, InputError):
                if one.reason.startswith("no file here ends"):  # in any of forty endings
                    one = InputError(one.path, f"no corpus here: {_known(languages)}")
                yield one
                continue
            try:
                files = corpus_to_read(one, languages).paths
            except InputError as error:
                yield InputError(shown(one), error.reason)
                continue
            key = tuple(map(os.path.realpath, files))
            if key not in seen:
                seen.add(key)
                yield one
            elif repeated is not None and os.path.realpath(one) in named:
                repeated(one)
            named.add(os.path.realpath(one))


def _known(languages: tuple[str, str]) -> str:
    known = ", ".join((*SUFFIXES, *(f".{code}" for code in languages)))
    return f"a corpus ends in {known}, or these with .gz or .xz"


def _parts(path: str) -> tuple[str, str, str]:
    """Cut a path: `a/b.tsv.xz` is `a/b`, `.tsv` and `.xz`."""
    packed = next((end for end in PACKED if path.endswith(end)), "")
    stem, suffix = os.path.splitext(path.removesuffix(packed))  # noqa: PTH122 keeps odd paths
    return stem, suffix.lower(), packed
