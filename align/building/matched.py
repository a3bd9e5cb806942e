"""Matching: which Urdu and English texts tell the same story, by the translation of their heads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, overload

from align.bitext.matching import Match, Story, match_documents
from align.building.reading import Collection
from align.building.settings import Settings
from align.building.texts import Text, Texts
from align.building.work import Work, key_of
from align.corpus.drafts import write_text
from align.corpus.filtering import Progress
from align.translate.translator import Translator

# A headline and what `scripts/measure_matching.py` measured with.
_HEAD: Final = 6  # sentences of a source that are translated to match it
_WINDOW: Final = 64  # sources whose heads are translated in one call
_VERSION: Final = 2  # grows when the same documents are matched otherwise


@dataclass(frozen=True, slots=True)
class Matched:
    """Numbers of a source and a target, with the score of the match where there was a choice."""

    source: int
    target: int
    score: float | None = None
    evidence: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Matched texts in the order of the sources, those that stay alone, and a key of all that."""

    matched: tuple[Matched, ...]
    alone_sources: tuple[int, ...]
    alone_targets: tuple[int, ...]
    key: str


def match(
    collection: Collection, settings: Settings, translator: Translator, work: Work
) -> Matches:
    """Match the texts of a collection, unless that was done before."""
    if collection.paired:
        both = tuple(Matched(number, number) for number in range(len(collection.source)))
        return Matches(both, (), (), key_of("paired", collection.key))
    chosen = [settings.days, settings.min_match, _HEAD, _VERSION]
    key = key_of("match", collection.key, translator.signature, chosen)
    path = work.folder / "matches.json"
    if work.record("match", key) is None:
        _write(path, _found(collection, settings, translator, work.progress))
        work.finish("match", key, {}, [path])
    found = json.loads(path.read_text("utf-8"))
    return Matches(
        tuple(Matched(*row) for row in found["matched"]),
        tuple(found["alone_sources"]),
        tuple(found["alone_targets"]),
        key,
    )


def _write(path: Path, matches: Matches) -> None:
    record = {
        "matched": [[m.source, m.target, m.score, m.evidence] for m in matches.matched],
        "alone_sources": matches.alone_sources,
        "alone_targets": matches.alone_targets,
    }
    write_text(path, json.dumps(record))


def _found(
    collection: Collection, settings: Settings, translator: Translator, progress: Progress
) -> Matches:
    heads = list(_heads(collection.source, translator, progress))
    progress("matching", 0, None)
    matching = match_documents(
        _Stories(collection.source, heads),
        _Stories(collection.target),
        days=settings.days,
        min_score=settings.min_match,
    )
    matched = tuple(map(_matched, matching.matches))
    return Matches(matched, matching.alone_sources, matching.alone_targets, "")


def _matched(match: Match) -> Matched:
    evidence = match.evidence
    told: dict[str, object] = {
        "cosine": round(evidence.cosine, 4),
        "slug": None if evidence.slug is None else round(evidence.slug, 4),
        "days": evidence.days,
        "numbers": list(evidence.numbers),
        "rival": round(evidence.rival, 4),
    }
    return Matched(match.source, match.target, round(match.score, 4), told)


def _heads(texts: Texts, translator: Translator, progress: Progress) -> Iterator[str]:
    """Yield the translation of the head of each text."""
    window: list[tuple[str, ...]] = []
    for number, text in enumerate(texts, 1):
        window.append(text.side.sentences[:_HEAD])
        if len(window) == _WINDOW or number == len(texts):
            progress("translating heads", number - len(window), len(texts))
            flat = [sentence for head in window for sentence in head]
            translations = iter(translator.translate(flat))
            for head in window:
                yield " ".join(next(translations).text for _ in head)
            window.clear()


@dataclass(frozen=True, slots=True)
class _Stories(Sequence[Story]):
    """Stories that come from the file of their texts whenever they are asked for.

    `heads` are the translations of sources; targets are read whole.
    """

    texts: Texts
    heads: Sequence[str] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[Story]:
        for number, text in enumerate(self.texts):
            yield self._story(number, text)

    @overload
    def __getitem__(self, number: int) -> Story: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Story]: ...

    def __getitem__(self, number: int | slice) -> Story | Sequence[Story]:
        if isinstance(number, slice):
            return [self[one] for one in range(len(self))[number]]
        return self._story(number, self.texts[number])

    def _story(self, number: int, text: Text) -> Story:
        side = text.side
        if self.heads is None:
            return Story(side.id, " ".join(side.sentences), side.created)
        return Story(side.id, self.heads[number], side.created, text.slug, text.headline)
