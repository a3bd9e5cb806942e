"""Names with several English spellings, as tab-separated lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from align.translate.spellings import Name

HEAD: Final = ("name", "spelling", "count", "sentences", "place", "translation")


def spellings_tsv(names: Iterable[Name]) -> Iterator[str]:
    """Yield a line of `HEAD`, then a line for each spelling, those of a name together.

    `count` is how many sentences spell it so, of the `sentences` that have the name; `place` and
    `translation` are of the first of them.
    """
    yield "\t".join(HEAD) + "\n"
    for name in names:
        for one in name.spellings:
            cells = (name.urdu, one.text, one.count, name.sentences, one.place, one.example)
            yield "\t".join(" ".join(str(cell).split()) for cell in cells) + "\n"
