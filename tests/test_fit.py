"""The arithmetic of the fit against tables, counting and differences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.check.fit import (
    Array,
    area,
    balanced,
    chances,
    logistic,
    reliability,
    signed_logistic,
)

scored = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.99, 1.0]) | st.floats(0, 1), st.booleans()),
    min_size=2,
    max_size=40,
).filter(lambda rows: len({label for _, label in rows}) == 2)
counts = st.integers(1, 30)


def arrays(rows: list[tuple[float, bool]]) -> tuple[Array, Array]:
    scores, labels = zip(*rows, strict=True)
    return np.array(scores), np.array(labels, dtype=np.float64)


def noisy(seed: int, examples: int = 200, features: int = 4) -> tuple[Array, Array]:
    """Features from 0 to 1, and labels that follow from them by chance only in part."""
    rng = np.random.default_rng(seed)
    x = rng.random((examples, features))
    chance = 1 / (1 + np.exp(-(x @ rng.normal(0, 3, features)) + rng.normal()))
    labels = (rng.random(examples) < chance).astype(np.float64)
    labels[:2] = 0, 1
    return x, labels


@given(scored)
def test_area_is_the_share_of_pairs_in_order(rows: list[tuple[float, bool]]) -> None:
    own = [score for score, label in rows if label]
    other = [score for score, label in rows if not label]
    wins = sum((a > b) + 0.5 * (a == b) for a in own for b in other)
    assert area(*arrays(rows)) == pytest.approx(wins / len(own) / len(other))


def test_area_of_a_published_example() -> None:
    # https://scikit-learn.org/stable/modules/generated/sklearn.metrics.auc.html
    scores, labels = np.array([0.1, 0.4, 0.35, 0.8]), np.array([0.0, 0.0, 1.0, 1.0])
    assert area(scores, labels) == 0.75
    assert area(scores, 1 - labels) == 0.25


@given(scored)
def test_classes_balance(rows: list[tuple[float, bool]]) -> None:
    _, labels = arrays(rows)
    weights = balanced(labels)
    assert weights.mean() == pytest.approx(1)
    assert weights[labels == 1].sum() == pytest.approx(weights[labels == 0].sum())


@given(counts, counts, counts, counts)
def test_a_table_of_two_by_two_has_its_log_odds(a: int, b: int, c: int, d: int) -> None:
    x = np.array([[1.0]] * (a + b) + [[0.0]] * (c + d))
    labels = np.array([1.0] * a + [0.0] * b + [1.0] * c + [0.0] * d)
    intercept, slope = logistic(x, labels, penalty=0)
    assert slope == pytest.approx(np.log(a * d / b / c), abs=1e-6)
    # Balancing moves the odds by the ratio of the classes.
    assert intercept == pytest.approx(np.log(c / d * (b + d) / (a + c)), abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
def test_no_neighbour_is_likelier(seed: int, penalty: float) -> None:
    x, labels = noisy(seed)

    def loss(beta: Array) -> float:
        chance = chances(x, beta)
        terms = labels * np.log(chance) + (1 - labels) * np.log(1 - chance)
        return float(penalty / 2 * (beta[1:] ** 2).sum() - (balanced(labels) * terms).sum())

    beta = logistic(x, labels, penalty=penalty)
    for direction in np.eye(len(beta)):
        slope = (loss(beta + 1e-4 * direction) - loss(beta - 1e-4 * direction)) / 2e-4
        assert slope == pytest.approx(0, abs=1e-5)
        assert min(loss(beta + 0.1 * direction), loss(beta - 0.1 * direction)) > loss(beta)


def test_what_cannot_be_fitted_is_an_error() -> None:
    separate = np.array([[0.0], [0.1], [0.9], [1.0]])
    labels = np.array([0.0, 0.0, 1.0, 1.0])
    with pytest.raises(ArithmeticError, match=r"^no (unique )?fit"):
        logistic(separate, labels, penalty=0)
    assert logistic(separate, labels)[1] > 0  # the penalty makes it finite


def test_extreme_scores_are_no_overflow() -> None:
    assert chances(np.array([[-1e6], [1e6]]), np.array([0.0, 1.0])).tolist() == [0, 1]


@pytest.mark.parametrize("seed", range(5))
def test_signs_are_kept(seed: int) -> None:
    x, labels = noisy(seed)
    free = logistic(x, labels)
    signs = np.sign(free[1:])
    assert signed_logistic(x, labels, list(signs)) == pytest.approx(free)
    against = signed_logistic(x, labels, list(-signs))
    assert (against[1:] * -signs >= 0).all()
    # The others are fitted as if there were no features but them.
    kept = np.flatnonzero(against[1:])
    if len(kept):
        assert against[[0, *(kept + 1)]] == pytest.approx(logistic(x[:, kept], labels))


@given(scored, st.integers(1, 12))
def test_bins_hold_each_example_once(rows: list[tuple[float, bool]], bins: int) -> None:
    scores, labels = arrays(rows)
    table = reliability(scores, labels, bins=bins)
    assert sum(each.examples for each in table) == len(rows)
    for each in table:
        assert each.low - 1e-9 <= each.mean_score <= each.high + 1e-9
        assert 0 <= each.positive <= 1


def test_scores_that_are_the_chances_are_reliable() -> None:
    rng = np.random.default_rng(3)
    scores = rng.random(20_000)
    labels = (rng.random(20_000) < scores).astype(np.float64)
    for each in reliability(scores, labels):
        assert each.positive == pytest.approx(each.mean_score, abs=0.05)
