"""Comparisons as text: tables for the terminal, Markdown, LaTeX."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from align.evaluate.metrics import LABELS
from align.report.comparison import (
    CONTRAST_TITLES,
    LETTERS,
    LOSS_TITLES,
    MARKS,
    Compared,
    chance,
    matrix,
    title,
)
from align.report.text_tables import Row, grid, markdown, markdown_table, tex
from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

_TEX_MARKS: Final = {
    MARKS["better"]: r"$\uparrow$ ", MARKS["worse"]: r"$\downarrow$ ", MARKS["tie"]: "",
}  # fmt: skip
Table = tuple[Row, list[Row], tuple[int, ...]]


def comparisons_view(compared: Sequence[Compared]) -> RenderableType:
    """Return tables one below the other; of several test sets a matrix first."""
    from rich.console import Group

    return Group(*_parts(compared))


def _parts(compared: Sequence[Compared]) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(prose(title(compared)), style="bold")
    if len(compared) > 1:
        yield Text("")
        for label, (_, *titles), rows in matrix(compared):
            yield grid((label, *map(prose, titles)), rows)
    for one in compared:
        if len(compared) > 1:
            yield Text(prose(one.comparison.testset.name), style="bold")
        yield from _sections(one)


def _sections(one: Compared) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(f"{one.summary}.")
    for titles, rows, texts in _tables(one):
        yield grid(titles, rows, texts=texts)
    for rival in one.rivals:
        yield Text(f"{one.wins(rival)}.\n")
        for name, columns, rows in one.ngrams(rival):
            yield grid((name, *columns[1:]), rows)
        for heading, lines in _examples(one, rival):
            yield Text(heading, style="bold")
            yield from (Text(f"  {name}: {text}") for name, text in lines)
    yield Text(f"\n{one.method}")
    if one.draws:
        yield Text(f"Drawn: {one.draws}.")
    yield Text("\n".join(map(prose, one.signatures())) + "\n")


def _tables(one: Compared) -> Iterator[Table]:
    """Yield titles, rows and the columns of text of each table."""
    labels = tuple(LABELS[name] for name in one.metrics)
    yield ("", *labels), one.scores(), ()
    for rival in one.rivals:
        heading = f"{LETTERS[rival + 1]} against {LETTERS[0]}"
        yield (heading, *CONTRAST_TITLES[1:]), one.contrasts(rival), (len(CONTRAST_TITLES) - 1,)
    for name, rows in one.buckets():
        yield one.titles(name), rows, (len(one.titles(name)) - 1,)
    if rows := one.documents():
        titles = one.titles("Document, most different first")
        yield titles, rows, (len(titles) - 1,)
    yield ("Lost", *LOSS_TITLES[1:]), one.losses(), ()


def _examples(one: Compared, rival: int) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield a headline, and name and text of what stands in a segment."""
    comparison, letter = one.comparison, LETTERS[rival + 1]
    testset = comparison.testset
    groups = ((f"{letter} worse", one.worst(rival)), (f"{letter} better", one.best(rival)))
    for what, segments in groups:
        for at in segments:
            lines = [("source", testset.sources[at])] if testset.sources else []
            lines += [("reference", texts[at]) for texts in testset.references]
            for system in (0, rival + 1):
                text = comparison.measurements[system].system.hypotheses[at]
                lines.append((LETTERS[system], text))
            place = testset.documents[at] if testset.documents else ""
            where = f"segment {at + 1:,}{f' of {prose(place)}' if place else ''}"
            heading = f"{what}: {where}, {one.segment_scores(rival, at)}"
            yield heading, [(name, prose(text)) for name, text in lines]


def comparisons_markdown(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield the parts of a Markdown text."""
    yield f"## {markdown(title(compared))}\n\n{compared[0].method}\n"
    if len(compared) > 1:
        for label, titles, rows in matrix(compared):
            yield f"\n### {label}\n" + markdown_table(tuple(map(markdown, titles)), rows)
    for one in compared:
        if len(compared) > 1:
            yield f"\n## {markdown(one.comparison.testset.name)}\n"
        yield f"\n{markdown(one.summary)}.\n"
        for titles, rows, texts in _tables(one):
            yield "\n" + markdown_table(titles, rows, texts=texts)
        for rival in one.rivals:
            yield f"\n{one.wins(rival)}.\n"
            for name, titles, rows in one.ngrams(rival):
                yield f"\n### {name}\n" + markdown_table(titles, rows)
            for heading, lines in _examples(one, rival):
                yield f"\n{markdown(heading)}\n\n"
                yield "".join(f"- {name}: {markdown(text)}\n" for name, text in lines)
        if one.draws:
            yield f"\nDrawn: {one.draws}.\n\n"
        yield "".join(f"- `{prose(line)}`\n" for line in one.signatures())


def comparisons_latex(compared: Sequence[Compared]) -> Iterator[str]:
    """Yield one table, a row a system, columns of each test set; needs no package.

    Signatures and p-values stand in comments above it.
    """
    first = compared[0]
    for one in compared:
        yield f"% {prose(one.comparison.testset.name)}: {one.draws or 'nothing drawn'}\n"
        for line in one.signatures():
            yield f"% {prose(line)}\n"
        for rival in one.rivals:
            for name, found in one.comparison.whole.contrasts[rival].items():
                yield (
                    f"% {prose(one.label(rival + 1))}, {LABELS[name]}: p = "
                    f"{chance(found.bootstrap)} (bootstrap), {chance(found.randomisation)} "
                    "(randomisation)\n".replace("\u2013", "--")
                )
    count = len(first.metrics)
    yield f"\\begin{{tabular}}{{l{'r' * count * len(compared)}}}\n\\hline\n"
    sets = [
        f"\\multicolumn{{{count}}}{{c}}{{{tex(prose(one.comparison.testset.name))}}}"
        for one in compared
    ]
    yield f"{' & '.join(['', *sets])} \\\\\n"
    labels = [tex(LABELS[name]) for name in first.metrics]
    yield f"{' & '.join(['System', *labels * len(compared)])} \\\\\n\\hline\n"
    for at, system in enumerate(first.names):
        cells = [_tex_cell(one, name, at) for one in compared for name in one.metrics]
        yield f"{' & '.join([tex(prose(system)), *cells])} \\\\\n"
    yield "\\hline\n\\end{tabular}\n"


def _tex_cell(one: Compared, metric: str, system: int) -> str:
    mark, _, score = one.cell(metric, system).rpartition(" ")
    return f"{_TEX_MARKS.get(mark, '')}{score}"
