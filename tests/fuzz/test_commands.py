"""Every command on broken files, and on files that are none: an exit code and a line, no more."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz import hostile
from tests.fuzz.conftest import thorough
from tests.fuzz.mutations import Mutation, mutations
from tests.fuzz.sandbox import MEMORY, SECONDS, Ran, Sandbox
from tests.fuzz.seeds import CASES, Case

MEGABYTE = 2**20


def run_case(
    sandbox: Sandbox, case: Case, folder: Path, *, memory: int = MEMORY, seconds: float = SECONDS
) -> Ran:
    """Run a command in `folder`, with a translation memory there."""
    cache = folder / "cache"
    return sandbox.run(*case.arguments, folder=folder, cache=cache, memory=memory, seconds=seconds)


def check_output(case: Case, ran: Ran, folder: Path) -> None:
    """Check that a command ended well, and that what it wrote is whole and harmless."""
    ran.check()
    if "--json" in case.arguments:
        for line in ran.said.splitlines():
            json.loads(line)
    out = folder / "OUT"
    assert not [path for path in out.rglob("*") if path.name.endswith(".part")]
    if ran.code == 2 and case.arguments[0] not in ("check", "corpus"):
        assert not any(path.is_file() for path in out.rglob("*"))


def test_every_command_reads_the_good_files(sandbox: Sandbox, folder: Path) -> None:
    """Else the others would test nothing."""
    failed = []
    for case in CASES:
        ran = run_case(sandbox, case, folder).check()
        shutil.rmtree(folder / "OUT")
        (folder / "OUT").mkdir()
        if ran.code == 2:
            failed.append(case)
    # Too few articles to learn from, too few documents to split or to match, no reference.
    assert len(failed) <= 6, failed


@thorough(120)
@given(case=st.sampled_from(CASES), change=mutations())
def test_a_broken_file_ends_no_command_badly(
    sandbox: Sandbox, seeds: Path, case: Case, change: Mutation
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        shutil.copytree(seeds, folder)
        (folder / "OUT").mkdir()
        broken = folder / case.broken
        broken.write_bytes(change(broken.read_bytes()))
        check_output(case, run_case(sandbox, case, folder), folder)


def _kinds() -> list[Case]:
    """One of each command and kind of file."""
    found: dict[tuple[object, ...], Case] = {}
    for case in CASES:
        words = [word for word in case.arguments[:2] if "." not in word]
        found.setdefault((*words, Path(case.broken).suffix, "--gold" in case.arguments), case)
    return list(found.values())


@pytest.mark.parametrize("kind", ["zero", "full", "pipe", "loop", "folder", "nothing"])
def test_what_is_no_file_is_refused_at_once(sandbox: Sandbox, folder: Path, kind: str) -> None:
    """Endless devices, pipes that nobody writes to, links in a circle: in a time and memory."""
    for case in _kinds():
        broken = folder / case.broken
        good = broken.read_bytes()
        broken.unlink()
        if kind in ("zero", "full"):
            broken.symlink_to(f"/dev/{kind}")
        elif kind == "pipe":
            os.mkfifo(broken)
        elif kind == "loop":
            broken.symlink_to(broken)
        elif kind == "folder":
            broken.mkdir()
        ran = run_case(sandbox, case, folder, memory=200 * MEGABYTE, seconds=10).check(1, 2)
        assert case.broken in ran.told or case.broken.partition(".")[0] in ran.told, ran
        if kind == "folder":
            broken.rmdir()
        elif kind != "nothing":
            broken.unlink()
        broken.write_bytes(good)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
@pytest.mark.parametrize(
    "command",
    [("translate",), ("translate", "--lines"), ("check",), ("split",), ("normalize",),
     ("pair", "-", "side.en.txt")],
    ids=" ".join,
)  # fmt: skip
def test_standard_input_without_end_is_refused(
    sandbox: Sandbox, folder: Path, device: str, command: tuple[str, ...]
) -> None:
    ran = sandbox.run(
        *command, stdin=Path(device), folder=folder, memory=300 * MEGABYTE, seconds=10
    )
    assert "larger than 64 MB" in ran.check(2).told


FULL = (
    ("translate", "article.txt", "-o", "/dev/full"),
    ("translate", "article.txt", "--report", "/dev/full"),
    ("check", "article.txt", "--html", "/dev/full"),
    ("check", "articles.jsonl", "--spellings", "/dev/full"),
    ("pair", "side.ur.txt", "side.en.txt", "-o", "/dev/full"),
    ("words", "pairs.tsv", "-o", "/dev/full"),
    ("evaluate", "--source", "pairs.tsv", "--samples", "0", "-o", "/dev/full"),
    ("corpus", "export", "pairs.tsv", "-o", "/dev/full"),
    ("split", "article.txt", "-o", "/dev/full"),
    ("normalize", "article.txt", "-o", "/dev/full"),
    ("translate", "article.txt", "-o", "article.txt/x"),
    ("corpus", "build", "both.jsonl", "-o", "/dev/full"),
    ("corpus", "split", "pairs.tsv", "-o", "article.txt"),
)


@pytest.mark.parametrize("arguments", FULL, ids=" ".join)
def test_what_cannot_be_written_is_said(
    sandbox: Sandbox, folder: Path, arguments: tuple[str, ...]
) -> None:
    before = (folder / "article.txt").read_bytes()
    sandbox.run(*arguments, folder=folder, cache=folder / "cache").check(2)
    assert (folder / "article.txt").read_bytes() == before


ODD = (
    ("translate", "a" * 5000), ("translate", "x\udcff"), ("translate", "[[["), ("translate", ""),
    ("translate", "/proc/self/mem"), ("check", "a\nb\x1b[2J"), ("pair", "a" * 300, "b"),
    ("pair", "", ""), ("words", "a" * 5000), ("evaluate", "--testset", "../../etc/passwd"),
    ("evaluate", "--testset", "a" * 5000), ("evaluate", "--source", "\u202ea"),
    ("corpus", "stats", "a" * 5000), ("corpus", "export", "-", "-o", "a" * 300 + ".tsv"),
    ("corpus", "split", "pairs.tsv", "-o", "p", "--dev", "inf"),
    ("corpus", "filter", "pairs.tsv", "-o", "k.tsv", "--set", "ratio=nan"),
    ("models", "info", "a" * 5000), ("models", "info", "/dev/zero"), ("models", "info", "../.."),
    ("models", "convert", "a/b/c"), ("models", "install", "../x"),
    ("memory", "prune", "--size", "1e400"), ("memory", "import", "a" * 5000),
    ("train", "a" * 5000, "-o", "x"), ("train", "/dev/zero", "-o", "x"),
    ("train", "pairs.tsv=1e9", "-o", "x"), ("train", "pairs.tsv", "-o", "x", "--from", "../.."),
    ("train", "pairs.tsv", "-o", "x", "--lexicon", "/dev/zero"), ("translate", "--beam", "9" * 30),
    ("check", "article.txt", "--calibration", "a" * 5000), ("translate", "--fields", "x" * 9999),
)  # fmt: skip


@pytest.mark.parametrize(
    "arguments", ODD, ids=lambda a: " ".join(a)[:40].encode("ascii", "replace")
)
def test_odd_arguments_are_bad_usage(
    sandbox: Sandbox, folder: Path, arguments: tuple[str, ...]
) -> None:
    ran = sandbox.run(*arguments, folder=folder, cache=folder / "cache").check(1, 2)
    assert "\u202e" not in ran.told


@pytest.mark.parametrize("days", ["0", "1e300", "1e308"])
def test_what_was_not_used_for_aeons_is_nothing(sandbox: Sandbox, folder: Path, days: str) -> None:
    cache = folder / "cache"
    sandbox.run("translate", "article.txt", folder=folder, cache=cache).check(0)
    ran = sandbox.run("memory", "prune", "--unused", days, cache=cache).check(0)
    assert ran.told.startswith("0 ") == (days != "0")


@pytest.mark.parametrize("fields", [("origin",), ("document",), ("created",), ("bead", "score")])
def test_pairs_that_lack_what_others_have(
    sandbox: Sandbox, tmp_path: Path, fields: tuple[str, ...]
) -> None:
    values = {"origin": "a", "document": "b", "created": "2025-01-02", "bead": "0:0", "score": 1}
    record = {"source": "خبر", "target": "News"} | {name: values[name] for name in fields}
    records = hostile.write_records(tmp_path / "p.jsonl", [record, {"source": "", "target": "x"}])
    for arguments in (
        ("evaluate", "--source", records, "--format", "html"), ("corpus", "stats", records),
        ("compare", f"a={records}", f"b={records}", "--source", records, "--format", "html"),
        ("corpus", "filter", records, "--dry-run"), ("corpus", "deduplicate", records),
    ):  # fmt: skip
        sandbox.run(*arguments, folder=tmp_path, cache=tmp_path).check(0)
