"""`Ledger`: what became of every pair that was read, and why.

Kept and dropped pairs add up to those read. For each filter: how many pairs it dropped, how many
it alone dropped, which are the ones that a looser threshold would give back, and a few of them.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from align.articles.source import read_source
from align.bitext import Pair
from align.corpus.filters.filter import Filter
from align.corpus.filters.hashes import text_hash
from align.errors import InputError, LedgerError

EXAMPLES: Final = 5  # of a filter
_ORIGINS: Final = 1000  # that are counted one by one; the rest together
_REST: Final = "(other origins)"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one filter drops a pair: its name, the score, the rule it breaks, and the detail."""

    filter: str
    score: float
    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a pair: its number in the corpus, from 1, and why it is dropped, if it is."""

    number: int
    pair: Pair
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class Entry:
    """The account of one filter.

    Attributes:
        name, reason, rule: As of the filter.
        judged: How many pairs it had something to say about.
        dropped: How many it dropped.
        alone: How many of them no other filter dropped.
        examples: A few, chosen by chance, those that it alone dropped before others.
    """

    name: str
    reason: str
    rule: str
    judged: int = 0
    dropped: int = 0
    alone: int = 0
    chosen: list[tuple[int, int, Verdict]] = field(default_factory=list)

    @property
    def examples(self) -> list[Verdict]:
        """The chosen ones, in the order of the corpus."""
        return sorted((verdict for _, _, verdict in self.chosen), key=lambda one: one.number)

    def luck(self, pair: Pair, *, alone: bool) -> int | None:
        """Return how well placed a pair is to be an example; None for one that will not be.

        Luck is a hash of the texts, so that a run that was interrupted chooses the same.
        """
        luck = text_hash(self.name, pair.source, pair.target) + (2**64 if alone else 0)
        full = len(self.chosen) == EXAMPLES
        return None if full and luck <= self.chosen[0][0] else luck

    def take(self, luck: int, verdict: Verdict) -> None:
        """Take an example, in place of the one with the least luck where there are enough."""
        item = (luck, -verdict.number, verdict)
        if len(self.chosen) < EXAMPLES:
            heapq.heappush(self.chosen, item)
        else:
            heapq.heapreplace(self.chosen, item)


@dataclass(slots=True)
class Ledger:
    """The account of a run: counts of pairs, an entry a filter, kept and read of each origin."""

    entries: list[Entry]
    read: int = 0
    kept: int = 0
    dropped: int = 0
    unreadable: int = 0
    origins: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, filters: Sequence[Filter]) -> Ledger:
        """Open the books for these filters."""
        return cls([Entry(one.name, one.reason, one.rule) for one in filters])

    def count(self, scores: NDArray[np.float64], drops: NDArray[np.bool_]) -> None:
        """Count the pairs of a shard: `[filters, pairs]`, their scores and who drops them."""
        reasons = drops.sum(axis=0)
        self.read += drops.shape[1]
        self.dropped += int(np.count_nonzero(reasons))
        self.kept += int(np.count_nonzero(reasons == 0))
        for entry, score, drop in zip(self.entries, scores, drops, strict=True):
            entry.judged += int(np.count_nonzero(~np.isnan(score)))
            entry.dropped += int(np.count_nonzero(drop))
            entry.alone += int(np.count_nonzero(drop & (reasons == 1)))

    def count_origin(self, pair: Pair, *, kept: bool) -> None:
        """Count a pair for its origin."""
        is_new = pair.origin not in self.origins
        name = _REST if is_new and len(self.origins) >= _ORIGINS else pair.origin
        counts = self.origins.setdefault(name, [0, 0])
        counts[0] += kept
        counts[1] += 1

    def close(self) -> None:
        """Prove the books.

        Raises:
            LedgerError: They do not add up.
        """
        by_origin = [sum(counts) for counts in zip(*self.origins.values(), strict=True)] or [0, 0]
        alone = sum(entry.alone for entry in self.entries)
        if self.kept + self.dropped != self.read or by_origin != [self.kept, self.read]:
            raise LedgerError(
                f"the ledger does not add up: {self.read} read, {self.kept} kept, "
                f"{self.dropped} dropped; by origin {by_origin[0]} of {by_origin[1]} kept"
            )
        if alone > self.dropped or any(one.dropped > self.dropped for one in self.entries):
            raise LedgerError("the ledger does not add up: a filter dropped more than all did")

    @property
    def record(self) -> dict[str, Any]:
        """The account as it is written in JSON."""
        return {
            "read": self.read,
            "kept": self.kept,
            "dropped": self.dropped,
            "unreadable": self.unreadable,
            "filters": [_entry_record(entry) for entry in self.entries],
            "origins": {
                name: {"kept": kept, "read": read}
                for name, (kept, read) in sorted(self.origins.items())
            },
        }


def read_ledger(path: str) -> dict[str, Any]:
    """Read a `Ledger.record` from a file of JSON.

    Raises:
        InputError: It cannot be read, or holds something else.
    """
    try:
        record = json.loads(read_source(path))
    except (ValueError, RecursionError) as error:
        raise InputError(path, f"not JSON: {error}") from None
    if not _is_record(record):
        raise InputError(path, "no ledger, which `align corpus filter --ledger` writes")
    return dict(record)


def _is_record(found: object) -> bool:
    """Tell whether the figures that a card shows are there, and are figures."""
    if not (isinstance(found, dict) and {"read", "kept", "dropped"} <= found.keys()):
        return False
    filters = found.get("filters", [])
    return (
        all(isinstance(found.get(name, 0), int) for name in ("read", "kept", "dropped"))
        and isinstance(found.get("unreadable", 0), int)
        and isinstance(filters, list)
        and all(isinstance(one, dict) for one in filters)
        and all(isinstance(one.get(n, 0), int) for one in filters for n in ("dropped", "alone"))
    )


def _entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "filter": entry.name,
        "reason": entry.reason,
        "rule": entry.rule,
        "judged": entry.judged,
        "dropped": entry.dropped,
        "alone": entry.alone,
        "examples": [_example(entry.name, verdict) for verdict in entry.examples],
    }


def _example(name: str, verdict: Verdict) -> Mapping[str, Any]:
    reason = next(one for one in verdict.reasons if one.filter == name)
    return {
        "number": verdict.number,
        "source": verdict.pair.source,
        "target": verdict.pair.target,
        "score": reason.score,
        "text": reason.text,
        "alone": len(verdict.reasons) == 1,
    }
