"""Train, dev and test parts of a corpus: whole documents, and near-duplicate ones together.

The document of a pair is named by its origin and `document`, where that is empty by its origin
and date; pairs with neither are for training alone. Documents of which one in five pairs of the
shorter one are near duplicates in the other (on either side) go to one part, whichever it is,
for they tell the same story: wire copy, a second edition. Pairs of less than `_LINKING` words,
and those in more than `_EVERYWHERE` documents, do not count for this: they are phrases of the
trade. Single pairs that training shares with dev or test are then left out of training, and
those that dev shares with test out of dev. So no part knows another's sentences.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from align.bitext.pair import Pair
from align.corpus.duplicates import DEFAULT_THRESHOLD, similar_pairs
from align.corpus.keys import digest
from align.corpus.union import Union
from align.errors import UsageError

PARTS: Final = ("train", "dev", "test")
LEFT_OUT: Final = len(PARTS)
_LINKING: Final = 5  # words
_EVERYWHERE: Final = 20  # documents
_ALIKE: Final = 0.2  # of the pairs of the shorter document
_SLACK: Final = 0.1  # of a part, by which a group of documents may exceed what is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is asked for dev and test: pairs (1 or more) or a share of them (below 1)."""

    dev: float
    test: float

    def pairs(self, count: int) -> tuple[int, int]:
        """Return the sizes in pairs, of `count` in all.

        Raises:
            UsageError: One is negative, or nothing is left for training.

        >>> Sizes(dev=0.1, test=200).pairs(1000)
        (100, 200)
        """
        dev, test = (  # no more than there is: infinity is no int
            round(size * count) if size < 1 else int(min(size, count + 1))
            for size in (self.dev, self.test)
        )
        if min(self.dev, self.test) < 0 or dev + test >= max(count, 1):
            raise UsageError(
                f"dev {self.dev:g} and test {self.test:g} leave no training pairs of {count:,}"
            )
        return dev, test


@dataclass(frozen=True, slots=True)
class Split:
    """Which part each pair belongs to.

    Attributes:
        parts: Of each pair the index in `PARTS`, or `LEFT_OUT`.
        documents: How many documents each part has, as in `PARTS`.
        newest: The latest date in each part, "" where none is known.
        oldest: The earliest one.
        nameless: How many pairs have neither document nor date, and so are for training.
    """

    parts: NDArray[np.int8]
    documents: tuple[int, ...]
    oldest: tuple[str, ...]
    newest: tuple[str, ...]
    nameless: int

    @property
    def counts(self) -> dict[str, int]:
        """Pairs of each part and of those left out; together all that were read."""
        counts = np.bincount(self.parts, minlength=LEFT_OUT + 1).tolist()
        return dict(zip((*PARTS, "left out"), counts, strict=True))


def plan_split(
    pairs: Iterable[Pair],
    sizes: Sizes,
    *,
    newest_as_test: bool = False,
    seed: int = 0,
    threshold: float | None = DEFAULT_THRESHOLD,
) -> Split:
    """Decide where each pair goes; `pairs` are gone through once.

    Args:
        pairs: Any number of them; 600 bytes of memory each are needed.
        sizes: What is asked for dev and test; whole documents make them come out about so.
        newest_as_test: Test is the newest documents, dev those before; else by chance.
        seed: Of chance: another one gives another split; same pairs and seed, same split.
        threshold: From which similarity on texts are near duplicates, see `find_duplicates`.

    Raises:
        UsageError: No pair has a document or date, or the documents hang together so much
            that a part stays empty.
    """
    books = _Books()
    edges = list(similar_pairs(books.all(pairs), threshold=threshold))
    count = len(books.document)
    wanted = sizes.pairs(count)
    if count and not books.names:
        raise UsageError(
            "no pair has a document or a date, by which to split: sentences of one text would "
            "stand on both sides"
        )
    clusters = Union(count)
    for one, other in edges:
        clusters.join(one, other)
    groups = _linked(books, clusters, edges)
    part_of = _assigned(_groups(books, groups, seed), wanted, newest_as_test=newest_as_test)
    parts = np.zeros(count, np.int8)
    for number, document in enumerate(books.document):
        if document >= 0:
            parts[number] = part_of.get(groups.find(document), 0)
    _leave_out(parts, clusters, edges)
    return _described(books, parts, part_of, groups)


@dataclass(slots=True)
class _Books:
    """What is kept of each pair (its document, whether it links) and of each document."""

    names: dict[tuple[str, str], int] = field(default_factory=dict)
    dates: list[str] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    document: array[int] = field(default_factory=lambda: array("q"))
    links: bytearray = field(default_factory=bytearray)

    def all(self, pairs: Iterable[Pair]) -> Iterator[Pair]:
        """Note each pair and pass it on."""
        for pair in pairs:
            self.document.append(self._number(pair))
            words = min(pair.source.count(" "), pair.target.count(" ")) + 1
            self.links.append(words >= _LINKING)
            yield pair

    def _number(self, pair: Pair) -> int:
        """Return the number of the document of a pair, -1 where it has none."""
        name = pair.document or pair.created
        if not name:
            return -1
        number = self.names.setdefault((pair.origin, name), len(self.names))
        if number == len(self.dates):
            self.dates.append("")
            self.sizes.append(0)
        self.sizes[number] += 1
        self.dates[number] = max(self.dates[number], pair.created)
        return number


def _linked(books: _Books, clusters: Union, edges: Iterable[tuple[int, int]]) -> Union:
    """Join the near-duplicate documents."""
    members: dict[int, set[int]] = {}
    for edge in edges:
        if books.links[edge[0]] and books.links[edge[1]]:
            documents = {books.document[number] for number in edge} - {-1}
            members.setdefault(clusters.find(edge[0]), set()).update(documents)
    shared: Counter[tuple[int, int]] = Counter()
    for some in members.values():
        if len(some) <= _EVERYWHERE:
            shared.update(combinations(sorted(some), 2))
    groups = Union(len(books.names))
    for (one, other), count in shared.items():
        if count >= _ALIKE * min(books.sizes[one], books.sizes[other]):
            groups.join(one, other)
    return groups


@dataclass(slots=True)
class _Group:
    """Documents that go together: by their smallest number; `luck` orders them by chance."""

    number: int
    luck: int
    size: int = 0
    date: str = ""


def _groups(books: _Books, groups: Union, seed: int) -> list[_Group]:
    found: dict[int, _Group] = {}
    for (origin, name), number in books.names.items():
        root = groups.find(number)
        group = found.get(root)
        if group is None:
            group = found[root] = _Group(root, digest(f"{seed}\t{origin}\t{name}"))
        group.size += books.sizes[number]
        group.date = max(group.date, books.dates[number])
    return sorted(found.values(), key=lambda group: group.luck)


def _assigned(
    groups: list[_Group], wanted: tuple[int, int], *, newest_as_test: bool
) -> dict[int, int]:
    """Return the part of each group that is for test or dev; all others are for training."""
    if newest_as_test:
        groups = sorted((group for group in groups if group.date), key=lambda group: group.date)
        groups.reverse()
    part_of: dict[int, int] = {}
    for name, size in (("test", wanted[1]), ("dev", wanted[0])):
        taken = 0
        for group in groups:
            if taken >= size:
                break
            if group.number in part_of or taken + group.size > size * (1 + _SLACK) + 1:
                continue
            part_of[group.number] = PARTS.index(name)
            taken += group.size
        if size and not taken:
            largest = max((group.size for group in groups), default=0)
            kind = "with a date " if newest_as_test else ""
            raise UsageError(
                f"no documents for {name}: {len(groups):,} groups of documents {kind}hang "
                f"together, the largest with {largest:,} pairs, and {size:,} pairs are wanted"
            )
    return part_of


def _leave_out(parts: NDArray[np.int8], clusters: Union, edges: Iterable[tuple[int, int]]) -> None:
    """Take from each part the pairs whose duplicates stand in a part for measuring."""
    numbers = sorted({number for edge in edges for number in edge})
    highest: dict[int, int] = {}
    for number in numbers:
        root = clusters.find(number)
        highest[root] = max(highest.get(root, 0), int(parts[number]))
    for number in numbers:
        if parts[number] < highest[clusters.find(number)]:
            parts[number] = LEFT_OUT


def _described(
    books: _Books, parts: NDArray[np.int8], part_of: dict[int, int], groups: Union
) -> Split:
    counts = [0] * len(PARTS)
    dates: list[list[str]] = [[] for _ in PARTS]
    for number in range(len(books.names)):
        part = part_of.get(groups.find(number), 0)
        counts[part] += 1
        if books.dates[number]:
            dates[part].append(books.dates[number])
    return Split(
        parts=parts,
        documents=tuple(counts),
        oldest=tuple(min(some, default="") for some in dates),
        newest=tuple(max(some, default="") for some in dates),
        nameless=sum(document < 0 for document in books.document),
    )
