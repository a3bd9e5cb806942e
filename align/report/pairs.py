"""The pairs of one bitext as text, in the formats of a corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO

from align.bitext.pair import Pair


def pair_text(pairs: Iterable[Pair], format: str, languages: tuple[str, str]) -> Iterator[str]:
    r"""Yield pairs as `align.corpus.formats` writes them in tsv, jsonl or tmx, that in one piece.

    >>> list(pair_text([Pair("ہاں۔", "Yes.", 0.5, bead="0:0")], "tsv", ("ur", "en")))
    ['ہاں۔\tYes.\t0.5\t\t\t\t0:0\n']
    """
    from align.corpus.formats.faults import Changes

    changes = Changes()
    if format == "tmx":
        from align.corpus.formats.tmx import write_tmx

        stream = BytesIO()
        write_tmx(stream, pairs, changes, languages=languages, facts={})
        yield stream.getvalue().decode()
        return
    if format == "tsv":
        from align.corpus.formats.tsv import rows

        lines = rows(pairs, changes, header=False)
    else:
        from align.corpus.formats.jsonl import records

        lines = records(pairs, changes)
    for line in lines:
        yield f"{line}\n"
