"""Dates as Pakistani news sites print them, in English and Urdu."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from align.text.normalize import normalize

_ENGLISH: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_URDU: Final = (
    "جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون",
    "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
)  # fmt: skip
_MONTHS: Final = {
    **{name: i for i, name in enumerate(_ENGLISH, 1)},
    **{name[:3]: i for i, name in enumerate(_ENGLISH, 1)},
    "sept": 9,
    **{normalize(name): i for i, name in enumerate(_URDU, 1)},
}
_MONTH: Final = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY: Final = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR: Final = r"(?P<year>\d{4})(?!\d)"
_GAP: Final = r"[\s,،./-]*"
# Day first where all is numbers, as is usual in Pakistan.
_FORMS: Final = tuple(
    re.compile(form)
    for form in (
        rf"{_DAY}{_GAP}{_MONTH}{_GAP}{_YEAR}",
        rf"\b{_MONTH}{_GAP}{_DAY}{_GAP}{_YEAR}",
        r"(?<!\d)(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        rf"{_DAY}(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_YEAR}",
    )
)
_BESIDE: Final = re.compile(  # what a line may hold beside the date and still be a date line
    r"\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b"
    r"|\b(?:پیر|منگل|بدھ|جمعرات|جمعہ|جمعۃ المبارک|ہفتہ|اتوار)\b"
    r"|t?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:\s*[ap]\.?m\.?)?|[+-]\d{2}:?\d{2}\b"
    r"|\b(?:pkt|pst|gmt|utc|z)\b|\b(?:at|on|بجے|وقت)\b|ء|[^\w\s]"
)
_LABEL: Final = re.compile(
    r"(?P<name>created|published|posted|uploaded|date|(?:last )?(?:updated|modified)"
    r"|شائع شدہ|شائع|اشاعت|تاریخ اشاعت|تاریخ|(?:آخری )?اپ ڈیٹ)"
    r"(?P<rest>(?: (?:on|at|in)\b.*)?\s*(?P<colon>[:،,|-])?.*)"
)
_LONGEST: Final = 100  # characters of a date line


def parse_date(text: str) -> date | None:
    """Find the first date in `text`; None where there is none or it is no day of the calendar.

    >>> parse_date("Created: JANUARY 23, 2025"), parse_date("۲۳ جنوری ۲۰۲۵ء")
    (datetime.date(2025, 1, 23), datetime.date(2025, 1, 23))
    """
    return _find(normalize(text).lower())[0]


def date_line_rank(key: str) -> int | None:
    """Tell whether a line, as `key` gives it, states a date: None if not.

    0 says when the page was made (`Created:`), 1 names no event, 2 says when it was updated;
    a labelled line is one also where its date is unreadable.

    >>> [date_line_rank(k) for k in ("created: ??", "2025-01-23", "updated: today", "خبر")]
    [0, 1, 2, None]
    """
    if len(key) > _LONGEST:
        return None
    rank, rest = 1, key
    if label := _LABEL.fullmatch(key):
        rank = 2 if re.search("updated|modified|اپ ڈیٹ", label["name"]) else 0
        rest = label["rest"]
        # Without a colon "تاریخ" is the heading "History".
        if label["colon"] == ":" or (label["name"].isascii() and not rest.strip()):
            return rank
    day, beside = _find(rest)
    if day is None and not beside:
        return None
    if label and day and not key.endswith("۔"):
        return rank
    return rank if beside is not None and not _BESIDE.sub("", beside).strip() else None


def _find(key: str) -> tuple[date | None, str | None]:
    """Return the first date, and the text without it; the text is None if nothing has the form."""
    for form in _FORMS:
        if match := form.search(key):
            rest = key[: match.start()] + " " + key[match.end() :]
            return _date(match["year"], match["month"], match["day"]), rest
    return None, None


def _date(year: str, month: str, day: str) -> date | None:
    number = _MONTHS.get(month) or int(month)
    days = int(day)
    if number > 12 >= days:  # month first after all
        number, days = days, number
    try:
        found = date(int(year), number, days)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2100 else None
