"""One self-contained web page: Urdu beside English, with scores, doubts and slug words.

The page needs no network and no script: a style sheet and the content security policy
`default-src 'none'` are all there is. All text is escaped by the template engine, and
characters that could deceive the eye are shown as escapes (`align.report.visible`).
"""

from __future__ import annotations

from collections.abc import Sequence

from align.check.result import Check
from align.errors import InputError
from align.pipeline import TranslatedArticle
from align.report.doubtful import anchor, doubtful, shade
from align.report.figures import SYMBOLS, noted, scores
from align.report.slug import marked_headline, marked_slug
from align.report.templates import page_template
from align.translate.doubt import doubt_of, mean_doubt
from align.translate.spellings import Name

Entry = tuple[TranslatedArticle, Check | None]


def html_page(
    entries: Sequence[Entry],
    errors: Sequence[InputError] = (),
    *,
    title: str = "Urdu to English",
    notes: Sequence[str] = (),
    names: Sequence[Name] = (),
) -> str:
    """Return the page: a summary, linked to each article, and the most doubtful translations.

    `notes` are lines below the summary, `names` those with several English spellings.
    """
    paragraphs = [paragraph for translated, _ in entries for paragraph in translated.paragraphs]
    template = page_template(
        "page",
        symbols=SYMBOLS,
        noted=noted,
        doubt_of=doubt_of,
        mean_doubt=mean_doubt,
        shade=shade,
        anchor=anchor,
        scores=scores,
        marked_slug=marked_slug,
        marked_headline=marked_headline,
    )
    return template.render(
        entries=entries,
        errors=errors,
        title=title,
        notes=notes,
        names=names,
        most_doubtful=doubtful([translated for translated, _ in entries]),
        checked=any(check is not None for _, check in entries),
        most_sentences=max(map(len, paragraphs), default=0),
    )
