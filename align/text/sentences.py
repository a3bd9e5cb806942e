"""STUB, to be written: sentence splitting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: `text` is `whole[start:end]`, `paragraph` counts from 0."""

    text: str
    paragraph: int
    start: int
    end: int
