"""Numbers in Urdu and English text: their values and places.

Digits of three sets, South Asian and Western grouping, the Urdu decimal sign, number words,
سو to کھرب, the words for halves and quarters (ڈھائی، ساڑھے تین), ordinals, percentages, times.
Values are exact decimals, so `25 لاکھ` and `2.5 million` compare equal and nothing is rounded.

Not handled: signs, thirds and other fractions, years in words ("nineteen eighty").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final, Literal

from align.text.number_words import AMBIGUOUS, FOLD, SUFFIXES, WORDS, Role, plain_spelling

Kind = Literal["plain", "percent", "ordinal", "time"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a text, which writes it as `text[start:end]`.

    `value` is what it stands for: of a percentage its figure, of an ordinal the rank, of a time
    the minutes since midnight (or since noon, where the text leaves that open).
    """

    value: Decimal
    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or figure that can be part of a number; `figure` is its digits as written."""

    start: int
    end: int
    role: Role
    value: Decimal
    figure: str = ""


@dataclass(slots=True)
class Found:
    """A number as it is compared: all values by which another text may give it.

    `explicit` says that it stands in digits or with a scale word, `scale` is its largest one.
    """

    number: Number
    explicit: bool
    scale: Decimal = Decimal(1)
    readings: set[Decimal] = field(default_factory=set)


# Of at most 14 groups, so that a long list of figures is not read to its end from each of them.
_INTEGER: Final = r"[0-9]{1,3}(?:[,،][0-9]{2,3}){0,12}[,،][0-9]{3}(?![0-9])|[0-9]+"
_LONGEST: Final = 100  # characters; longer rows of digits are no numbers
_TOKEN: Final = re.compile(
    rf"""
    (?P<clock>(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?![0-9:]))
    | (?P<figure>(?<![0-9][.])(?:{_INTEGER})[.٫][0-9]+(?![.٫]?[0-9]) | {_INTEGER})
      (?:(?P<suffix>{"|".join(SUFFIXES)})(?![^\W_]))?
    | [^\W\d_]+(?:[\u0610-\u061a\u064b-\u065f\u0670]+[^\W\d_]*)*
    """,
    re.VERBOSE | re.IGNORECASE,
)
# A Urdu stop after a year, without the space: two numbers, not a decimal.
_YEAR_AND_STOP: Final = re.compile(r"(?:18|19|20)[0-9]{2}\.")
_GAP: Final = re.compile(r"[^\S\n]{0,2}[\u200b-\u200f-]?[^\S\n]?")
_AFTER: Final = re.compile(
    r"""
    [^\S\n]*(?P<percent>%(?![0-9])|فی[\s\u200c]?صد|(?:per[\s-]?cent|percentage|pct|pc)\b)
    | [^\S\n]*(?P<time>بجے|بج[^\S\n]?کر|(?P<half>[ap])\.?m\b\.?|o.clock\b)
    | (?P<ordinal>(?:st|nd|rd|th)\b|[\s\u200c]*(?:ویں|واں)\b)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RANGE: Final = re.compile(r"\s*(?:[-–—]|سے|تا|یا|to|or|and|اور)\s*(?:Rs\.?|US)?[$£€]?\s*", re.I)
_TYPED_FROM_RIGHT: Final = re.compile(r"(?:^|[^0-9])%[0-9]")  # "%25"
_RUPEES: Final = re.compile(r"\s*روپے\s*(?:اور\s*)?")
_PAISA: Final = re.compile(r"\s*پیسے")
_LONE: Final = re.compile(r"[^\S\n]*(?:بجے|بج[^\S\n]?کر|گھنٹ[ہےا])")  # after سوا, پون: 1.25, 0.75
_SOME: Final = re.compile(r"(?:ک(?:ئ|ی\u0654)ی|چند|متعدد)\s+\Z")  # before سو کروڑ: indefinite
_NEW: Final = re.compile(r"\s+(?:منتخب|تعینات|تشکیل|عمر|جوان|مسلم|آموز|زائید)")  # after نو


def find_numbers(text: str) -> list[Number]:
    """Return the numbers of an Urdu or English text, in order.

    Words that mostly are no numbers (ایک, سو, "one") count only within a larger number or
    before a percent mark; indefinite ones (ہزاروں, "dozens") never do.

    >>> [str(n.value) for n in find_numbers("ڈھائی ارب روپے، 1,00,000 ٹن اور ساڑھے 7 فیصد")]
    ['2500000000.0', '100000', '7.5']
    """
    return [found.number for found in find_readings(text)]


def find_readings(text: str) -> list[Found]:
    """Return the numbers of a text as `find_numbers` does, with all their readings.

    >>> [sorted(map(str, found.readings)) for found in find_readings("3m at 5:30")]
    [['3', '3000000'], ['30', '5', '5.3']]
    """
    folded = text.translate(FOLD)
    result: list[Found] = []
    for run in _runs(text, folded):
        result.extend(_read_run(folded, run))
    for left, right in pairwise(result):
        between = left.number.end, right.number.start
        if left.scale == 1 < right.scale and _RANGE.fullmatch(text, *between):
            left.readings.add(left.number.value * right.scale)  # "10 to 15 million"
        elif _RUPEES.fullmatch(folded, *between) and _PAISA.match(folded, right.number.end):
            both = left.number.value + right.number.value / 100  # 11 روپے 15 پیسے: Rs11.15
            left.readings.add(both)
            right.readings.add(both)
    return result


def _runs(text: str, folded: str) -> Iterator[list[_Token]]:
    """Yield the number words and figures that stand side by side."""
    run: list[_Token] = []
    for token in _tokens(text, folded):
        if run and not _GAP.fullmatch(folded, run[-1].end, token.start):
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _tokens(text: str, folded: str) -> Iterator[_Token]:
    position = 0
    while match := _TOKEN.search(folded, position):
        start, position = match.span()
        if clock := match["clock"]:
            hour, minute = clock.split(":")
            yield _Token(start, position, "clock", Decimal(int(hour) * 60 + int(minute)), clock)
        elif figure := match["figure"]:
            if text[start + 4 : start + 5] == "\u06d4" and _YEAR_AND_STOP.match(figure):
                figure, position = figure[:4], start + 4
            if len(figure) > _LONGEST:
                continue
            value = _decimal(figure)
            suffix = match["suffix"] if match.end() == position else None
            value *= SUFFIXES[suffix.lower()] if suffix else 1
            yield _Token(start, position, "digits", value, figure)
        else:
            word = match.group()
            if not word.isalpha():
                word = plain_spelling(text[start:position])
            if entry := WORDS.get(word) or WORDS.get(word.lower()):
                yield _Token(start, position, *entry)


def _decimal(figure: str) -> Decimal:
    return Decimal(re.sub("[,،]", "", figure).replace("٫", "."))


def _read_run(folded: str, run: list[_Token]) -> Iterator[Found]:
    at = 0
    while at < len(run):
        parts, after = _sum(run, at, begin=_begin(folded, run, at))
        second = after == at + 1 and at > 0 and run[at].role == "ordinal"  # "10 second", "a third"
        if parts and not second and (found := _finish(folded, run[at:after], parts)):
            yield found
        at = max(after, at + 1)


def _begin(folded: str, run: list[_Token], at: int) -> Decimal | None:
    """Return the value of a token that begins a number, and mostly is not one by itself."""
    token = run[at]
    follower = run[at + 1] if at + 1 < len(run) else None
    if token.role == "scale":
        word = folded[token.start : token.end].lower()
        if follower is None or follower.role != "scale":
            return token.value if word in ("سو", "hundred") else None  # سو فیصد
        is_less = token.value < follower.value and not word.isascii()
        return token.value if is_less and not _SOME.search(folded[: token.start][-9:]) else None
    if token.role == "adjust" and abs(token.value) == Decimal("0.25"):
        return _ONE + token.value if _LONE.match(folded, token.end) else None
    if token.role == "part" and token.value == Decimal("0.75"):
        return token.value if _LONE.match(folded, token.end) else None
    return None


@dataclass(frozen=True, slots=True)
class _Part:
    """A summand `value`, a multiple of `scale`, whose tokens begin at `first`."""

    value: Decimal
    scale: Decimal
    first: int


_ONE: Final = Decimal(1)


def _sum(run: list[_Token], at: int, *, begin: Decimal | None) -> tuple[list[_Part], int]:
    """Read one number from `run[at:]`: its summands by falling scale, and where it ends.

    A scale word multiplies everything smaller before it (پانچ سو پچاس ارب is 550 ارب); a
    smaller number after it is added (2 ارب 50 کروڑ). `begin` is the value of the first token
    where that is known.
    """
    parts: list[_Part] = [] if begin is None else [_Part(begin, _ONE, at)]
    here = at + len(parts)
    while here < len(run):
        token = run[here]
        if token.role in ("scale", "rank"):
            small = [part for part in parts if part.scale < token.value]
            large = parts[: len(parts) - len(small)]
            if not small and (parts or token.role == "scale"):
                break
            if large and large[-1].scale <= token.value:
                return large, small[0].first  # "دو سو تین سو": two numbers
            count = sum((part.value for part in small), Decimal(0)) if small else _ONE
            first = small[0].first if small else here
            parts = [*large, _Part(count * token.value, token.value, first)]
            here += 1
            if token.role == "rank":
                break
            continue
        unit, after = _unit(run, here, inside=bool(parts))
        if unit is None or (parts and not unit < parts[-1].scale):
            break
        if token.role == "and" and run[after - 1].role != "part" and parts[-1].scale > 1000:
            break  # "five million and two others"
        if parts and run[here].role == "and" and run[after - 1].role == "part":
            unit *= parts[-1].scale  # "one million and a half"
        parts.append(_Part(unit, _ONE, here))
        here = after
        if run[here - 1].role in ("ordinal", "clock"):
            break
    return parts, here


def _unit(run: list[_Token], at: int, *, inside: bool) -> tuple[Decimal | None, int]:
    """Read a number without scale word from `run[at:]`: its value or None, and where it ends.

    `inside` a number, "and" and what follows it may go on with it.
    """
    roles = [token.role for token in run[at : at + 4]]
    values = [token.value for token in run[at : at + 4]]
    match roles:
        case ["and", "article", "part", *_] if inside:
            return values[2], at + 3
        case ["and", "unit" | "tens" | "small" | "ordinal", *_] if inside:
            return _unit(run, at + 1, inside=False)
        case ["tens", "small" | "ordinal", *_] if 0 < values[1] < 10:
            return values[0] + values[1], at + 2
        case ["digits" | "unit", "point", "digits" | "unit" | "small", *_]:
            places = len(run[at + 2].figure) or len(str(values[2]))
            return values[0] + values[2].scaleb(-places), at + 3
        case ["adjust", "digits" | "unit", *_]:
            return values[0] + values[1], at + 2
        case ["adjust", "scale", *_] if abs(values[0]) == Decimal("0.25"):
            return _ONE + values[0], at + 1
        case ["article", "scale", *_] | ["part", "scale", *_]:
            return values[0], at + 1
        case ["part", "article", "scale", *_] | ["article", "part", "scale", *_]:
            return min(values[:2]), at + 2
        case ["unit" | "tens" | "small" | "digits" | "ordinal" | "clock", *_]:
            return values[0], at + 1
    return None, at


def _finish(folded: str, tokens: list[_Token], parts: list[_Part]) -> Found | None:
    """Make the number of its tokens and summands, or None if it is an ambiguous bare word."""
    start, end = tokens[0].start, tokens[-1].end
    value = sum((part.value for part in parts), Decimal(0))
    kind: Kind = "plain"
    if tokens[-1].role in ("ordinal", "rank"):
        kind = "ordinal"
    elif after := _AFTER.match(folded, end):
        kind, value = _kind(after, value, tokens)
        end = end if kind == "plain" else after.end()
    elif tokens[-1].role == "clock":
        kind = "time"
    elif _TYPED_FROM_RIGHT.match(folded, max(0, start - 2)) and tokens[0].role == "digits":
        kind, start = "percent", start - 1
    word = folded[start:end].lower()
    if kind == "plain" and (word in AMBIGUOUS or (word == "نو" and _NEW.match(folded, end))):
        return None
    number = Number(value, start, end, kind)
    scale = max((token.value for token in tokens if token.role in ("scale", "rank")), default=_ONE)
    digits = any(token.figure for token in tokens)
    return Found(number, digits or scale >= 100, scale, _readings(number, tokens))


def _kind(after: re.Match[str], value: Decimal, tokens: list[_Token]) -> tuple[Kind, Decimal]:
    """Return kind and value of a number that `after` follows."""
    if tokens[-1].role == "clock" and not after["half"]:
        return "time", value
    if after["percent"]:
        return "percent", value
    if after["ordinal"]:
        return ("ordinal" if tokens[-1].figure else "plain"), value
    if tokens[-1].role == "clock":
        hour, minute = divmod(value, 60)
    elif not 0 <= value <= 24:
        return "plain", value
    else:
        hour, part = divmod(value, 1)
        # "10.30am" and ساڑھے دس بجے are both half past ten
        minute = part * (100 if tokens[0].figure else 60)
    if after["half"]:
        hour = hour % 12 + (12 if after["half"].lower() == "p" else 0)
    return "time", hour * 60 + minute


def _readings(number: Number, tokens: list[_Token]) -> set[Decimal]:
    """Return the values by which another text may give this number."""
    if number.kind == "time":
        hour, minute = divmod(number.value, 60)
        return {hour, hour % 12 or Decimal(12), minute, hour + minute / 100}
    if len(tokens) > 1 or not (figure := tokens[0].figure):
        return {number.value}
    readings = {number.value, _decimal(figure)}  # "3m": 3 million, or metres
    if re.fullmatch("[0-9]{1,3}٫[0-9]{3}", figure):  # the decimal sign typed to group digits
        readings.add(Decimal(figure.replace("٫", "")))
    return readings
