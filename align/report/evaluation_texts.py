"""Evaluations as text: tables for the terminal, Markdown, LaTeX, and segments as TSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from align.evaluate.measurement import Measurement
from align.evaluate.metrics import LABELS
from align.report.evaluation import LOSS_TITLES, Evaluated, sentence_record, sentence_records
from align.report.figures import NONE, number
from align.report.text_tables import grid, markdown, markdown_table, tex
from align.report.visible import prose

if TYPE_CHECKING:
    from rich.console import RenderableType

    from align.evaluate.registry import Entry

_FIGURES: Final = ("", "score", "interval")
_TEXTS: Final = ("source", "hypothesis")


def evaluations_view(evaluations: Sequence[Evaluated]) -> RenderableType:
    """Return tables one below the other, in as many parts as there are evaluations."""
    from rich.console import Group

    return Group(*(part for one in evaluations for part in _parts(one)))


def _parts(one: Evaluated) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text(one.title, style="bold")
    yield Text(f"{one.summary}.")
    yield from _tables(one)
    for title, segment in _examples(one):
        yield Text(f"{title}: {_headline(one, segment)}", style="bold")
        for name, text in _texts(one.measurement, segment):
            yield Text(f"  {name}: {text}")
    yield Text("")
    if one.intervals:
        yield Text(f"Intervals: {one.intervals}.")
    for row in one.figures():
        yield Text(f"{row[0]}: {row[3]}")
    if one.measurement.system.signature:
        yield Text(prose(one.measurement.system.signature))
    for source in one.sources():
        yield Text(f"Published: {source}.")
    yield Text("")


def _tables(one: Evaluated) -> Iterator[RenderableType]:
    yield grid(("", "score", "interval"), [row[:3] for row in one.figures()])
    if rows := one.compared():
        yield grid(("Model", *one.labels), [row[:-1] for row in rows])
    for title, rows in one.buckets():
        yield grid((title, "segments", *one.labels), rows)
    if rows := one.documents():
        yield grid(("Document, worst first", "segments", *one.labels), rows)
    yield grid(LOSS_TITLES, one.losses())


def _examples(one: Evaluated) -> list[tuple[str, int]]:
    """Return the segments to show, each with its title."""
    ranked = (("Worst", one.worst()), ("Best", one.best()))
    return [(f"{end} by {one.ranked_by}", number) for end, found in ranked for number in found]


def _headline(one: Evaluated, segment: int) -> str:
    scores = ", ".join(
        f"{LABELS[name]} {number(values[segment])}"
        for name, values in one.measurement.sentences.items()
    )
    document = one.measurement.testset.documents
    place = f" of {prose(document[segment])}" if document and document[segment] else ""
    return f"segment {segment + 1:,}{place}, {scores}"


def _texts(measurement: Measurement, segment: int) -> list[tuple[str, str]]:
    """Return name and text of source, hypothesis and references, and what was lost."""
    record = sentence_record(measurement, segment)
    rows = [(name, prose(record[name] or "")) for name in _TEXTS if record[name] is not None]
    rows += [("reference", prose(text)) for text in record["references"]]
    lost = [*record["lost_numbers"], *record["lost_names"]]
    return [*rows, ("lost", prose(", ".join(lost)))] if lost else rows


def evaluations_markdown(evaluations: Sequence[Evaluated]) -> Iterator[str]:
    """Yield the parts of a Markdown text."""
    for count, one in enumerate(evaluations):
        yield f"{chr(10) if count else ''}## {markdown(one.title)}\n{markdown(one.summary)}.\n\n"
        yield markdown_table(_FIGURES, [row[:3] for row in one.figures()])
        yield "\n" + "".join(f"- {row[0]}: `{row[3]}`\n" for row in one.figures())
        if one.intervals:
            yield f"\nIntervals: {one.intervals}.\n"
        yield from _markdown_tables(one)
        last = ""
        for title, segment in _examples(one):
            yield f"\n### {title}\n" if title != last else ""
            last = title
            yield f"\n{markdown(_headline(one, segment))}\n\n"
            for name, text in _texts(one.measurement, segment):
                yield f"- {name}: {markdown(text)}\n"
        if one.measurement.system.signature:
            yield f"\n`{prose(one.measurement.system.signature)}`\n"


def _markdown_tables(one: Evaluated) -> Iterator[str]:
    if rows := one.compared():
        titles = ("model", *one.labels, "source")
        yield "\n### Published\n" + markdown_table(titles, rows, texts=(len(titles) - 1,))
        yield "".join(f"\n{markdown(source)}.\n" for source in one.sources())
    for title, rows in one.buckets():
        yield f"\n### {title}\n" + markdown_table(("", "segments", *one.labels), rows)
    if rows := one.documents():
        yield "\n### Documents, worst first\n" + markdown_table(("", "segments", *one.labels), rows)
    yield "\n### Numbers and names\n" + markdown_table(LOSS_TITLES, one.losses())


def evaluations_latex(evaluations: Sequence[Evaluated]) -> Iterator[str]:
    """Yield one table, a row a system and test set; needs no package.

    Signatures stand in comments above it; published scores in rows below those they belong to.
    """
    metrics = tuple(dict.fromkeys(name for one in evaluations for name in one.metrics))
    for one in evaluations:
        for row in one.figures():
            yield f"% {prose(one.title)}: {row[0]} {row[3]}\n"
    yield f"\\begin{{tabular}}{{ll{'r' * len(metrics)}}}\n\\hline\n"
    titles = ("System", "Test set", *(LABELS[name] for name in metrics))
    yield f"{' & '.join(map(tex, titles))} \\\\\n\\hline\n"
    for one in evaluations:
        cells = [tex(prose(one.measurement.system.name)), tex(one.measurement.testset.name)]
        cells += [_tex_figure(one, name) for name in metrics]
        yield f"{' & '.join(cells)} \\\\\n"
        for published in one.published:
            cells = [tex(published.model), tex(published.testset)]
            cells += [number(published.scores.get(name)).replace(NONE, "--") for name in metrics]
            yield f"{' & '.join(cells)} \\\\\n"
    yield "\\hline\n\\end{tabular}\n"


def _tex_figure(one: Evaluated, name: str) -> str:
    figure = one.measurement.figures.get(name)
    if figure is None:
        return "--"
    margin = "" if figure.margin is None else f" $\\pm$ {number(figure.margin)}"
    return f"{number(figure.score)}{margin}"


def registry_view(entries: Iterable[Entry]) -> RenderableType:
    """Return a table of the registered test sets."""
    rows = [
        (one.name, NONE if one.segments is None else f"{one.segments:,}", one.terms, one.title)
        for one in entries
    ]
    return grid(("Test set", "segments", "terms", ""), rows, texts=(2, 3))


def sentences_tsv(measurement: Measurement) -> Iterator[str]:
    """Yield a header and a row a segment; tabs and line ends become spaces."""
    names = [name for name in sentence_record(measurement, 0) if name not in ("references",)]
    references = len(measurement.testset.references)
    titles = ["reference"] if references == 1 else [f"reference {n + 1}" for n in range(references)]
    yield "\t".join([*names, *titles]) + "\n"
    for record in sentence_records(measurement):
        cells = [_tsv_cell(record[name]) for name in names]
        yield "\t".join([*cells, *map(_tsv_cell, record["references"])]) + "\n"


def _tsv_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(" as ".join(v) if isinstance(v, list) else str(v) for v in value)
    return re.sub(r"[\t\r\n]", " ", str(value))
