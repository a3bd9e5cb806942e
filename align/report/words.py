"""Word alignments for programs and people: lines, word pairs, records, a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from align.bitext.tokens import read_words
from align.bitext.word_alignment import WordAlignment
from align.report.jsonl import Record, json_line
from align.report.templates import direction, page_template

_SHADES: Final = 4


def word_record(alignment: WordAlignment) -> Record:
    """Return the words of both sides, and the links as [source, target, strength]."""
    return {
        "source_words": list(alignment.source),
        "target_words": list(alignment.target),
        "links": [list(link) for link in alignment.links],
    }


def word_pairs(alignments: Iterable[WordAlignment]) -> Iterator[str]:
    """Yield a line for each pair of linked words, the most frequent first.

    The columns: source word, target word, how often they are linked, and which share that is
    of all links of the source word and of the target word. Words are in lower case.
    """
    links: Counter[tuple[str, str]] = Counter()
    for alignment in alignments:
        for link in alignment.links:
            links[alignment.source[link.source].lower(), alignment.target[link.target].lower()] += 1
    sources: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    for (source, target), count in links.items():
        sources[source] += count
        targets[target] += count
    for (source, target), count in sorted(links.items(), key=lambda item: (-item[1], item[0])):
        shares = f"{count / sources[source]:.4f}\t{count / targets[target]:.4f}"
        yield f"{source}\t{target}\t{count}\t{shares}\n"


def word_lines(alignments: Iterable[WordAlignment]) -> Iterator[str]:
    """Yield a JSON object a line."""
    return (json_line(word_record(alignment)) for alignment in alignments)


def words_page(
    alignments: Sequence[WordAlignment], *, languages: tuple[str, str], notes: Sequence[str] = ()
) -> str:
    """Return a page that shows each pair as a matrix, the darker the stronger the link.

    It needs no network and no script, as every page of `align` (`align.report.html`).
    """
    return page_template("words").render(
        matrices=[_matrix(alignment, languages) for alignment in alignments], notes=notes
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """The words of a sentence, and how its language is written."""

    words: tuple[str, ...]
    language: str

    @property
    def direction(self) -> str:
        return direction(self.language)

    @property
    def text(self) -> str:
        """The sentence, its marks beside their words again."""
        return " ".join(map("".join, read_words(" ".join(self.words)).chunks))


@dataclass(frozen=True, slots=True)
class _Matrix:
    """A pair as it is drawn; `shades` has the links as (row, column), from 1, the lightest."""

    sides: tuple[_Side, _Side]
    rows: _Side
    columns: _Side
    shades: dict[tuple[int, int], int]


def _matrix(alignment: WordAlignment, languages: tuple[str, str]) -> _Matrix:
    """Put the side that is written from right to left in the rows: Nastaliq cannot be turned."""
    source, target = sides = (
        _Side(alignment.source, languages[0]),
        _Side(alignment.target, languages[1]),
    )
    shades = {(link.source, link.target): _shade(link.strength) for link in alignment.links}
    if target.direction == "ltr" or source.direction == "rtl":
        return _Matrix(sides, source, target, shades)
    turned = {(column, row): shade for (row, column), shade in shades.items()}
    return _Matrix(sides, target, source, turned)


def _shade(strength: float) -> int:
    """Return 1, the lightest, to 4."""
    return min(_SHADES, 1 + int(strength * _SHADES))
