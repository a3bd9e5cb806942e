"""TMX 1.4 (LISA OSCAR, TMX 1.4b), read and written as a stream.

Each pair is a `tu`. What it has beside its texts are properties (`prop`): `x-score`, `x-origin`,
`x-document`, `x-created`, `x-bead` and `x-translation`; a whole date stands in `creationdate`
too. Characters that XML cannot hold become U+FFFD, and `x-replaced` says how many did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import product
from typing import IO, TYPE_CHECKING, Final

from align.bitext.pair import Pair
from align.corpus.formats.faults import Changes, Faults
from align.corpus.formats.fields import TEXT_FIELDS, parse_score
from align.corpus.formats.xml import (
    XML_LANG,
    is_language,
    legal,
    line_of,
    local_name,
    read_elements,
    text_of,
)
from align.errors import InputError
from align.version import version

if TYPE_CHECKING:
    from lxml import etree

ILLEGAL: Final = "characters that XML cannot hold became U+FFFD"
# Formatting of other programs; the text in `hi` is text.
_CODES: Final = frozenset(("bpt", "ept", "it", "ph", "ut"))
_FIELDS: Final = frozenset(TEXT_FIELDS)
_DATE: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_MOST: Final = 64  # pairs of one `tu`; it takes eight variants of either language


def read_tmx(path: str, faults: Faults, *, languages: tuple[str, str]) -> Iterator[Pair]:
    """Yield the pairs of the two languages and their variants (ur-PK).

    A `tu` without one of the languages is passed over; one with several variants of a language
    gives each with each. The text of a segment is that without inline tags and their codes.

    Raises:
        InputError: It is no TMX, or holds `tu`s but none with both languages.
    """
    units = found = 0
    there: dict[str, None] = {}
    for element in read_elements(path, faults, root="tmx", records=frozenset(("tu",))):
        units += 1
        try:
            for pair in _pairs(element, languages, there):
                found += 1
                yield pair
        except ValueError as error:
            faults.add(f"{error} (tu {units:,})", line=line_of(element))
    if units and not found and not all(_is_there(there, code) for code in languages):
        codes = ", ".join(list(there)[:10]) or "none"
        raise InputError(path, f"no tu has {' and '.join(languages)} (languages there: {codes})")


def _is_there(there: Iterable[str], language: str) -> bool:
    return any(is_language(code, language) for code in there)


def _pairs(
    unit: etree._Element, languages: tuple[str, str], there: dict[str, None]
) -> Iterator[Pair]:
    """Yield the pairs of a `tu`, each once; note its languages in `there`."""
    sides: tuple[dict[str, None], dict[str, None]] = ({}, {})
    props: dict[str, str] = {}
    for child in unit:
        name = local_name(child)
        if name == "prop":
            props[(child.get("type") or "").removeprefix("x-")] = text_of(child, _CODES)
        elif name == "tuv":
            code = child.get(XML_LANG) or child.get("lang") or ""
            if len(there) < 100:
                there[code] = None
            for side, language in zip(sides, languages, strict=True):
                if is_language(code, language):
                    side.update(dict.fromkeys(_segments(child)))
        elif not name:
            raise ValueError(f"the entity {child.text} is not defined")
    if len(sides[0]) * len(sides[1]) > _MOST:
        raise ValueError(f"{len(sides[0])} variants of one language, {len(sides[1])} of the other")
    for source, target in product(*sides):
        yield _pair(source, target, props)


def _segments(variant: etree._Element) -> list[str]:
    return [text_of(child, _CODES) for child in variant if local_name(child) == "seg"]


def _pair(source: str, target: str, props: Mapping[str, str]) -> Pair:
    if not props:
        return Pair(source, target)
    score = None
    if "model" not in props:  # `align translate`, whose scores are log-probabilities
        with suppress(ValueError):  # the measure of another program
            score = parse_score(props.get("score"))
    return Pair(source, target, score, **{k: v for k, v in props.items() if k in _FIELDS})


def write_tmx(
    stream: IO[bytes],
    pairs: Iterable[Pair],
    changes: Changes,
    *,
    languages: tuple[str, str],
    facts: Mapping[str, str],
) -> int:
    """Write a whole document, `facts` as properties of its header; return how many pairs."""
    from lxml import etree

    count = 0
    with etree.xmlfile(stream, encoding="UTF-8") as document:
        document.write_declaration()
        with document.element("tmx", version="1.4"):
            document.write("\n", _header(languages[0], facts), "\n")
            with document.element("body"):
                document.write("\n")
                for count, pair in enumerate(pairs, 1):
                    unit = _unit(pair, languages, count, changes)
                    unit.tail = "\n"
                    document.write(unit)
            document.write("\n")
    stream.write(b"\n")
    return count


def _header(source: str, facts: Mapping[str, str]) -> etree._Element:
    from lxml import etree

    header = etree.Element(
        "header",
        {
            "creationtool": "align",
            "creationtoolversion": version(),
            "segtype": "sentence",
            "o-tmf": "align",
            "adminlang": "en",
            "srclang": source,
            "datatype": "plaintext",
        },
    )
    for name, value in facts.items():
        etree.SubElement(header, "prop", type=legal(f"x-{name}")).text = legal(value)
    return header


def _unit(pair: Pair, languages: tuple[str, str], number: int, changes: Changes) -> etree._Element:
    from lxml import etree

    texts = {name: getattr(pair, name) for name in ("source", "target", *TEXT_FIELDS)}
    held = {name: legal(text) for name, text in texts.items() if text is not None}
    unit = etree.Element("tu")
    if date := _DATE.fullmatch(pair.created):
        unit.set("creationdate", f"{''.join(date.groups())}T000000Z")
    props = {} if pair.score is None else {"score": repr(pair.score)}
    props |= {name: held[name] for name in TEXT_FIELDS if held.get(name)}
    if pair.translation == "":
        props["translation"] = ""
    if any(held[name] != texts[name] for name in held):
        changes.add(ILLEGAL, number)
        props["replaced"] = str(sum(map(_differences, held.values(), map(texts.get, held))))
    for name, value in props.items():
        etree.SubElement(unit, "prop", type=f"x-{name}").text = value
    for language, text in zip(languages, (held["source"], held["target"]), strict=True):
        variant = etree.SubElement(unit, "tuv")
        variant.set(XML_LANG, language)
        etree.SubElement(variant, "seg").text = text
    return unit


def _differences(one: str, other: str | None) -> int:
    """Count the characters in which two texts of the same length differ."""
    return sum(a != b for a, b in zip(one, other or "", strict=False))
