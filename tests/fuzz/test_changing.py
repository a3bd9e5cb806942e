"""Files that change, shrink or vanish while they are read: an error for each, and no more."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from align.articles import Article, read_articles
from align.corpus.formats import read_pairs, write_pairs
from align.errors import InputError
from align.samples import sample_paths
from tests.corpus_pairs import NEWS
from tests.fuzz.sandbox import Sandbox

Change = Callable[[Path], None]


def _remove(path: Path) -> None:
    path.unlink()


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more\n" * 10)


def _shrink(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 1)


def _blank(path: Path) -> None:
    path.write_bytes(b"\0")


CHANGES: tuple[Change, ...] = (_remove, _grow, _shrink, _blank)


@pytest.mark.parametrize("change", CHANGES)
def test_an_article_that_changes_before_its_turn(tmp_path: Path, change: Change) -> None:
    for number in range(4):
        (tmp_path / f"{number}.txt").write_bytes(sample_paths()[number].read_bytes())
    results = read_articles([str(tmp_path)])
    first = next(results)
    assert isinstance(first, Article)
    change(tmp_path / "2.txt")
    rest = list(results)
    assert len(rest) == 3
    assert isinstance(rest[0], Article)
    assert isinstance(rest[2], Article)
    if change is not _grow and change is not _shrink:
        assert isinstance(rest[1], InputError)


@pytest.mark.parametrize("suffix", ["tsv", "jsonl", "tmx", "tsv.gz", "jsonl.xz", "parquet", "ur"])
@pytest.mark.parametrize("change", [_shrink, _remove])
def test_pairs_that_change_while_they_are_read(tmp_path: Path, suffix: str, change: Change) -> None:
    path = tmp_path / f"c.{suffix}"
    write_pairs(str(path), NEWS * 4000)
    told: list[str] = []
    found = 0
    pairs = read_pairs(str(path), skipped=told.append)
    try:
        found += len(list(itertools.islice(pairs, 100)))
        change(path)
        found += sum(1 for _ in pairs)
    except InputError as error:
        told.append(str(error))
    assert all("\n" not in line for line in told)
    assert found >= 100
    if change is _shrink and suffix not in ("parquet", "jsonl.xz", "tsv.gz"):  # read already
        assert found < 4000 * len(NEWS)
        assert told or suffix == "tsv"  # a table that ends early ends between two lines, maybe


def test_a_run_over_a_folder_that_is_rewritten(sandbox: Sandbox, tmp_path: Path) -> None:
    """Files come and go as fast as a thread can write them."""
    folder = tmp_path / "scrapes"
    folder.mkdir()
    texts = [path.read_bytes() for path in sample_paths()]
    for number in range(40):
        (folder / f"{number:02}.txt").write_bytes(texts[number % len(texts)])
    stop = threading.Event()

    def write() -> None:
        for number in itertools.cycle(range(40)):
            if stop.wait(0.001):
                return
            path = folder / f"{number:02}.txt"
            (path.unlink if number % 3 else path.touch)()
            path.write_bytes(texts[number % len(texts)][: 1 + number * 50])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        ran = sandbox.run(
            "translate", "scrapes", "-o", "out/", folder=tmp_path, cache=tmp_path / "cache"
        ).check(0, 1)
        sandbox.run(
            "corpus", "build", "scrapes", "--english", "scrapes", "-o", "corpus",
            folder=tmp_path, cache=tmp_path / "cache",
        ).check()  # fmt: skip
    finally:
        stop.set()
        writer.join()
    refused = sum(line.startswith("scrapes/") for line in ran.told.splitlines())
    assert len(list((tmp_path / "out").iterdir())) + refused == 40
