"""What scraping and converting leave in a text: wrong decodings, entities, tags, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from align.bitext import Pair
from align.corpus.filters.filter import Filter

# What the bytes 80 to BF are in Windows-1252, and in Latin-1, where they are controls.
_CONTINUATION: Final = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"  # the bytes that go on a letter
_MOJIBAKE: Final = re.compile(
    "\ufffd"
    # Arabic letters are D8 to DB with one byte more; accented Latin ones C2 to C5.
    rf"|[ØÙÚÛ][{_CONTINUATION}]"
    rf"|[ÂÃÄÅ][{_CONTINUATION}]"
    rf"|[âï][€\u0080»¿¸¹][{_CONTINUATION}]"  # quotation marks, dashes, joiners, signs of order
    # Read as the Arabic code page, ISO 8859-6 or 1256: the same bytes, other letters.
    r"|(?:[طظعغ][§¨ھ©ھ¹²¾±‡†¬ں]){2}"
    r"|[\u0081\u008d\u008f\u0090\u009d]|[\ue000-\uf8ff]"
    r"|\?{2,}(?:\s\?{2,})+"  # letters that a code page does not have
)
_ENTITY: Final = r"&(?:[A-Za-z]{2,8}\d{0,2}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});"
_TAG: Final = (
    r"</?(?:a|abbr|b|blockquote|body|br|cite|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|iframe"
    r"|img|li|link|meta|nbsp|ol|p|pre|q|s|script|small|span|strike|strong|style|sub|sup|table|tbody"
    r"|td|th|tr|u|ul|bpt|ept|ph|it|ut|x|g)(?:\s[^<>]*)?/?>|<!--|<!\[CDATA|\]\]>"
)
# Markdown: [33](/3/33), ![a picture](https://…), [back](#top). Other brackets may be plain text.
_LINK: Final = (
    r"!?\[[^\[\]\n]{0,300}\]\((?:(?:https?|ftp|mailto):|www\.|\.{0,2}/|#)"
    r"(?:[^()\s]|\([^()\s]*\))*(?:\s\"[^\"]*\")?\)"
)
_MARKUP: Final = re.compile(f"{_ENTITY}|{_TAG}|{_LINK}", re.IGNORECASE)
# A cheap look for texts that can hold any of it.
_FIRST: Final = {
    _MOJIBAKE: re.compile("[\ufffd\ue000-\uf8ff\u0080-\u009fÂ-ÅØ-Ûâï§¨©¹²¾±†‡¬]|[?][?]"),
    _MARKUP: re.compile(r"[<&]|\]\]>|\]\("),
}


class Mojibake(Filter):
    """Letters that were decoded wrongly, or lost."""

    name = "mojibake"
    unit = "damaged places"
    default = 0.0
    reason = "letters were decoded wrongly, or lost"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count the damaged places of both sides."""
        return [float(len(_found(_MOJIBAKE, pair))) for pair in pairs]

    def detail(self, pair: Pair) -> str:
        """Show the first few."""
        return "such as " + " ".join(_found(_MOJIBAKE, pair)[:5])


class Markup(Filter):
    """Entities, tags and links of web pages, Markdown and translation memories."""

    version = "2"

    name = "markup"
    unit = "entities, tags and links"
    default = 0.0
    reason = "entities, tags or links of a page are left in the text"

    def scores(self, pairs: Sequence[Pair]) -> list[float]:
        """Count them on both sides."""
        return [float(len(_found(_MARKUP, pair))) for pair in pairs]

    def detail(self, pair: Pair) -> str:
        """Show the first few."""
        return "such as " + " ".join(_found(_MARKUP, pair)[:5])


def _found(pattern: re.Pattern[str], pair: Pair) -> list[str]:
    first = _FIRST[pattern]
    return [
        match.group()
        for text in (pair.source, pair.target)
        if first.search(text)
        for match in pattern.finditer(text)
    ]
