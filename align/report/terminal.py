"""Tables and views for the terminal, as Rich renderables; whoever prints decides on colours.

No meaning is in the colour alone, so that a plain terminal or a file tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from align.check.result import Check, Verdict
from align.pipeline import TranslatedArticle
from align.report.figures import SYMBOLS, doubts, number, percent, scores
from align.report.slug import MarkedWords, marked_headline, marked_slug
from align.report.visible import prose, visible

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

_STYLES: Final[dict[Verdict, str]] = {
    "match": "green",
    "doubtful": "yellow",
    "mismatch": "bold red",
    "unchecked": "dim",
}
_TITLES: Final = ("Article", "Verdict", "Score", "Slug", "BLEU", "Par/Sent", "Doubts")
_WIDEST_NAME: Final = 60
_MOST_DOUBTS: Final = 8


def check_table(results: Sequence[tuple[TranslatedArticle, Check]]) -> Group:
    """Return a table with an article a row and, below each that is no match, the reasons."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    names = [Text(visible(translated.article.id)) for translated, _ in results]
    width = min(_WIDEST_NAME, max((name.cell_len for name in names), default=0))
    head = _row(width, *(Text(title, style="bold") for title in _TITLES))
    lines: list[RenderableType] = [head]
    for name, (translated, check) in zip(names, results, strict=True):
        figures = (
            percent(check.score),
            percent(check.slug_recall),
            number(check.slug_bleu),
            f"{len(translated.paragraphs)}/{len(translated.sentences)}",
            str(doubts(translated) or ""),
        )
        lines.append(_row(width, name, _verdict(check), *map(Text, figures)))
        if check.verdict != "match":
            reasons = (Text(prose(reason), style="dim") for reason in check.reasons)
            lines += [Padding(reason, (0, 0, 0, 4)) for reason in reasons]
    return Group(*lines)


def _row(name_width: int, *cells: Text) -> Table:
    """Return one row; a table of its own, so that reasons below it may take the whole width."""
    from rich.table import Table

    row = Table.grid(padding=(0, 2))
    row.add_column(width=name_width, overflow="fold")
    row.add_column(width=11, no_wrap=True)
    for width in (5, 5, 5, 8, 6):
        row.add_column(width=width, justify="right", no_wrap=True)
    row.add_row(*cells)
    return row


def check_view(translated: TranslatedArticle, check: Check) -> Group:
    """Return all about one article: headlines, slug with its words marked, scores, doubts."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    article, headline = translated.article, translated.headline
    rows: list[tuple[str, Text]] = []
    if headline is not None:
        english = marked_headline(prose(headline.text), check.slug_words)
        rows += [("headline", Text(prose(headline.source))), ("in English", _marked(english))]
    if article.slug is not None:
        slug = marked_slug(prose(article.slug.text), check.slug_words)
        rows.append(("slug", _marked(slug)))
    missed = ", ".join(visible(word) for word, found in check.slug_words if not found)
    if missed:
        rows.append(("not found", Text(missed)))
    rows.append(("verdict", _verdict(check)))
    rows += [("", Text(prose(reason))) for reason in check.reasons]
    figures = ", ".join(f"{name} {value}" for name, value in scores(check))
    rows += [("scores", Text(figures))] if figures else []
    rows.append(("read", Text(_counts(translated))))
    doubtful = [pair for pair in translated.translations if pair.notes]
    for pair in doubtful[:_MOST_DOUBTS]:
        rows.append(("doubtful", Text(f"{prose(pair.text)} ({', '.join(pair.notes)})")))
    if len(doubtful) > _MOST_DOUBTS:
        rows.append(("", Text(f"and {len(doubtful) - _MOST_DOUBTS} more; --html shows all")))
    rows.append(("model", Text(visible(translated.model or "none"))))
    return Group(Text(visible(article.path), style="bold"), Padding(_facts(rows), (1, 0, 1, 2)))


def facts_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Return a table of names and values without a frame."""
    from rich.text import Text

    return _facts([(name, Text(visible(value))) for name, value in rows])


def _facts(rows: Sequence[tuple[str, Text]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(Text(visible(name)), value)
    return table


def _verdict(check: Check) -> Text:
    from rich.text import Text

    return Text(f"{SYMBOLS[check.verdict]} {check.verdict}", style=_STYLES[check.verdict])


def _marked(words: MarkedWords) -> Text:
    from rich.text import Text

    styles = {"found": "green", "missed": "red", "": ""}
    return Text(" ").join(Text(word, style=styles[mark]) for word, mark in words)


def _counts(translated: TranslatedArticle) -> str:
    return (
        f"{len(translated.paragraphs)} paragraphs, {len(translated.sentences)} sentences,"
        f" {len(translated.article.leftovers)} leftover lines"
    )
