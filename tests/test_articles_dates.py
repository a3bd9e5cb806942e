"""Dates in the forms that news sites print."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles.dates import date_line_rank, parse_date
from align.articles.lines import key

DAY = date(2025, 1, 23)
URDU_MONTHS = (
    "جنوری", "فروری", "مارچ", "اپریل", "مئی", "جون",
    "جولائی", "اگست", "ستمبر", "اکتوبر", "نومبر", "دسمبر",
)  # fmt: skip
DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    "line",
    [
        "Created: JANUARY 23, 2025",
        "created : January 23rd, 2025",
        "\u200fCreated: JANUARY\u00a023, 2025",
        "23 January 2025",
        "Thursday, 23 Jan. 2025",
        "Jan 23, 2025 10:30 PM PKT",
        "2025-01-23",
        "2025-01-23T10:30:00+05:00",
        "Published: 23/01/2025",
        "23.1.2025",
        "01/23/2025",
        "Last updated: 23-01-2025",
        "Published in the Daily Sample, January 23rd, 2025.",
        "23 جنوری 2025",
        "جمعرات 23 جنوری 2025",
        "۲۳ جنوری ۲۰۲۵ء",
        "٢٣ جنوری، ٢٠٢٥ ء",
        "23 جنوري 2025",
        "تاریخ: 23 جنوری 2025",
        "شائع: 23 جنوری 2025 10:30",
        "اپ ڈیٹ: 23 جنوری 2025",
    ],
)
def test_forms(line: str) -> None:
    assert parse_date(line) == DAY
    assert date_line_rank(key(line)) is not None


@pytest.mark.parametrize(
    "line",
    [
        "Created: ",
        "Created: yesterday",
        "Created: 31 February 2025",
        "45/13/2025",
        "Created: 1446-07-22",
    ],
)
def test_date_lines_that_cannot_be_read(line: str) -> None:
    assert parse_date(line) is None
    assert date_line_rank(key(line)) is not None


@pytest.mark.parametrize(
    "line",
    [
        "یہ معاہدہ 23 جنوری 2025 کو طے پایا۔",
        "تاریخ 23 جنوری 2025 کو مقرر کی گئی ہے۔",
        "created a new bridge in 2025",
        "published poets read in lahore",
        "2345678",
        "10-15",
        "تاریخ",
        "",
    ],
)
def test_other_lines(line: str) -> None:
    assert date_line_rank(key(line)) is None


@given(DAYS)
def test_every_day_in_every_form(day: date) -> None:
    for line in (
        day.isoformat(),
        day.strftime("%d/%m/%Y"),
        day.strftime("Created: %B %d, %Y").upper(),
        day.strftime("%A, %d %B %Y"),
        f"{day.day} {URDU_MONTHS[day.month - 1]} {day.year}",
        f"{URDU_MONTHS[day.month - 1]} {day.day}، {day.year}ء",
    ):
        assert parse_date(line) == day, line
        assert date_line_rank(key(line)) is not None


@given(st.text(max_size=120))
def test_never_raises(text: str) -> None:
    found = parse_date(text)
    assert found is None or str(found.year) in key(text)
    assert date_line_rank(key(text)) in (None, 0, 1, 2)
