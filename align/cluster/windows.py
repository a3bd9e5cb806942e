"""`Windows`: inputs in windows of neighbours, a shard each, as one node reads them.

Windows are those of a run on one machine, since the last bits of a score depend on what else is
in a batch: so results are the same byte for byte, whoever computes which window.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from align.articles.reader import Unread, read_unread
from align.cluster.results import INPUT, Results
from align.cluster.stage import Row
from align.corpus.filters.filter import digest
from align.errors import InputError
from align.pipeline import WINDOW


@dataclass(frozen=True, slots=True)
class Windows:
    """Reads the inputs `sources` when it is called; `-` is what lies in the working folder.

    `scope` names all that a result depends on besides its input. `folder` is the working folder:
    of windows whose results are there, the items are left out. `size` is that of a window.
    """

    sources: tuple[str, ...]
    scope: str
    folder: Path
    size: int = WINDOW

    def __call__(self) -> Iterator[Row]:
        """Yield rows of `number` from 0, `digest`, and `items`, which `items_of` reads."""
        results = Results(self.folder)
        with ExitStack() as opened:
            path = self.folder / INPUT
            stream = opened.enter_context(path.open("rb")) if path.is_file() else None
            items = read_unread(self.sources, standard_input=stream)
            number = 0
            while window := list(islice(items, self.size)):
                name = digest(self.scope.encode(), *map(_bytes, window))
                is_done = results.has(name)
                data = b"" if is_done else pickle.dumps(window, protocol=5)
                yield {"number": number, "digest": name, "items": data}
                number += 1


def items_of(row: Row) -> list[Unread | InputError]:
    """Return the items of a window; none where its results are there."""
    found: list[Unread | InputError] = pickle.loads(row["items"]) if row["items"] else []
    return found


def _bytes(item: Unread | InputError) -> bytes:
    if isinstance(item, InputError):
        return f"error {item}".encode("utf-8", "surrogatepass")
    return f"{item.path} {item.line} ".encode("utf-8", "surrogatepass") + item.data
