"""Which slugs can be checked against: hand-judged slugs, as news sites make them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.check.slug import spelled, unusable
from align.check.words import STOP_WORDS, content_words

MEALS = "sindh extends school meals to sukkur larkana jacobabad after drought"


@pytest.mark.parametrize(
    "slug",
    [
        MEALS,
        "glacier survey team begins work on next years flood warning maps",
        "g20 leaders meet in johannesburg",
        "new governor sworn in",  # a particle ends it
        "five things voters should look out for",
        "two dead in fire at 12000 sq ft warehouse in site area karachi",
        "mango growers in mirpur khas lose third of crop to hail",
        "sindh-extends-school-meals-to-jacobabad",  # as in the address
        "lahore%20high%20court%20adjourns%20hearing",
        "kazakhs elect parliament in uzbek",  # not cut: a whole word, though "uzbekistan" exists
    ],
)
def test_usable(slug: str) -> None:
    assert unusable(slug, ["uzbekistan", "karachi", "summits"]) is None


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        (None, "no slug"),
        ("", "no slug"),
        (" - ", "no slug"),
        ("2512345", "slug is numeric"),
        ("2025 01 23", "slug is numeric"),
        ("1a2b3c4d", "slug is numeric"),
        ("imran khan", "slug has only 2 content words"),
        ("pakistan", "slug has only 1 content word"),
        ("what is it and why", "slug has only 0 content words"),
        ("budget 2025 26", "slug has only 1 content word"),  # figures are no content words
        ("\u0648\u0632\u06cc\u0631 \u0627\u0639\u0638\u0645", "slug is not in English letters"),
        ("%d9%88%d8%b2%db%8c%d8%b1 %d8%a7", "slug is not in English letters"),
        ("petrol ki qeemat mein izafa kar diya gaya", "slug is in Roman Urdu"),
        ("wazir e azam ka qaum se khitab", "slug is in Roman Urdu"),
        ("sindh extends school meals with", 'slug is cut off after "with"'),
        ("prime minister inaugurates hospital in the", 'slug is cut off after "the"'),
        ("sindh extends school meals...", 'slug is cut off after "meals"'),
        # no length limit, but the text has the whole word
        ("sindh ships school meals to tajikis", 'slug is cut off after "tajikis"'),
    ],
)
def test_unusable(slug: str | None, reason: str) -> None:
    assert unusable(slug, ["tajikistan"]) == reason


def test_cut_at_a_length_limit() -> None:
    slug = "opposition walks out of assembly over the governme"
    assert len(slug) == 50
    assert unusable(slug) == 'slug is cut off after "governme"'
    # elsewhere an unknown word may be a name
    assert unusable("the " + slug) is None


@given(st.lists(st.sampled_from(sorted(STOP_WORDS)), max_size=8), st.integers(0, 10**9))
def test_function_words_and_figures_never_suffice(words: list[str], number: int) -> None:
    assert unusable(" ".join([*words, str(number)])) is not None


@given(st.text())
def test_any_text_is_judged(slug: str) -> None:
    reason = unusable(slug)
    assert reason is None or "\n" not in reason


def test_the_content_words_of_a_slug() -> None:
    assert " ".join(content_words(MEALS)) == (
        "sindh extends school meals sukkur larkana jacobabad drought"
    )


@pytest.mark.parametrize(
    ("slug", "words"),
    [
        ("karachi-schools-reopen-2512345", "karachi schools reopen"),
        ("1886543/karachi-schools-reopen", "karachi schools reopen"),
        ("karachi-gets-12000-trees-by-2025", "karachi gets 12000 trees by 2025"),
        ("Kar%61chi%20schools", "karachi schools"),
    ],
)
def test_the_words_of_a_slug(slug: str, words: str) -> None:
    assert spelled(slug) == words
