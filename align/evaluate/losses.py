"""Which numbers and names of a segment its translation lost.

A number counts where source and a reference agree on it, so that what translators turn into
words or leave out is nobody's fault. Names are the capitalised words of the first reference; a
word at the beginning of a sentence is one only if the references write it so elsewhere, and never
small. A name that sounds like a capitalised word of the translation is there, spelled otherwise;
a plural or possessive is the same name.

Not handled: names in scripts without capitals; a name that the translation put into a pronoun.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from align.check.words import sounds_like, stem
from align.evaluate.testsets import TestSet
from align.text.number_loss import missing_numbers
from align.text.numbers import find_readings

_WORD: Final = re.compile(r"[^\W\d_]+")
_OPENERS: Final = "\"'.!?:;([-\u2013\u2014\u2018\u2019\u201c\u201d\u2026/"
_INITIALS: Final = re.compile(r"\b(?:[A-Z]\.){2,}")  # U.S. is US
# Capitals that name nobody: currencies and forms of address, which translators may leave out.
_NO_NAMES: Final = frozenset(("Rs", "Mr", "Mrs", "Ms", "Dr", "No", "Am", "Pm", "AM", "PM"))
_TITLE: Final = 0.9  # of the longer words; from here on capitals are the style of a headline
_LONGER: Final = 4


@dataclass(frozen=True, slots=True)
class Loss:
    """Of one segment: how many numbers and names there should be, and those that are not there.

    `respelled` holds names as the reference and as the translation spells them.
    """

    numbers: int = 0
    names: int = 0
    lost_numbers: tuple[str, ...] = ()
    lost_names: tuple[str, ...] = ()
    respelled: tuple[tuple[str, str], ...] = ()


class _Capital(NamedTuple):
    word: str
    opens: bool  # a sentence, or a quotation


@dataclass(frozen=True, slots=True)
class Expected:
    """What the translation of a segment should hold.

    Attributes:
        source: Where its numbers stand.
        numbers: Place and text of each.
        names: Each once, in order.
    """

    source: str
    numbers: tuple[tuple[int, str], ...]
    names: tuple[str, ...]


def find_expected(testset: TestSet) -> list[Expected]:
    """Return what each segment's translation should hold, whatever the system.

    Without sources the numbers are those of the first reference.
    """
    names = _Names([text for texts in testset.references for text in texts])
    sources = testset.sources or testset.references[0]
    return [
        Expected(source, tuple(_numbers(source, references)), tuple(names.of(references[0])))
        for source, references in zip(sources, zip(*testset.references, strict=True), strict=True)
    ]


def find_losses(expected: Sequence[Expected], hypotheses: Sequence[str]) -> list[Loss]:
    """Return what each hypothesis lost of what is expected of its segment."""
    return [_loss(one, text) for one, text in zip(expected, hypotheses, strict=True)]


def _loss(expected: Expected, text: str) -> Loss:
    words = _words(text)
    there = {stem(word.lower()) for word in words} if expected.names else set()
    lost, respelled = [], []
    for name in expected.names:
        if stem(name.lower()) in there:
            continue
        capitals = (word for word in words if word[0].isupper())
        other = next((word for word in capitals if sounds_like(name, word.lower())), None)
        if other is None:
            lost.append(name)
        else:
            respelled.append((name, other))
    numbers = expected.numbers
    missing = {n.start for n in missing_numbers(expected.source, text)} if numbers else set()
    return Loss(
        len(numbers),
        len(expected.names),
        tuple(shown for start, shown in numbers if start in missing),
        tuple(lost),
        tuple(respelled),
    )


def _numbers(source: str, references: Sequence[str]) -> list[tuple[int, str]]:
    """Return place and text of the numbers that the source gives and some reference keeps."""
    explicit = [found.number for found in find_readings(source) if found.explicit]
    if not explicit:
        return []
    gone = set.intersection(*({n.start for n in missing_numbers(source, r)} for r in references))
    return [(n.start, source[n.start : n.end]) for n in explicit if n.start not in gone]


class _Names:
    """Tells the names of a text by how all the references write words."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._inside: set[str] = set()
        small: set[str] = set()
        for text in texts:
            small.update(word for word in _words(text) if word.islower())
            if not _is_title(text):
                self._inside.update(one.word for one in _capitals(text) if not one.opens)
        self._sure = {word for word in self._inside if word.casefold() not in small}

    def of(self, text: str) -> list[str]:
        """Return the names of a text in order, each once."""
        title = _is_title(text)
        return list(
            dict.fromkeys(
                one.word
                for one in _capitals(text)
                if one.word in (self._sure if title or one.opens else self._inside)
            )
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(_joined(text))


def _joined(text: str) -> str:
    return _INITIALS.sub(lambda match: match[0].replace(".", ""), text)


def _capitals(text: str) -> list[_Capital]:
    result = []
    text = _joined(text)
    for match in _WORD.finditer(text):
        word = match[0]
        if len(word) > 1 and word[0].isupper() and word not in _NO_NAMES:
            before = text[: match.start()].rstrip()
            result.append(_Capital(word, not before or before[-1] in _OPENERS))
    return result


def _is_title(text: str) -> bool:
    words = [word for word in _words(text) if len(word) >= _LONGER]
    return len(words) >= _LONGER and sum(w[0].isupper() for w in words) >= _TITLE * len(words)
