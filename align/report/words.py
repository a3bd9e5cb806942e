"""Word alignments for programs and people: lines, word pairs, records, a picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

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
        alignments=alignments,
        languages=languages,
        directions=list(map(direction, languages)),
        shades=[
            {(link.source, link.target): _shade(link.strength) for link in alignment.links}
            for alignment in alignments
        ],
        notes=notes,
    )


def _shade(strength: float) -> int:
    """Return 1, the lightest, to 4."""
    return min(_SHADES, 1 + int(strength * _SHADES))
