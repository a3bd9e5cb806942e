"""Sentences of Urdu and English text, with their places in it.

A mark (`۔ ؟ ! ? . …`) ends a sentence unless what stands around it says otherwise: a number, an
abbreviation, an address, the sign of a list, an ellipsis, a quotation or a bracket that goes on.
Closing quotation marks and brackets belong to the sentence before. A quotation of several
sentences, or one with the words that report it, stays in one piece.

Nothing is changed and nothing is lost: between the sentences there is white space only.
The rules look at a bounded stretch on either side of a mark, so the time is linear.

Not handled: text without marks (a verb alone ends nothing), and quotations whose end is missing
or further away than `enclosures.REACH`, which are cut like any other text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, NamedTuple

from align.errors import UsageError
from align.text import abbreviations as table
from align.text.enclosures import CLOSERS, OPENERS, Enclosure, find_enclosures
from align.text.letters import INVISIBLE, KEYBOARD, VOWEL_MARKS

VERSION: Final = "1"
LANGUAGES: Final = ("ur", "en")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: `text` is `whole[start:end]`, `paragraph` counts from 0."""

    text: str
    paragraph: int
    start: int
    end: int


_STRONG: Final = frozenset("؟!?\u203c\u2047\u2048\u2049\uff01\uff1f")
_STOPS: Final = "۔.\u2026\u0964\uff0e"
_MARK: Final = f"[{''.join(sorted(_STRONG))}{_STOPS}]"
# Direction marks, joiners and vowel signs that stray behind a mark.
_STRAY: Final = f"{INVISIBLE}{VOWEL_MARKS}\u0300-\u036f"
# What the tables do not tell apart: Arabic keyboards' letters, and all that strays.
_PLAIN: Final = {
    **{ord(typed): letter for typed, letter in KEYBOARD.items()},
    **dict.fromkeys(map(ord, re.findall(f"[{_STRAY}]", "".join(map(chr, range(0x10000)))))),
}
_LATIN: Final = "A-Za-z\u00c0-\u024f"

# A run of marks; with blanks between them, as in `۔ ۔ ۔`, unless a word follows (` .pk`).
_RUN: Final = re.compile(rf"{_MARK}++(?:[ \u00a0]{{1,2}}{_MARK}++(?!\w))*+")
_CLOSING: Final = re.compile(rf"[{_STRAY}{re.escape(CLOSERS)}]*")
_CLOSING_APART: Final = re.compile(rf"[\s{_STRAY}{re.escape(CLOSERS)}]*")
_BLANK: Final = re.compile(r"\s*")
_WORD: Final = re.compile(r"[^\W_]")
_NEXT_WORD: Final = re.compile(rf"[\s{_STRAY}{re.escape(OPENERS)}]*((?:[^\W_][{_STRAY}]*)*)")
# A comma or another mark behind a mark: the sentence goes on, or ends there.
_GOES_ON: Final = re.compile(rf"[,;:\u060c\u061b]|{_MARK}(?!\w)")
# `(Reuters)` at the end of a paragraph belongs to the sentence before.
_SOURCE: Final = re.compile(rf"\([^()\n{_STOPS}]{{1,80}}\)\s*$")
_LIST_SIGN: Final = re.compile(
    rf"[(\[]?(?:\d{{1,2}}(?:[.۔]\d{{1,2}})*|[{_LATIN}]|[ivxIVX]{{1,4}}|الف|[\u0627-\u06cc])[)\]]?"
)
_LIST_LETTER: Final = re.compile(r"\(?[a-z][.)]\s")
_LONGEST_LIST_SIGN: Final = 8
_CONTEXT: Final = 48  # characters before a mark that can matter
_FRAME: Final = 240  # characters after a quotation in which its reporting verb must come
# "The judge asked" reports the words before it; "the judge asked whether" begins a sentence.
_URDU_SPEECH: Final = re.compile(
    rf"\b(?:{table.URDU_VERBS}|(?:{table.URDU_NOUNS})\s+(?:{table.URDU_SUPPORT}))\b"
    r"(?!.{0,15}?(?:\bکہ\b|:))"
)
# What stands before words that are reported.
_INTRODUCES: Final = re.compile(
    rf"(?:[:،,\-\u2013\u2014]|\bکہ|\b(?:{table.URDU_VERBS}|{table.URDU_NOUNS})\b.{{0,12}}"
    rf"|\b(?:{table.ENGLISH_SPEECH}))\s*$"
)
# "Khan asked" reports the question before it; "Khan said that" begins a sentence.
_ENGLISH_SPEECH: Final = re.compile(
    rf"(?:[\w'\u2019.-]+\s+){{0,5}}?(?:{table.ENGLISH_SPEECH})\b"
    r"(?!\s+(?:that|he|she|it|they|there|his|her|their)\b)"
)
_DOTTED: Final = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")  # U.S, e.g


def split_sentences(text: str, *, language: str = "ur") -> list[Sentence]:
    r"""Split `text` into sentences, in order.

    Paragraphs are the lines (as `str.splitlines` sees them) with anything but white space on
    them. Offsets count characters of `text`, and `text[s.start:s.end] == s.text`. A sentence is
    never empty and has no white space at its edges.

    Args:
        text: anything, of any length; time is linear in it.
        language: "ur" or "en". English sentences in Urdu text are cut well with "ur"; the
            language says which way curly quotation marks turn.

    Raises:
        UsageError: another language.

    >>> [s.text for s in split_sentences("کراچی۔ ڈاکٹر۔ خان نے 10۔5 ملین دیے۔وہ چلے گئے۔")]
    ['کراچی۔', 'ڈاکٹر۔ خان نے 10۔5 ملین دیے۔', 'وہ چلے گئے۔']
    >>> split_sentences("Mr. Khan left.\n\nHe said so.", language="en")[1]
    Sentence(text='He said so.', paragraph=1, start=16, end=27)
    """
    if language not in LANGUAGES:
        raise UsageError(f"no sentence rules for language {language!r}: use 'ur' or 'en'")
    sentences: list[Sentence] = []
    paragraph = offset = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            sentences.extend(
                Sentence(line[start:end], paragraph, offset + start, offset + end)
                for start, end in _spans(line, language)
            )
            paragraph += 1
        offset += len(line)
    return sentences


def _spans(line: str, language: str) -> list[tuple[int, int]]:
    """Cut one paragraph; every span has a word in it, unless the paragraph has none."""
    end = len(line.rstrip())
    start = _end(_BLANK, line, 0)
    spans: list[tuple[int, int]] = []
    enclosures = find_enclosures(line, language)
    enclosures.reverse()  # the next one last, to be popped
    word = _WORD.search(line, start, end)
    for run in _RUN.finditer(line, start, end):
        if word is None:
            break
        if run.start() < word.start():
            continue
        while enclosures and enclosures[-1].close <= run.start():
            enclosures.pop()
        stop = _stop(line, start, run, enclosures[-1] if enclosures else None)
        if stop is not None and stop.next < end and _ends_sentence(stop):
            spans.append((start, stop.after))
            start = stop.next
            word = _WORD.search(line, start, end)
    if word is None and spans:
        spans[-1] = (spans[-1][0], end)
    else:
        spans.append((start, end))
    return spans


class _Stop(NamedTuple):
    """A run of marks and what is around it, in characters of `line`."""

    line: str
    start: int  # of the sentence
    begin: int  # of the marks
    end: int  # of the marks
    after: int  # of the closing quotation marks and brackets behind them
    next: int  # where the next sentence would begin
    enclosure: Enclosure | None  # that closes between `end` and `after`

    @property
    def marks(self) -> str:
        return self.line[self.begin : self.end]

    @property
    def apart(self) -> bool:
        """Whether white space follows."""
        return self.next > self.after


def _end(pattern: re.Pattern[str], line: str, begin: int) -> int:
    match = pattern.match(line, begin)
    return match.end() if match else begin


def _stop(line: str, start: int, run: re.Match[str], enclosure: Enclosure | None) -> _Stop | None:
    """Describe a run of marks; None where a quotation or bracket goes on behind it.

    `enclosure` is the first one that closes behind the marks.
    """
    begin, end = run.span()
    after = _end(_CLOSING, line, end)
    closed = None
    if enclosure is not None and enclosure.open < begin:
        if _end(_CLOSING_APART, line, end) < enclosure.close:
            return None
        closed = enclosure
        after = max(after, enclosure.close)
    elif enclosure is not None:
        after = min(after, max(end, enclosure.open))
    return _Stop(line, start, begin, end, after, _end(_BLANK, line, after), closed)


def _ends_sentence(stop: _Stop) -> bool:
    line = stop.line
    if _GOES_ON.match(line, stop.next) or _SOURCE.match(line, stop.next):
        return False
    match = _NEXT_WORD.match(line, stop.next)
    word = _plain(match[1]) if match else ""
    if stop.enclosure is not None and not _ends_after(stop, stop.enclosure, word):
        return False
    words = _plain(line[max(stop.start, stop.begin - _CONTEXT) : stop.begin]).split()
    last = words[-1] if words else ""
    marks = stop.marks
    if not _STRONG.isdisjoint(marks):
        return _cry_ends(stop, last, word)
    dots = len(marks.replace(" ", "").replace("\u00a0", ""))
    if dots > 2 or "\u2026" in marks:
        return _ellipsis_ends(last, word, dots)
    if dots == 1 and not stop.apart and _in_token(stop, last, word):
        return False
    if marks[0] == "." and _is_latin(last[-1:]) and word[:1].islower():
        return bool(_LIST_LETTER.match(line, stop.next))
    if dots == 2 or stop.enclosure is not None:
        return True
    if stop.begin - stop.start <= _LONGEST_LIST_SIGN and _LIST_SIGN.fullmatch(
        line[stop.start : stop.begin].rstrip()
    ):
        return False
    return not _abbreviated(stop, words, word)


def _plain(text: str) -> str:
    """Spell as the tables do: composed, Urdu letters, no vowel signs, nothing invisible."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def _is_latin(character: str) -> bool:
    """Whether it is a Latin letter or a digit; False for the empty string."""
    return character.isdigit() or ("A" <= character <= "\u024f" and character.isalpha())


def _ends_after(stop: _Stop, enclosure: Enclosure, word: str) -> bool:
    """Whether a sentence ends with a quotation or bracket that has a mark before its close."""
    line = stop.line
    opens_sentence = not line[stop.start : min(enclosure.open, stop.start + 4)].strip()
    if not enclosure.quoted:
        return opens_sentence
    if word[:1].islower() or word in table.LEANING:
        return False
    cry = not _STRONG.isdisjoint(stop.marks)
    if not opens_sentence:
        # A title with a question mark in it is part of a sentence; words that are reported end it.
        before = _plain(line[max(stop.start, enclosure.open - _CONTEXT) : enclosure.open])
        if not cry:
            return word != "اور"
        return word not in table.JOINING and bool(_INTRODUCES.search(before))
    if cry and _ENGLISH_SPEECH.match(line, stop.next):
        return False
    run = _RUN.search(line, stop.next, stop.next + _FRAME)
    tail = _plain(line[stop.next : run.start() if run else stop.next + _FRAME])
    return not _URDU_SPEECH.search(tail)


def _cry_ends(stop: _Stop, last: str, word: str) -> bool:
    """Whether a sentence ends with `؟`, `!` and the like."""
    if "؟" in stop.marks or not _is_latin(word[:1]):
        return True
    if stop.apart:
        return not word[:1].islower()
    return word[:1].isupper() and last[-1:].islower() and "/" not in last


def _ellipsis_ends(last: str, word: str, dots: int) -> bool:
    """Whether a sentence ends with an ellipsis: only if both sides of it say so."""
    if _is_latin(word[:1]):
        return word in table.ENGLISH_STARTERS - {"I"} or (dots > 3 and word[:1].isupper())
    return last in table.FINITE and word in table.URDU_STARTERS - table.JOINING


def _in_token(stop: _Stop, last: str, word: str) -> bool:
    """Whether a stop with no blank behind it stands inside a number, address or file name."""
    before, after = stop.line[stop.begin - 1], stop.line[stop.next]
    if before.isdigit() and after.isdigit():
        return True
    if not _is_latin(after):
        return False
    if before.isspace():
        return stop.marks == "."
    if stop.marks != ".":
        return _is_latin(before) and after.islower()
    return _is_latin(before) and not (last[-2:].islower() and word in table.ENGLISH_STARTERS)


def _abbreviated(stop: _Stop, words: list[str], word: str) -> bool:
    """Whether a single stop belongs to the word before it."""
    last = words[-1].lstrip(OPENERS) if words else ""
    if _is_latin(last[-1:]):
        return stop.marks == "." and _latin_abbreviated(last, word)
    pieces = re.split("[.۔]", last)
    name = pieces[-1]
    if name in table.TITLES:
        return word not in table.URDU_STARTERS
    if word in table.LEANING and name in table.LETTER_NAMES:
        return True
    if word[:1].isdigit():
        return name in table.BEFORE_NUMBER
    before = pieces[-2] if len(pieces) > 1 else words[-2].rstrip(".۔") if len(words) > 1 else ""
    dotted = len(pieces) > 1 or (len(words) > 1 and words[-2][-1] in ".۔")
    if name not in table.LETTER_NAMES:
        return name in table.DEGREES and dotted and word not in table.URDU_STARTERS
    in_chain = dotted and before in table.LETTER_NAMES
    if word in table.DEGREES and not stop.apart:
        return True
    if word in table.LETTER_NAMES:
        following = _NEXT_WORD.match(stop.line, stop.next)
        follows = following.end() if following else stop.next
        chain_goes_on = stop.line[follows : follows + 1] in (".", "۔")
        if in_chain or chain_goes_on or not stop.apart:
            return True
        return name not in table.LETTER_NAMES_AND_WORDS
    if word in table.URDU_STARTERS:
        return False
    lone = name not in table.LETTER_NAMES_AND_WORDS and before not in table.LETTER_NAMES
    return in_chain or (lone and not stop.line[stop.begin - 1].isspace())


def _latin_abbreviated(last: str, word: str) -> bool:
    name = last.lower()
    if name in table.ENGLISH_TITLES:
        return True
    if name in table.ENGLISH_BEFORE_NUMBER and word[:1].isdigit():
        return True
    if name in ("a.m", "p.m"):
        return word in table.AFTER_TIME or not (word[:1].isupper() or word in table.URDU_STARTERS)
    if name in table.ENGLISH_AMBIGUOUS or _DOTTED.fullmatch(last):
        return word not in table.ENGLISH_STARTERS and word not in table.URDU_STARTERS
    if len(last) == 1 and last.isupper():
        return word not in table.ENGLISH_STARTERS and _is_latin(word[:1])
    return False
