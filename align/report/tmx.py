"""TMX 1.4 (LISA OSCAR, TMX 1.4b): a translation memory that other tools read.

Each pair is a `tu` with the properties `x-model`, `x-score` (mean log-probability per target
token), `x-document`, for a doubtful one `x-notes`, and `x-translation`: what the model made, by
which `align memory import` tells what was edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from align.pipeline import TranslatedArticle
from align.translate.translation import Translation
from align.version import version

if TYPE_CHECKING:
    from lxml import etree

# The complement of `Char` in XML 1.0, section 2.2.
_ILLEGAL: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def tmx(articles: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield the parts of one TMX document; characters that XML cannot hold are left out."""
    from lxml import etree

    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
        f'<header creationtool="align" creationtoolversion="{version()}"'
        ' segtype="sentence" o-tmf="align" adminlang="en" srclang="ur" datatype="plaintext"/>\n'
        "<body>\n"
    )
    for translated in articles:
        for pair in translated.translations:
            yield etree.tostring(_unit(pair, translated.article.id), encoding="unicode") + "\n"
    yield "</body>\n</tmx>\n"


def _unit(pair: Translation, document: str) -> etree._Element:
    from lxml import etree

    unit = etree.Element("tu")
    properties = {"x-document": document, "x-model": pair.model, "x-score": f"{pair.score:.4f}"}
    if pair.notes:
        properties["x-notes"] = ", ".join(pair.notes)
    if pair.machine is not None:
        properties["x-translation"] = pair.machine
    for name, value in properties.items():
        etree.SubElement(unit, "prop", type=name).text = _legal(value)
    for language, text in (("ur", pair.source), ("en", pair.text)):
        variant = etree.SubElement(unit, "tuv")
        variant.set("{http://www.w3.org/XML/1998/namespace}lang", language)
        etree.SubElement(variant, "seg").text = _legal(text)
    return unit


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
