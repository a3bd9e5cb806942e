"""Pairs from files through filters into a corpus, with an account; goes on after a kill.

In four stages over the shards of a working folder: read, learn, score, decide. What the first
three computed stays there, so only what the same pairs and filters have not had yet is done; with
other thresholds, nothing but deciding. Memory holds one shard, and what filters learnt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from align.bitext import Pair
from align.corpus.filters.filter import Filter, LearningFilter
from align.corpus.formats import read_pairs
from align.corpus.formats.names import corpus_to_read
from align.corpus.formats.packed import write_packed
from align.corpus.ledger import Ledger, Reason, Verdict
from align.corpus.shards import Input, Shard, Shards
from align.corpus.verdicts import verdict_line
from align.errors import InputError
from align.version import version

Progress = Callable[[str, int, int | None], None]  # stage, pairs done, pairs in all where known
Write = Callable[[Iterable[Pair]], int]  # writes pairs, returns how many

_BATCH: Final = 1000  # pairs
_MESSAGES: Final = 100  # about what could not be read; more are only counted


def filter_pairs(
    sources: Sequence[str],
    filters: Sequence[Filter],
    shards: Shards,
    *,
    languages: tuple[str, str] = ("ur", "en"),
    header: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
) -> Filtered:
    """Read, learn and score; deciding is up to the result.

    Args:
        sources: Files of pairs in any format of `align.corpus.formats`.
        filters: At least one.
        shards: The working folder.
        languages: Codes of source and target, for files that name their texts by them.
        header: Whether the first row of TSV files names their columns.
        processes: How many shards are scored at a time.
        progress: Is told how far it is.

    Raises:
        InputError: An input cannot be read at all. Single broken records are skipped, see
            `Shards.input`.
    """
    tell = progress or (lambda _, __, ___: None)
    read_shards(Sources(tuple(sources), languages, header), shards, progress=tell)
    learn(filters, shards, progress=tell)
    score(filters, shards, processes=processes, progress=tell)
    return Filtered(filters, shards)


@dataclass(frozen=True, slots=True)
class Sources:
    """Files of pairs, and how they are read."""

    paths: tuple[str, ...]
    languages: tuple[str, str]
    header: bool

    def pairs(self, skip: Callable[[str], None]) -> Iterator[Pair]:
        """Yield the pairs of all; one file that cannot be read is skipped, the only one is not."""
        for path in self.paths:
            try:
                yield from read_pairs(
                    path, languages=self.languages, skipped=skip, header=self.header
                )
            except InputError as error:
                if len(self.paths) == 1:
                    raise
                skip(str(error))

    def digest(self) -> str:
        """Return a digest of all that is read; "" where it cannot be read twice."""
        how = (version(), self.languages, list(self.paths), *(["header"] if self.header else []))
        total = hashlib.blake2b(repr(how).encode(), digest_size=16)
        for source in self.paths:
            try:
                for path in corpus_to_read(source, self.languages).paths:
                    if not Path(path).is_file():  # standard input or a pipe
                        return ""
                    with Path(path).open("rb") as file:
                        total.update(hashlib.file_digest(file, "sha256").digest())
            except (OSError, InputError):
                return ""  # the reader will say what is wrong
        return total.hexdigest()


def read_shards(sources: Sources, shards: Shards, *, progress: Progress) -> None:
    """Cut the inputs into shards, unless that was done with the same bytes before."""
    whole_input = sources.digest()
    if shards.has(whole_input):
        return
    messages: list[str] = []
    skipped = 0

    def skip(message: str) -> None:
        nonlocal skipped
        skipped += 1
        if skipped <= _MESSAGES:
            messages.append(message)

    shards.write(
        sources.pairs(skip),
        lambda: Input(whole_input, tuple(messages), skipped),
        progress=lambda done: progress("reading", done, None),
    )


def learn(filters: Sequence[Filter], shards: Shards, *, progress: Progress) -> None:
    """Let the filters that need it see all pairs."""
    learners = [one for one in filters if isinstance(one, LearningFilter)]
    if not learners:
        return
    done = 0
    for shard in shards.shards:
        missing = [one for one in learners if not shards.has_seen(shard, one.observation_key)]
        pairs = shards.read(shard) if missing else []
        for one in missing:
            shards.write_seen(shard, one.observation_key, one.observe(pairs))
        done += shard.pairs
        progress("learning", done, len(shards))
    for one in learners:
        one.learn(shards.seen(one.observation_key))


def score(filters: Sequence[Filter], shards: Shards, *, processes: int, progress: Progress) -> None:
    """Compute the scores that are not there yet, a shard at a time or several at once."""
    done = 0
    if processes == 1:
        for shard in shards.shards:
            _score_shard(filters, shards, shard)
            done += shard.pairs
            progress("scoring", done, len(shards))
        return
    with ProcessPoolExecutor(
        processes or None,
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(filters, shards),
    ) as pool:
        for shard in pool.map(_score_in_process, shards.shards):
            done += shard.pairs
            progress("scoring", done, len(shards))


_WORK: list[tuple[Sequence[Filter], Shards]] = []  # of a process of the pool


def _begin(filters: Sequence[Filter], shards: Shards) -> None:
    _WORK.append((filters, shards))


def _score_in_process(shard: Shard) -> Shard:
    _score_shard(*_WORK[0], shard)
    return shard


def _score_shard(filters: Sequence[Filter], shards: Shards, shard: Shard) -> None:
    if missing := unscored(filters, shards, shard):
        add_scores(missing, shards, shard, scores_of(missing, shards.read(shard)))


def unscored(filters: Sequence[Filter], shards: Shards, shard: Shard) -> list[Filter]:
    """Return the filters whose scores of a shard are not there yet."""
    there = shards.scores(shard)
    return [one for one in filters if one.key not in there]


def scores_of(filters: Sequence[Filter], pairs: Sequence[Pair]) -> dict[str, NDArray[np.float64]]:
    """Compute the scores of pairs, an array for each filter under its key."""
    batches = [pairs[first : first + _BATCH] for first in range(0, len(pairs), _BATCH)]
    # All filters of a batch, then the next: they share what `bare_words` remembers.
    rows = [[one.scores(batch) for one in filters] for batch in batches]
    return {
        one.key: np.concatenate([np.asarray(row[place], dtype=np.float64) for row in rows])
        for place, one in enumerate(filters)
    }


def add_scores(
    filters: Sequence[Filter],
    shards: Shards,
    shard: Shard,
    fresh: Mapping[str, NDArray[np.float64]],
) -> None:
    """Keep the scores of a shard by `filters`, in place of what they said before."""
    # A filter that knows better now has no use for it.
    ours = tuple(f"{one.name}-{one.version}" for one in filters)
    kept = {key: row for key, row in shards.scores(shard).items() if not key.startswith(ours)}
    shards.write_scores(shard, {**kept, **fresh})


class Filtered:
    """A corpus whose pairs have all their scores."""

    def __init__(self, filters: Sequence[Filter], shards: Shards) -> None:
        """Take the scores of `filters` from `shards`."""
        self._filters, self._shards = filters, shards

    def write(self, write: Write | None, dropped: str | None = None) -> Ledger:
        """Decide about every pair, in their order.

        Args:
            write: Takes the pairs that are kept; None to only count.
            dropped: A file of JSON Lines for the pairs that are dropped, with their reasons.

        Returns:
            The account, which adds up.
        """
        ledger = Ledger.of(self._filters)
        ledger.unreadable = self._shards.input.skipped_in_all
        with write_packed(*([dropped] if dropped else [])) as files:
            kept = self._decide(ledger, files[0] if files else None)
            if write:
                write(kept)
            for _ in kept:  # what a writer left, and all of it where there is none
                pass
            ledger.close()
        return ledger

    def _decide(self, ledger: Ledger, file: IO[bytes] | None) -> Iterator[Pair]:
        """Yield the pairs that are kept; count all of them."""
        for shard in self._shards.shards:
            arrays = self._shards.scores(shard)
            scores = np.stack([arrays[one.key] for one in self._filters])
            drops = np.stack(
                [one.dropped(row) for one, row in zip(self._filters, scores, strict=True)]
            )
            ledger.count(scores, drops)
            is_dropped = np.logical_or.reduce(drops).tolist()
            for place, pair in enumerate(self._shards.read(shard)):
                ledger.count_origin(pair, kept=not is_dropped[place])
                if is_dropped[place]:
                    number = shard.first + place
                    self._account(ledger, file, number, pair, scores[:, place], drops[:, place])
                else:
                    yield pair

    def _account(
        self,
        ledger: Ledger,
        file: IO[bytes] | None,
        number: int,
        pair: Pair,
        scores: NDArray[np.float64],
        drops: NDArray[np.bool_],
    ) -> None:
        """Write a dropped pair, and make it an example where it is a good one."""
        guilty = np.flatnonzero(drops).tolist()
        lucky = [
            (entry, luck)
            for entry in (ledger.entries[place] for place in guilty)
            if (luck := entry.luck(pair, alone=len(guilty) == 1)) is not None
        ]
        if not (lucky or file):
            return
        reasons = tuple(
            self._reason(self._filters[place], pair, float(scores[place])) for place in guilty
        )
        verdict = Verdict(number, pair, reasons)
        if file:
            file.write(verdict_line(verdict))
        for entry, luck in lucky:
            entry.take(luck, verdict)

    def _reason(self, one: Filter, pair: Pair, score: float) -> Reason:
        return Reason(one.name, score, one.rule, one.detail(pair) or one.reason)
