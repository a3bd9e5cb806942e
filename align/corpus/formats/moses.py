"""Moses pairs: two files, a sentence a line, line for line; nothing but the texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.lines import LineWriter, on_one_line, read_lines
from align.corpus.formats.packed import write_packed
from align.errors import InputError


def read_moses(paths: tuple[str, ...], faults: Faults) -> Iterator[Pair]:
    """Yield the pairs of two files, blank lines too.

    Raises:
        InputError: One cannot be read, or they have not as many lines, whatever `faults` says:
            a line that is missing puts all after it against the wrong ones.
    """
    source, target = paths
    of_source, of_target = (Faults(path, faults.skipped) for path in (source, target))
    sides = zip_longest(read_lines(source, of_source), read_lines(target, of_target))
    for left, right in sides:
        if left is None or right is None:
            _refuse(source, target, left, right, sides)
            return
        if left[1] is not None and right[1] is not None:
            yield Pair(left[1], right[1])


def _refuse(
    source: str,
    target: str,
    left: tuple[int, str | None] | None,
    right: tuple[int, str | None] | None,
    rest: Iterator[tuple[tuple[int, str | None] | None, tuple[int, str | None] | None]],
) -> None:
    """Raise the error that names both counts of lines."""
    longer, last = (source, left) if right is None else (target, right)
    shorter = target if right is None else source
    first = last[0] if last else 0
    count = first + sum(1 for _ in rest)
    reason = (
        f"{count:,} lines, and {shorter} has {first - 1:,}: the two are to have as many, "
        "line for line"
    )
    raise InputError(longer, reason, line=first)


def write_moses(paths: tuple[str, ...], pairs: Iterable[Pair], changes: Changes) -> int:
    """Write both files, whole or not at all, and return how many pairs."""
    with write_packed(*paths) as streams:
        left, right = (LineWriter(stream, changes) for stream in streams)
        for number, pair in enumerate(pairs, 1):
            left.add(on_one_line(pair.source, number, changes))
            right.add(on_one_line(pair.target, number, changes))
        left.flush()
        right.flush()
        return left.count
