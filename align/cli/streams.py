"""Standard output and error: UTF-8 whatever the locale, and nothing hostile on a terminal."""

from __future__ import annotations

import io
import os
import re
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

from align.report.visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

T = TypeVar("T")

_PLAIN_WIDTH: Final = 120


def prepare_streams() -> None:
    """Set both streams to UTF-8, and let warnings be one line.

    What the caller has closed becomes the null device: else the next file that is opened, the
    translation memory, would be standard output to all that writes there.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A half surrogate (an undecodable byte in a file's name) becomes its escape, which
            # is what JSON calls it too.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    warnings.showwarning = _show_warning


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    complain(f"warning: {message}")


def complain(message: object) -> None:
    """Print one line on standard error; where that is full or nobody reads it, go on."""
    try:
        print(visible(str(message)), file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Let what is still in the buffer of a standard stream go nowhere.

    Else Python tries it again at exit, and complains on its own.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def is_terminal(stream: TextIO) -> bool:
    """Tell whether `stream` is a terminal that can redraw a line."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def write_output(output: str | None, chunks: Iterable[str]) -> None:
    """Write `chunks` to the file `output`, whole or not at all, or to standard output as they come.

    A file is written beside its place and then renamed, so that nobody sees half of it. On a
    terminal all but tabs and line ends of what could steer it is shown as escapes.

    Raises:
        UsageError: The file cannot be written.
    """
    if output is None or output == "-":
        is_read_by_eye = sys.stdout.isatty()
        for chunk in chunks:
            sys.stdout.write(_harmless(chunk) if is_read_by_eye else chunk)
            sys.stdout.flush()
        return
    from align.corpus.drafts import whole

    with whole(Path(output), tidy=True) as file:
        file.writelines(chunk.encode("utf-8", "backslashreplace") for chunk in chunks)


def _harmless(text: str) -> str:
    return re.sub("[^\\t\\n]+", lambda part: visible(part.group()), text)


def print_rich(view: RenderableType, output: str | None) -> None:
    """Print a table in colours on a terminal; as plain text, without them, anywhere else."""
    if output is None and is_terminal(sys.stdout):
        from rich.console import Console

        Console(highlight=False).print(view)
        return
    write_output(output, (f"{line}\n" for line in plain_lines(view)))


def plain_lines(view: RenderableType) -> list[str]:
    """Return the lines of a table without colours."""
    from rich.console import Console

    console = Console(file=io.StringIO(), width=_PLAIN_WIDTH, color_system=None)
    with console.capture() as plain:
        console.print(view)
    return [line.rstrip() for line in plain.get().splitlines()]
