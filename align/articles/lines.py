"""The lines of a text with their places, and how a line looks to the readers' rules."""

from __future__ import annotations

import re
from typing import Final

from align.articles.article import Line
from align.text.normalize import normalize

# Not the ends that str.splitlines adds (form feed, NEL and others): in scrapes they are debris.
_LINE: Final = re.compile("[^\r\n\u2028\u2029]+")
_KEY_LENGTH: Final = 400  # characters; no rule looks further into a line


def split_lines(text: str) -> list[Line]:
    r"""Give the lines with anything on them, without the white space at their ends.

    >>> [(line.text, line.start) for line in split_lines(" خبر \r\n\r\nدوسری\n")]
    [('خبر', 1), ('دوسری', 9)]
    """
    lines = []
    for match in _LINE.finditer(text):
        body = match.group()
        if stripped := body.strip():
            start = match.start() + len(body) - len(body.lstrip())
            lines.append(Line(stripped, start, start + len(stripped)))
    return lines


def line_number(text: str, offset: int | None = None) -> int:
    r"""Count from 1 the line in which the character at `offset` stands, by default the last.

    >>> line_number("a\r\nb\nc", 3), line_number("a\r\nb\nc")
    (2, 3)
    """
    return len(re.findall("\r\n|[\r\n\u2028\u2029]", text[:offset])) + 1


def key(text: str) -> str:
    r"""Return what rules compare: normalised, in lower case, without marks that no one sees.

    >>> key("\u200fمزيد پڑھیں : ")
    'مزید پڑھیں :'
    """
    return normalize(text[:_KEY_LENGTH]).lower()
