"""What the tests of training share: a language that is learnt in no time, and its corpora."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.marian import ENGLISH, URDU

# A network of some 30,000 weights; its vocabulary is 256 bytes, the letters and a few words.
TINY = (
    "--preset=tiny", "--width=32", "--heads=2", "--feed-forward=64", "--encoder-layers=1",
    "--decoder-layers=1", "--vocabulary=380", "--threads=1", "--device=cpu", "--log-every=2",
    "--batch-tokens=200",
)  # fmt: skip
# Of a line of the log, what is not the same in each run.
CLOCK = ("minutes", "tokens_per_second")


def word_for_word(count: int, seed: int) -> list[tuple[str, str]]:
    """Return pairs in a language that has one English word for each Urdu one, in its order."""
    rng = random.Random(seed)
    rows = [rng.choices(range(len(URDU)), k=rng.randint(3, 8)) for _ in range(count)]
    return [
        (" ".join(URDU[i] for i in row), " ".join(ENGLISH[i % len(ENGLISH)] for i in row))
        for row in rows
    ]


def write_tsv(path: Path, pairs: list[tuple[str, str]]) -> Path:
    """Write a corpus."""
    path.write_text("".join(f"{ur}\t{en}\n" for ur, en in pairs), encoding="utf-8")
    return path


def command(*arguments: object) -> list[str]:
    """Return the command line of a run in a process of its own."""
    return [sys.executable, "-m", "align.train", *map(str, arguments)]


class Signal:
    """Takes what a run in this very process says; sends the process a signal at some line."""

    def __init__(self, at: str | None = None) -> None:
        self.lines: list[str] = []
        self._at = at

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        if self._at is not None and self._at in line:
            self._at = None
            os.kill(os.getpid(), signal.SIGINT)

    @property
    def text(self) -> str:
        return "".join(f"{line}\n" for line in self.lines)


def train_here(*arguments: object, at: str | None = None) -> str:
    """Train in this process, which takes no time to start; return what is said.

    With `at`, Ctrl-C comes when a line with these words is said.
    """
    from align.train.__main__ import recipe_of
    from align.train.run import train

    said = Signal(at)
    if at is None:
        train(recipe_of(list(map(str, arguments))), said)
    else:
        with pytest.raises(KeyboardInterrupt):
            train(recipe_of(list(map(str, arguments))), said)
    return said.text


def environment() -> dict[str, str]:
    """Return the environment of a process that runs this checkout with one thread."""
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": root}


def curve(log: Path) -> list[dict[str, Any]]:
    """Return the lines of a log without what the clock says."""
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    return [{key: one for key, one in line.items() if key not in CLOCK} for line in lines]
