"""What a translation shows of its quality without a reference: the features of its doubt.

All of them come from source, text, score and notes, so that a translation that was kept in the
memory or in a file has the same doubt as when it was made. How much of the source the model's
attention covers, the log-probabilities of single tokens and the rarity of words were tried too:
beside these they add less than .006 to the rank correlation with chrF (cross-validated on the
development sets of `scripts/fit_doubt.py`).
"""

from __future__ import annotations

import math
import re
from typing import Final, NamedTuple

from align.text.names import sound_keys
from align.text.number_loss import missing_numbers
from align.translate.doubts import NUMBERS
from align.translate.seen import seen_by_model
from align.translate.translation import Translation

# Both lengths grow by so many characters before they are compared: short sentences differ more.
_SLACK: Final = 20
_LONG: Final = 1.3  # characters of English for one of Urdu that true pairs seldom exceed

_WORD: Final = re.compile(r"[^\W\d_]+")
_CONTENT: Final = 4  # letters; shorter words are mostly function words, which may come again
_MOST: Final = 3  # numbers and marks beyond it tell no more
_NAME: Final = 3  # letters
_NUMERIC: Final = re.compile(
    r"\d|hundred|thousand|million|billion|trillion|lakh|crore|arab|kharab", re.I
)


class Features(NamedTuple):
    """The features of one translation.

    Attributes:
        log_probability: mean over the target tokens, at most 0.
        words: logarithm of one more than the words of the source.
        shorter: logarithm of the ratio of lengths where the English is the shorter one, else 0.
        longer: the same where it is far longer.
        word_length: mean letters of the words of the translation: content words are long.
        repetition: share of its content words that were there before, less that of the source.
        numbers_lost: numbers of the source that are not in the translation, at most 3.
        numbers_added: numbers of the translation that are not in the source, at most 3.
        names_heard: share of its words that are capital and sound like a word of the source.
        names_added: share of its words that are capital, within a sentence, and do not.
        marks: notes but that of lost numbers, at most 3.
    """

    log_probability: float
    words: float
    shorter: float
    longer: float
    word_length: float
    repetition: float
    numbers_lost: float
    numbers_added: float
    names_heard: float
    names_added: float
    marks: float


def measure(translation: Translation) -> Features:
    """Return the features of `translation`, which is not empty and was decoded."""
    source, text = seen_by_model(translation.source), translation.text
    heard, words = _WORD.findall(source), _WORD.findall(text)
    ratio = math.log((len(text) + _SLACK) / (len(source) + _SLACK))
    names, added = _names(heard, words)
    count = max(1, len(words))
    lost = len(missing_numbers(source, text)) if NUMBERS in translation.notes else 0
    return Features(
        log_probability=translation.score,
        words=math.log1p(len(heard)),
        shorter=max(0.0, -ratio),
        longer=max(0.0, ratio - math.log(_LONG)),
        word_length=sum(map(len, words)) / count,
        repetition=max(0.0, _repeated(words) - _repeated(heard)),
        numbers_lost=min(_MOST, lost),
        numbers_added=min(_MOST, len(added_numbers(source, text))),
        names_heard=names / count,
        names_added=added / count,
        marks=min(_MOST, sum(note != NUMBERS for note in translation.doubts)),
    )


def added_numbers(source: str, text: str) -> list[str]:
    """Return the numbers of a translation, as written, whose value its Urdu source has not.

    Of true pairs it finds some in 0.2 % (news, FLORES) to 0.4 % (TICO-19);
    `scripts/measure_doubts.py`.

    >>> added_numbers("25 لاکھ افراد", "2.5 million people"), added_numbers("12 افراد", "21 people")
    ([], ['21'])
    """
    if not _NUMERIC.search(text):
        return []
    return [text[number.start : number.end] for number in missing_numbers(text, source)]


def _repeated(words: list[str]) -> float:
    content = [word.lower() for word in words if len(word) >= _CONTENT]
    return 1 - len(set(content)) / len(content) if content else 0.0


def _names(source: list[str], words: list[str]) -> tuple[int, int]:
    """Count the capital words that sound like a word of the source, and those that do not.

    The first word is capital anyhow, so that of those only the ones that are heard count.
    """
    capital = [(at, w) for at, w in enumerate(words) if len(w) >= _NAME and w[0].isupper()]
    if not capital:
        return 0, 0
    there = {key for word in source for key in sound_keys(word)}
    is_heard = [not there.isdisjoint(sound_keys(word)) for _, word in capital]
    silent = sum(at > 0 and not here for (at, _), here in zip(capital, is_heard, strict=True))
    return sum(is_heard), silent
