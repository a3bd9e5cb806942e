"""Whether a text can be an Urdu article at all, or an English one."""

from __future__ import annotations

from typing import Final

from align.articles.lines import line_number, split_lines
from align.errors import InputError
from align.text.language import UNKNOWN, arabic_letters, has_urdu, identify

_ENOUGH: Final = 200  # letters; below that no language is certain
_SURE: Final = 0.95
_READ: Final = 20_000  # characters that tell the language
_NAMES: Final = {"ar": "Arabic", "fa": "Persian", "ps": "Pashto", "sd": "Sindhi", "pnb": "Punjabi"}


def refuse_other_languages(text: str, *, path: str, language: str = "ur") -> None:
    """Raise InputError, naming the first line, where `text` is clearly not in `language`.

    Without a letter of the script it is not Urdu; in another language of the same script only if
    that is all but certain. What is not Latin for the most part is not English, nor is Roman Urdu.

    >>> refuse_other_languages("خبر", path="a.txt")
    >>> refuse_other_languages("news", path="a.txt")
    Traceback (most recent call last):
    align.errors.InputError: a.txt:1: no Urdu text
    """
    lines = split_lines(text)
    if not lines:
        raise InputError(path, "empty")
    if language == "en":
        _refuse_all_but_english(text, path, line_number(text, lines[0].start))
        return
    if not has_urdu(text):
        letters = sum(map(str.isalpha, text))
        lost = max(text.count("?"), text.count("\ufffd")) > letters
        why = ": question marks stand where its letters were, scrape it again" if lost else ""
        raise InputError(path, "no Urdu text" + why, line=line_number(text, lines[0].start))
    urdu = [line for line in lines if has_urdu(line.text)]
    sample = "\n".join(line.text for line in urdu)[:_READ]
    if arabic_letters(sample) < _ENOUGH:
        return
    guess = identify(sample)
    if guess.language in _NAMES and guess.confidence >= _SURE:
        raise InputError(
            path,
            f"not Urdu but {_NAMES[guess.language]} (confidence {guess.confidence:.2f})",
            line=line_number(text, urdu[0].start),
        )


def _refuse_all_but_english(text: str, path: str, line: int) -> None:
    sample = text[:_READ]
    letters = sum(map(str.isalpha, sample))
    if 2 * sum(letter.isalpha() and letter.isascii() for letter in sample) <= letters:
        raise InputError(path, "no English text", line=line)
    guess = identify(sample)
    if guess.language not in ("en", UNKNOWN) and guess.confidence >= _SURE:
        raise InputError(path, f"not English but like {guess.language!r}", line=line)
