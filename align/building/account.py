"""The account of a build: what became of every document, sentence and pair; it has to add up."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from align.building.aligned import Aligned, Alignments
from align.building.matched import Matches
from align.building.reading import Collection
from align.building.refining import Refined
from align.building.settings import Settings
from align.building.texts import Text
from align.corpus.split import PARTS
from align.errors import LedgerError


def account(
    collection: Collection,
    matches: Matches,
    alignments: Alignments,
    refined: Refined,
    settings: Settings,
) -> dict[str, Any]:
    """Return the counts of all stages.

    Raises:
        LedgerError: They do not add up, which is a defect.
    """
    parallel = list(alignments.parallel(settings.least))
    matched = {
        "read": len(alignments.rows),
        "parallel": len(parallel),
        "not_parallel": len(alignments.rows) - len(parallel),
    }
    told = {
        "documents": _sides(collection, matches) | {"matched": matched},
        "sentences": _sentences(parallel),
        "pairs": {
            "aligned": sum(row.pairs for row in parallel),
            "kept": refined.ledger["kept"],
            "dropped": refined.ledger["dropped"],
            "unique": refined.duplicates["kept"],
            "exact_duplicates": refined.duplicates["exact"],
            "near_duplicates": refined.duplicates["near"],
            **{name: refined.split[name]["pairs"] for name in PARTS},
            "left_out": refined.split["left_out"],
        },
    }
    _prove(told, refined)
    return told


def _sides(collection: Collection, matches: Matches) -> dict[str, dict[str, int]]:
    """Return what became of the documents of either side."""
    sides = (
        ("source", collection.source, matches.alone_sources),
        ("target", collection.target, matches.alone_targets),
    )
    return {
        name: {
            "read": len(texts) + failures.count,
            "matched": len(matches.matched),
            "alone": len(alone),
            "failed": failures.count,
        }
        for (name, texts, alone), failures in zip(sides, collection.failures, strict=True)
    }


def _sentences(parallel: Sequence[Aligned]) -> dict[str, dict[str, int]]:
    """Return what became of the sentences of documents that are translations of each other."""
    return {
        name: {
            "read": sum(row.sentences[place] for row in parallel),
            "paired": sum(row.paired[place] for row in parallel),
            "alone": sum(row.sentences[place] - row.paired[place] for row in parallel),
        }
        for place, name in enumerate(("source", "target"))
    }


def _prove(told: dict[str, Any], refined: Refined) -> None:
    pairs, documents = told["pairs"], told["documents"]
    sums = {
        f"{side} documents": (one["read"], one["matched"] + one["alone"] + one["failed"])
        for side, one in documents.items()
        if side != "matched"
    }
    matched = documents["matched"]
    sums |= {
        "matched documents": (documents["source"]["matched"], matched["read"]),
        "pairs": (pairs["aligned"], pairs["kept"] + pairs["dropped"]),
        "filtered pairs": (pairs["aligned"], refined.ledger["read"]),
        "kept pairs": (
            pairs["kept"], pairs["unique"] + pairs["exact_duplicates"] + pairs["near_duplicates"]
        ),
        "unique pairs": (
            pairs["unique"], sum(pairs[part] for part in PARTS) + pairs["left_out"]
        ),
    }  # fmt: skip
    for name, (read, found) in sums.items():
        if read != found:
            raise LedgerError(f"the account does not add up: {read} {name}, but {found} found")


def documents(
    collection: Collection, matches: Matches, alignments: Alignments, settings: Settings
) -> Iterator[str]:
    """Yield a line of JSON for each document: what it was matched with, what became of it."""
    for match, row in zip(matches.matched, alignments.rows, strict=True):
        source, target = collection.source[match.source], collection.target[match.target]
        is_parallel = row.parallelism >= settings.least
        record: dict[str, Any] = {
            "verdict": "parallel" if is_parallel else "not parallel",
            **_named("source", source),
            **_named("target", target),
        }
        if match.score is not None:
            record |= {"match": match.score, "evidence": match.evidence}
        record |= {
            "parallelism": round(row.parallelism, 4),
            "density": row.density,
            "preset": row.preset,
            "sentences": row.sentences,
            "paired": row.paired,
            "pairs": row.pairs,
        }
        yield _line(record)
    for name, texts, alone in (
        ("source", collection.source, matches.alone_sources),
        ("target", collection.target, matches.alone_targets),
    ):
        for number in alone:
            text = texts[number]
            count = len(text.side.sentences)
            yield _line({"verdict": "alone", **_named(name, text), "sentences": count})
    for message in collection.messages:
        yield _line({"verdict": "failed", "error": message})


def _named(name: str, text: Text) -> dict[str, Any]:
    record: dict[str, Any] = {name: text.side.id, f"{name}_origin": text.origin}
    if text.side.created:
        record[f"{name}_created"] = text.side.created.isoformat()
    return record


def _line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
