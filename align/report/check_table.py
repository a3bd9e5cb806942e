"""`CheckTable`: many checked articles on a terminal, one a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from align.check.result import Check
from align.pipeline import TranslatedArticle
from align.report.figures import noted, number, percent
from align.report.terminal import verdict
from align.report.visible import prose, visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.table import Table
    from rich.text import Text

Results = Sequence[tuple[TranslatedArticle, Check]]

_GAP: Final = 2
_WIDEST_NAME: Final = 60
_NARROW_NAME: Final = 20  # names narrower than this cost columns their place
_NAME: Final = "Article"


class _Column(NamedTuple):
    title: str
    width: int
    dispensable: int = 0  # the highest goes first where there is no room


_COLUMNS: Final = (
    _Column("Verdict", 11),
    _Column("Score", 5),
    _Column("Slug", 5, 1),
    _Column("BLEU", 5, 4),
    _Column("Par/Sent", 8, 3),
    _Column("Notes", 5, 2),
)


class CheckTable:
    """A renderable of Rich: a row for each article and, below what is no match, the reasons.

    Figures are never cut: where the terminal is narrow, columns go, then names are shortened.
    """

    def __init__(self, results: Results) -> None:
        """Show `results` in their order."""
        self._results = results

    def __rich_console__(
        self, console: Console, options: ConsoleOptions
    ) -> Iterator[RenderableType]:
        """Yield the rows; each is a table of its own, so that reasons may take the whole width."""
        from rich.padding import Padding
        from rich.text import Text

        names = [Text(name) for name in _names(self._results)]
        widest = max([len(_NAME), *(name.cell_len for name in names)])
        columns = _columns(options.max_width - min(widest, _NARROW_NAME))
        room = options.max_width - sum(column.width + _GAP for column in columns)
        width = max(len(_NAME), min(widest, _WIDEST_NAME, room))
        titles = {column.title: Text(column.title, style="bold") for column in columns}
        yield _row(width, Text(_NAME, style="bold"), columns, titles)
        for name, (translated, check) in zip(names, self._results, strict=True):
            yield _row(width, name, columns, _cells(translated, check))
            if check.verdict != "match":
                for reason in check.reasons:
                    yield Padding(Text(prose(reason), style="dim"), (0, 0, 0, 4))


def _names(results: Results) -> list[str]:
    """Return the id of each article, or its path where others have the same id."""
    ids = Counter(translated.article.id for translated, _ in results)
    return [
        visible(article.id if ids[article.id] == 1 else article.path)
        for article in (translated.article for translated, _ in results)
    ]


def _columns(room: int) -> list[_Column]:
    columns = list(_COLUMNS)
    while sum(column.width + _GAP for column in columns) > room:
        last = max(columns, key=lambda column: column.dispensable)
        if not last.dispensable:
            break
        columns.remove(last)
    return columns


def _cells(translated: TranslatedArticle, check: Check) -> dict[str, Text]:
    from rich.text import Text

    return {
        "Verdict": verdict(check),
        "Score": Text(percent(check.score)),
        "Slug": Text(percent(check.slug_recall)),
        "BLEU": Text(number(check.slug_bleu)),
        "Par/Sent": Text(f"{len(translated.paragraphs)}/{len(translated.sentences)}"),
        "Notes": Text(str(noted(translated) or "")),
    }


def _row(width: int, name: Text, columns: Sequence[_Column], cells: dict[str, Text]) -> Table:
    from rich.table import Table

    row = Table.grid(padding=(0, _GAP))
    row.add_column(width=width, no_wrap=True, overflow="ellipsis")
    for column in columns:
        row.add_column(
            width=column.width,
            min_width=column.width,
            no_wrap=True,
            justify="left" if column.title == "Verdict" else "right",
        )
    row.add_row(name, *(cells[column.title] for column in columns))
    return row
