"""Hostile characters made visible, for terminals and web pages.

Control characters can move a terminal's cursor or forge a line, and bidirectional overrides
can show text in an order in which it does not stand. Both are shown as escapes. The marks that
Urdu needs (joiners, left-to-right and right-to-left marks) stay as they are.
"""

from __future__ import annotations

import re
from typing import Final

_HIDDEN: Final = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ud800-\\udfff]"
)


def visible(text: str) -> str:
    r"""Return `text` with every control, override and lone surrogate as an escape.

    >>> visible("a\x1b[31mb\u202ec\n")
    'a\\x1b[31mb\\u202ec\\x0a'
    """
    return _HIDDEN.sub(lambda match: _escape(ord(match.group())), text)


def prose(text: str) -> str:
    r"""Return `text` on one line, runs of white space as one space, the rest `visible`.

    >>> prose(" a\n  b\x07 ")
    'a b\\x07'
    """
    return visible(" ".join(text.split()))


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
