"""The option `--spellings`: a file of the names that a run spells in several ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.streams import write_output

if TYPE_CHECKING:
    from align.errors import InputError
    from align.pipeline import TranslatedArticle

SpellingsFile = Annotated[
    str | None,
    typer.Option(
        "--spellings",
        metavar="FILE",
        help="Also write the Urdu names that got several English spellings, as TSV.",
    ),
]


class NameList:
    """Gathers the names of the articles that pass, if there is a file to write them to."""

    def __init__(self, file: str | None) -> None:
        from align.translate.spellings import Spellings

        self._file, self._spellings = file, Spellings()

    def gathered(
        self, items: Iterable[TranslatedArticle | InputError]
    ) -> Iterator[TranslatedArticle | InputError]:
        """Pass items on, and take in their names."""
        if self._file is None:
            return iter(items)
        from align.pipeline import gather_names

        return gather_names(items, self._spellings)

    def write(self) -> None:
        """Write the file, whole or not at all."""
        if self._file is not None:
            from align.report.spellings import spellings_tsv

            write_output(self._file, spellings_tsv(self._spellings.names()))
