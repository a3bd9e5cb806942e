"""`Translator`: texts in, exactly one translation for each out, in order.

What is blank, digits, marks or Latin passes through; what is too long is cut at clauses and
joined again; what looks wrong is translated again more carefully, and marked where that does
not help. The result is the same on any number of threads, and with or without a memory, but for
ties within the last bits of a float32, which the other texts of a batch may decide.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from align.text.language import has_letters, is_latin
from align.text.normalize import VERSION as NORMALIZE_VERSION
from align.text.normalize import normalize
from align.translate.doubts import EMPTY, NOTES, UNFINISHED, UNTRANSLATED, doubts
from align.translate.engine import Decoding, Engine
from align.translate.memory import Memory, Remembered
from align.translate.segments import cut, needs_translation
from align.translate.translation import Translation
from align.version import version

# Grows whenever cutting, retries, doubts or numbers change a result: part of the signature, and of
# the key under which the memory keeps it.
VERSION: Final = "1"

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
    """A normalised text and the pieces of its parts, to be translated with `decoding`."""

    text: str
    parts: list[list[str]]
    decoding: Decoding


@dataclass(frozen=True, slots=True)
class _Part:
    """The translation of one part; `weight` counts its tokens, the end token among them."""

    text: str
    score: float
    weight: int
    finished: bool


class Translator:
    """Translates texts with one engine and one decoding. Thread-safe if the engine is."""

    def __init__(
        self, engine: Engine, *, decoding: Decoding = _DEFAULT, memory: Memory | None = None
    ) -> None:
        """Translate with `engine`; look up and keep translations in `memory`, if given."""
        self._engine = engine
        self._decoding = decoding
        self._memory = memory
        self._limit = min(engine.max_source_tokens, SOFT_LIMIT)
        self._scope = f"{engine.model}|{engine.signature}|{decoding}|translate:{VERSION}"

    @property
    def model(self) -> str:
        """Name and content of the model, `ur-en@1a2b3c4d`."""
        return self._engine.model

    @property
    def signature(self) -> str:
        """All that decides a translation: `model:ur-en@1a2b3c4d|ctranslate2:4.8.5|int8|…`."""
        return (
            f"model:{self._engine.model}|{self._engine.signature}|{self._decoding}"
            f"|normalize:{NORMALIZE_VERSION}|translate:{VERSION}|align:{version()}"
        )

    def translate(self, texts: Sequence[str]) -> list[Translation]:
        """Translate `texts`: one translation for each, in order; equal texts only once.

        Text without a letter of Arabic script comes back as it was, with score 0.0 and without
        a note (`untranslated` where its letters are not Latin either).
        """
        seen = [_seen_by_model(text) for text in texts]
        done = self._translate_unique([text for text in seen if needs_translation(text)])
        return [
            self._translation(text, done[key]) if key in done else self._pass_through(text)
            for text, key in zip(texts, seen, strict=True)
        ]

    def _translation(self, source: str, result: Remembered) -> Translation:
        return Translation(source, result.text, result.score, self._engine.model, result.notes)

    def _pass_through(self, text: str) -> Translation:
        foreign = has_letters(text) and not is_latin(text)
        notes = (UNTRANSLATED,) if foreign else ()
        return Translation(text, text, 0.0, self._engine.model, notes)

    def _translate_unique(self, texts: list[str]) -> dict[str, Remembered]:
        unique = list(dict.fromkeys(texts))
        done = self._memory.get_many(self._scope, unique) if self._memory else {}
        # Texts of like length make full batches, the long ones first.
        missing = sorted((text for text in unique if text not in done), key=len, reverse=True)
        for chunk in _chunks(missing, CHUNK):
            results = dict(zip(chunk, self._translate_chunk(chunk), strict=True))
            if self._memory:
                self._memory.put_many(self._scope, results)
            done |= results
        return done

    def _translate_chunk(self, texts: list[str]) -> list[Remembered]:
        """Translate texts, and the suspicious ones up to twice more; keep the best of each."""
        best = dict(zip(texts, self._run(self._jobs(texts, self._decoding)), strict=True))
        for in_clauses in (False, True):
            jobs = self._jobs(
                [text for text, result in best.items() if result.notes],
                _careful(self._decoding),
                in_clauses=in_clauses,
            )
            for job, result in zip(jobs, self._run(jobs), strict=True):
                best[job.text] = min(best[job.text], result, key=_badness)
        return list(best.values())

    def _jobs(
        self, texts: list[str], decoding: Decoding, *, in_clauses: bool = False
    ) -> list[_Job]:
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
            jobs.append(_Job(text, [part for part in parts if part], decoding))
        return jobs

    def _run(self, jobs: list[_Job]) -> list[Remembered]:
        inputs = [
            (pieces, _limited(job.decoding, len(pieces))) for job in jobs for pieces in job.parts
        ]
        outputs = iter(self._decode(inputs))
        return [_joined(job.text, list(islice(outputs, len(job.parts)))) for job in jobs]

    def _decode(self, inputs: list[tuple[list[str], Decoding]]) -> list[_Part]:
        """Translate pieces, those with the same decoding in one call, and keep their order."""
        groups: dict[Decoding, list[int]] = {}
        for place, (_, decoding) in enumerate(inputs):
            groups.setdefault(decoding, []).append(place)
        outputs: dict[int, _Part] = {}
        for decoding, places in groups.items():
            batch = [inputs[place][0] for place in places]
            hypotheses = self._engine.translate(batch, decoding)
            for place, hypothesis in zip(places, hypotheses, strict=True):
                size = len(hypothesis.pieces)
                text = self._engine.decode(hypothesis.pieces).strip()
                outputs[place] = _Part(text, hypothesis.score, size + 1, size < decoding.max_tokens)
        return [outputs[place] for place in range(len(inputs))]


def _seen_by_model(text: str) -> str:
    """Normalise; half surrogates, which undecodable bytes leave, cannot be encoded at all."""
    return normalize(text.encode("utf-8", "replace").decode("utf-8"))


def _careful(decoding: Decoding) -> Decoding:
    """Make repeating hard: the settings that users of Marian models are advised to use."""
    penalty = max(decoding.repetition_penalty, 1.2)
    return replace(decoding, no_repeat_ngram=3, repetition_penalty=penalty)


def _limited(decoding: Decoding, pieces: int) -> Decoding:
    """Allow three target tokens for a source piece, and some more; runaway output costs time.

    Source lengths are rounded up to 16, so that texts of like length share a batch.
    """
    tokens = 3 * 16 * math.ceil(pieces / 16) + 20
    return replace(decoding, max_tokens=min(decoding.max_tokens, tokens))


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
