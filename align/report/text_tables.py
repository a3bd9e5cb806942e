"""Tables as text: for the terminal, as Markdown; and texts as Markdown and LaTeX write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

Row = tuple[str, ...]
_MARKUP: Final = re.compile(r"([\\`*_\[\]<>|#~&])")
_TEX: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def grid(
    titles: Sequence[str], rows: Sequence[Row], *, texts: Sequence[int] = ()
) -> RenderableType:
    """Return a table without a frame; columns of numbers but for the first one and `texts`."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for column in range(len(titles)):
        is_text = column == 0 or column in texts
        table.add_column(justify="left" if is_text else "right", no_wrap=not is_text)
    table.add_row(*(Text(title, style="bold") for title in titles))
    for row in rows:
        table.add_row(*(Text(prose(cell)) for cell in row))
    table.add_row("")
    return table


def markdown_table(titles: Sequence[str], rows: Sequence[Row], *, texts: Sequence[int] = ()) -> str:
    """Return a table of Markdown, aligned likewise."""
    rules = ["---:" if at and at not in texts else "---" for at in range(len(titles))]
    lines = [list(titles), rules, *([markdown(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown(text: str) -> str:
    """Return the text with what Markdown would take for markup escaped."""
    return _MARKUP.sub(r"\\\1", prose(text))


def tex(text: str) -> str:
    """Return the text as LaTeX writes it."""
    return "".join(_TEX.get(character, character) for character in text)
