"""`Log`: a run as JSON Lines, each step once, however often the run was cut off."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class Log:
    """Appends to `log.jsonl`; a line is there whole or not at all once a run goes on.

    Lines about training have `step`, `epoch` (how many are done), `progress` (0 to 1),
    `minutes`, `source_tokens` and `target_tokens` (so far, of all processes), `loss` (mean since
    the line before, in nats a target token), `learning_rate`, `gradient_norm` (before clipping)
    and `tokens_per_second` (target). Lines about the development set have `step`, `dev` (its
    name), `bleu`, `chrf` and their signatures. A line of step 0 has `left_out`, the pairs of the
    first epoch with a side over `limit` pieces.
    """

    def __init__(self, path: Path) -> None:
        """Write to `path`, which need not be there yet."""
        self.path = path

    @property
    def size(self) -> int:
        """Length in bytes, 0 where there is no file."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def cut(self, size: int) -> None:
        """Take away all after `size` bytes: steps after the checkpoint, which are made again."""
        if self.size > size:
            os.truncate(self.path, size)

    def write(self, line: Mapping[str, Any]) -> None:
        """Append a line, floating-point numbers with 6 significant digits."""
        rounded = {
            key: float(f"{value:.6g}") if isinstance(value, float) else value
            for key, value in line.items()
        }
        text = json.dumps(rounded, ensure_ascii=False) + "\n"
        with self.path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text)

    def read(self) -> list[dict[str, Any]]:
        """Return all lines."""
        if not self.path.is_file():
            return []
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]


def duration(minutes: float) -> str:
    """Say how long something takes.

    >>> duration(0.2), duration(42.4), duration(135)
    ('12 s', '42 min', '2 h 15 min')
    """
    if minutes < 1.5:
        return f"{minutes * 60:.0f} s"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if hours else f"{rest} min"
