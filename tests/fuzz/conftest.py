"""Fixtures of the fuzz suite: one sandbox, one set of good files for all of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fuzz.sandbox import Sandbox, sandbox_in
from tests.fuzz.seeds import write_seeds

# ALIGN_FUZZ=100 runs a hundred times as many examples, others each time.
TIMES = int(os.environ.get("ALIGN_FUZZ", "1"))


def thorough(examples: int) -> settings:
    """Return settings for so many examples: the same each time, or with ALIGN_FUZZ many more."""
    return settings(
        max_examples=examples * TIMES, derandomize=TIMES == 1, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Runs commands."""
    if not Path("/proc/self/statm").exists():
        pytest.skip("the sandbox needs /proc")
    with sandbox_in(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good file of every kind; see `tests.fuzz.seeds`. Not to be changed."""
    return write_seeds(tmp_path_factory.mktemp("seeds"))


@pytest.fixture
def folder(seeds: Path, tmp_path: Path) -> Path:
    """A copy of `seeds` to do harm to, with a folder OUT for what is written."""
    place = tmp_path / "files"
    shutil.copytree(seeds, place)
    (place / "OUT").mkdir()
    return place
