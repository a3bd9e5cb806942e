"""What a translation lost, on sentences whose losses are plain to see; and the buckets."""

from __future__ import annotations

import pytest

from align.evaluate import TestSet
from align.evaluate.buckets import Bucket, documents, find_buckets, words_of
from align.evaluate.losses import Loss, find_expected, find_losses


def losses(source: str, reference: str, hypothesis: str, *others: str) -> Loss:
    """The losses of one segment; `others` are further references' texts of another segment."""
    testset = TestSet("t", (source, *[""] * len(others)), ((reference, *others),))
    return find_losses(find_expected(testset), [hypothesis, *[""] * len(others)])[0]


@pytest.mark.parametrize(
    ("source", "reference", "hypothesis", "lost"),
    [
        ("25 لاکھ افراد", "2.5 million people", "2.5 million people", ()),
        ("25 لاکھ افراد", "2.5 million people", "25,000 people", ("25 لاکھ",)),
        ("12 افراد", "a dozen people", "people", ("12",)),
        ("2021 میں 3 افراد", "three people in 2021", "in 2021", ("3",)),
        ("1947 کے بعد", "since independence", "since then", ()),  # the reference has it not either
    ],
)
def test_numbers(source: str, reference: str, hypothesis: str, lost: tuple[str, ...]) -> None:
    assert losses(source, reference, hypothesis).lost_numbers == lost


def test_a_number_of_any_reference_counts() -> None:
    references = (("since independence",), ("since 1947",))
    (loss,) = find_losses(find_expected(TestSet("t", ("1947 کے بعد",), references)), ["since then"])
    assert (loss.numbers, loss.lost_numbers) == (1, ("1947",))


def test_numbers_without_a_source_are_those_of_the_reference() -> None:
    (loss,) = find_losses(
        find_expected(TestSet("t", (), (("It cost Rs240.",),))), ["It cost much."]
    )
    assert loss.lost_numbers == ("240",)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "lost", "respelled"),
    [
        ("He met Shahbaz Sharif.", "He met Shehbaz Sharif.", (), (("Shahbaz", "Shehbaz"),)),
        ("He met Roman Golovchenko.", "He met him.", ("Roman", "Golovchenko"), ()),
        ("They left for Germany's capital.", "They left Germany.", (), ()),
        ("He paid Mr Khan in U.S. dollars.", "He paid Khan in US dollars.", (), ()),
        ("Dogs bark.", "A cat.", (), ()),  # a capital at the beginning is no sign of a name
        ('He said: "Come here."', "He said nothing.", (), ()),
        ("The Court Ordered Another Report", "an order", (), ()),  # the style of a headline
    ],
)
def test_names(
    reference: str, hypothesis: str, lost: tuple[str, ...], respelled: tuple[tuple[str, str], ...]
) -> None:
    found = losses("", reference, hypothesis)
    assert (found.lost_names, found.respelled) == (lost, respelled)


def test_a_name_that_opens_a_sentence_is_known_from_elsewhere() -> None:
    assert losses("", "Karachi flooded.", "It flooded.").names == 0
    assert losses("", "Karachi flooded.", "It flooded.", "They fled Karachi.").lost_names == (
        "Karachi",
    )
    # "Turkey" is also written small
    assert losses("", "Turkey is dear.", "It is.", "from Turkey", "a turkey").names == 0


def test_the_reference_loses_nothing() -> None:
    texts = ("In 2021 Imran Khan paid Rs25.", "Then 12 left Lahore for Multan.")
    testset = TestSet("t", ("2021 میں 25 روپے", "12"), (texts,))
    for loss in find_losses(find_expected(testset), texts):
        assert loss.numbers
        assert loss.names
        assert (loss.lost_numbers, loss.lost_names, loss.respelled) == ((), (), ())


def test_buckets() -> None:
    references = ("one", "two " * 12, "three " * 45, 'He said "4"?')
    sources = ("ایک", "دو", "تین", "اس نے کہا “4”؟")
    origins = ("dawn", "dawn", "bbc", "bbc")
    testset = TestSet("t", sources, (references,), origins=origins, created=("2025-01-01",) * 4)
    marks = [Loss(), Loss(), Loss(), Loss(numbers=1, names=1)]
    found = {(one.kind, one.name): one.segments for one in find_buckets(testset, marks)}
    assert found == {
        ("length", "1 to 9 words"): (0, 3),
        ("length", "10 to 19 words"): (1,),
        ("length", "40 words or more"): (2,),
        ("feature", "with numbers"): (3,),
        ("feature", "no numbers"): (0, 1, 2),
        ("feature", "with names"): (3,),
        ("feature", "no names"): (0, 1, 2),
        ("feature", "with quotes"): (3,),
        ("feature", "no quotes"): (0, 1, 2),
        ("feature", "with questions"): (3,),
        ("feature", "no questions"): (0, 1, 2),
        ("source", "bbc"): (2, 3),
        ("source", "dawn"): (0, 1),
    }  # one date is the whole


def test_unseen_words_are_compared_normalised() -> None:
    testset = TestSet("t", ("كتاب ہے", "قلم ہے"), (("a book", "a pen"),))  # Arabic kaf
    found = find_buckets(testset, [Loss(), Loss()], seen=words_of("یہ کتاب ہے۔"))
    assert Bucket("feature", "with unseen words", (1,)) in found
    assert Bucket("feature", "no unseen words", (0,)) in found


def test_many_months_are_years() -> None:
    dates = tuple(f"{2020 + n // 12}-{n % 12 + 1:02}-05" for n in range(36))
    testset = TestSet("t", (), (("x",) * 36,), created=dates)
    names = [one.name for one in find_buckets(testset, [Loss()] * 36) if one.kind == "date"]
    assert names == ["2020", "2021", "2022"]


def test_documents_of_the_same_name_in_two_origins() -> None:
    testset = TestSet("t", (), (("x",) * 4,), ("1", "1", "1", ""), ("a", "b", "a", "a"))
    assert documents(testset) == [
        Bucket("document", "a/1", (0, 2)),
        Bucket("document", "b/1", (1,)),
    ]
