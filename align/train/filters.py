"""Which pairs of a corpus are not trained on, each for a named reason.

Meant to let through all that can stand in news: acronyms, figures, Latin names inside Urdu,
headlines, single words. `reason_against` is the whole of it but for duplicates.
"""

from __future__ import annotations

from typing import Final

from align.text.language import has_urdu, urdu_share

MAX_CHARACTERS: Final = 1000  # of a side, normalised; four to five hundred pieces
_SHORT: Final = 40  # characters, below which any ratio of lengths can be right
_LOPSIDED: Final = 3.0  # times as long; of translated news, 99.9 % are within it

EMPTY: Final = "empty side"
HUGE: Final = "huge line"
TOO_LONG: Final = f"over {MAX_CHARACTERS} characters"
LOPSIDED: Final = "lopsided"
SOURCE_SCRIPT: Final = "source not in its script"
TARGET_SCRIPT: Final = "target not in its script"
IDENTICAL: Final = "identical sides"
DUPLICATE: Final = "duplicate"
REASONS: Final = (
    EMPTY, HUGE, TOO_LONG, LOPSIDED, SOURCE_SCRIPT, TARGET_SCRIPT, IDENTICAL, DUPLICATE,
)  # fmt: skip
_ARABIC_SCRIPT: Final = frozenset(("ur", "ar", "fa", "ps", "sd", "pnb"))


def reason_against(
    source: str, target: str, *, source_language: str, target_language: str
) -> str | None:
    """Return why a normalised pair is dropped, None for one that is kept.

    Scripts are held only against Urdu and English, the languages that are known here.

    >>> reason_against("لاہور", "Karachi " * 20, source_language="ur", target_language="en")
    'lopsided'
    """
    shorter, longer = sorted((len(source), len(target)))
    if not shorter:
        return EMPTY
    if longer > MAX_CHARACTERS:
        return TOO_LONG
    if source == target:
        return IDENTICAL
    if _wrong_script(source, source_language):
        return SOURCE_SCRIPT
    if _wrong_script(target, target_language):
        return TARGET_SCRIPT
    return LOPSIDED if longer >= _SHORT and longer >= _LOPSIDED * shorter else None


def is_misplaced(source: str, target: str, *, source_language: str, target_language: str) -> bool:
    """Tell whether a side is not in its language's script, as where columns are swapped."""
    return _wrong_script(source, source_language) or _wrong_script(target, target_language)


def _wrong_script(text: str, language: str) -> bool:
    if language == "ur":
        return not has_urdu(text)
    return language == "en" and not text.isascii() and urdu_share(text) > 0.5
