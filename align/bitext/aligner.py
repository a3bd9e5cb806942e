"""Sentence alignment: which sentences of two documents translate each other."""

from __future__ import annotations

from collections.abc import Sequence

from align.bitext.alignment import Alignment, parallelism
from align.bitext.bead import Bead
from align.bitext.calibration import calibrated
from align.bitext.document import Document
from align.bitext.explanation import Explanation, explain
from align.bitext.lattice import lattice_of
from align.bitext.settings import settings_of
from align.bitext.solution import solve
from align.errors import UsageError

__all__ = ["Alignment", "Document", "Explanation", "align", "explain"]


def align(
    source: Document,
    target: Document,
    translation: Sequence[str] | None = None,
    *,
    reverse: Sequence[str] | None = None,
    preset: str | None = None,
) -> Alignment:
    """Align the sentences of two documents.

    Beads hold up to five sentences of both sides together, or one sentence of one side.
    Time and memory grow with the number of sentences, not with its square.

    Args:
        source: One side.
        target: The other.
        translation: Each source sentence in the target's language; may be bad.
        reverse: Each target sentence in the source's language. Without either, only numbers,
            names, lengths and what the two languages spell alike can tell.
        preset: "clean" where most sentences have a counterpart, "comparable" where many do
            not; chosen by the anchors if left out.

    Raises:
        UsageError: A translation of another number of sentences than its side, or no such
            preset.
    """
    _check("translation", translation, "source", source)
    _check("reverse translation", reverse, "target", target)
    if not len(source) or not len(target):
        name, _ = settings_of(preset, 0.0)
        alone = [Bead((i,), (), 1.0) for i in range(len(source))]
        alone += [Bead((), (j,), 1.0) for j in range(len(target))]
        return Alignment(tuple(alone), name, 0.0, 0.0)
    lattice = lattice_of(source, target, translation, reverse)
    name, settings = settings_of(preset, lattice.unevenness)
    beads = tuple(
        Bead(bead.source, bead.target, calibrated(bead.score, name))
        for bead in solve(lattice, settings)
    )
    return Alignment(beads, name, lattice.density, parallelism(beads))


def _check(what: str, lines: Sequence[str] | None, side: str, document: Document) -> None:
    if lines is not None and len(lines) != len(document):
        raise UsageError(
            f"the {what} has {len(lines)} lines, the {side} {len(document)} sentences: "
            "each sentence needs one line"
        )
