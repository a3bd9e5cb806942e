"""From an alignment to pairs of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from align.bitext.alignment import Alignment
from align.bitext.pair import Pair
from align.bitext.side import Side


def pairs_of(
    source: Side,
    target: Side,
    translation: Sequence[str] | None,
    alignment: Alignment,
    *,
    origin: str = "",
) -> Iterator[Pair]:
    """Yield a pair for each bead that has both sides; the sentences of a side with a space between.

    Args:
        source: The document that `alignment` calls source.
        target: Likewise.
        translation: Of each source sentence, where there is one.
        alignment: Their beads.
        origin: Name of the corpus or outlet, for each pair.
    """
    created = source.created.isoformat() if source.created else ""
    for bead in alignment.beads:
        if bead.is_null:
            continue
        yield Pair(
            source=joined(source.sentences, bead.source),
            target=joined(target.sentences, bead.target),
            score=round(bead.score, 4),
            translation=None if translation is None else joined(translation, bead.source),
            origin=origin,
            document=source.id,
            created=created,
            bead=bead.numbers,
        )


def joined(sentences: Sequence[str], numbers: Sequence[int]) -> str:
    """Return the sentences of these numbers as one text."""
    return " ".join(sentences[number] for number in numbers)
