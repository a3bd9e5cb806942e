"""Reads the files of test sets, whose segments must not be in a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from align.corpus.filters.leakage import TestSegments
from align.corpus.formats import read_pairs
from align.corpus.formats.faults import Faults
from align.corpus.formats.lines import read_lines
from align.corpus.formats.names import holds_pairs
from align.errors import InputError


def read_segments(
    paths: Iterable[str], *, languages: tuple[str, str] = ("ur", "en")
) -> TestSegments:
    """Read test sets: corpora, and plain texts with a segment a line.

    Args:
        paths: Files; a prefix stands for the two files of a Moses pair, as in `read_pairs`.
        languages: Codes of source and target.

    Raises:
        InputError: One cannot be read, or holds no text: a guard that guards nothing.
    """
    return TestSegments(segment for path in paths for segment in _segments(path, languages))


def _segments(path: str, languages: tuple[str, str]) -> Iterator[tuple[str, str]]:
    found = False
    for place, text in _texts(path, languages):
        found = found or bool(text.strip())
        yield f"{Path(path).name}:{place}", text
    if not found:
        raise InputError(path, "holds no text to look for")


def _texts(path: str, languages: tuple[str, str]) -> Iterator[tuple[int, str]]:
    if Path(path).is_file() and not holds_pairs(path):
        for number, text in read_lines(path, Faults(path)):
            yield number, text or ""
        return
    for number, pair in enumerate(read_pairs(path, languages=languages), 1):
        yield number, pair.source
        yield number, pair.target
