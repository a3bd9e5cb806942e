"""The end of a run: averaging, choosing by the development set, and the model folder."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.errors import MissingExtraError
from align.evaluate.scores import Scores
from align.train.averaging import average, load_weights
from align.train.checkpoints import Checkpoint, best_of
from align.train.curves import write_curves
from align.train.log import Log
from align.train.network import Network, put_weights
from align.train.recipe import Recipe
from align.train.validation import Validation

if TYPE_CHECKING:
    from torch import Tensor

    from align.train.tokenizer import Tokenizer


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights to export: what they are, in words, and what they scored."""

    name: str
    weights: dict[str, Tensor]
    scores: Scores | None


def choose(
    checkpoints: list[Checkpoint],
    network: Network,
    tokenizer: Tokenizer,
    validation: Validation | None,
    *,
    last: int,
) -> Choice:
    """Average the last `last` regular checkpoints; return that or the best of all checkpoints.

    Args:
        checkpoints: At least one regular.
        network: To try weights in, on its device.
        tokenizer: Of the network.
        validation: Decides by chrF, the average where both are equal; None takes the average.
        last: At least 1.
    """
    regular = [one for one in checkpoints if one.regular][-last:]

    def tried(name: str, weights: dict[str, Tensor]) -> Choice:
        if validation is None:
            return Choice(name, weights, None)
        put_weights(network, weights)
        return Choice(name, weights, validation.scores(network, tokenizer))

    final = f"step {regular[-1].step:,}"
    if len(regular) > 1:
        final = f"the average of {len(regular)} checkpoints up to {final}"
    mean = tried(final, average([one.weights for one in regular]))
    best = best_of(checkpoints)
    if mean.scores is None or best is None or best.chrf is None:
        return mean
    if mean.scores.chrf.value >= best.chrf:
        return mean
    return tried(f"the best checkpoint, step {best.step:,}", load_weights(best.weights))


def record_choice(choice: Choice, log: Log, step: int, dev: str | None) -> None:
    """Write to the log what was chosen."""
    line: dict[str, Any] = {"step": step, "chosen": choice.name}
    if choice.scores is not None:
        line |= {
            "dev": dev,
            "chosen_bleu": choice.scores.bleu.value,
            "chosen_chrf": choice.scores.chrf.value,
        }
    log.write(line)


def draw(log: Path, target: Path, say: Callable[[str], None]) -> None:
    """Draw the curves, where matplotlib is installed."""
    try:
        write_curves(log, target)
    except MissingExtraError:
        say("no picture of the curves: matplotlib is not installed")


def facts(
    recipe: Recipe, given: Mapping[str, Any], chosen: str, scores: Mapping[str, Scores]
) -> dict[str, Any]:
    """Return the record of the training, see `align.train.card`.

    Args:
        recipe: Of the run.
        given: base, steps, epochs, tokens, minutes, corpora, machine, forgetting.
        chosen: What was exported, in words.
        scores: Development set to scores.
    """
    options: dict[str, Any] = {
        "chosen": chosen,
        "length": str(recipe.length),
        "optimizer": recipe.optimizer,
    }
    options["rate"] = f"{recipe.highest_rate:g}"
    skipped = (
        "corpora", "output", "dev", "second", "start", "source", "target", "seed", "steps",
        "epochs", "minutes", "optimizer", "rate", "threads", "device", "terms", "testsets",
        "log_every", "save_minutes", "variations", "precision",
    )  # fmt: skip
    for one in fields(recipe):
        value = getattr(recipe, one.name)
        if one.name not in skipped and value != one.default:
            options[one.name.replace("_", "-")] = value
    options |= {name: amount for name, amount in recipe.variations.items() if amount}
    record = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "seed": recipe.seed,
        "source_language": recipe.source,
        "target_language": recipe.target,
        "options": options,
        "dev": {name: one.record() for name, one in scores.items()},
        **given,
    }
    return record | ({"terms": recipe.terms} if recipe.terms else {})
