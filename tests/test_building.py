"""Building a corpus: its account adds up, it goes on after a kill, and repeats nothing."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from align.bitext.bead_lines import parse_beads
from align.building import Sources, Work
from align.corpus.formats import read_pairs
from align.errors import AlignError, NothingError, UsageError
from tests.building import (
    DATES,
    GOLD,
    NAMES,
    Gold,
    content,
    folders,
    run,
    times,
    write_article,
    write_records,
)


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """All but one of the articles of the gold set, in two folders."""
    for name in NAMES[:-1]:
        write_article(tmp_path / "articles", name)
    return tmp_path / "articles"


def documents(output: Path) -> list[dict[str, Any]]:
    lines = (output / "documents.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def read_all(output: Path, kind: str = "tsv") -> list[tuple[str, str]]:
    paths = [output / f"{part}.{kind}" for part in ("train", "dev", "test")]
    return [
        (pair.source, pair.target)
        for path in paths
        if path.exists()
        for pair in read_pairs(str(path))
    ]


def test_two_folders_become_a_corpus_whose_account_adds_up(articles: Path, tmp_path: Path) -> None:
    write_article(articles, NAMES[-1])
    (articles / "en" / f"{NAMES[-1]}.txt").unlink()
    (articles / "ur" / "broken.txt").write_bytes(b"\xd8\xff\xfe\xd9 \x81")
    built, said = run(folders(articles), tmp_path / "corpus")
    told = built.manifest
    expected = {"read": 11, "matched": 9, "alone": 1, "failed": 1}
    assert told["documents"]["source"] == expected
    assert told["documents"]["target"] == {"read": 9, "matched": 9, "alone": 0, "failed": 0}
    assert built.failed == 1
    assert len(said) == 1
    assert "broken.txt" in said[0]
    verdicts = Counter(one["verdict"] for one in documents(tmp_path / "corpus"))
    assert verdicts == {"parallel": 9, "alone": 1, "failed": 1}
    for one in documents(tmp_path / "corpus"):
        if one["verdict"] == "parallel":
            assert one["source"] == one["target"]
            assert one["source_created"] == DATES[one["source"]]
    pairs = told["pairs"]
    assert pairs["aligned"] == pairs["kept"] + pairs["dropped"]
    parts = pairs["train"] + pairs["dev"] + pairs["test"]
    assert len(read_all(tmp_path / "corpus")) == parts
    assert pairs["train"] > pairs["dev"] > 0
    with gzip.open(tmp_path / "corpus" / "dropped.jsonl.gz", "rt") as file:
        assert len(list(file)) == pairs["dropped"]


def test_what_it_pairs_is_what_people_paired(articles: Path, tmp_path: Path) -> None:
    """Sentences are split here and not taken from the gold lines; they come out the same."""
    run(folders(articles), tmp_path / "corpus", dev=0, test=0, thresholds={"probability": 0.8})
    gold = set()
    for name in NAMES[:-1]:
        sides = [(GOLD / f"{name}.{s}").read_text("utf-8").split("\n") for s in ("ur", "en")]
        source, target = ([line for line in side if line] for side in sides)
        for bead in parse_beads((GOLD / f"{name}.beads").read_text(), path=name):
            if bead.source and bead.target:
                texts = [
                    " ".join(side[number] for number in numbers)
                    for side, numbers in ((source, bead.source), (target, bead.target))
                ]
                gold.add(tuple(texts))
    found = read_all(tmp_path / "corpus")
    right = sum(pair in gold for pair in found)
    assert len(found) > 80
    assert right / len(found) > 0.9


def test_the_same_again_does_nothing(articles: Path, tmp_path: Path) -> None:
    first, _ = run(folders(articles), tmp_path / "corpus")
    before, gold = times(tmp_path), Gold()
    second, _ = run(folders(articles), tmp_path / "corpus", gold)
    changed = {path.name for path, when in times(tmp_path).items() if before.get(path) != when}
    assert changed <= {"lock"}
    assert gold.translated == []
    assert second == first


def test_a_threshold_repeats_filtering_and_later(articles: Path, tmp_path: Path) -> None:
    run(folders(articles), tmp_path / "corpus")
    before, gold = times(tmp_path / "corpus.work"), Gold()
    strict = {"probability": 0.9}
    built, _ = run(folders(articles), tmp_path / "corpus", gold, thresholds=strict)
    assert gold.translated == []
    kept = ("aligned", "texts", "scores", "pairs")
    after = times(tmp_path / "corpus.work")
    for path, when in before.items():
        if path.parent.name in kept or path.parent.parent.name == "aligned":
            assert after[path] == when, path
    assert built.manifest["pairs"]["dropped"] > 0
    run(folders(articles), tmp_path / "fresh", thresholds=strict)
    assert content(tmp_path / "corpus") == content(tmp_path / "fresh")


def test_what_is_no_more_is_not_kept(articles: Path, tmp_path: Path) -> None:
    def aligned() -> set[Path]:
        return set((tmp_path / "corpus.work" / "aligned").rglob("*.gz"))

    run(folders(articles), tmp_path / "corpus")
    before = aligned()
    (articles / "ur" / f"{NAMES[0]}.txt").unlink()
    run(folders(articles), tmp_path / "corpus")
    assert aligned() < before
    assert len(aligned()) == len(before) - 1


def test_another_document_is_all_that_is_aligned(articles: Path, tmp_path: Path) -> None:
    run(folders(articles), tmp_path / "corpus")
    before = set((tmp_path / "corpus.work" / "aligned").rglob("*.gz"))
    write_article(articles, NAMES[-1])
    gold = Gold()
    run(folders(articles), tmp_path / "corpus", gold)
    new = set((tmp_path / "corpus.work" / "aligned").rglob("*.gz")) - before
    assert len(new) == 1
    # The heads of all are translated to match them, where no memory knows them.
    sizes = [len((GOLD / f"{name}.ur").read_text("utf-8").split()) for name in NAMES]
    assert sum(len(text.split()) for text in gold.translated) < sum(sizes) / 2 + sizes[-1]
    *_, last = (line for line in (GOLD / f"{NAMES[-1]}.ur").read_text("utf-8").split("\n") if line)
    assert gold.translated[-1] == last
    run(folders(articles), tmp_path / "fresh")
    assert content(tmp_path / "corpus") == content(tmp_path / "fresh")


def test_records_with_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "essays.jsonl"
    # The third has the English of the fourth: no translation.
    write_records(path, NAMES[:5], targets=[*NAMES[:2], NAMES[8], *NAMES[3:5]])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"id": "x", "ur": "خبر"\n{"id": "y", "ur": "خبر۔"}\n')
    sources, output = Sources(source=[str(path)]), tmp_path / "corpus"
    built, said = run(sources, output, dev=0, test=0, min_parallelism=0.6)
    assert [line.split(": ")[0] for line in said] == [f"{path}:6", f"{path}:7"]
    told = built.manifest["documents"]
    assert told["source"] == {"read": 7, "matched": 5, "alone": 0, "failed": 2}
    assert told["target"] == told["source"]
    assert told["matched"] == {"read": 5, "parallel": 4, "not_parallel": 1}
    assert built.not_parallel == [(NAMES[2], NAMES[2])]
    origins = {pair.origin for pair in read_pairs(str(tmp_path / "corpus" / "dropped.jsonl.gz"))}
    assert origins <= {"essays"}


def test_documents_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for folder, name in (("a", NAMES[0]), ("b", NAMES[1])):
        (tmp_path / "news" / folder).mkdir(parents=True)
        write_records(tmp_path / "news" / folder / "x.jsonl", [name])
        path = tmp_path / "news" / folder / "x.jsonl"
        path.write_text(path.read_text("utf-8").replace(f'"{name}"', '"same"'), "utf-8")
    run(Sources(source=[str(tmp_path / "news")]), tmp_path / "corpus", dev=0, test=0)
    assert [one["source"] for one in documents(tmp_path / "corpus")] == ["same", "same#2"]


def test_other_formats_take_the_place_of_the_first(articles: Path, tmp_path: Path) -> None:
    run(folders(articles), tmp_path / "corpus", formats=("tsv",))
    texts = read_all(tmp_path / "corpus")
    built, _ = run(folders(articles), tmp_path / "corpus", formats=("jsonl.gz", "tmx", "moses"))
    names = {path.name for path in (tmp_path / "corpus").iterdir()}
    assert "train.tsv" not in names
    assert {"train.jsonl.gz", "train.tmx", "train.ur", "train.en"} <= names
    assert names == {one["name"] for one in built.manifest["files"]} | {"manifest.json"}
    assert read_all(tmp_path / "corpus", "jsonl.gz") == texts
    assert read_all(tmp_path / "corpus", "tmx") == texts
    assert read_all(tmp_path / "corpus", "ur") == texts


def test_nothing_that_matches(articles: Path, tmp_path: Path) -> None:
    shutil.rmtree(articles / "en")
    write_article(tmp_path / "other", NAMES[-1])
    sources = Sources(source=[str(articles / "ur")], target=[str(tmp_path / "other" / "en")])
    with pytest.raises(NothingError, match="none"):
        run(sources, tmp_path / "corpus")


def test_what_has_no_english_says_so_and_leaves_nothing_behind(
    articles: Path, tmp_path: Path
) -> None:
    urdu, empty = str(articles / "ur"), tmp_path / "empty"
    empty.mkdir()
    (articles / "ur" / "alone.jsonl").write_text('{"text": "بارش ہوئی۔"}', "utf-8")
    before = set(tmp_path.rglob("*"))
    for sources in (
        Sources(source=[urdu]),
        Sources(source=[str(tmp_path / "none")]),
        Sources(source=[urdu], target=[str(empty)]),
        Sources(source=[urdu], target=[str(tmp_path / "none")]),
    ):
        with pytest.raises(NothingError, match="--english"):
            run(sources, tmp_path / "out" / "corpus")
        assert set(tmp_path.rglob("*")) == before
    kept = tmp_path / "out" / "corpus.work" / "stages" / "mine.json"
    kept.parent.mkdir(parents=True)
    kept.touch()
    with pytest.raises(NothingError, match="--english"):
        run(Sources(source=[urdu]), tmp_path / "out" / "corpus")
    assert kept.is_file()
    assert not (tmp_path / "out" / "corpus").exists()


def test_a_split_that_cannot_be_can_be_asked_otherwise(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--dev 0"):
        run(folders(articles), tmp_path / "corpus", dev=1, test=1)
    gold = Gold()
    run(folders(articles), tmp_path / "corpus", gold, dev=0, test=0)
    assert gold.translated == []


def test_folders_that_hold_something_else(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("...")
    with pytest.raises(UsageError, match="holds something else"):
        Work(tmp_path / "mine")
    with pytest.raises(UsageError, match="no working folder"):
        Work(tmp_path / "new", tmp_path / "mine")
    with pytest.raises(UsageError, match="two folders"):
        Work(tmp_path / "new", tmp_path / "new")


def test_a_refused_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("...")
    with pytest.raises(UsageError, match="Not a directory"):
        Work(tmp_path / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_without_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus").mkdir()
    monkeypatch.chdir(tmp_path / "corpus")
    assert Work(Path()).folder == tmp_path / "corpus.work"


def test_what_it_writes_is_no_input(articles: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which is read"):
        run(folders(articles), articles / "en" / "corpus")
    output = tmp_path / "corpus"
    run(folders(articles), output)
    with pytest.raises(UsageError, match="which is written"):
        run(Sources(source=[str(output / "documents.jsonl")]), output)


def test_a_damaged_alignment_is_made_anew(articles: Path, tmp_path: Path) -> None:
    output = tmp_path / "corpus"
    run(folders(articles), output)
    before = content(output)
    aligned = next((tmp_path / "corpus.work" / "aligned").rglob("*.gz"))
    aligned.write_bytes(b"")  # as a power cut may leave it
    (tmp_path / "corpus.work" / "kept.jsonl.gz").unlink()
    (tmp_path / "corpus.work" / "stages" / "align.json").unlink()
    with pytest.raises(AlignError, match="was damaged; the same command"):
        run(folders(articles), output)
    gold = Gold()
    run(folders(articles), output, gold)
    assert gold.translated
    assert content(output) == before
    aligned.unlink()
    run(folders(articles), output)
    assert aligned.is_file()


def test_two_builds_in_one_folder(tmp_path: Path) -> None:
    first, second = Work(tmp_path / "corpus"), Work(tmp_path / "corpus")
    with first.locked(), pytest.raises(UsageError, match="another build"), second.locked():
        pass
    with second.locked():
        pass


class StoppedError(Exception):
    """Takes the place of a kill."""


@pytest.mark.slow
def test_stopped_at_every_file_it_goes_on_to_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES[:3]:
        write_article(tmp_path / "articles", name)
    sources = folders(tmp_path / "articles")
    run(sources, tmp_path / "calm" / "corpus", dev=0, test=0)
    calm, replace = content(tmp_path / "calm" / "corpus"), Path.replace
    left = 0

    def fail(draft: Path, place: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoppedError
        result = replace(draft, place)
        if left == 0:
            raise StoppedError
        return result

    monkeypatch.setattr(Path, "replace", fail)
    stops = 0
    while True:
        # One more file each time, and every time from the beginning of what is left.
        left, output = stops + 1, tmp_path / f"run{stops}" / "corpus"
        try:
            run(sources, output, dev=0, test=0)
        except StoppedError:
            stops += 1
            left = 10_000
            run(sources, output, dev=0, test=0)
            assert content(output) == calm, stops
            shutil.rmtree(output.parent)
        else:
            break
    assert stops > 20


@pytest.mark.slow
def test_killed_it_goes_on_to_the_same_bytes(articles: Path, tmp_path: Path) -> None:
    def start(output: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tests.building", str(articles), str(output)]
        root = Path(__file__).parents[1]
        environment = os.environ | {"PYTHONPATH": str(root)}
        return subprocess.Popen(command, cwd=root, env=environment)

    assert start(tmp_path / "calm" / "corpus").wait() == 0
    output = tmp_path / "killed" / "corpus"
    work = output.with_name("corpus.work")
    for awaited in (work / "matches.json", work / "aligned", work / "kept.jsonl.gz"):
        process = start(output)
        while process.poll() is None and not awaited.exists():
            time.sleep(0.001)
        assert process.poll() is None, "it ended before it was killed"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (output / "manifest.json").exists()
    aligned = times(work / "aligned")
    assert start(output).wait() == 0
    assert content(output) == content(tmp_path / "calm" / "corpus")
    after = times(work / "aligned")
    assert all(after[path] == when for path, when in aligned.items() if path.suffix == ".gz")
