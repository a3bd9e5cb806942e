"""Published scores of public models, with their sources, from `published.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Published:
    """What a model got on a test set.

    Attributes:
        model: Its name.
        testset: As the registry names it.
        scores: From 0 to 100, by metric (`bleu`, `chrf`, `chrf++`).
        source: Where they are published.
        terms: Of the model; empty where nobody looked.
        note: What must be known beside.
    """

    model: str
    testset: str
    scores: Mapping[str, float]
    source: str
    terms: str = ""
    note: str = ""


def read_published(testset: str) -> list[Published]:
    """Read what is published for a test set of this name, in the order of the file."""
    return [one for one in _read_all() if one.testset == testset]


@cache
def _read_all() -> tuple[Published, ...]:
    text = (files("align.evaluate") / "published.toml").read_text(encoding="utf-8")
    return tuple(
        Published(
            model["name"],
            testset,
            scores,
            model["source"],
            model.get("terms", ""),
            model.get("note", ""),
        )
        for model in tomllib.loads(text)["model"]
        for testset, scores in model["scores"].items()
    )
