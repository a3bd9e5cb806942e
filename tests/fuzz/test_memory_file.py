"""A translation memory of any bytes: set aside and told, or used, and no translation is false."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.conftest import thorough
from tests.fuzz.mutations import Mutation, mutations
from tests.fuzz.sandbox import Sandbox
from tests.fuzz.seeds import PAIRS

COMMANDS = (
    ("translate", "article.txt"), ("memory", "stats", "--json"), ("memory", "export", "-"),
    ("memory", "prune", "--unused", "0"), ("memory", "prune", "--size", "1K"),
    ("memory", "import", "pairs.tsv", "--changed"), ("memory", "prune", "--orphaned"),
)  # fmt: skip


@pytest.fixture(scope="module")
def good(sandbox: Sandbox, seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A memory with translations and corrections."""
    cache = tmp_path_factory.mktemp("good")
    sandbox.run("memory", "import", "pairs.tsv", folder=seeds, cache=cache).check(0)
    for name in ("article.txt", "articles.jsonl"):
        sandbox.run("translate", name, folder=seeds, cache=cache).check(0)
    return cache / "memory.sqlite3"


@pytest.fixture(scope="module")
def right(sandbox: Sandbox, seeds: Path) -> bytes:
    """What the article is in English without a memory."""
    return sandbox.run("translate", "article.txt", "--no-memory", folder=seeds).check(0).stdout


@thorough(30)
@given(change=mutations(), command=st.sampled_from(COMMANDS))
def test_a_broken_memory_is_set_aside_or_sound(
    sandbox: Sandbox, seeds: Path, good: Path, right: bytes, change: Mutation,
    command: tuple[str, ...],
) -> None:  # fmt: skip
    with tempfile.TemporaryDirectory() as place:
        cache = Path(place)
        (cache / "memory.sqlite3").write_bytes(change(good.read_bytes()))
        sandbox.run(*command, folder=seeds, cache=cache).check()
        ran = sandbox.run("translate", "article.txt", folder=seeds, cache=cache).check(0)
        assert ran.stdout == right


def test_a_false_correction_of_an_older_version_is_not_taken_over(
    sandbox: Sandbox, seeds: Path, good: Path, tmp_path: Path
) -> None:
    """What is brought up to date gets a new checksum, and must have had the old one."""
    file = Path(shutil.copy(good, tmp_path / "memory.sqlite3"))
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE corrections SET normalize = '0'")
        query = "SELECT source FROM corrections LIMIT 1"
        (source,) = connection.execute(query).fetchone()
        connection.execute("UPDATE corrections SET text = 'false' WHERE source = ?", (source,))
    connection.close()
    ran = sandbox.run("translate", "--lines", stdin=source.encode(), cache=tmp_path).check(0)
    assert "set aside" in ran.told
    assert ran.said.strip() != "false"
    kept = sandbox.run("memory", "export", "-", "--corrections", cache=tmp_path).check(0)
    assert kept.said.count("user") == len(PAIRS) - 1  # the others are rescued


@pytest.mark.parametrize("kind", ["text", "folder", "pipe", "zero", "loop", "foreign", "later"])
def test_what_is_no_memory_is_done_without(
    sandbox: Sandbox, seeds: Path, right: bytes, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "memory.sqlite3"
    if kind == "text":
        file.write_text("no database\n" * 500)
    elif kind == "folder":
        file.mkdir()
    elif kind == "pipe":
        os.mkfifo(file)
    elif kind == "zero":
        file.symlink_to("/dev/zero")
    elif kind == "loop":
        file.symlink_to(file)
    else:
        with sqlite3.connect(file) as connection:
            connection.execute("CREATE TABLE translations (mine)")
            connection.execute("INSERT INTO translations VALUES ('precious')")
            if kind == "later":
                connection.execute(f"PRAGMA application_id = {0x616C676E}")
                connection.execute("PRAGMA user_version = 99")
        connection.close()
    ran = sandbox.run("translate", "article.txt", folder=seeds, cache=tmp_path, memory=2**28)
    assert ran.check(0).stdout == right
    assert "memory" in ran.told
    sandbox.run("memory", "stats", folder=seeds, cache=tmp_path, memory=2**28).check()
    if kind in ("foreign", "later"):
        rows = [_rows(path) for path in tmp_path.glob("memory.sqlite3*") if path.stat().st_size]
        assert [("precious",)] in rows  # other people's data are not thrown away


def _rows(path: Path) -> list[tuple[object, ...]]:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    try:
        connection = sqlite3.connect(copy)
        try:
            return list(connection.execute("SELECT mine FROM translations"))
        except sqlite3.Error:
            return []
        finally:
            connection.close()
    finally:
        copy.unlink()
