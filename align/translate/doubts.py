"""Doubts: what can be seen to be wrong with a translation without knowing the language.

Each doubt is a note in `NOTES`. They are tuned on pairs of sentences that are right, where a
false alarm costs a second translation and the reader's trust. Of true pairs, they call
suspicious (scripts/measure_doubts.py; news: Urdu news; FLORES: half of FLORES-200 dev; TICO:
TICO-19 dev; talk: XNLI, a few pairs of which are not translations):

| per cent       | news   | FLORES | TICO   | talk   |
| -------------- | ------ | ------ | ------ | ------ |
| pairs          | 8,859  | 509    | 967    | 10,000 |
| repetition     | 0      | 0      | 0      | 0.06   |
| copied         | 0      | 0      | 0      | 0      |
| Urdu left over | 0      | 0      | 0      | 0      |
| length         | 0.01   | 0.20   | 0      | 0.36   |
| numbers lost   | 0.06   | 0      | 0.41   | 0.34   |
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from align.text.language import arabic_letters
from align.text.number_loss import missing_numbers

EMPTY: Final = "empty"
REPETITION: Final = "repetition"
COPIED: Final = "copied"
LEFT_OVER: Final = "Urdu left over"
LENGTH: Final = "length"
NUMBERS: Final = "numbers lost"
UNFINISHED: Final = "unfinished"  # the decoder came to its limit; known to the translator only
UNTRANSLATED: Final = "untranslated"  # passed through, though neither Urdu nor Latin

NOTES: Final = (
    EMPTY, REPETITION, COPIED, LEFT_OVER, LENGTH, NUMBERS, UNFINISHED, UNTRANSLATED,
)  # fmt: skip

# Characters of translation for one of source, with LENGTH_SLACK added to both, so that short
# sentences may differ more. Of the true pairs of news 99.9 % lie between 0.71 and 1.54, of
# FLORES and TICO 99 % between 0.66 and 1.38 (scripts/measure_doubts.py).
LENGTH_SLACK: Final = 20
LENGTH_RATIOS: Final = (0.65, 1.75)

# Copies of one n-gram back to back that no writer makes, n to copies: of words and marks, and
# of words alone. "No, no, no" and "the faster he runs, the faster it flees" are English.
_COPIES_OF_TOKENS: Final = {
    1: 3, **dict.fromkeys(range(3, 6), 3), **dict.fromkeys(range(6, 15), 2)
}  # fmt: skip
_COPIES_OF_WORDS: Final = {1: 4, 2: 3}
# Or one trigram so often, and over so much of the sentence, in any places.
_TRIGRAM_COPIES: Final = 5
_TRIGRAM_SHARE: Final = 0.5
# Or letters without end within a word: "Shahahahahaha", "aaaaaaaa".
_LETTER_LOOP: Final = re.compile(r"([^\W\d_]{2,6}?)\1{4,}|([^\W\d_])\2{7,}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_TOKEN: Final = re.compile(r"\d[\d.,:]*|[^\W\d_]+|[^\w\s]+")


def doubts(source: str, translation: str) -> tuple[str, ...]:
    """Tell what is suspicious in `translation` as the English of the Urdu `source`.

    Returns:
        Notes in the order of `NOTES`; none where nothing is. An empty translation has no other
        note than `empty`.

    >>> doubts("وہ کل لاہور گیا تھا۔", "He went to Lahore yesterday.")
    ()
    >>> doubts("وہ کل لاہور گیا تھا۔", "He went to to to to to لاہور.")
    ('repetition', 'Urdu left over')
    """
    if not translation.strip():
        return (EMPTY,)
    found = {
        REPETITION: _repeats(translation) and not _repeats(source),
        COPIED: _is_copied(source, translation),
        LEFT_OVER: arabic_letters(translation) > 0,
        LENGTH: not _is_likely_length(len(source), len(translation)),
        NUMBERS: bool(missing_numbers(source, translation)),
    }
    return tuple(note for note in NOTES if found.get(note))


def _repeats(text: str) -> bool:
    text = text.casefold()
    words, tokens = _WORD.findall(text), _TOKEN.findall(text)
    return (
        any(_runs(tokens, size) >= copies for size, copies in _COPIES_OF_TOKENS.items())
        or any(_runs(words, size) >= copies for size, copies in _COPIES_OF_WORDS.items())
        or _is_one_trigram(words)
        or _LETTER_LOOP.search(text) is not None
    )


def _runs(tokens: list[str], size: int) -> int:
    """Count the copies in the longest run of one n-gram of `size` tokens back to back."""
    longest = same = 0
    for left, right in zip(tokens, tokens[size:], strict=False):
        same = same + 1 if left == right else 0
        longest = max(longest, same)
    return longest // size + 1


def _is_one_trigram(words: list[str]) -> bool:
    trigrams = Counter(zip(words, words[1:], words[2:], strict=False))
    copies = max(trigrams.values(), default=0)
    return copies >= _TRIGRAM_COPIES and 3 * copies >= _TRIGRAM_SHARE * len(words)


def _is_copied(source: str, translation: str) -> bool:
    """Whether half the Urdu words of the source stand in the translation."""
    words = {word for word in _WORD.findall(source) if arabic_letters(word)}
    copied = words.intersection(_WORD.findall(translation))
    return bool(copied) and 2 * len(copied) >= len(words)


def _is_likely_length(source: int, translation: int) -> bool:
    low, high = LENGTH_RATIOS
    return low <= (translation + LENGTH_SLACK) / (source + LENGTH_SLACK) <= high
