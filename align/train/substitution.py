"""Names, places, figures and dates of a pair, replaced by others of their kind on both sides.

What is replaced stands exactly once on each side, as whole words. So a pair of news teaches
the frame of its sentence with any name in it, and each name in many frames.

Not handled: what agrees with the name (the gender of Urdu verbs, "he" and "she"), figures in
words, names that need an article in English.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from align.train.lexicon import Entry

Texts = tuple[str, str]
Group = tuple[str, bool]  # category, and whether it is of several words: "Khan", "Imran Khan"

NAMES: Final = ("person", "place")
_MOST: Final = 2  # replaced in a pair
_DAYS: Final = (
    "پیر Monday منگل Tuesday بدھ Wednesday جمعرات Thursday جمعہ Friday ہفتہ Saturday اتوار Sunday"
)
_MONTHS: Final = (
    "جنوری January فروری February مارچ March اپریل April مئی May جون June جولائی July اگست August "
    "ستمبر September اکتوبر October نومبر November دسمبر December"
)
_WORD: Final = re.compile(r"\w+")
# A figure of its own: no part of a decimal, date, time, range or ordinal. "Rs50" and "22pc" are.
_FIGURE: Final = re.compile(
    r"(?:(?<=\bRs)|(?<![\w.,:/-]))[1-9][0-9]{0,3}(?=pc\b|(?!\w))(?![.,:/٫-][0-9])"
)
# Lower case, or with "the" before it in a sentence.
_NO_NAME: Final = re.compile(
    r"(?:^|\s)(?!(?:al|bin|von|van|der|de|da|and)\b)[a-z]|^the\s|"
    r"\b(?:River|Sea|Ocean|Strait|Pass|Canal|Highway|Line|Dam|Strip|Bank|States|Emirates|Kingdom|"
    r"East|Netherlands|Philippines|Maldives)\b"
)
_NAME_BEFORE: Final = re.compile(r"[A-Z]\w*[ -]$")
_NAME_AFTER: Final = re.compile(r"[ -][A-Z]")
_NATIONS: Final = (
    "Pakistani Indian Afghan Iranian American British Russian French Israeli Palestinian Saudi "
    "Kashmiri Bangladeshi European Chinese Turkish German Japanese Arab Iraqi Syrian Ukrainian "
    "Egyptian Canadian Australian Nepali Emirati Qatari Korean Italian Spanish Dutch Asian African "
    "Punjabi Sindhi Baloch Pashtun Balochi"
)
_NO_PLACES: Final = frozenset(_NATIONS.split())


@dataclass(slots=True)
class _Find:
    """Where an entry or figure stands on both sides."""

    source: tuple[int, int]
    target: tuple[int, int]
    entry: Entry | None  # None for a figure
    figure: int = 0


@dataclass(slots=True)
class Substitution:
    """Replaces what is in a lexicon, with the days and months, and figures.

    `names` are the entries that name a person or a place, in the lexicon's order.
    """

    names: list[Entry]
    _groups: dict[Group, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _first: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, lexicon: Sequence[Entry]) -> Substitution:
        """Take the persons and places of a lexicon; other categories are left out."""
        known = cls([entry for entry in lexicon if is_name(entry)])
        for entry in [*known.names, *_dates("day", _DAYS), *_dates("month", _MONTHS)]:
            known._groups[_group(entry)].append(entry)
            known._first[_WORD.findall(entry.source)[0]].append(entry)
        for entries in known._first.values():
            entries.sort(key=lambda entry: -len(entry.source))
        return known

    def replace(self, pair: Texts, rng: Random) -> Texts | None:
        """Return the pair with one or two replaced, None where there is nothing to replace."""
        found = self._find_entries(pair) + _find_figures(pair)
        if not found:
            return None
        chosen = rng.sample(found, min(len(found), rng.randint(1, _MOST)))
        changes: list[tuple[_Find, Texts]] = []
        for find in chosen:
            if find.entry is None:
                figure = str(_other_figure(find.figure, rng))
                changes.append((find, (figure, figure)))
            elif other := self._other(find.entry, rng):
                changes.append((find, (other.source, other.target)))
        return _rewrite(pair, changes) if changes else None

    def insert(self, pair: Texts, entry: Entry, written: Texts) -> Texts | None:
        """Put `written` (`entry`, in any form) where one of its kind stands, or return None."""
        for find in self._find_entries(pair):
            if find.entry and find.entry != entry and _group(find.entry) == _group(entry):
                return _rewrite(pair, [(find, written)])
        return None

    def _other(self, entry: Entry, rng: Random) -> Entry | None:
        others = self._groups[_group(entry)]
        other = rng.choice(others)
        return other if (other.source, other.target) != (entry.source, entry.target) else None

    def _find_entries(self, pair: Texts) -> list[_Find]:
        source, target = pair
        seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
        named: dict[str, list[Entry]] = {}
        after = 0
        for word in _WORD.finditer(source):
            if word.start() < after or word.group() not in self._first:
                continue
            for entry in self._first[word.group()]:
                end = word.start() + len(entry.source)
                if source.startswith(entry.source, word.start()) and _ends_word(source, end):
                    if word.start() >= after:  # the longest; others may be its other names
                        seen[entry.source].append((word.start(), end))
                        named[entry.source] = []
                        after = end
                    if end == after:
                        named[entry.source].append(entry)
        finds = []
        for written, places in seen.items():
            for entry in named[written]:
                spans = _spans(entry.target, target)
                if len(places) == len(spans) == 1 and _stands_alone(entry, target, spans[0]):
                    finds.append(_Find(places[0], spans[0], entry))
                    break
        return _apart(finds)


def is_name(entry: Entry) -> bool:
    """Tell whether an entry names one person or place, without an article in English.

    >>> is_name(Entry("لاہور", "Lahore", "place")), is_name(Entry("روسی", "Russian", "place"))
    (True, False)
    """
    return (
        entry.category in NAMES
        and not _NO_NAME.search(entry.target)
        and entry.target not in _NO_PLACES
        and _WORD.search(entry.source) is not None
        and _WORD.search(entry.target) is not None
    )


def _dates(category: str, names: str) -> list[Entry]:
    words = names.split()
    return [Entry(*pair, category) for pair in zip(words[::2], words[1::2], strict=True)]


def _group(entry: Entry) -> Group:
    return entry.category, entry.category == "person" and " " in entry.source


def _ends_word(text: str, at: int) -> bool:
    """Tell whether no word goes on over `at`."""
    return at >= len(text) or re.match(r"\w", text[at]) is None


def _spans(words: str, text: str) -> list[tuple[int, int]]:
    """Return where `words` stand in `text` as whole words."""
    spans, start = [], 0
    while (at := text.find(words, start)) >= 0:
        end = start = at + len(words)
        if _ends_word(text, end) and (at == 0 or re.match(r"\w", text[at - 1]) is None):
            spans.append((at, end))
    return spans


def _stands_alone(entry: Entry, target: str, span: tuple[int, int]) -> bool:
    """Tell whether a name is no part of a longer one: "Ahmed" of "Ejaz Ahmed", "the Punjab"."""
    before, after = target[: span[0]], target[span[1] :]
    if _group(entry) == ("person", False):
        return not (_NAME_BEFORE.search(before) or _NAME_AFTER.match(after))
    return not before.endswith("the ")


def _find_figures(pair: Texts) -> list[_Find]:
    sides = []
    for text in pair:
        places: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for match in _FIGURE.finditer(text):
            places[match.group()].append(match.span())
        # The same digits elsewhere, in "2024-25" or "25th", would not change with it.
        sides.append({d: at[0] for d, at in places.items() if len(at) == text.count(d) == 1})
    source, target = sides
    return [
        _Find(span, target[digits], None, int(digits))
        for digits, span in source.items()
        if digits in target and digits != "1"
    ]


def _apart(finds: list[_Find]) -> list[_Find]:
    """Leave out those whose target lies within that of another: "Ali" in "Ali Khan"."""
    return [
        find
        for find in finds
        if not any(
            other is not find and other.target[0] < find.target[1]
            and find.target[0] < other.target[1]
            for other in finds
        )
    ]  # fmt: skip


def _other_figure(figure: int, rng: Random) -> int:
    """Return a figure as long, as round, and as good for a day, a percentage or a year."""
    if 1900 <= figure < 2100:
        return rng.randint(1950, 2030)
    for low, high in ((2, 9), (10, 31), (32, 99)):
        if low <= figure <= high and (figure <= 31 or figure % 10):
            return rng.randint(low, high)
    digits = str(figure)
    head = digits.rstrip("0")
    other = rng.randint(10 ** (len(head) - 1), 10 ** len(head) - 1)
    return int(f"{other}{'0' * (len(digits) - len(head))}")


def _rewrite(pair: Texts, changes: Sequence[tuple[_Find, Texts]]) -> Texts:
    source, target = pair
    for find, (new, _) in sorted(changes, key=lambda change: -change[0].source[0]):
        source = source[: find.source[0]] + new + source[find.source[1] :]
    for find, (_, new) in sorted(changes, key=lambda change: -change[0].target[0]):
        before = _with_article(target[: find.target[0]], new)
        target = before + new + target[find.target[1] :]
    return source, target


_ARTICLE: Final = re.compile(r"\b([Aa])n? $")
_SPOKEN_VOWEL: Final = re.compile(r"\W?(?:[AEIOaeio]|8|11\b|18\b)")


def _with_article(before: str, name: str) -> str:
    """Make the article at the end of `before` fit the name: "an Indian", "a Karachi"."""
    match = _ARTICLE.search(before)
    if match is None:
        return before
    return before[: match.start()] + match[1] + ("n " if _SPOKEN_VOWEL.match(name) else " ")
