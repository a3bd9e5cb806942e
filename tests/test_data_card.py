"""Statistics of a corpus, and its card: counted by other means, safe from what texts hold."""

from __future__ import annotations

import statistics as python_statistics
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree, html

from align.bitext import Pair
from align.corpus.statistics import gather, quantile
from align.report.corpus_tables import statistics_record
from align.report.data_card import FILTER_TITLES, DataCard, data_card_markdown
from align.report.data_card_html import data_card_html
from align.report.plots import histogram
from tests.corpus_pairs import ANY, NEWS, some_pairs

LEDGER = {
    "read": 10, "kept": 7, "dropped": 3, "unreadable": 1,
    "filters": [
        {"filter": "ratio", "reason": "too long", "rule": "at most 3", "dropped": 2, "alone": 1},
        {"filter": "idle", "reason": "none", "rule": "at most 1", "dropped": 0, "alone": 0},
    ],
}  # fmt: skip


@settings(deadline=None)
@given(some_pairs(ANY))
def test_figures_are_those_of_counting(pairs: list[Pair]) -> None:
    found = gather(iter(pairs))
    assert found.pairs == len(pairs)
    assert found.source.words == sum(len(pair.source.split()) for pair in pairs)
    assert found.target.characters == sum(len(pair.target) for pair in pairs)
    assert found.source.empty == sum(not pair.source.strip() for pair in pairs)
    texts = Counter((pair.source, pair.target) for pair in pairs)
    assert found.repeated == len(pairs) - len(texts)
    assert found.documents == len({(p.origin, p.document) for p in pairs if p.document})
    assert sum(found.scores) == sum(pair.score is not None for pair in pairs)
    assert sum(one.pairs for one in found.origins.values()) == len(pairs)
    dates = [pair.created for pair in pairs if pair.created]
    assert (found.first, found.last) == (min(dates, default=""), max(dates, default=""))
    lengths = [len(pair.source.split()) for pair in pairs]
    if lengths:
        assert quantile(found.source.histogram, 0.5) == python_statistics.median_low(lengths)
    statistics_record(found)


def test_samples_do_not_depend_on_the_order() -> None:
    pairs = [Pair(f"{number}", "x") for number in range(500)]
    some = gather(pairs, samples=5).samples
    assert len(some) == 5
    assert some == sorted(some, key=lambda pair: int(pair.source))
    assert set(some) == set(gather(pairs[::-1], samples=5).samples)


def card(pairs: list[Pair], **options: object) -> DataCard:
    return DataCard("News & more", gather(pairs), **options)  # type: ignore[arg-type]


def test_a_ledger_that_dropped_nothing_is_a_sentence() -> None:
    told = card(NEWS, ledger={"read": 3, "kept": 3, "dropped": 0, "filters": []})
    markdown, page = "".join(data_card_markdown(told)), data_card_html(told)
    for text in (markdown, page):
        assert "3 read = 3 kept + 0 dropped" in text
        assert FILTER_TITLES[3] not in text


def test_the_card_tells_sources_dates_terms_and_ledger() -> None:
    told = card(NEWS, facts={"terms": "CC BY 4.0"}, ledger=LEDGER)
    page, text = data_card_html(told), "".join(data_card_markdown(told))
    for part in ("CC BY 4.0", "outlet", "2025-01-23", "10 read = 7 kept + 3 dropped", "at most 3"):
        assert part in page
        assert part in text
    assert "2 (20.0 %)" in page
    assert "idle" not in page
    tree: Any = html.document_fromstring(page)
    (urdu,) = tree.xpath("//p[@lang='ur'][contains(., 'بجٹ')]")
    assert urdu.get("dir") == "rtl"
    assert tree.xpath("count(//figure/svg)") == 4
    assert 'dir="rtl">وزیر نے' in text


def test_the_page_asks_for_nothing_from_outside() -> None:
    page = data_card_html(card(NEWS, facts={"a": "b"}))
    tree: Any = html.document_fromstring(page)
    assert not tree.xpath("//script | //img | //link | //iframe | //@src")
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"
    assert "prefers-color-scheme: dark" in page
    assert "http://" not in page


HOSTILE = "<script>alert(1)</script> | \u202e `x` [a](b) &amp; \x07 \ud800"


@pytest.mark.parametrize("languages", [("ur", "en"), ("en", "ur"), ("de", "fr")])
def test_hostile_texts_stay_texts(languages: tuple[str, str]) -> None:
    pair = Pair(HOSTILE, HOSTILE, 0.5, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    told = card([pair], languages=languages, facts={HOSTILE: HOSTILE}, ledger=LEDGER)
    page, text = data_card_html(told), "".join(data_card_markdown(told))
    for result in (page, text):
        assert "<script>" not in result
        assert "\u202e" not in result
        result.encode("utf-8")
    rows = [line for line in text.splitlines() if "script" in line and line.startswith("| ")]
    assert rows
    assert all(row.replace("\\|", "").count("|") in (9, 5) for row in rows)


def test_nothing_has_a_card_too() -> None:
    page = data_card_html(card([]))
    assert "0 pairs of ur and en" in page
    assert "".join(data_card_markdown(card([])))


def test_bars_are_as_high_as_their_counts() -> None:
    plot = histogram("t", "a", ["1", "2", "3"], [[10, 0, 5], [2, 8, 0]], series=("x", "y"))
    heights = {bar.title: bar.height for bar in plot.bars}
    assert heights["1: 10 (x)"] == pytest.approx(2 * heights["3: 5 (x)"])
    assert set(heights) == {"1: 10 (x)", "3: 5 (x)", "1: 2 (y)", "2: 8 (y)"}
    for bar in plot.bars:
        assert bar.y + bar.height == pytest.approx(plot.bottom)
        assert bar.x >= plot.left
        assert bar.x + bar.width <= plot.width
    assert [tick.label for tick in plot.up] == ["0", "2", "4", "6", "8", "10"]


def test_the_svg_of_the_page_is_well_formed() -> None:
    page = data_card_html(card(NEWS))
    for part in page.split("<svg")[1:]:
        etree.fromstring("<svg" + part.partition("</svg>")[0] + "</svg>")


@pytest.mark.parametrize("created", ["2025-01-23", "yesterday", "12", "20250123", "۲۰۲۵"])
def test_any_date_is_plotted(created: str) -> None:
    pairs = [Pair("a", "b", created=created), Pair("a", "b", created="1990-01-01")]
    assert "Dates" in data_card_html(card(pairs))
    assert "Dates" in data_card_html(card(pairs[:1]))
