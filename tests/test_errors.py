"""Errors are values too: they are yielded, sent to other processes, and printed on one line."""

from __future__ import annotations

import pickle

import pytest

from align.errors import AlignError, InputError, MissingExtraError, ModelNotFoundError, UsageError


@pytest.mark.parametrize(
    "error",
    [
        InputError("a.txt", "no Urdu text", line=3),
        InputError("a.txt", "empty"),
        MissingExtraError("training", "torch"),
        ModelNotFoundError("x: no such folder"),
        UsageError("--json means --format jsonl"),
    ],
)
def test_errors_survive_the_way_to_another_process(error: AlignError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


def test_a_place_is_named_as_editors_know_it() -> None:
    assert str(InputError("a.txt", "no Urdu text", line=3)) == "a.txt:3: no Urdu text"
