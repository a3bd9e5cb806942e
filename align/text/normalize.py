"""Normalisation of Urdu and English text: what the models see, never what is kept.

`RULES` is the whole of it: a table of rewrites in the order in which they run, each with
its reason. The result depends on the text alone, and normalising twice changes nothing.
`VERSION` goes into every signature, and grows whenever a rule changes a result.

Not handled: spelling variants of words, missing spaces between words, Roman Urdu.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from align.text.abbreviations import DEGREES, LEANING, LETTER_NAMES, LETTER_NAMES_AND_WORDS
from align.text.letters import INVISIBLE, KEYBOARD, VOWEL_MARKS

VERSION: Final = "2"

_LETTERS: Final = {
    **KEYBOARD,
    "\u06d2\u0654": "\u06d3",  # bari yeh with hamza, composed
    "\u06aa": "\u06a9",  # SWASH KAF
    "\u06d5": "\u06c1",  # AE
    "\u0629": "\u06c3",  # TEH MARBUTA
    "\u06c0": "\u06c2",  # HEH WITH YEH ABOVE: ezafe of Persian keyboards
}
_DIGITS: Final = {
    **{chr(0x06F0 + d): str(d) for d in range(10)},  # Urdu-Indic
    **{chr(0x0660 + d): str(d) for d in range(10)},  # Arabic-Indic
    "\u066a": "%",
    "\u066b": ".",  # decimal separator
    "\u066c": ",",  # thousands separator
}
_QUOTES: Final = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u0060\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02", '"'),
}
_DASHES: Final = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
# Without the honorific signs: NFKC would spell them out in Arabic, which no Urdu text does.
_PRESENTATION: Final = re.compile("[\ufb50-\ufdf9\ufe70-\ufefc\uff01-\uff5e]+")
_URDU: Final = "\u0620-\u064a\u066e-\u06d3\u06ee\u06ef\u06fa-\u06ff"

_MARK: Final = {",": "\u060c", "?": "\u061f", ";": "\u061b"}
_LATIN_MARK: Final = re.compile(rf"(?<=[{_URDU}])\s*([,?;])")
_NOT_URDU: Final = f"(?![{_URDU}])"


def _any(words: frozenset[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))}){_NOT_URDU}"


# Letter names with stops between, and the stop after the last where something follows.
_SPELLED: Final = re.compile(
    rf"(?<![{_URDU}]){_any(LETTER_NAMES)}(?:[\u06d4.] ?{_any(LETTER_NAMES | DEGREES)})+"
    rf"([\u06d4.](?= ?[{_URDU}]))?"
)
_STOP: Final = re.compile(r"[\u06d4.]")
_GOES_ON: Final = re.compile(rf" {_any(LEANING)}")


def _unstopped(match: re.Match[str]) -> str:
    """Take the stops out of letter names; where blanks follow them, not if all are words too."""
    text, rest = match.group(), match.string[match.end() :]
    names = _STOP.sub(" ", text).split()
    is_spaced = " " in text
    if is_spaced and LETTER_NAMES_AND_WORDS.issuperset(names):
        return text
    last = ""
    if match[1]:
        is_end = rest[0] == " " and not is_spaced and not _GOES_ON.match(rest)
        last = match[1] if is_end else " "
    return " ".join(names) + last


def _table(mapping: dict[str, str]) -> Callable[[str], str]:
    pattern = re.compile("|".join(map(re.escape, sorted(mapping, key=len, reverse=True))))
    return lambda text: pattern.sub(lambda match: mapping[match.group()], text)


def _sub(pattern: str, replacement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(replacement, text)


def _presentation(text: str) -> str:
    return _PRESENTATION.sub(lambda match: unicodedata.normalize("NFKC", match.group()), text)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewrite: its `name`, the `reason` it is there, and `apply`, text to text."""

    name: str
    reason: str
    apply: Callable[[str], str]


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "control",
        "control characters are debris of scraping; tabs and line ends separate words",
        _sub(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufffd]+", ""),
    ),
    Rule("invisible", "zero-width and direction marks split words for the eye only",
         _sub(f"[{INVISIBLE}]+", "")),
    Rule("presentation", "shapes of letters from old fonts and PDF files", _presentation),
    Rule("compose", "one code point for a letter with madda or hamza (NFC)",
         lambda text: unicodedata.normalize("NFC", text)),
    Rule("letters", "Arabic keyboards type letters that only look like the Urdu ones",
         _table(_LETTERS)),
    Rule("marks", "vowel and recitation marks: optional, so one word has many spellings",
         _sub(f"[{VOWEL_MARKS}]+", "")),
    Rule("tatweel", "stretches a line, carries no sound", _sub("\u0640+", "")),
    Rule("compose again", "what stood between a letter and its accent is gone now",
         lambda text: unicodedata.normalize("NFC", text)),
    Rule("digits", "three sets of digits for one number", _table(_DIGITS)),
    Rule("quotes", "many shapes of two quotation marks", _table(_QUOTES)),
    Rule("double quote", "two apostrophes typed for a quotation mark", _sub("''+", '"')),
    Rule("dashes", "many lengths of one dash", _table(_DASHES)),
    Rule("ellipsis", "one character for three stops", _sub("\u2026", "...")),
    Rule("Latin marks", "after an Urdu letter, a Latin mark stands for the Urdu one",
         lambda text: _LATIN_MARK.sub(lambda match: _MARK[match[1]], text)),
    Rule("full stop", "after an Urdu word, an ASCII stop ends the sentence",
         _sub(rf"(?<=[{_URDU}])\s*\.(?=\s|$)", "\u06d4")),
    Rule("letter names", "سی۔آئی۔اے is CIA: to a model, stops are ends of sentences",
         lambda text: _SPELLED.sub(_unstopped, text)),
    Rule("white space", "runs of blanks, tabs, line ends and no-break spaces",
         _sub(r"\s+", " ")),
    Rule("space before mark", "typists put one before the Urdu marks",
         _sub(" (?=[\u06d4\u060c\u061f\u061b])", "")),
    Rule("edges", "white space at either end", lambda text: text.strip()),
)  # fmt: skip


def normalize(text: str) -> str:
    """Return `text` as the models see it: one line, one spelling for each letter and mark.

    Idempotent; the result may be empty. Meant for Urdu, harmless for English.

    >>> normalize("كراچي  ميں ۲۵ افراد ،  آئے .")
    'کراچی میں 25 افراد، آئے۔'
    """
    for rule in RULES:
        text = rule.apply(text)
    return text
