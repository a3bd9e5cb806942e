"""Pairs for the tests of corpora: any at all, and some like those of news."""

from __future__ import annotations

from hypothesis import strategies as st

from align.bitext import Pair

# Any text: with control characters, line ends and halves of surrogate pairs.
ANY = st.text(st.characters(), max_size=12)
WHOLE = st.text(max_size=12)  # without the halves
SCORES = st.none() | st.floats(0, 1)


def some_pairs(text: st.SearchStrategy[str] = WHOLE) -> st.SearchStrategy[list[Pair]]:
    """Lists of pairs with such texts in all fields."""
    one = st.builds(
        Pair,
        source=text,
        target=text,
        score=SCORES,
        translation=st.none() | text,
        origin=text,
        document=text,
        created=text | st.just("2025-01-23"),
        bead=text,
    )
    return st.lists(one, max_size=6)


NEWS = [
    Pair(
        "وزیر نے بجٹ پیش کیا۔",
        "The minister presented the budget.",
        0.97,
        "Minister presented budget.",
        origin="outlet",
        document="budget-1",
        created="2025-01-23",
        bead="0:0",
    ),
    Pair("۲۵ افراد «زخمی» ہوئے & گئے", "25 people <were> injured", document="accident"),
    Pair("صرف متن", "Only text"),
]
