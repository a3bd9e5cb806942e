"""XML as a stream: records one by one, in constant memory, and nothing that a file may not ask.

Entities that a document declares are refused: a few of them in each other fill any memory (the
"billion laughs"), and external ones read files. A DTD is never fetched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from align.articles.packed import DAMAGE
from align.corpus.formats.faults import Faults
from align.corpus.formats.packed import damage, read_packed
from align.errors import InputError, one_line

if TYPE_CHECKING:
    from lxml import etree

_CHUNK: Final = 2**16  # bytes
_LONGEST: Final = 2**26  # bytes between the ends of records; a header may hold a whole document
_MOST_TAGS: Final = 500_000  # likewise
_LINES: Final = 2**16 - 1  # libxml2 counts the lines of elements up to here
# The complement of `Char` in XML 1.0, section 2.2.
_ILLEGAL: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def legal(text: str) -> str:
    r"""Return `text` with U+FFFD for each character that XML cannot hold.

    >>> legal("a\x07b\tc")
    'a\ufffdb\tc'
    """
    return _ILLEGAL.sub("\ufffd", text)


def read_elements(
    path: str,
    faults: Faults,
    *,
    root: str,
    records: frozenset[str],
    heads: frozenset[str] = frozenset(),
) -> Iterator[etree._Element]:
    """Yield the elements of a document by local name: `heads` when they begin, `records` whole.

    A record is emptied when the next is asked for. Where the
    document breaks, that is told with its line, after all records before it.

    Raises:
        InputError: It is not there, its root is not `root`, or it declares entities.
    """
    from lxml import etree

    parser = etree.XMLPullParser(
        ("start", "end"),
        tag=["{*}" + name for name in {root, *records, *heads}],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    walk = _Walk(path, root, records, heads)
    with read_packed(path) as stream:
        broken: tuple[str, int | None] | None
        while True:
            broken = None
            chunk = b""
            try:
                chunk = stream.read(_CHUNK)
            except DAMAGE as error:
                broken = damage(error, path, begun=walk.begun), None
            if broken is None and not chunk and not walk.fed:
                raise InputError(path, "empty")
            if broken is None:
                walk.feed(chunk)
                broken = _fed(parser, chunk)
            yield from walk.through(parser)
            if broken is not None:
                faults.add(broken[0] + walk.after, line=broken[1])
            if broken is not None or not chunk:
                break
        if not walk.begun and broken is None:
            raise InputError(path, f"has no <{root}>")


def _fed(parser: etree.XMLPullParser, chunk: bytes) -> tuple[str, int | None] | None:
    """Give a chunk to the parser, none for the end; return what is wrong and in which line."""
    from lxml import etree

    message, line = "", None
    try:
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except etree.XMLSyntaxError as error:
        message, line = one_line(error), error.lineno
    # The first fault is the cause; some are logged, but raised only when the document ends.
    for entry in parser.feed_error_log:
        if entry.level == etree.ErrorLevels.FATAL:
            message, line = one_line(ValueError(entry.message)), entry.line
            break
    if not message:
        return None
    return f"{'is no XML from here on' if chunk else 'breaks off'}: {message}", line or None


class _Walk:
    """Goes through the events of a document and forgets what is done."""

    def __init__(
        self, path: str, root: str, records: frozenset[str], heads: frozenset[str]
    ) -> None:
        self._path, self._root, self._records, self._heads = path, root, records, heads
        self._count = 0
        self._size = self._tags = 0  # since the last record
        self.begun = self.fed = False

    @property
    def after(self) -> str:
        """Where in the document, in words."""
        return f" (after {self._count:,} whole records)" if self._count else ""

    def feed(self, chunk: bytes) -> None:
        """Look at what the parser is about to get.

        Raises:
            InputError: It would have to remember more than any record has.
        """
        self.fed = True
        self._size += len(chunk)
        self._tags += chunk.count(b"<")
        if self._size > _LONGEST or self._tags > _MOST_TAGS:
            what = f"{_LONGEST // 2**20} MB or {_MOST_TAGS:,} tags without a whole record"
            raise InputError(self._path, f"more than {what}{self.after}: refused")

    def through(self, parser: etree.XMLPullParser) -> Iterator[etree._Element]:
        events = cast("Iterable[tuple[str, etree._Element]]", parser.read_events())
        for event, element in events:
            name = local_name(element)
            if event == "start":
                if not self.begun:
                    self._check(element)
                if name in self._heads:
                    yield element
            elif name in self._records:
                self._count += 1
                self._size = self._tags = 0
                yield element
                _forget(element)

    def _check(self, root: etree._Element) -> None:
        """Look at the first element, before which all declarations stand."""
        tree = root.getroottree()
        dtd: Any = tree.docinfo.internalDTD  # whose methods the stubs do not know
        if dtd is not None and dtd.entities():
            raise InputError(
                self._path, "declares entities, which could fill the memory or read files: refused"
            )
        first = tree.getroot()
        if local_name(first) != self._root:
            raise InputError(self._path, f"begins with <{local_name(first)}>, not <{self._root}>")
        self.begun = True


def _forget(element: etree._Element) -> None:
    """Empty a record and drop it and what stands before it."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        while (previous := element.getprevious()) is not None:
            parent.remove(previous)


def local_name(element: etree._Element) -> str:
    """Return the name of an element without its namespace; "" for an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element) -> int | None:
    """Return the line of an element, None where it is beyond what the parser counts."""
    line = cast(int | None, element.sourceline)
    return line if line is not None and line < _LINES else None


def text_of(
    element: etree._Element,
    codes: frozenset[str],
    of_code: Callable[[etree._Element], str] | None = None,
) -> str:
    """Return the text of an element without its inline tags.

    Of the tags in `codes` the content is no text, but a formatting code of another program.
    `of_code` gives the text that an empty tag stands for.

    Raises:
        ValueError: It holds an entity that is not defined.
    """
    if not len(element):
        return element.text or ""
    parts = [element.text or ""]
    for child in element:
        if not isinstance(child.tag, str):
            raise ValueError(f"the entity {child.text} is not defined")
        if local_name(child) not in codes:
            parts.append(text_of(child, codes, of_code))
            if of_code is not None:
                parts.append(of_code(child))
        parts.append(child.tail or "")
    return "".join(parts)


def is_language(given: str, wanted: str) -> bool:
    """Tell whether a language code is `wanted` or a variant of it.

    >>> is_language("ur-PK", "ur"), is_language("EN_us", "en"), is_language("urk", "ur")
    (True, True, False)
    """
    given, wanted = given.lower().replace("_", "-"), wanted.lower().replace("_", "-")
    return given == wanted or given.startswith(wanted + "-")
