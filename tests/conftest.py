"""Fixtures of several test files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair: no test asserts a time.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the test's own, and no model chosen by the environment."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("ALIGN_CACHE", str(folder))
    monkeypatch.delenv("ALIGN_MODEL", raising=False)
    return folder
