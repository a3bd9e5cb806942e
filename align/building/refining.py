"""Refining: pairs are filtered, freed of duplicates, and split; each stage keeps what it made.

filter/            the shards of `align.corpus.filtering`, with all scores
kept.jsonl.gz      the pairs that all filters keep
unique.jsonl.gz    those of them that are no duplicates
parts.npy          the part of each of these, as in `align.corpus.split`
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

from align.bitext import Pair
from align.building.settings import DEFAULT_SHARE, Settings
from align.building.work import Work, key_of
from align.corpus.drafts import whole, write_text
from align.corpus.dropped import write_dropped
from align.corpus.duplicates import find_duplicates
from align.corpus.filtering import Filtered, learn, score
from align.corpus.filters import Filter, LearningFilter
from align.corpus.formats import read_pairs, write_pairs
from align.corpus.ledger import Ledger
from align.corpus.shards import Input, Shards
from align.corpus.split import PARTS, Sizes, Split, plan_split
from align.errors import UsageError
from align.report.corpus_tables import split_record
from align.report.ledger import ledger_json, ledger_markdown
from align.version import version

DROPPED, DUPLICATES = "dropped.jsonl.gz", "duplicates.jsonl.gz"
LEDGERS = ("ledger.json", "ledger.md")


@dataclass(frozen=True, slots=True)
class Refined:
    """The pairs that are left, by part, and the accounts of the stages.

    Attributes:
        unique: File of the pairs without duplicates.
        parts: File of the part of each.
        ledger: The account of the filters, as `Ledger.record`.
        duplicates: Pairs read, kept, exact and near duplicates.
        split: Pairs, documents and dates of each part.
        key: Names all this.
    """

    unique: Path
    parts: Path
    ledger: dict[str, Any]
    duplicates: dict[str, int]
    split: dict[str, Any]
    key: str

    def pairs(self, part: int | None = None) -> Iterator[Pair]:
        """Yield the pairs of a part (by its index), or of all parts."""
        import numpy as np

        parts = np.load(self.parts)
        chosen = parts < len(PARTS) if part is None else parts == part
        return compress(read_pairs(str(self.unique)), chosen)


def filter_stage(
    pairs: Callable[[], Iterator[Pair]],
    pairs_key: str,
    filters: Sequence[Filter],
    work: Work,
) -> tuple[str, dict[str, Any]]:
    """Filter; publish what is dropped, and the ledger. Return a key of all that, and the ledger."""
    rules = [[_filter_key(one), one.threshold] for one in filters]
    key = key_of("filter", pairs_key, rules, version())
    kept, dropped = work.folder / "kept.jsonl.gz", work.corpus / DROPPED
    outputs = [kept, dropped, *(work.corpus / name for name in LEDGERS)]
    record = work.record("filter", key)
    if record is None:
        work.unpublish()
        shards = Shards(work.folder / "filter")
        if not shards.has(pairs_key):
            shards.write(
                pairs(),
                lambda: Input(pairs_key),
                progress=lambda done: work.progress("collecting pairs", done, None),
            )
        learn(filters, shards, progress=work.progress)
        score(filters, shards, processes=1, progress=work.progress)
        work.progress("filtering", 0, None)
        ledger = Filtered(filters, shards).write(
            lambda some: write_pairs(str(kept), some), str(dropped)
        )
        _write_ledgers(ledger, work.corpus)
        record = work.finish("filter", key, ledger.record, outputs)
    return key, record


def _filter_key(one: Filter) -> str:
    """Name all that decides the scores of a filter beside the pairs."""
    if isinstance(one, LearningFilter):  # what it learns is decided by the pairs
        return f"{one.name}-{one.version}-{one.observation_key}"
    return one.key


def _write_ledgers(ledger: Ledger, folder: Path) -> None:
    for name, text in zip(LEDGERS, (ledger_json(ledger), ledger_markdown(ledger)), strict=True):
        write_text(folder / name, text)


def refine(
    filter_key: str,
    ledger: dict[str, Any],
    settings: Settings,
    work: Work,
) -> Refined:
    """Drop duplicates, which are published, and split.

    Raises:
        UsageError: The corpus cannot be split as is asked.
    """
    unique, parts = work.folder / "unique.jsonl.gz", work.folder / "parts.npy"
    key = key_of("unique", filter_key, settings.side, settings.near)
    counts = work.record("unique", key)
    if counts is None:
        work.unpublish()
        work.progress("comparing pairs", 0, None)
        kept, dropped = work.folder / "kept.jsonl.gz", work.corpus / DUPLICATES
        found = _drop_duplicates(kept, unique, dropped, settings)
        counts = work.finish("unique", key, found, [unique, dropped])
    asked = [settings.dev, settings.test, settings.newest_as_test, settings.seed, settings.near]
    key = key_of("split", key, asked)
    split = work.record("split", key)
    if split is None:
        work.progress("splitting", 0, None)
        split = work.finish("split", key, _split(unique, parts, settings), [parts])
    return Refined(unique, parts, ledger, counts, split, key)


def _drop_duplicates(kept: Path, unique: Path, dropped: Path, settings: Settings) -> dict[str, int]:
    found = find_duplicates(read_pairs(str(kept)), side=settings.side, threshold=settings.near)
    write_pairs(str(unique), compress(read_pairs(str(kept)), found.kept))
    write_dropped(str(dropped), read_pairs(str(kept)), found)
    return found.counts


def _split(unique: Path, parts: Path, settings: Settings) -> dict[str, Any]:
    import numpy as np

    sizes = Sizes(dev=settings.dev, test=settings.test)
    try:
        plan = _plan(unique, sizes, settings)
    except UsageError as error:
        if sizes != Sizes(dev=DEFAULT_SHARE, test=DEFAULT_SHARE):
            raise UsageError(
                f"{error}; give other sizes, such as --dev 0 --test 0 for none: all else is done"
            ) from None
        plan = _plan(unique, Sizes(dev=0, test=0), settings)  # too small for what nobody asked
    with whole(parts) as file:
        np.save(file, plan.parts)
    return split_record(plan)


def _plan(unique: Path, sizes: Sizes, settings: Settings) -> Split:
    return plan_split(
        read_pairs(str(unique)),
        sizes,
        newest_as_test=settings.newest_as_test,
        seed=settings.seed,
        threshold=settings.near,
    )
