"""`evaluate`: a test set through an engine, scored."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from align.evaluate.scores import Scores, score
from align.evaluate.testsets import TestSet
from align.text.normalize import normalize

if TYPE_CHECKING:
    from align.translate import Engine


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a system made of a test set, and in how many seconds."""

    testset: str
    hypotheses: tuple[str, ...]
    scores: Scores
    seconds: float


def evaluate(engine: Engine, testset: TestSet, *, retries: bool = True) -> Evaluation:
    """Translate a test set and score it.

    Args:
        engine: What runs the model, with the default decoding (beam 4).
        testset: Sources as they are; they are normalised here, the references are not.
        retries: As `align translate`: doubtful output is tried again, long sentences are cut.
            Without, the engine alone is measured.
    """
    from align.translate import Translator

    start = time.monotonic()
    if retries:
        hypotheses = [pair.text for pair in Translator(engine).translate(testset.sources)]
    else:
        hypotheses = _plain(engine, testset.sources)
    seconds = time.monotonic() - start
    scores = score(hypotheses, testset.references)
    return Evaluation(testset.name, tuple(hypotheses), scores, seconds)


def _plain(engine: Engine, sources: Sequence[str]) -> list[str]:
    from align.translate import Decoding

    pieces = [p[: engine.max_source_tokens] for p in engine.encode(list(map(normalize, sources)))]
    return [engine.decode(found.pieces) for found in engine.translate(pieces, Decoding())]
