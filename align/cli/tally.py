"""How many inputs were done and how many failed, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import typer

from align.cli.streams import complain
from align.errors import InputError

T = TypeVar("T")


@dataclass(slots=True)
class Tally:
    """Counts inputs as they pass; each that failed is one line on standard error."""

    done: int = 0
    failed: int = 0

    def all(self, items: Iterable[T | InputError]) -> Iterator[T | InputError]:
        """Pass every item on, the failed ones too."""
        for item in items:
            if isinstance(item, InputError):
                self.failed += 1
                complain(item)
            else:
                self.done += 1
            yield item

    def good(self, items: Iterable[T | InputError]) -> Iterator[T]:
        """Pass on what did not fail."""
        for item in self.all(items):
            if not isinstance(item, InputError):
                yield item

    def whole(self, chunks: Iterable[str]) -> Iterator[str]:
        """Pass on the parts of an output, and end the command where no input could be read.

        So no file that is there already is replaced by one that says nothing.
        """
        yield from chunks
        if not self.done:
            raise typer.Exit(self.exit_code)

    @property
    def exit_code(self) -> int:
        """Give 0 where nothing failed, 1 where some did, 2 where nothing could be read."""
        if not self.done:
            if not self.failed:
                complain("nothing to read: no files there")
            return 2
        return int(self.failed > 0)
