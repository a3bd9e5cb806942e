"""What a model's card and manifest say of it: its scores, its training."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, Final

from align.translate.layout import CARD, MANIFEST, read_json

# The table in the cards of OPUS-MT: | testset | BLEU | chr-F |
_NUMBER: Final = r"\s*(\d+(?:\.\d+)?)\s*\|"
_ROW: Final = re.compile(rf"^\|\s*([\w.+-]+)\s*\|{_NUMBER}{_NUMBER}\s*$", re.MULTILINE)
_LONGEST: Final = 2**17  # characters that are looked at; those of OPUS-MT have a tenth of it
_FRONT: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


def read_scores(folder: Path) -> dict[str, Any]:
    """Return test set to metric to value, from `model.json`, else from the card; may be empty."""
    manifest = folder / MANIFEST
    scores = read_json(manifest).get("scores") if manifest.is_file() else None
    if isinstance(scores, dict) and scores:
        return scores
    card = folder / CARD
    if not card.is_file():
        return {}
    with card.open(encoding="utf-8", errors="replace") as file:
        return card_scores(file.read(_LONGEST))


def read_training(folder: Path) -> dict[str, Any]:
    """Return how the model was trained, from `model.json`; empty where it does not say."""
    manifest = folder / MANIFEST
    training = read_json(manifest).get("training") if manifest.is_file() else None
    return training if isinstance(training, dict) else {}


def card_scores(card: str) -> dict[str, dict[str, float]]:
    r"""Return test set to metric to value from the text of a model card.

    From the `model-index` of its YAML front matter (where PyYAML is installed), else from the
    table of the OPUS-MT cards, whose chr-F goes from 0 to 1.

    >>> card_scores("| testset | BLEU | chr-F |\n|---|---|---|\n| news.urd.eng | 23.2 | 0.435 |")
    {'news.urd.eng': {'bleu': 23.2, 'chrf': 43.5}}
    """
    return _front_matter_scores(card) or {
        testset: {"bleu": float(bleu), "chrf": round(100 * float(chrf), 1)}
        for testset, bleu, chrf in _ROW.findall(card)
    }


def _front_matter_scores(card: str) -> dict[str, dict[str, float]]:
    front = _FRONT.match(card)
    if not front:
        return {}
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        return {}

    class Loader(yaml.SafeLoader):  # type: ignore[misc]  # has no annotations
        """Takes no aliases: a few of them in each other are billions of values."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise yaml.YAMLError("an alias")
            return super().compose_node(parent, index)

    try:
        index = yaml.load(front[1], Loader).get("model-index") or []
        return {
            str(result["dataset"]["name"]): {
                str(m["type"]): m["value"] for m in result["metrics"] if _is_score(m["value"])
            }
            for entry in index
            for result in entry["results"]
        }
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return {}  # a card is written by hand: what cannot be read is not there


def _is_score(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
