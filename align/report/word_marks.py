"""Words of texts that say the same, marked where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from align.report.visible import prose

Marked = list[tuple[str, str]]


def marked(text: str, reference: str) -> tuple[Marked, Marked]:
    """Return the words of both texts, marked where the other one has them not.

    Words are compared without regard to capitals and marks around them. The mark is `missed` of
    the reference, `added` of the text, "" of a word that both have in this place.

    >>> marked("The cat sat.", "the cat slept")
    ([('The', ''), ('cat', ''), ('sat.', 'added')], [('the', ''), ('cat', ''), ('slept', 'missed')])
    """
    words, wanted = _words(text), _words(reference)
    here, there = _common(words, wanted)
    return (
        [(word, "" if at in here else "added") for at, word in enumerate(words)],
        [(word, "" if at in there else "missed") for at, word in enumerate(wanted)],
    )


def marked_pair(first: str, second: str, reference: str) -> tuple[Marked, Marked, Marked]:
    """Return the words of two outputs and of the reference, marked where the outputs differ.

    A word of an output that the other one has not is `right` or `wrong`, as the reference has it
    or not; one that both have and the reference has not is `off`. A word of the reference is
    `first` or `second` if only that output has it, `missed` if neither has. Else it is "".

    >>> first, second, reference = marked_pair("The cat sat", "A cat slept", "the cat slept well")
    >>> first
    [('The', 'right'), ('cat', ''), ('sat', 'wrong')]
    >>> reference
    [('the', 'first'), ('cat', ''), ('slept', 'second'), ('well', 'missed')]
    """
    ours, theirs, wanted = _words(first), _words(second), _words(reference)
    same = _common(ours, theirs)
    right, got = zip(_common(ours, wanted), _common(theirs, wanted), strict=True)
    sides = [
        [(word, _mark(is_same=at in common, is_right=at in good)) for at, word in enumerate(words)]
        for words, common, good in zip((ours, theirs), same, right, strict=True)
    ]
    names = {(True, True): "", (True, False): "first", (False, True): "second"}
    third = [
        (word, names.get((at in got[0], at in got[1]), "missed")) for at, word in enumerate(wanted)
    ]
    return sides[0], sides[1], third


def _mark(*, is_same: bool, is_right: bool) -> str:
    if is_same:
        return "" if is_right else "off"
    return "right" if is_right else "wrong"


def _words(text: str) -> list[str]:
    return prose(text).split()


def _common(first: Sequence[str], second: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return the places of the words that both have, in the same order."""
    keys = [
        [word.casefold().strip(".,:;!?\"'()[]\u2018\u2019\u201c\u201d") for word in side]
        for side in (first, second)
    ]
    common: tuple[set[int], set[int]] = (set(), set())
    for block in SequenceMatcher(a=keys[0], b=keys[1], autojunk=False).get_matching_blocks():
        common[0].update(range(block.a, block.a + block.size))
        common[1].update(range(block.b, block.b + block.size))
    return common
