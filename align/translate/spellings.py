"""One Urdu name, several English spellings: which names of a run the model spells in many ways.

Urdu marks no names, so they are found by sound (`align.text.names`): a word of the source and a
capital word of its translation that sound alike. A word is a name if that happens in half the
sentences that have it. In the others its spelling may be less alike: there the likest capital
word that belongs to no other name is taken for it. A plural, a possessive or an adjective of a
spelling ("Karachi's", "Iranian") is that spelling.

Not handled: names that are translated or abbreviated; names with fewer than three consonants,
which meet by chance; initials.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from align.text.names import name_similarity, sound_keys
from align.text.normalize import normalize

_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_POSSESSIVE: Final = re.compile(r"['\u2019]s?$")
_SHORTEST: Final = 3  # consonants of a name, and letters of a word
_ALIKE: Final = 0.85  # two spellings of one name; other words under 0.6
_LIKELY: Final = 0.7  # where the same word was a name elsewhere
_SHARE: Final = 0.5  # of the sentences with a name that have its sound
# Endings that make another word of a name: plurals, peoples. From three letters on it is any, for
# the name may be the first of several words: میرپور خاص, "Mirpurkhas".
_ENDINGS: Final = frozenset(("s", "es", "i", "is", "n", "an", "ia", "ic", "ed"))
_PEOPLE: Final = re.compile("(?:ish|ians?|ese)$")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a name is spelled.

    Attributes:
        text: The spelling.
        count: Sentences that have it.
        place: Of the first of them, as the caller names places.
        example: The translation there.
    """

    text: str
    count: int
    place: str
    example: str


@dataclass(frozen=True, slots=True)
class Name:
    """An Urdu name and its spellings, the most frequent first.

    Attributes:
        urdu: The name, as normalised text has it.
        sentences: How many have it in the source.
        spellings: At least two.
    """

    urdu: str
    sentences: int
    spellings: tuple[Spelling, ...]


@dataclass(frozen=True, slots=True)
class _Capital:
    """A capital word of a translation, without its possessive; whether it opens a sentence."""

    text: str
    is_first: bool


@dataclass(slots=True)
class _Sentence:
    place: str
    text: str
    names: tuple[str, ...]
    capitals: tuple[_Capital, ...]
    heard: dict[str, str] = field(default_factory=dict)


class Spellings:
    """Collects the names of a run; small beside the texts, of which it keeps the translations."""

    def __init__(self) -> None:
        self._sentences: list[_Sentence] = []

    def add(self, source: str, text: str, place: str) -> None:
        """Take in a sentence and its translation, found at `place`."""
        capitals = tuple(_capitals(text))
        names = tuple(
            word
            for word in dict.fromkeys(_WORD.findall(normalize(source)))
            if any(len(key) >= _SHORTEST for key in _keys(word))
        )
        if names:
            self._sentences.append(_Sentence(place, text, names, capitals))

    def names(self) -> list[Name]:
        """Return the names with several spellings; those with most uncommon uses first."""
        for sentence in self._sentences:
            sentence.heard = _heard(sentence, _ALIKE, sentence.names)
        known = self._known()
        uses: dict[str, list[tuple[str, _Sentence]]] = defaultdict(list)
        for sentence in self._sentences:
            missing = [n for n in sentence.names if n in known and n not in sentence.heard]
            found = sentence.heard | _heard(sentence, _LIKELY, missing)
            for name, spelling in found.items():
                if name in known:
                    uses[name].append((spelling, sentence))
        names = (_name(urdu, known[urdu], found) for urdu, found in uses.items())
        several = [name for name in names if len(name.spellings) > 1]
        return sorted(several, key=lambda name: (-_uncommon(name), name.urdu))

    def _known(self) -> dict[str, int]:
        """Return the words that are names, and how many sentences have them."""
        there = Counter(name for sentence in self._sentences for name in sentence.names)
        inside = Counter(name for sentence in self._sentences for name in sentence.heard)
        sure = {
            name
            for sentence in self._sentences
            for name, spelling in sentence.heard.items()
            if any(one.text == spelling and not one.is_first for one in sentence.capitals)
        }
        return {name: there[name] for name in sure if inside[name] >= _SHARE * there[name]}


_keys = lru_cache(maxsize=1 << 16)(sound_keys)
_similarity = lru_cache(maxsize=1 << 16)(name_similarity)


def _capitals(text: str) -> Iterator[_Capital]:
    """Yield the capital words; the first of a sentence or a quotation is capital anyhow."""
    for match in _WORD.finditer(text):
        word = _POSSESSIVE.sub("", match[0])
        if len(word) >= _SHORTEST and word[0].isupper():
            before = text[: match.start()].rstrip(" \"'\u2018\u201c(")
            yield _Capital(word, not before or before[-1] in ".!?:")


def _heard(sentence: _Sentence, least: float, names: Sequence[str]) -> dict[str, str]:
    """Return the spelling of each of `names` that is heard, the likest pairs first."""
    taken = set(sentence.heard.values())
    pairs = sorted(
        (
            (-similarity, name, one.text)
            for one in sentence.capitals
            if one.text not in taken
            for name in names
            if _may_be_alike(name, one.text)
            and (similarity := _similarity(name, one.text)) >= least
        ),
    )
    found: dict[str, str] = {}
    for _, name, spelling in pairs:
        if name not in found and spelling not in taken:
            found[name] = spelling
            taken.add(spelling)
    return found


def _may_be_alike(name: str, word: str) -> bool:
    """Take a quick look: alike are keys of like length with a common beginning or end."""
    return any(
        abs(len(left) - len(right)) < 3 and (left[0] == right[0] or left[-2:] == right[-2:])
        for left in _keys(name)
        for right in _keys(word)
    )


def _name(urdu: str, sentences: int, uses: Sequence[tuple[str, _Sentence]]) -> Name:
    counts = Counter(spelling for spelling, _ in uses)
    base = _bases(counts)
    grouped: dict[str, list[_Sentence]] = defaultdict(list)
    for spelling, sentence in uses:
        grouped[base[spelling]].append(sentence)
    spellings = [
        Spelling(text, len(found), found[0].place, found[0].text) for text, found in grouped.items()
    ]
    spellings.sort(key=lambda one: (-one.count, one.text))
    return Name(urdu, sentences, tuple(spellings))


def _bases(spellings: Counter[str]) -> dict[str, str]:
    """Return what each spelling is a form of: itself, or a shorter one with an ending.

    Of forms that differ in capitals alone the most frequent stands for all.
    """
    folded: dict[str, str] = {}
    for spelling, _ in spellings.most_common():
        folded.setdefault(spelling.casefold(), spelling)
    return {spelling: folded[_base(spelling.casefold(), folded)] for spelling in spellings}


def _base(spelling: str, known: Iterable[str]) -> str:
    others = (other for other in known if other != spelling and _is_form(spelling, other))
    return min(others, key=len, default=spelling)


def _is_form(spelling: str, name: str) -> bool:
    """Tell whether `spelling` is `name` with an ending, or what its people are called."""
    if spelling.startswith(name):
        rest = spelling.removeprefix(name)
        return rest in _ENDINGS or len(rest) >= _SHORTEST
    people = _PEOPLE.sub("", spelling)
    is_people = people != spelling and len(people) > _SHORTEST and name.startswith(people)
    return is_people or name == f"{spelling}y"  # Swedish, Sweden; German, Germany


def _uncommon(name: Name) -> int:
    """Count the uses of all but the first spelling."""
    return sum(spelling.count for spelling in name.spellings[1:])
