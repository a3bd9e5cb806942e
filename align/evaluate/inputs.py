"""Sources, references and hypotheses as files hold them.

A file of segments is plain text, one a line, blank ones too; or pairs in any format of
`align.corpus.formats` (TSV, JSON Lines, TMX, XLIFF, Parquet); or JSON Lines of articles that hold
both languages sentence by sentence: `{"id", "created", "headline": {"ur", "en"}, "paragraphs":
[[{"ur", "en"}, …], …]}`, the headline a segment too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import PurePath
from typing import Any

from align.articles.packed import PACKED
from align.bitext.pair import Pair
from align.corpus.formats import read_pairs
from align.corpus.formats.faults import Faults
from align.corpus.formats.lines import read_lines
from align.corpus.formats.names import SUFFIXES, holds_pairs
from align.errors import InputError, UsageError
from align.evaluate.pairs import RECORDS
from align.evaluate.testsets import TestSet

Languages = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of a file: either pairs, or lines of one language."""

    path: str
    lines: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Of pairs their sources, else the lines."""
        return tuple(pair.source for pair in self.pairs) or self.lines

    @property
    def targets(self) -> tuple[str, ...]:
        """Of pairs their targets, else the lines."""
        return tuple(pair.target for pair in self.pairs) or self.lines


def read_segments(path: str, *, languages: Languages = ("ur", "en")) -> Segments:
    """Read a file of segments; `-` is standard input, lines of text.

    Raises:
        InputError: It is not there, undecodable, damaged, or holds no text.
    """
    if not holds_pairs(path):
        lines = tuple(line or "" for _, line in read_lines(path, Faults(path, None)))
        if not any(line.strip() for line in lines):
            raise InputError(path, "holds no text")
        return Segments(path, lines=lines)
    if _plain_name(path).endswith(RECORDS):
        pairs = tuple(_read_records(path, languages))
    else:
        pairs = tuple(read_pairs(path, languages=languages))
    if not any(pair.source.strip() or pair.target.strip() for pair in pairs):
        raise InputError(path, f"holds no pair of {languages[0]} and {languages[1]}")
    return Segments(path, pairs=pairs)


def read_test(
    source: str | None,
    references: Sequence[str],
    *,
    languages: Languages = ("ur", "en"),
    name: str | None = None,
) -> TestSet:
    """Read a test set from files.

    Args:
        source: A file of segments; pairs bring the first reference with them.
        references: Further files, a reference translation each; of pairs their targets.
        languages: Codes of source and target.
        name: Of the set; the source's or else the first reference's file if None.

    Raises:
        InputError: See `read_segments`; or one has not as many segments as another.
        UsageError: There is no reference.
    """
    first = None if source is None else read_segments(source, languages=languages)
    sides = [read_segments(path, languages=languages) for path in references]
    if first is not None and first.pairs and not sides:
        sides = [first]
    if not sides:
        raise UsageError("no reference: give --reference FILE, or pairs as --source")
    told = first or sides[0]
    for side in sides:
        if len(side.targets) != len(told.sources):
            raise InputError(
                side.path,
                f"{len(side.targets):,} segments, but {told.path} has {len(told.sources):,}",
            )
    pairs = told.pairs or next((side.pairs for side in sides if side.pairs), ())
    return TestSet(
        name or _stem(told.path),
        first.sources if first else tuple(pair.source for pair in pairs),
        tuple(side.targets for side in sides),
        **_facts(pairs),
    )


def read_hypotheses(
    path: str, testset: TestSet, *, languages: Languages = ("ur", "en")
) -> tuple[str, ...]:
    """Read what a system made of a test set, one text a segment, in the order of the set.

    Pairs, also those of a translation memory and of `align translate --format jsonl`, may stand
    in any order and be more than the segments: where their sources are not those of the set, each
    segment's is looked up. A pair's machine translation counts before its target.

    Raises:
        InputError: See `read_segments`; it has not as many segments as the set, or a pair of it
            is missing.
    """
    found = read_segments(path, languages=languages)
    segments = len(testset.references[0])
    if not found.pairs:
        if len(found.lines) != segments:
            raise InputError(
                path, f"{len(found.lines):,} segments, but the test set has {segments:,}"
            )
        return found.lines
    texts = [pair.target if pair.translation is None else pair.translation for pair in found.pairs]
    keys = [_key(source) for source in testset.sources]
    theirs = [_key(pair.source) for pair in found.pairs]
    if theirs == keys or (not keys and len(texts) == segments):
        return tuple(texts)
    if not keys:
        raise InputError(path, f"{len(texts):,} segments, but the test set has {segments:,}")
    known = dict(zip(theirs, texts, strict=True)) | {"": ""}
    missing = [number for number, key in enumerate(keys, 1) if key not in known]
    if missing:
        raise InputError(
            path,
            f"no translation of {len(missing):,} of {segments:,} segments "
            f"(it has {len(texts):,} pairs); the first is segment {missing[0]:,}",
        )
    return tuple(known[key] for key in keys)


def _key(text: str) -> str:
    return " ".join(text.split())


def _facts(pairs: Sequence[Pair]) -> dict[str, tuple[str, ...]]:
    """Return what is known of at least one pair."""
    facts = {
        "documents": tuple(pair.document for pair in pairs),
        "origins": tuple(pair.origin for pair in pairs),
        "created": tuple(pair.created for pair in pairs),
    }
    return {name: values for name, values in facts.items() if any(values)}


def _plain_name(path: str) -> str:
    name = PurePath(path).name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return name


def _stem(path: str) -> str:
    name = _plain_name(path)
    for suffix in (*SUFFIXES, ".txt"):
        name = name.removesuffix(suffix)
    return PurePath(path).name[: len(name)] or "-"


def _read_records(path: str, languages: Languages) -> Iterator[Pair]:
    """Yield the pairs of JSON Lines: of articles, of translations by `align`, or pairs a line."""
    from align.corpus.formats.jsonl import parse_records

    lines = (
        (number, line)
        for number, line in read_lines(path, Faults(path, None))
        if line and not line.isspace() and not _tells_error(line)
    )
    head = next(lines, None)
    if head is None:
        return
    every = chain([head], lines)
    try:
        is_articles = isinstance(json.loads(head[1]).get("paragraphs"), list)
    except (ValueError, AttributeError, RecursionError):
        is_articles = False  # which is for `parse_records` to say
    if not is_articles:
        yield from parse_records(every, Faults(path, None), languages=languages)
        return
    for number, line in every:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None  # which is no article
        try:
            yield from _pairs_of_article(record, languages)
        except ValueError as error:
            raise InputError(path, str(error), line=number) from None


def _tells_error(line: str) -> bool:
    """Tell whether a line stands for an input of `align translate` that could not be read."""
    if '"error"' not in line:
        return False
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and record.keys() <= {"path", "error", "line"}


def _pairs_of_article(record: Any, languages: Languages) -> list[Pair]:
    """Return the pairs of an article; raises ValueError that says what is wrong with it."""
    if not isinstance(record, dict) or not isinstance(record.get("paragraphs", []), list):
        raise ValueError("not JSON of an article")
    facts = Pair(
        "", "",
        origin=str(record.get("origin") or ""),
        document=str(record.get("id") or ""),
        created=str(record.get("created") or ""),
    )  # fmt: skip
    title = record.get("headline")
    head, english = title or record.get("title"), record.get("headline_translation")
    if isinstance(head, str) and isinstance(english, str):
        title = {"source": head, "translation": english}
    texts = [title] if isinstance(title, dict) else []
    texts += [
        text
        for paragraph in record.get("paragraphs", [])
        for text in (paragraph if isinstance(paragraph, list) else [paragraph])
    ]
    return [_pair_of(text, languages, facts) for text in texts]


def _pair_of(text: object, languages: Languages, facts: Pair) -> Pair:
    if isinstance(text, dict):
        for source, target in (languages, ("source", "translation"), ("source", "target")):
            sides = text.get(source), text.get(target)
            if isinstance(sides[0], str) and isinstance(sides[1], str):
                return replace(facts, source=sides[0], target=sides[1])
    raise ValueError(
        f"an article whose sentences are not objects with {' and '.join(languages)}, "
        "or source and translation"
    )
