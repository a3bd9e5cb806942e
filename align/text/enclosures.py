"""Quotation marks and brackets of a paragraph: which of them belong together, and what they hold.

Urdu text turns quotation marks either way (`”...“`, `“...”`, `‘...’`, `’...‘`, `''...''`), puts
blanks on both sides of them, and forgets some. A mark therefore opens or closes by what stands
next to it and by what is open already; one that finds no partner within `REACH` protects nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

REACH: Final = 500  # characters between the marks of a pair: three or four sentences

DOUBLE: Final = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
SINGLE: Final = "'\u2018\u2019\u201a\u201b`\u00b4"
QUOTES: Final = DOUBLE + SINGLE
BRACKETS: Final = {")": "(", "]": "[", "}": "{"}
OPENERS: Final = QUOTES + "([{"
CLOSERS: Final = QUOTES + ")]}"

_MARK: Final = re.compile(f"[{SINGLE}]{{2}}|[{re.escape(QUOTES)}()\\[\\]{{}}]")
_OPENS_AFTER: Final = frozenset("([{:-/\u060c\u2013\u2014,;\u061b" + QUOTES)
_CLOSES_BEFORE: Final = frozenset(")]}:;,.?!\u060c\u061b\u06d4\u061f\u2026-\u2013\u2014" + QUOTES)
# English marks say themselves which way they turn.
_ENGLISH_OPEN: Final = frozenset("\u201c\u2018\u201e\u201a\u00ab")
_ENGLISH_CLOSE: Final = frozenset("\u201d\u2019\u00bb")


class Enclosure(NamedTuple):
    """A pair of marks and all it holds: `line[open:close]`, marks included."""

    open: int
    close: int
    quoted: bool  # False: brackets


def find_enclosures(line: str, language: str) -> list[Enclosure]:
    """Find the outermost pairs of one paragraph, in order; they do not overlap.

    Pairs that cross each other count as one. In English (`language` "en") curly marks open or
    close by their shape, in Urdu ("ur") by their place. Takes linear time.

    >>> find_enclosures('وہ "آیا۔" (کل۔)', "ur")
    [Enclosure(open=3, close=9, quoted=True), Enclosure(open=10, close=15, quoted=False)]
    """
    outermost: list[Enclosure] = []
    for pair in sorted(_pairs(line, language)):
        if outermost and pair.open < outermost[-1].close:
            last = outermost[-1]
            outermost[-1] = last._replace(close=max(last.close, pair.close))
        else:
            outermost.append(pair)
    return outermost


def _pairs(line: str, language: str) -> Iterator[Enclosure]:
    brackets: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    quotes: dict[bool, int | None] = {True: None, False: None}  # by "is a double one"
    for match in _MARK.finditer(line):
        begin, mark = match.start(), match.group()
        if mark in brackets:
            brackets[mark].append(begin)
        elif mark in BRACKETS:
            stack = brackets[BRACKETS[mark]]
            if stack and begin - (opened := stack.pop()) <= REACH:
                yield Enclosure(opened, match.end(), quoted=False)
        else:
            double = len(mark) == 2 or mark in DOUBLE
            opened_at = quotes[double]
            if opened_at is not None and begin - opened_at > REACH:
                opened_at = None
            opens, closes = _turns(line, match, language)
            if opened_at is not None and closes:
                yield Enclosure(opened_at, match.end(), quoted=True)
                quotes[double] = None
            elif opens:  # an earlier one that is still open was never closed
                quotes[double] = begin


def _turns(line: str, match: re.Match[str], language: str) -> tuple[bool, bool]:
    """Say whether the quotation mark may open, and whether it may close."""
    begin, end, mark = match.start(), match.end(), match.group()
    if language == "en" and mark in _ENGLISH_OPEN:
        return True, False
    before = line[begin - 1] if begin else " "
    after = line[end] if end < len(line) else " "
    if mark in SINGLE and before.isalnum() and after.isalnum():
        return False, False  # an apostrophe
    if language == "en" and (mark in _ENGLISH_CLOSE or (mark == "'" and after.isdigit())):
        return False, mark != "'"
    may_open = before.isspace() or before in _OPENS_AFTER
    may_close = after.isspace() or after in _CLOSES_BEFORE
    return may_open or not may_close, may_close or not may_open
