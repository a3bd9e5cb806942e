"""The fitted figures of a module: what stands between its two marks, and which script wrote it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_BEGIN: Final = "# --- fitted: begin"
_END: Final = "# --- fitted: end"


def comments(figures: Iterable[str]) -> list[str]:
    """Return the lines of comments that tell how good a fit is, a paragraph a figure."""
    return [
        textwrap.fill(text, 98, initial_indent="# ", subsequent_indent="#   ") for text in figures
    ]


def write_fitted(path: Path, script: str, lines: str) -> None:
    """Put `lines`, which end in a line end, between the marks of a file; `script` made them."""
    before, _, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    head = f"{_BEGIN} (scripts/{script} --write)\n"
    path.write_text(before + head + lines + _END + rest.partition(_END)[2], encoding="utf-8")
