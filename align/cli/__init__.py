"""The command `align`: one thin module a command, which parses, calls and prints."""

from __future__ import annotations

from align.cli.app import app, main

__all__ = ["app", "main"]
