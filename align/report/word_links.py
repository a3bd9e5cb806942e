"""Scores of word links against a gold set, as a record and as tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from align.evaluate.word_links import LinkScores
from align.report.figures import NONE
from align.report.text_tables import grid, markdown, markdown_table, tex
from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

_TITLES: Final = ("", "AER", "interval", "precision", "recall", "links", "sure in gold")


@dataclass(frozen=True, slots=True)
class ScoredLinks:
    """What an aligner found, measured.

    Attributes:
        system: Its name.
        testset: That of the gold set.
        sentences: How many pairs of sentences there are.
        scores: Over all of them.
        interval: Of the error rate, low and high; None where none was drawn.
    """

    system: str
    testset: str
    sentences: int
    scores: LinkScores
    interval: tuple[float, float] | None

    @property
    def title(self) -> str:
        """One line on what was measured."""
        return f"{prose(self.system)} on {prose(self.testset)}, {self.sentences:,} pairs"

    def row(self) -> tuple[str, ...]:
        """Return the cells of the table: name and figures."""
        scores = self.scores
        interval = NONE if self.interval is None else "{:.3f}–{:.3f}".format(*self.interval)
        rates = (f"{scores.precision:.3f}", f"{scores.recall:.3f}")
        counts = (f"{scores.found:,}", f"{scores.sure:,}")
        return (prose(self.system), f"{scores.error_rate:.3f}", interval, *rates, *counts)


def links_record(one: ScoredLinks) -> dict[str, Any]:
    """Return what `--json` writes: rates from 0 to 1, not rounded, and the counts behind them."""
    scores = one.scores
    low, high = one.interval or (None, None)
    return {
        "system": one.system,
        "testset": one.testset,
        "pairs": one.sentences,
        "aer": {"score": scores.error_rate, "low": low, "high": high},
        "precision": scores.precision,
        "recall": scores.recall,
        "links": scores.found,
        "sure": scores.sure,
        "found_sure": scores.found_sure,
        "found_possible": scores.found_possible,
    }


def links_view(one: ScoredLinks) -> RenderableType:
    """Return a table for the terminal."""
    from rich.console import Group
    from rich.text import Text

    return Group(Text(one.title, style="bold"), grid(_TITLES, [one.row()]))


def links_markdown(one: ScoredLinks) -> Iterator[str]:
    """Yield the parts of a Markdown text."""
    yield f"## {markdown(one.title)}\n\n"
    yield markdown_table(_TITLES, [one.row()])


def links_latex(one: ScoredLinks) -> Iterator[str]:
    """Yield one table that needs no package."""
    yield f"\\begin{{tabular}}{{l{'r' * (len(_TITLES) - 1)}}}\n\\hline\n"
    for cells in (_TITLES, one.row()):
        yield f"{' & '.join(map(tex, cells))} \\\\\n\\hline\n".replace("–", "--")
    yield "\\end{tabular}\n"
