"""Tables and views for the terminal, as Rich renderables; whoever prints decides on colours.

No meaning is in the colour alone, so that a plain terminal or a file tells the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from align.check.result import Check, Verdict
from align.pipeline import TranslatedArticle
from align.report.figures import SYMBOLS, doubts, number, percent, scores, sentences
from align.report.pairs import model_of, pairs
from align.report.slug import MarkedWords, marked_headline, marked_slug
from align.report.visible import prose, visible

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

_STYLES: Final[dict[Verdict, str]] = {
    "match": "green",
    "doubtful": "yellow",
    "mismatch": "bold red",
    "unchecked": "dim",
}


def check_table(results: Sequence[tuple[TranslatedArticle, Check]]) -> Table:
    """Return a table with an article a row and, below each that is no match, the reasons."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Article", overflow="fold", ratio=1)
    table.add_column("Verdict", no_wrap=True)
    for name in ("Score", "Slug", "BLEU", "Par/Sent", "Doubts"):
        table.add_column(name, justify="right", no_wrap=True)
    for translated, check in results:
        table.add_row(
            _name(translated, check),
            _verdict(check),
            percent(check.score),
            percent(check.slug_recall),
            number(check.slug_bleu),
            f"{len(translated.paragraphs)}/{sentences(translated)}",
            str(doubts(translated) or ""),
        )
    return table


def check_view(translated: TranslatedArticle, check: Check) -> Group:
    """Return all about one article: headlines, slug with its words marked, scores, doubts."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.table import Table
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
    doubtful = [pair for pair in pairs(translated) if pair.notes]
    rows += [
        ("doubtful", Text(f"{prose(pair.text)} ({', '.join(pair.notes)})")) for pair in doubtful
    ]
    rows.append(("model", Text(visible(model_of(translated) or "none"))))

    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    for name, value in rows:
        facts.add_row(name, value)
    return Group(Text(visible(article.path), style="bold"), Padding(facts, (1, 0, 1, 2)))


def facts_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Return a table of names and values without a frame."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(visible(name), Text(visible(value)))
    return table


def _verdict(check: Check) -> Text:
    from rich.text import Text

    return Text(f"{SYMBOLS[check.verdict]} {check.verdict}", style=_STYLES[check.verdict])


def _name(translated: TranslatedArticle, check: Check) -> Text:
    from rich.text import Text

    name = Text(visible(translated.article.id))
    if check.verdict != "match":
        for reason in check.reasons:
            name.append(f"\n  {prose(reason)}", style="dim")
    return name


def _marked(words: MarkedWords) -> Text:
    from rich.text import Text

    styles = {"found": "green", "missed": "red", "": ""}
    return Text(" ").join(Text(word, style=styles[mark]) for word, mark in words)


def _counts(translated: TranslatedArticle) -> str:
    return (
        f"{len(translated.paragraphs)} paragraphs, {sentences(translated)} sentences,"
        f" {len(translated.article.leftovers)} leftover lines"
    )
