"""Views for the terminal, as Rich renderables; whoever prints decides on colours.

No meaning is in the colour alone, so that a plain terminal or a file tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from align.check.result import Check, Verdict
from align.pipeline import TranslatedArticle
from align.report.figures import SYMBOLS, counted, percent, scores
from align.report.slug import MarkedWords, marked_headline, marked_slug
from align.report.visible import prose, visible
from align.translate.doubt import mean_doubt, most_doubtful

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

STYLES: Final[dict[Verdict, str]] = {
    "match": "green",
    "doubtful": "yellow",
    "mismatch": "bold red",
    "unchecked": "dim",
}
_MOST_DOUBTS: Final = 8


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
    rows.append(("verdict", verdict(check)))
    rows += [("", Text(prose(reason))) for reason in check.reasons]
    figures = ", ".join(f"{name} {value}" for name, value in scores(check))
    rows += [("scores", Text(figures))] if figures else []
    rows.append(("read", Text(_counts(translated))))
    doubtful = [pair for pair in translated.translations if pair.doubts]
    for pair in doubtful[:_MOST_DOUBTS]:
        rows.append(("doubtful", Text(f"{prose(pair.text)} ({', '.join(pair.doubts)})")))
    if len(doubtful) > _MOST_DOUBTS:
        rows.append(("", Text(f"and {len(doubtful) - _MOST_DOUBTS} more; --html shows all")))
    rows += [("doubt", Text(_doubt(translated)))] if mean_doubt(translated.translations) else []
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


def verdict(check: Check) -> Text:
    """Return symbol and verdict, in its colour."""
    from rich.text import Text

    return Text(f"{SYMBOLS[check.verdict]} {check.verdict}", style=STYLES[check.verdict])


def _marked(words: MarkedWords) -> Text:
    from rich.text import Text

    styles = {"found": "green", "missed": "red", "": ""}
    return Text(" ").join(Text(word, style=styles[mark]) for word, mark in words)


def _doubt(translated: TranslatedArticle) -> str:
    """Return the mean doubt, and the translation of which most is doubted."""
    ((most, doubt),) = most_doubtful(translated.translations, 1)
    reasons = f" ({'; '.join(map(prose, doubt.reasons))})" if doubt.reasons else ""
    mean = percent(mean_doubt(translated.translations))
    return f"{mean} on average, {percent(doubt.score)} here: {prose(most.text)}{reasons}"


def _counts(translated: TranslatedArticle) -> str:
    return ", ".join(
        (
            counted(len(translated.paragraphs), "paragraph"),
            counted(len(translated.sentences), "sentence"),
            counted(len(translated.article.leftovers), "leftover line"),
        )
    )
