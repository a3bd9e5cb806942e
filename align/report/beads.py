"""Alignments to look at: beads with their text and the evidence for them; hunalign's ladder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from align.bitext.bead import Bead
from align.bitext.explanation import Explanation
from align.bitext.pairing import joined
from align.report.visible import prose

_MOST_WORDS: Final = 8


def ladder(beads: Iterable[Bead]) -> Iterator[str]:
    r"""Yield the rungs of a ladder, as hunalign writes it, one more than there are beads.

    Each has the source and the target sentence with which a bead begins, and its probability;
    the last one the numbers of sentences.

    >>> list(ladder([Bead((0,), (0, 1), 0.9), Bead((1,), (), 0.8)]))
    ['0\t0\t0.90\n', '1\t2\t0.80\n', '2\t2\t0.00\n']
    """
    source = target = 0
    for bead in beads:
        yield f"{source}\t{target}\t{bead.score:.2f}\n"
        source += len(bead.source)
        target += len(bead.target)
    yield f"{source}\t{target}\t0.00\n"


def explained(
    explanations: Iterable[Explanation], source: Sequence[str], target: Sequence[str]
) -> Iterator[str]:
    """Yield a paragraph for each bead: its numbers and text, and why it was made."""
    for explanation in explanations:
        bead = explanation.bead
        lines = [f"{bead.numbers}  {bead.score:.2f}"]
        lines += [f"  < {prose(joined(source, bead.source))}"] if bead.source else []
        lines += [f"  > {prose(joined(target, bead.target))}"] if bead.target else []
        lines += [f"    {name}: {value}" for name, value in _reasons(explanation)]
        yield "\n".join(lines) + "\n\n"


def _reasons(explanation: Explanation) -> Iterator[tuple[str, str]]:
    if explanation.words:
        yield "words", prose(", ".join(explanation.words[:_MOST_WORDS]))
    if explanation.numbers:
        yield "numbers", ", ".join(explanation.numbers)
    if explanation.names:
        yield "names", prose(", ".join(f"{ours} = {theirs}" for ours, theirs in explanation.names))
    if not explanation.bead.is_null:
        yield "overlap", f"{explanation.overlap:.2f}, length {explanation.length_ratio:.2f}"
    if explanation.runner_up is not None:
        rival = explanation.runner_up
        yield "instead of", f"{rival.numbers}  {rival.score:.2f}, margin {explanation.margin:.2f}"


def explanation_record(explanation: Explanation) -> dict[str, Any]:
    """Return what `align pair --explain --json` adds to a pair."""
    rival = explanation.runner_up
    return {
        "words": list(explanation.words),
        "numbers": list(explanation.numbers),
        "names": [list(pair) for pair in explanation.names],
        "overlap": round(explanation.overlap, 4),
        "length_ratio": round(explanation.length_ratio, 4),
        "runner_up": None if rival is None else rival.numbers,
        "runner_up_score": None if rival is None else round(rival.score, 4),
        "margin": round(explanation.margin, 4),
    }
