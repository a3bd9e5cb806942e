"""An engine made of rules: it translates letter by letter, and fails where it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from align.translate.engine import Decoding, Hypothesis

PIECE = 4  # characters
START = "\u2581"  # begins a word, as in sentencepiece

Fault = Callable[[list[str], Decoding], list[str]]


def romanise(text: str) -> str:
    """Write Arabic letters as Latin ones, and leave all else alone."""
    return "".join(chr(97 + ord(c) % 26) if c >= "\u0600" and c.isalpha() else c for c in text)


def translate_rightly(pieces: list[str], decoding: Decoding) -> list[str]:
    return [romanise(piece) for piece in pieces]


def copy(pieces: list[str], decoding: Decoding) -> list[str]:
    return pieces


def say_nothing(pieces: list[str], decoding: Decoding) -> list[str]:
    return []


def repeat(pieces: list[str], decoding: Decoding) -> list[str]:
    """Say the first word again and again, to the limit."""
    return ([f"{START}sorry"] * 1000)[: decoding.max_tokens]


def unless_careful(fault: Fault) -> Fault:
    """Fail with ordinary decoding only."""
    return lambda pieces, decoding: (
        translate_rightly(pieces, decoding) if decoding.no_repeat_ngram else fault(pieces, decoding)
    )


def if_longer(pieces_at_least: int, fault: Fault) -> Fault:
    """Fail on inputs of so many pieces only."""
    return lambda pieces, decoding: (
        fault(pieces, decoding)
        if len(pieces) >= pieces_at_least
        else translate_rightly(pieces, decoding)
    )


@dataclass
class RuleEngine:
    """Fulfils `Engine`. `faults` maps words to what happens to inputs that hold them."""

    faults: Mapping[str, Fault] = field(default_factory=dict)
    max_source_tokens: int = 500
    model: str = "rules@00000000"
    signature: str = "rules:1"
    delay: float = 0.0  # seconds a call
    calls: list[tuple[str, Decoding]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        return [
            [
                (START if start == 0 else "") + word[start : start + PIECE]
                for word in text.split()
                for start in range(0, len(word), PIECE)
            ]
            for text in texts
        ]

    def decode(self, pieces: Sequence[str]) -> str:
        return "".join(pieces).replace(START, " ").strip()

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[Hypothesis]:
        time.sleep(self.delay)
        with self._lock:
            self.calls += [(self.decode(pieces), decoding) for pieces in batch]
        return [self._translate_one(pieces, decoding) for pieces in batch]

    def _translate_one(self, pieces: list[str], decoding: Decoding) -> Hypothesis:
        assert 0 < len(pieces) <= self.max_source_tokens
        words = self.decode(pieces).split()
        rule = next((self.faults[w] for w in words if w in self.faults), translate_rightly)
        output = rule(pieces, decoding)[: decoding.limit(len(pieces))]
        return Hypothesis(output, -len(output) / 100)
