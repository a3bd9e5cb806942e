"""XLIFF 1.2 and 2.x (OASIS), read as a stream.

A pair is a `trans-unit` of 1.2 or a `segment` of 2.x that has a target; its document is the
`original` of the file, or in 2.x its `id`. A file from the target language to the source
language is read the other way round. Not read: `alt-trans`, and the segments within a
`seg-source` of 1.2 (the whole unit is one pair).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from align.bitext.pair import Pair
from align.corpus.formats.faults import Faults
from align.corpus.formats.xml import (
    XML_LANG,
    is_language,
    line_of,
    local_name,
    read_elements,
    text_of,
)
from align.errors import InputError

if TYPE_CHECKING:
    from lxml import etree

# What holds or stands for a formatting code of another program.
_CODES: Final = frozenset(("bpt", "ept", "it", "ph", "sub"))
_RECORDS: Final = frozenset(("trans-unit", "unit"))
_HEADS: Final = frozenset(("xliff", "file"))


def read_xliff(path: str, faults: Faults, *, languages: tuple[str, str]) -> Iterator[Pair]:
    """Yield the pairs that have both sides.

    Raises:
        InputError: It is no XLIFF, or is of other languages.
    """
    head = _Head(path, languages)
    units = 0
    for element in read_elements(path, faults, root="xliff", records=_RECORDS, heads=_HEADS):
        name = local_name(element)
        if name in _HEADS:
            head.read(element)
            continue
        units += 1
        try:
            for source, target in _sides(element):
                pair = head.pair(source, target)
                if pair is not None:
                    yield pair
        except ValueError as error:
            faults.add(f"{error} (unit {units:,})", line=line_of(element))


def _sides(unit: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    """Yield source and target of a unit where both are there."""
    parents = [unit] if local_name(unit) == "trans-unit" else unit
    for parent in parents:
        if not local_name(parent) or local_name(parent) == "ignorable":
            continue
        children = {local_name(child): child for child in parent}
        if "source" in children and "target" in children:
            yield children["source"], children["target"]


class _Head:
    """What the elements above the units say: languages and document."""

    def __init__(self, path: str, languages: tuple[str, str]) -> None:
        self._path, self._wanted = path, languages
        self._given = ("", "")
        self._document = ""

    def read(self, element: etree._Element) -> None:
        """Take the attributes of `xliff` or `file`."""
        if local_name(element) == "file":
            self._document = element.get("original") or element.get("id") or ""
        source = element.get("source-language") or element.get("srcLang")
        target = element.get("target-language") or element.get("trgLang")
        if source or target:
            self._given = (source or "", target or "")

    def pair(self, source: etree._Element, target: etree._Element) -> Pair | None:
        """Return the pair the right way round; None where a side is empty."""
        given = tuple(
            element.get(XML_LANG) or code
            for element, code in zip((source, target), self._given, strict=True)
        )
        texts = [text_of(element, _CODES, _character) for element in (source, target)]
        if not all(text.strip() for text in texts):
            return None
        if self._fits(given, self._wanted):
            return Pair(texts[0], texts[1], document=self._document)
        if self._fits(given, self._wanted[::-1]):
            return Pair(texts[1], texts[0], document=self._document)
        codes = " to ".join(code or "?" for code in given)
        raise InputError(self._path, f"is from {codes}, not {' and '.join(self._wanted)}")

    @staticmethod
    def _fits(given: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
        """Tell whether the languages are these, as far as the file says."""
        return all(
            not code or is_language(code, language)
            for code, language in zip(given, wanted, strict=True)
        )


def _character(element: etree._Element) -> str:
    """Return the character that a `cp` of XLIFF 2 stands for, one that XML cannot hold."""
    if local_name(element) != "cp":
        return ""
    try:
        return chr(int(element.get("hex") or "", 16))
    except (ValueError, OverflowError):
        raise ValueError(f"cp hex={element.get('hex')!r} is no character") from None
