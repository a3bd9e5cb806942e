"""Names that others chose: ids that become files, files whose names are no text, odd folders."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.cli.names import FileNames, folder_below
from tests.fuzz import hostile
from tests.fuzz.conftest import thorough
from tests.fuzz.hostile import HIDDEN, NAMES, URDU
from tests.fuzz.sandbox import Sandbox

RAW = (
    b"\xff\xfe.txt", b"new\nline.txt", b"esc\x1b[2J.txt", "\u202etxt.exe.txt".encode(), b" .txt",
    b"-.txt", b"--help.txt", b"a" * 251 + b".txt", b"$(x).txt", b"[a].txt", b"*.txt", b"\\.txt",
)  # fmt: skip


@thorough(200)
@given(st.lists(st.text(max_size=200) | st.sampled_from(NAMES), max_size=20))
def test_every_id_gets_a_file_of_its_own_in_its_folder(ids: list[str]) -> None:
    names = FileNames(".en.txt")
    found = [names.name(id) for id in ids]
    assert len({name.casefold() for name in found}) == len(ids)
    for name in found:
        assert Path(name).name == name
        assert len(name.encode()) < 160
        assert not name.startswith((".", "-", "~"))
        assert not set(name) & (HIDDEN | set('/\\:*?"<>| \n\r\t\0'))
        assert name.split(".")[0].casefold() not in ("con", "prn", "aux", "nul", "com1", "lpt¹")


@thorough(200)
@given(st.lists(st.sampled_from(("a", "b", "..", ".", "/", "c d")), min_size=1, max_size=6),
       st.lists(st.sampled_from(("a", "..", ".", "/a", "a/b")), max_size=3))  # fmt: skip
def test_no_folder_lies_above(parts: list[str], sources: list[str]) -> None:
    assert ".." not in folder_below("/".join(parts), sources).parts
    assert not folder_below("/".join(parts), sources).is_absolute()


@pytest.mark.parametrize("command", ["translate", "build"])
def test_ids_of_records_make_no_files_elsewhere(
    sandbox: Sandbox, tmp_path: Path, command: str
) -> None:
    records = [{"id": name, "ur": f"{URDU}۔", "en": "It rained."} for name in NAMES]
    hostile.write_records(tmp_path / "r.jsonl", records)
    (tmp_path / "in").mkdir()
    arguments = {
        "translate": ("translate", "../r.jsonl", "--fields", "paragraphs=ur", "-o", "out/"),
        "build": ("corpus", "build", "../r.jsonl", "-o", "out", "--work", "work"),
    }[command]
    ran = sandbox.run(*arguments, folder=tmp_path / "in", cache=tmp_path / "cache").check(0, 1)
    assert {path.name for path in tmp_path.iterdir()} <= {"in", "r.jsonl", "cache"}
    assert {path.name for path in (tmp_path / "in").iterdir()} <= {"out", "work"}
    if command == "translate":
        files = list((tmp_path / "in" / "out").iterdir())
        assert len(files) == len(NAMES) - ran.told.count("r.jsonl:")
        assert all(path.read_text("utf-8").strip() for path in files)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder with files of odd names, links round and round, pipes and devices."""
    folder = tmp_path / "odd"
    folder.mkdir()
    for name in RAW:
        with open(os.fsencode(folder) + b"/" + name, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f"{URDU}۔\n")
    (folder / "circle").symlink_to(folder)
    (folder / "deeper").mkdir()
    (folder / "deeper" / "up").symlink_to("..")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "nowhere.txt").symlink_to("nothing")
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "folder.txt").mkdir()
    os.mkfifo(folder / "pipe.txt")
    return tmp_path


ODD = (
    ("translate", "odd", "--json"), ("translate", "odd", "-o", "out/"), ("check", "odd", "--json"),
    ("check", "odd", "--html", "page.html"), ("split", "odd", "--json"), ("normalize", "odd"),
    ("translate", "--lines", "odd", "--json"), ("translate", "odd/**", "--json"),
    ("corpus", "build", "odd", "--english", "odd/deeper", "-o", "c"),
)  # fmt: skip


@pytest.mark.parametrize("arguments", ODD, ids=" ".join)
def test_odd_files_are_read_or_refused_each(
    sandbox: Sandbox, odd: Path, arguments: tuple[str, ...]
) -> None:
    ran = sandbox.run(*arguments, folder=odd, cache=odd / "cache").check(1, 2)
    assert not HIDDEN.intersection(ran.told), ascii(ran.told)
    complaints = [line for line in ran.told.splitlines() if line.startswith("odd/")]
    refused = {"self.txt", "nowhere.txt", "zero.txt", "pipe.txt"}
    assert {line.split(":")[0].removeprefix("odd/") for line in complaints} >= refused
    if "--json" in arguments:
        records = [json.loads(line) for line in ran.said.splitlines()]
        paths = {record["path"] for record in records if "error" not in record}
        assert len(paths) == len(RAW)  # each once, in spite of the circles
    if "out/" in arguments:
        assert len(list((odd / "out").iterdir())) == len(RAW)
