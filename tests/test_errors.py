"""Errors are values too: they are yielded, sent to other processes, and printed on one line."""

from __future__ import annotations

import inspect
import pickle
import re
from pathlib import Path

import pytest

from align import errors
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


def test_the_tree_that_is_drawn_is_all_that_is_raised() -> None:
    lines = (errors.__doc__ or "").splitlines()
    drawn = {name[0]: name.start() // 4 for one in lines if (name := re.search(r"\w+Error", one))}
    there = {
        name: len(one.__mro__) - len(AlignError.__mro__)
        for name, one in inspect.getmembers(errors, inspect.isclass)
        if issubclass(one, AlignError)
    }
    assert drawn == there
    heads = re.compile(rf"^class \w+\((?:\w+, )*(?:{'|'.join(there)})\b", re.MULTILINE)
    for path in Path(errors.__file__).parent.rglob("*.py"):
        if path.name != "errors.py":
            assert not heads.search(path.read_text("utf-8")), path
