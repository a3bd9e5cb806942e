"""The commands by name, each loaded when it is called: `align --help` loads none of them."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

# Name to its line of help, in the order of the help; a test holds them against the commands.
COMMANDS: Final = {
    "translate": "Translate scraped articles or plain Urdu text to English.",
    "check": "Translate articles and score the English against their slugs and headlines.",
    "pair": "Align the sentences of two documents, by a translation of the first.",
    "words": "Link the words of pairs of sentences, by the attention of the model.",
    "evaluate": "Score a model, or the output of any system, against references.",
    "compare": "Compare two or more systems on the same test sets.",
    "split": "Split text into sentences, one a line; --json adds their places in the text.",
    "normalize": "Normalise Urdu text line by line: one spelling for each letter, digit, mark and"
    " space.",
    "train": "Train or fine-tune a model on corpora, and write it as a model folder.",
    "corpus": "Corpora of pairs: filter, deduplicate, split, describe, and between formats.",
    "models": "List, show, install and convert models.",
    "memory": "The translation memory: look into it, take translations out, put corrections in.",
}


class LazyCommands(TyperGroup):
    """A group that knows the names and the help of its commands before they are loaded."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        for name, text in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=text)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Load the command that the arguments begin with."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name and command else None, rest


def load_command(name: str) -> Any:
    """Return a command: the `app` of its module, or the function of its name."""
    module = import_module(f"align.cli.{name}")
    if hasattr(module, "app"):
        command: Any = get_group(module.app)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(**getattr(module, "SETTINGS", {}))(getattr(module, name))
        command = get_command(alone)
    command.name = name
    return command
