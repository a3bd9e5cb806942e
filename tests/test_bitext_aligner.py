"""Sentence alignment: against brute force over all alignments, and what must hold for any input."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext import Bead
from align.bitext.aligner import Alignment, Document, align, explain
from align.bitext.anchors import Candidates, find_candidates, rising_chain
from align.bitext.bags import Bags, collect
from align.bitext.band import MOVES, PAIRED, Band, around
from align.bitext.calibration import calibrated
from align.bitext.features import featurize
from align.bitext.fit import example_of, loss, minimum
from align.bitext.lattice import Lattice, lattice_of
from align.bitext.overlap import overlaps
from align.bitext.path import best_path, starts
from align.bitext.posterior import posteriors
from align.bitext.settings import PRESETS
from align.bitext.signals import SIGNALS, Signals
from align.bitext.solution import solve
from align.bitext.worth import worths
from align.errors import UsageError

WORDS = ("rain", "river", "Lahore", "12", "flood", "minister", "said", "the", "water", "in", "")
SENTENCES = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
SIDES = st.lists(SENTENCES, min_size=1, max_size=5)
NEWS = (
    "The river rose by 12 feet in Lahore after three days of rain.",
    "The minister said that 25,000 people had been moved to schools.",
    "Schools will stay closed until Monday.",
    "Farmers lost their wheat and much of their cattle.",
    "The opposition wants to know why the gates were opened so late.",
    "Rain is expected to return to the north by the weekend.",
    "A bridge near Jhelum has been closed to lorries.",
    "Doctors warn of fever in the camps.",
)


def whole(rows: int, columns: int) -> Band:
    """Return the band of all cells."""
    return Band(np.zeros(rows + 1, np.int64), np.full(rows + 1, columns))


def all_paths(rows: int, columns: int) -> Iterator[list[tuple[int, int, int]]]:
    """Yield every alignment as (row, column, move) of its beads' ends."""
    if (rows, columns) == (0, 0):
        yield []
    for number, (n, m) in enumerate(MOVES):
        if n <= rows and m <= columns:
            for path in all_paths(rows - n, columns - m):
                yield [*path, (rows, columns, number)]


def random_worths(rows: int, columns: int, seed: int) -> tuple[Band, np.ndarray]:
    band = whole(rows, columns)
    return band, np.random.default_rng(seed).normal(0, 2, (len(band), len(MOVES)))


def total(path: list[tuple[int, int, int]], worth: np.ndarray, columns: int) -> float:
    return sum(float(worth[row * (columns + 1) + column, move]) for row, column, move in path)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 2), (4, 1), (1, 5), (3, 3), (0, 3), (4, 0)])
def test_posteriors_are_those_of_all_alignments_counted_one_by_one(shape: tuple[int, int]) -> None:
    rows, columns = shape
    band, worth = random_worths(rows, columns, seed=rows * 10 + columns)
    weights = {
        tuple(path): math.exp(total(path, worth, columns)) for path in all_paths(rows, columns)
    }
    everything = sum(weights.values())
    expected = np.zeros_like(worth)
    for path, weight in weights.items():
        for row, column, move in path:
            expected[row * (columns + 1) + column, move] += weight / everything
    chances, logarithm = posteriors(band, worth, starts(band))
    assert logarithm == pytest.approx(math.log(everything))
    np.testing.assert_allclose(chances, expected, atol=1e-9)


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 10**6))
def test_best_path_is_the_best_of_all(rows: int, columns: int, seed: int) -> None:
    band, worth = random_worths(rows, columns, seed)
    found = best_path(band, worth, starts(band))
    ours = [(int(band.rows[cell]), int(band.columns[cell]), move) for cell, move in found]
    best = max(total(path, worth, columns) for path in all_paths(rows, columns))
    assert total(ours, worth, columns) == pytest.approx(best)


@given(st.integers(1, 12), st.integers(1, 12), st.integers(0, 10**6))
def test_a_band_wide_enough_changes_nothing_and_each_sentence_is_in_one_bead(
    rows: int, columns: int, seed: int
) -> None:
    band, worth = random_worths(rows, columns, seed)
    chances, _ = posteriors(band, worth, starts(band))
    for number in range(rows):
        share = sum(
            chances[(band.rows - n <= number) & (number < band.rows), move].sum()
            for move, (n, _) in enumerate(MOVES)
            if n
        )
        assert share == pytest.approx(1.0)
    wide = around(np.zeros((0, 2), np.int64), (rows, columns), 1)
    assert (wide.low == band.low).all()
    assert (wide.high == band.high).all()


def dice(left: Counter[int], right: Counter[int], weights: np.ndarray) -> float:
    """Return the overlap as it is defined."""
    both = sum(weights[f] * n for f, n in (left & right).items())
    mass = sum(weights[f] * n for side in (left, right) for f, n in side.items())
    return 2 * both / mass if mass else 0.0


def counted(bags: Bags, start: int, end: int) -> Counter[int]:
    entries = slice(bags.starts[start], bags.starts[end])
    total: Counter[int] = Counter()
    for feature, count in zip(bags.features[entries], bags.counts[entries], strict=True):
        total[int(feature)] += int(count)
    return total


BAGS = st.lists(st.lists(st.integers(0, 7), max_size=5), min_size=1, max_size=40)


def bags_of(rows: list[list[int]]) -> Bags:
    sentences = np.repeat(np.arange(len(rows)), [len(row) for row in rows])
    return collect(sentences, np.array([f for row in rows for f in row], np.int32), len(rows))


@given(BAGS, BAGS, st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_overlaps_are_weighted_dice(
    left: list[list[int]], right: list[list[int]], margin: int
) -> None:
    source, target, weights = bags_of(left), bags_of(right), np.arange(1.0, 9.0)
    band = around(np.zeros((0, 2), np.int64), (len(left), len(right)), margin)
    found = overlaps(source, target, weights, band)
    for cell in np.random.default_rng(0).choice(len(band), 20):
        row, column = int(band.rows[cell]), int(band.columns[cell])
        for move, (n, m) in enumerate(MOVES[:PAIRED]):
            if n <= row and m <= column:
                mine, other = counted(source, row - n, row), counted(target, column - m, column)
                assert found[move, cell] == pytest.approx(dice(mine, other, weights), abs=1e-5)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9)), max_size=9))
def test_chain_is_the_heaviest_that_rises(entries: list[tuple[int, int, int]]) -> None:
    unique = sorted({(i, j): w for i, j, w in entries}.items())
    found = rising_chain(
        Candidates(
            np.array([i for (i, _), _ in unique], np.int64),
            np.array([j for (_, j), _ in unique], np.int64),
            np.array([w / 10 for _, w in unique]),
        )
    )
    assert all(a < b for a, b in pairwise(found.source))
    assert all(a < b for a, b in pairwise(found.target))
    best: dict[tuple[int, int], float] = {}
    for (i, j), w in unique:
        before = (weight for (a, b), weight in best.items() if a < i and b < j)
        best[i, j] = (w / 10) ** 2 + max(before, default=0.0)
    assert (found.overlap**2).sum() == pytest.approx(max(best.values(), default=0.0))


def sound(alignment: Alignment, source: int, target: int) -> None:
    """Check that all sentences are there once, in order, in beads that are allowed."""
    assert [i for bead in alignment.beads for i in bead.source] == list(range(source))
    assert [j for bead in alignment.beads for j in bead.target] == list(range(target))
    for bead in alignment.beads:
        assert (len(bead.source), len(bead.target)) in MOVES
        assert 0 <= bead.score <= 1
    assert 0 <= alignment.parallelism <= 1
    assert 0 <= alignment.density <= 1


@given(SIDES, SIDES, st.sampled_from([None, "clean", "comparable"]))
@settings(max_examples=40, deadline=None)
def test_any_two_documents_are_covered_in_order(
    source: list[str], target: list[str], preset: str | None
) -> None:
    found = align(Document(tuple(source)), Document(tuple(target)), source, preset=preset)
    sound(found, len(source), len(target))


@given(SIDES, SIDES)
@settings(max_examples=25, deadline=None)
def test_sides_can_be_exchanged(source: list[str], target: list[str]) -> None:
    one, two = Document(tuple(source)), Document(tuple(target))
    forth = lattice_of(one, two, source, None)
    back = lattice_of(two, one, None, source)  # the same translation, seen from the other side
    weights = PRESETS["clean"].array
    _, there = posteriors(forth.band, worths(forth, weights), forth.places)
    _, here = posteriors(back.band, worths(back, weights), back.places)
    assert there == pytest.approx(here, abs=1e-3)


def test_identical_documents_go_together_one_by_one() -> None:
    found = align(Document(NEWS), Document(NEWS), list(NEWS))
    assert [bead.numbers for bead in found.beads] == [f"{i}:{i}" for i in range(len(NEWS))]
    assert found.preset == "clean"
    assert found.density == 1.0
    assert all(bead.score > 0.9 for bead in found.beads)


def test_what_was_merged_cut_or_left_out_is_found() -> None:
    target = (
        "The river rose by 12 feet in Lahore",
        "after three days of rain.",
        f"{NEWS[1]} {NEWS[2]}",
        *NEWS[4:6],
        "An advertisement nobody asked for.",
        *NEWS[6:],
    )
    found = align(Document(NEWS), Document(target), NEWS)
    assert [bead.numbers for bead in found.beads] == (
        ["0:0,1", "1,2:2", "3:", "4:3", "5:4", ":5", "6:6", "7:7"]
    )


def test_numbers_and_names_align_without_any_translation() -> None:
    source = (
        "لاہور میں 25 لاکھ افراد ڈھائی ارب روپے کے مقروض ہیں۔",
        "پشاور میں عمران خان نے 17 جلسے کیے۔",
        "کراچی کی بندرگاہ پر 300 ٹن گندم آئی۔",
    )
    target = (
        "In Peshawar Imran Khan held seventeen rallies.",
        "At the port of Karachi 300 tons of wheat arrived.",
    )
    # One source sentence has no counterpart: "clean" would rather merge it.
    found = align(Document(source), Document(target), preset="comparable")
    assert [bead.numbers for bead in found.beads] == ["0:", "1:0", "2:1"]
    evidence = explain(Document(source), Document(target), None, found)[1]
    assert evidence.numbers == ("17",)
    assert ("پشاور", "Peshawar") in evidence.names


def test_explanations_name_what_is_shared_and_what_came_second() -> None:
    target = (NEWS[0], f"{NEWS[1]} {NEWS[2]}", *NEWS[3:])
    found = align(Document(NEWS), Document(target), NEWS)
    evidence = explain(Document(NEWS), Document(target), NEWS, found)
    assert [each.bead for each in evidence] == list(found.beads)
    assert "river" in evidence[0].words
    assert evidence[0].overlap == pytest.approx(1.0)
    assert evidence[1].bead.numbers == "1,2:1"
    for each in evidence:
        if each.runner_up:
            assert each.margin == pytest.approx(each.bead.score - each.runner_up.score)
            assert each.runner_up.numbers != each.bead.numbers


def test_paragraph_breaks_speak_against_beads_over_them() -> None:
    kept = Document(NEWS, (0, 0, 1, 1, 2, 2, 3, 3))
    lattice = lattice_of(kept, kept, list(NEWS), None)
    plain = lattice_of(Document(NEWS), Document(NEWS), list(NEWS), None)
    place = SIGNALS.index("paragraphs")
    inner = Signals(lattice).of((2, 1))[place].reshape(len(NEWS) + 1, -1)
    assert inner[2].tolist() == [0.0] * (len(NEWS) + 1)
    assert (inner[3] > 0).all()
    assert not Signals(plain).of((2, 1))[place].any()


@pytest.mark.parametrize("size", [(0, 0), (0, 3), (3, 0), (1, 1), (1, 9), (9, 1)])
@pytest.mark.parametrize("text", ["", "same", "۔"])
def test_empty_and_tiny_documents(size: tuple[int, int], text: str) -> None:
    source, target = (Document((text,) * count) for count in size)
    sound(align(source, target, source.sentences), *size)


@pytest.mark.slow
def test_one_sentence_repeated_ten_thousand_times_goes_one_by_one() -> None:
    many = Document(("The same line of a share bar.",) * 10_000)
    found = align(many, many, many.sentences)
    sound(found, 10_000, 10_000)
    assert sum(len(bead.source) == len(bead.target) == 1 for bead in found.beads) > 9_900


def test_words_of_any_length_have_few_features() -> None:
    """Of a text without blanks, not each of its million letters."""
    document = Document(("ک" * 100_000 + " ہے۔", "یہ۔"), (0, 1))
    featured = featurize(document.sentences, document.sentences, document.sentences, None)
    assert len(featured.names) < 5000


def test_long_gaps_without_anchors_stay_narrow() -> None:
    source = [f"w{number % 7} x{number % 5}" for number in range(3000)]
    lattice = lattice_of(Document(tuple(source)), Document(tuple(source[::-1])), source, None)
    assert len(lattice.band) < 200 * 3000


def test_unequal_translations_and_unknown_presets_are_refused() -> None:
    two, one = Document(("a", "b")), Document(("a",))
    with pytest.raises(UsageError, match="translation has 1 lines, the source 2 sentences"):
        align(two, one, ["a"])
    with pytest.raises(UsageError, match="reverse translation has 3 lines, the target 1 sentences"):
        align(two, one, reverse=["a", "b", "c"])
    with pytest.raises(UsageError, match="no preset 'dirty': there are clean, comparable"):
        align(two, one, ["a", "b"], preset="dirty")
    with pytest.raises(UsageError, match="2 sentences, but paragraphs of 1"):
        Document(("a", "b"), (0,))
    with pytest.raises(UsageError, match="must not fall"):
        Document(("a", "b"), (1, 0))


def test_both_directions_tell_more_than_one() -> None:
    source = tuple(f"s{number} t{number}" for number in range(8))
    bad = tuple(text if number % 2 else "" for number, text in enumerate(NEWS))
    back = tuple(text if number % 2 == 0 else "" for number, text in enumerate(source))
    found = align(Document(source), Document(NEWS), bad, reverse=back)
    assert [bead.numbers for bead in found.beads] == [f"{i}:{i}" for i in range(len(NEWS))]


def gold_lattice() -> tuple[Lattice, list[Bead]]:
    target = (NEWS[0], f"{NEWS[1]} {NEWS[2]}", *NEWS[3:])
    gold = [Bead((0,), (0,), 1.0), Bead((1, 2), (1,), 1.0)]
    gold += [Bead((number,), (number - 1,), 1.0) for number in range(3, len(NEWS))]
    return lattice_of(Document(NEWS), Document(target), NEWS, None), gold


def test_gradient_of_the_fit_is_the_slope_of_the_loss() -> None:
    lattice, gold = gold_lattice()
    example = example_of(lattice, gold)
    weights = PRESETS["clean"].array * 0.3
    value, gradient = loss([example], weights, 1e-3)
    for number in range(len(SIGNALS)):
        step = np.zeros(len(SIGNALS))
        step[number] = 1e-2
        higher, lower = (loss([example], weights + sign * step, 1e-3)[0] for sign in (1, -1))
        assert (higher - lower) / 2e-2 == pytest.approx(gradient[number], abs=2e-3)
    assert value > 0


def test_minimum_of_a_parabola() -> None:
    scale, centre = np.array([1.0, 30.0, 400.0]), np.array([3.0, -2.0, 0.5])
    found = minimum(
        lambda x: (float(scale @ (x - centre) ** 2), 2 * scale * (x - centre)),
        np.zeros(3), close=1e-12,
    )  # fmt: skip
    np.testing.assert_allclose(found, centre, atol=1e-4)


def test_solution_is_best_by_its_own_worths() -> None:
    lattice, gold = gold_lattice()
    found = solve(lattice, PRESETS["clean"])
    assert [bead.numbers for bead in found] == [bead.numbers for bead in gold]


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(sorted(PRESETS)))
def test_calibration_keeps_order_and_range(one: float, two: float, preset: str) -> None:
    low, high = sorted((one, two))
    assert 0 <= calibrated(low, preset) <= calibrated(high, preset) <= 1


def test_candidates_meet_in_rare_features() -> None:
    featured = featurize(NEWS, NEWS, NEWS, None)
    found = find_candidates(featured.source, featured.target, featured.weights)
    first = dict(zip(found.source[::-1].tolist(), found.target[::-1].tolist(), strict=True))
    assert first == {number: number for number in range(len(NEWS))}
