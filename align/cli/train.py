"""`align train`: a model from corpora; `python -m align.train` by another name."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, Final

import typer

from align.errors import MissingExtraError

# Everything after the name of the command goes to the program behind it.
SETTINGS: Final[dict[str, Any]] = {
    "add_help_option": False,
    "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
}


def train(context: typer.Context) -> None:
    """Train or fine-tune a model on corpora, and write it as a model folder.

    `align train --help` lists the options. Needs the extra `torch`.
    """
    # Training reads its options itself, since it also runs where there is nothing but torch.
    from align.train.__main__ import NEEDED, main, recipe_of

    recipe_of(context.args)  # help and slips of the pen come before what is missing
    if not all(map(find_spec, NEEDED)):
        raise MissingExtraError("training", "torch")
    raise typer.Exit(main(context.args))
