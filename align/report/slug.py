"""The words of a slug, marked as found or missed, and where a headline has those found."""

from __future__ import annotations

from typing import Literal

from align.check.words import matching, prepare, stem

Mark = Literal["found", "missed", ""]
MarkedWords = tuple[tuple[str, Mark], ...]


def marked_slug(slug: str, slug_words: tuple[tuple[str, bool], ...]) -> MarkedWords:
    """Return all words of `slug`; those of `slug_words` (`Check.slug_words`) carry a mark.

    >>> marked_slug("ties with iran", (("ties", True), ("iran", False)))
    (('ties', 'found'), ('with', ''), ('iran', 'missed'))
    """
    marks: dict[str, Mark] = {word: "found" if found else "missed" for word, found in slug_words}
    return tuple((word, marks.get(prepare(word), "")) for word in slug.split())


def marked_headline(headline: str, slug_words: tuple[tuple[str, bool], ...]) -> MarkedWords:
    """Return the words of an English headline; those that the slug has too are `found`.

    Words are compared as the check compares them: inflection and spelling of names forgiven.
    """
    found = [word for word, is_found in slug_words if is_found]

    def mark(word: str) -> Mark:
        stems = frozenset(map(stem, prepare(word).split()))
        return "found" if any(matching(each, stems) for each in found) else ""

    return tuple((word, mark(word)) for word in headline.split())
