"""The fields of a pair as files hold them."""

from __future__ import annotations

from typing import Final

# In the order of the columns of a table; TSV has no translation.
TEXT_FIELDS: Final = ("translation", "origin", "document", "created", "bead")


def parse_score(value: object) -> float | None:
    """Return a score, None for an empty one.

    Raises:
        ValueError: It is no number from 0 to 1; says so.

    >>> parse_score("0.5"), parse_score(1), parse_score("")
    (0.5, 1.0, None)
    """
    if value is None or value == "":
        return None
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            score = float(value)
        except (ValueError, OverflowError):
            score = -1.0
        if 0 <= score <= 1:
            return score
    raise ValueError(f"a score is a number from 0 to 1, not {str(value)[:40]!r}")
