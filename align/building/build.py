"""`build`: read, match, translate, align, filter, deduplicate, split, publish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from align.building.account import account, documents
from align.building.aligned import Alignments, align_all
from align.building.inputs import Sources
from align.building.matched import match
from align.building.publishing import publish
from align.building.reading import Collection, collect
from align.building.refining import filter_stage, refine
from align.building.settings import Settings
from align.building.work import Work, key_of
from align.corpus.filters import Filter
from align.errors import AlignError, NothingError
from align.translate.translator import Translator
from align.version import version


@dataclass(frozen=True, slots=True)
class Built:
    """What came of a build.

    Attributes:
        manifest: Tool, model, settings, inputs, the counts of every stage, files.
        failed: How many inputs or documents could not be read.
        not_parallel: Source and target of the matches that are no translations, by name.
    """

    manifest: dict[str, Any]
    failed: int
    not_parallel: list[tuple[str, str]]


def build(
    sources: Sources,
    filters: Sequence[Filter],
    translator: Translator,
    work: Work,
    settings: Settings | None = None,
) -> Built:
    """Build a corpus; what was done before, by a run that was killed too, is not done again.

    Args:
        sources: What to read.
        filters: What pairs have to pass.
        translator: Translates the sources; its memory spares what was translated before.
        work: The folders, and whom to tell how it goes.
        settings: How; the defaults where left out.

    Raises:
        NothingError: No pairs came of it.
        UsageError: Another build is at work in the folder, or the corpus cannot be split as asked.
    """
    with work.locked():
        collection = _collected(sources, work)
        chosen = (settings or Settings()).settled(paired=collection.paired)
        matches = match(collection, chosen, translator, work)
        alignments = align_all(collection, matches, chosen, translator, work)
        if not any(row.pairs for row in alignments.parallel(chosen.least)):
            raise NothingError(_why_nothing(collection, alignments))
        key, ledger = filter_stage(
            lambda: alignments.pairs(chosen.least),
            key_of("pairs", alignments.key, chosen.least),
            filters,
            work,
        )
        refined = refine(key, ledger, chosen, work)
        manifest = _manifest(collection, translator, filters, chosen)
        manifest |= account(collection, matches, alignments, refined, chosen)
        manifest |= {"filters": _filter_counts(ledger), "split": refined.split}
        manifest = publish(
            manifest,
            lambda: documents(collection, matches, alignments, chosen),
            refined,
            chosen,
            work,
        )
    names = _not_parallel(collection, alignments, chosen)
    return Built(manifest, collection.failed, names)


def _collected(sources: Sources, work: Work) -> Collection:
    """Read all documents; where there is nothing to read, nothing new stays behind."""
    try:
        collection = collect(sources, work)
        for message in collection.messages:
            work.warn(message)
        _check_documents(collection)
    except AlignError:
        work.discard()
        raise
    return collection


def _check_documents(collection: Collection) -> None:
    if collection.paired and not len(collection.source):
        raise NothingError(
            "nothing to build from: no records with both sides could be read; "
            "where the English is in files of its own, --english names them"
        )
    for what, texts in (
        ("Urdu documents", collection.source),
        ("English documents (--english)", collection.target),
    ):
        if not len(texts):
            raise NothingError(f"nothing to build from: no {what} could be read")


def _why_nothing(collection: Collection, alignments: Alignments) -> str:
    read = f"{len(collection.source)} source and {len(collection.target)} target documents"
    if not alignments.rows:
        return f"no pairs: of {read} none match"
    best = max(row.parallelism for row in alignments.rows)
    return (
        f"no pairs: of {read} {len(alignments.rows)} match, but none are translations of each"
        f" other (parallelism at most {best:.2f}; --min-parallelism)"
    )


def _manifest(
    collection: Collection, translator: Translator, filters: Sequence[Filter], settings: Settings
) -> dict[str, Any]:
    thresholds = {one.name: one.threshold for one in filters}
    return {
        "align": version(),
        "model": translator.model,
        "signature": translator.signature,
        "settings": settings.record | {"thresholds": thresholds},
        "inputs": [one.record | {"side": side} for side, one in collection.inputs],
    }


def _filter_counts(ledger: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the ledger without its examples, which are in a file of their own."""
    names = ("filter", "rule", "judged", "dropped", "alone")
    return [{name: entry[name] for name in names} for entry in ledger["filters"]]


def _not_parallel(
    collection: Collection, alignments: Alignments, settings: Settings
) -> list[tuple[str, str]]:
    return [
        (collection.source[row.source].side.id, collection.target[row.target].side.id)
        for row in alignments.rows
        if row.parallelism < settings.least
    ]
