"""`Translator`: texts in, exactly one translation for each out, in order.

What is blank, digits, marks or Latin passes through; what is too long is cut at clauses and
joined again; what looks wrong is translated again more carefully, and marked where that does
not help. The result is the same on any number of threads, and with or without a memory, but for
ties within the last bits of a float32, which the other texts of a batch may decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from itertools import islice
from typing import Final, Protocol

from align.text.language import has_letters, is_latin
from align.text.normalize import VERSION as NORMALIZE_VERSION
from align.translate.doubts import EMPTY, NOTES, UNFINISHED, UNTRANSLATED, doubts
from align.translate.engine import Closable, Decoding, Engine
from align.translate.memory_rows import Remembered
from align.translate.seen import seen_by_model
from align.translate.segments import cut, needs_translation
from align.translate.translation import CORRECTED, Means, Translation
from align.version import version

# Grows whenever cutting, retries, doubts or numbers change a result: part of the signature, and of
# the key under which the memory keeps it.
VERSION: Final = "2"

# Models translate badly what is longer than what they were trained on. Of the training pairs
# of the embedded model (in its pieces, 3.3 characters each) none of news has over 85 pieces, and
# one in a thousand of scripture over 120.
SOFT_LIMIT: Final = 120

# Written to the memory at once: what a killed run has to do again.
CHUNK: Final = 512

# The last bits of a float32 depend on what else is in the batch.
_SCORE_DIGITS: Final = 4

# Only clauses of at least so many pieces, some four words, are worth translating alone.
_SHORTEST_CLAUSE: Final = 8

_DEFAULT: Final = Decoding()


@dataclass(frozen=True, slots=True)
class _Job:
    """A normalised text and the pieces of its parts."""

    text: str
    parts: list[list[str]]


@dataclass(frozen=True, slots=True)
class _Part:
    """The translation of one part; `weight` counts its tokens, the end token among them."""

    text: str
    score: float
    weight: int
    finished: bool


class Remembering(Protocol):
    """What the translator asks of a memory; see `align.translate.memory.Memory`."""

    @property
    def corrected(self) -> str:
        """Which corrections of the user there are, as a part of signatures; empty for none."""

    def get_many(self, scope: str, sources: Iterable[str]) -> dict[str, Remembered]:
        """Return what is remembered of normalised `sources`; the others are missing."""

    def put_many(self, scope: str, entries: Mapping[str, Remembered]) -> None:
        """Keep `entries`, by normalised source."""


class Translator:
    """Translates texts with one engine and one decoding. Thread-safe if the engine is."""

    def __init__(
        self, engine: Engine, *, decoding: Decoding = _DEFAULT, memory: Remembering | None = None
    ) -> None:
        """Translate with `engine`; look up and keep translations in `memory`, if given."""
        self._engine = engine
        self._decoding = decoding
        self._memory = memory
        self._limit = min(engine.max_source_tokens, SOFT_LIMIT)
        self._scope = f"{engine.model}|{engine.signature}|{decoding}|translate:{VERSION}"

    def close(self) -> None:
        """Let go of an engine that runs in a process of its own; harmless for others."""
        if isinstance(self._engine, Closable):
            self._engine.close()

    @property
    def model(self) -> str:
        """Name and content of the model, `ur-en@1a2b3c4d`."""
        return self._engine.model

    @property
    def signature(self) -> str:
        """All that decides a translation: `model:ur-en@1a2b3c4d|ctranslate2:4.8.5|int8|cpu|…`."""
        corrected = self._memory.corrected if self._memory else ""
        return (
            f"model:{self._engine.model}|{self._engine.signature}|{self._decoding}"
            f"|normalize:{NORMALIZE_VERSION}|translate:{VERSION}|align:{version()}"
            + (f"|corrections:{corrected}" if corrected else "")
        )

    def translate(self, texts: Sequence[str]) -> list[Translation]:
        """Translate `texts`: one translation for each, in order; equal texts only once.

        Text without a letter of Arabic script comes back as it was, with score 0.0 and without
        a note (`untranslated` where its letters are not Latin either). What the user has
        corrected comes as corrected, with the note `corrected` and score 0.0.
        """
        seen = [seen_by_model(text) for text in texts]
        unique = list(dict.fromkeys(text for text in seen if needs_translation(text)))
        kept = self._memory.get_many(self._scope, unique) if self._memory else {}
        made = self._translate_unique([text for text in unique if text not in kept])
        told: set[str] = set()
        found = []
        for text, key in zip(texts, seen, strict=True):
            if (result := kept.get(key) or made.get(key)) is None:
                found.append(self._pass_through(text))
            else:
                means = _means(result, is_kept=key in kept, is_first=key not in told)
                found.append(self._translation(text, result, means))
                told.add(key)
        return found

    def _translation(self, source: str, result: Remembered, means: Means) -> Translation:
        model = self._engine.model
        return Translation(source, result.text, result.score, model, result.notes, means)

    def _pass_through(self, text: str) -> Translation:
        foreign = has_letters(text) and not is_latin(text)
        notes = (UNTRANSLATED,) if foreign else ()
        return Translation(text, text, 0.0, self._engine.model, notes, "none")

    def _translate_unique(self, texts: list[str]) -> dict[str, Remembered]:
        """Translate texts, then the suspicious ones among them again.

        Texts of like length make full batches, the long ones first. The suspicious are so few
        that only together they keep all threads busy.
        """
        done: dict[str, Remembered] = {}
        for chunk in _chunks(sorted(texts, key=len, reverse=True), CHUNK):
            results = dict(zip(chunk, self._run(self._jobs(chunk), self._decoding), strict=True))
            self._keep({text: result for text, result in results.items() if not result.notes})
            done |= results
        suspicious = {text: result for text, result in done.items() if result.notes}
        for chunk in _chunks(list(suspicious), CHUNK):
            results = self._translate_again({text: suspicious[text] for text in chunk})
            self._keep(results)
            done |= results
        return done

    def _keep(self, results: dict[str, Remembered]) -> None:
        if self._memory:
            self._memory.put_many(self._scope, results)

    def _translate_again(self, found: dict[str, Remembered]) -> dict[str, Remembered]:
        """Translate suspicious texts up to twice more; return the best of each."""
        best = dict(found)
        for in_clauses in (False, True):
            suspicious = [text for text, result in best.items() if result.notes]
            jobs = self._jobs(suspicious, in_clauses=in_clauses)
            results = self._run(jobs, _careful(self._decoding))
            for job, result in zip(jobs, results, strict=True):
                best[job.text] = min(best[job.text], result, key=_badness)
        return best

    def _jobs(self, texts: list[str], *, in_clauses: bool = False) -> list[_Job]:
        """Cut what is too long; with `in_clauses` all texts, without those that stay whole."""
        jobs = []
        for text, pieces in zip(texts, self._engine.encode(texts), strict=True):
            limit = self._limit
            if in_clauses:
                limit = max(_SHORTEST_CLAUSE, min(limit, len(pieces)) // 2)
            if len(pieces) > limit:
                clauses = cut(text, limit, lambda part: len(self._engine.encode([part])[0]))
                parts = self._engine.encode(clauses)
            elif in_clauses:
                continue
            else:
                parts = [pieces]
            jobs.append(_Job(text, [part for part in parts if part]))
        return jobs

    def _run(self, jobs: list[_Job], decoding: Decoding) -> list[Remembered]:
        batch = [pieces for job in jobs for pieces in job.parts]
        outputs = iter(self._decode(batch, decoding))
        return [_joined(job.text, list(islice(outputs, len(job.parts)))) for job in jobs]

    def _decode(self, batch: list[list[str]], decoding: Decoding) -> Iterator[_Part]:
        hypotheses = self._engine.translate(batch, decoding)
        for pieces, hypothesis in zip(batch, hypotheses, strict=True):
            size = len(hypothesis.pieces)
            text = self._engine.decode(hypothesis.pieces).strip()
            finished = size < decoding.limit(len(pieces))
            yield _Part(text, hypothesis.score, size + 1, finished)


def is_current(scope: str) -> bool:
    """Tell whether a scope of the memory is of this version of `align`, and of the engines here."""
    parts = [part.partition(":")[::2] for part in scope.split("|")[1:]]
    return all(
        value == (VERSION if name == "translate" else _installed(name))
        for name, value in parts
        if name in ("translate", "ctranslate2", "transformers", "torch")
    )


def _installed(name: str) -> str | None:
    try:
        return installed_version(name)
    except PackageNotFoundError:
        return None


def _means(result: Remembered, *, is_kept: bool, is_first: bool) -> Means:
    if CORRECTED in result.notes:
        return "correction"
    if is_kept:
        return "memory"
    return "model" if is_first else "repeat"


def _careful(decoding: Decoding) -> Decoding:
    """Make repeating hard: the settings that users of Marian models are advised to use."""
    penalty = max(decoding.repetition_penalty, 1.2)
    return replace(decoding, no_repeat_ngram=3, repetition_penalty=penalty)


def _joined(source: str, parts: list[_Part]) -> Remembered:
    """Join the translations of the parts; the score is the mean over their tokens."""
    text = " ".join(part.text for part in parts if part.text)
    weight = sum(part.weight for part in parts)
    total = math.fsum(part.weight * part.score for part in parts)
    score = round(total / weight, _SCORE_DIGITS) if weight else 0.0
    notes = {*doubts(source, text)}
    if not all(part.finished for part in parts):
        notes.add(UNFINISHED)
    return Remembered(text, min(score, 0.0), tuple(note for note in NOTES if note in notes))


def _badness(result: Remembered) -> tuple[bool, int, float]:
    """Order results: anything before nothing, then the fewest doubts, then the best score."""
    return EMPTY in result.notes, len(result.notes), -result.score


def _chunks(texts: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]
