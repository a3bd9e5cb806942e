"""Dropped pairs in files, a JSON object a line: the pair, its number, and why it was dropped."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from align.bitext import Pair
from align.corpus.formats.faults import Faults
from align.corpus.formats.jsonl import pair_of, record_of
from align.corpus.formats.lines import read_lines
from align.corpus.ledger import Reason, Verdict
from align.errors import InputError, one_line


def verdict_line(verdict: Verdict) -> bytes:
    """Return a line of a dropped file; it is also a record of a corpus in JSON Lines."""
    record = record_of(verdict.pair) | {"number": verdict.number}
    record["reasons"] = [
        {"filter": one.filter, "score": one.score, "rule": one.rule, "text": one.text}
        for one in verdict.reasons
    ]
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def read_verdicts(path: str) -> Iterator[Verdict]:
    """Yield the pairs of a dropped file, plain or packed.

    Raises:
        InputError: It cannot be read, or a line is none of a dropped file.
    """
    for number, line in read_lines(path, Faults(path)):
        if line and not line.isspace():
            try:
                yield _verdict(json.loads(line))
            except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as error:
                what = f"no {error}" if isinstance(error, KeyError) else _plain(error)
                reason = f"not a line of a dropped file: {what}"
                raise InputError(path, reason, line=number) from None


class TakingBack:
    """Takes back the pairs that were dropped for reasons of some names and for no others.

    Attributes:
        seen, taken: How many dropped pairs there were, and were taken back.
    """

    def __init__(self, names: Collection[str]) -> None:
        """Forgive the filters of these names."""
        self._names = frozenset(names)
        self._met: set[str] = set()
        self.seen = self.taken = 0

    def pairs(self, verdicts: Iterable[Verdict]) -> Iterator[Pair]:
        """Yield those of `verdicts`, as they were read before they were dropped."""
        for verdict in verdicts:
            self.seen += 1
            names = {reason.filter for reason in verdict.reasons}
            self._met |= names
            if names and names <= self._names:
                self.taken += 1
                yield verdict.pair

    @property
    def unmet(self) -> list[str]:
        """The names for which nothing was dropped; misspelt ones, maybe."""
        return sorted(self._names - self._met)


def _plain(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg}"
    # Only our own are about the record; the others are about Python.
    return one_line(error) if type(error) is ValueError else "a field is of another kind"


def _verdict(record: dict[str, Any]) -> Verdict:
    reasons = tuple(
        Reason(str(one["filter"]), float(one["score"]), one["rule"], one["text"])
        for one in record["reasons"]
    )
    return Verdict(int(record["number"]), pair_of(record, ("source", "target")), reasons)
