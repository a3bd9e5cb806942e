"""The memory on disk: what goes in comes out, whatever happens to processes and files."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

import platformdirs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.translate.memory import Memory, MemoryWarning, Remembered, default_path

remembered = st.builds(
    Remembered,
    st.text(),
    st.floats(max_value=0, allow_nan=False),
    st.lists(st.sampled_from(["empty", "numbers lost"]), unique=True).map(tuple),
)
puts = st.lists(st.tuples(st.sampled_from("ab"), st.dictionaries(st.text(max_size=3), remembered)))


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another Python process that has Memory and Remembered."""
    head = "import sys; from pathlib import Path\n"
    head += "from align.translate.memory import Memory, MemoryWarning, Remembered\n"
    command = [sys.executable, "-c", head + code, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def filled(path: Path, rows: int = 300) -> dict[str, Remembered]:
    entries = {f"جملہ {i}": Remembered(f"Sentence {i}", -i / 7, ("length",)) for i in range(rows)}
    with Memory(path) as memory:
        memory.put_many("scope", entries)
    return entries


@settings(max_examples=30, deadline=None)
@given(puts)
def test_it_is_a_dictionary_that_survives_closing(
    puts: list[tuple[str, dict[str, Remembered]]],
) -> None:
    expected: dict[str, dict[str, Remembered]] = {"a": {}, "b": {}}
    with tempfile.TemporaryDirectory() as folder:
        for scope, entries in puts:
            with Memory(Path(folder) / "m") as memory:
                memory.put_many(scope, entries)
            expected[scope] |= entries
        with Memory(Path(folder) / "m") as memory:
            asked = {source for _, entries in puts for source in entries} | {"never put"}
            for scope in "ab":
                assert memory.get_many(scope, asked) == expected[scope]


def test_thousands_are_found_at_once(tmp_path: Path) -> None:
    entries = filled(tmp_path / "m", 5000)
    with Memory(tmp_path / "m") as memory:
        assert memory.get_many("scope", entries) == entries
        assert memory.get_many("other scope", entries) == {}


def test_the_environment_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache" / "deep"))
    assert default_path() == tmp_path / "cache" / "deep" / "memory.sqlite3"
    with Memory() as memory:
        assert memory.is_open
    assert default_path().is_file()
    monkeypatch.delenv("ALIGN_CACHE")
    assert (
        default_path()
        == Path(platformdirs.user_cache_dir("align", appauthor=False)) / "memory.sqlite3"
    )


def test_a_closed_memory_is_empty_and_silent(tmp_path: Path) -> None:
    entries = filled(tmp_path / "m")
    memory = Memory(tmp_path / "m")
    memory.close()
    memory.close()
    memory.put_many("scope", {"x": Remembered("y", 0.0)})
    assert memory.get_many("scope", entries) == {}


@pytest.mark.parametrize("content", [b"not a database at all" * 500, b"SQLite format 3\0" * 99])
def test_a_file_that_is_no_database_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "m"
    path.write_bytes(content)
    with pytest.warns(MemoryWarning, match="set aside as m.damaged-"):
        memory = Memory(path)
    with memory:
        memory.put_many("scope", {"x": Remembered("y", -1.0)})
        assert memory.get_many("scope", ["x"]) == {"x": Remembered("y", -1.0)}
    (aside,) = tmp_path.glob("m.damaged-*")
    assert aside.read_bytes() == content


def test_a_database_of_something_else_is_set_aside_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "m"
    other = sqlite3.connect(path)
    with other:
        other.execute("CREATE TABLE friends (name TEXT)")
    other.close()
    content = path.read_bytes()
    with pytest.warns(MemoryWarning, match="not a translation memory"):
        Memory(path).close()
    (aside,) = tmp_path.glob("m.damaged-*")
    assert aside.read_bytes() == content


def test_a_changed_byte_is_never_taken_for_a_translation(tmp_path: Path) -> None:
    path = tmp_path / "m"
    entries = filled(path)
    content = bytearray(path.read_bytes())
    place = content.index(b"Sentence 123") + 9
    content[place] = ord("9")
    path.write_bytes(content)
    with Memory(path) as memory, pytest.warns(MemoryWarning, match=r"checksum.*set aside"):
        found = memory.get_many("scope", entries)
    assert found.items() <= entries.items()
    with Memory(path) as memory:
        assert memory.get_many("scope", entries) == {}


def test_damage_anywhere_never_gives_a_wrong_answer(tmp_path: Path) -> None:
    path = tmp_path / "m"
    entries = filled(path)
    content = path.read_bytes()
    rng = random.Random(4)
    for _ in range(60):
        changed = bytearray(content)
        start = rng.randrange(len(content))
        changed[start : start + 40] = rng.randbytes(40)
        path.write_bytes(changed[: rng.choice([len(content), len(content), start])])
        with warnings.catch_warnings(record=True):
            warnings.simplefilter("always")
            with Memory(path) as memory:
                found = memory.get_many("scope", entries)
                memory.put_many("scope", {"x": Remembered("y", -1.0)})
        assert found.items() <= entries.items()
        for file in tmp_path.iterdir():
            file.unlink()


def test_where_no_file_can_be_it_does_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "m", tmp_path / "folder"):
        with pytest.warns(MemoryWarning, match="not used") as caught:
            memory = Memory(path)
        assert caught[0].filename == __file__
        memory.put_many("scope", {"x": Remembered("y", 0.0)})  # a second warning would raise
        assert memory.get_many("scope", ["x"]) == {}
        assert not memory.is_open


def test_a_full_disk_costs_one_warning(tmp_path: Path) -> None:
    code = """
import resource, warnings
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    with Memory(Path(sys.argv[1])) as memory:
        for i in range(50):
            memory.put_many("scope", {f"{i} {j}": Remembered("x" * 99, 0.0) for j in range(50)})
print(*(w.category.__name__ for w in caught))
"""
    process = run(code, tmp_path / "m")
    assert process.communicate(timeout=60)[0].split() == ["MemoryWarning"]
    assert process.returncode == 0
    with Memory(tmp_path / "m") as memory:
        assert memory.is_open


def test_a_process_killed_while_writing_loses_no_finished_batch(tmp_path: Path) -> None:
    code = """
with Memory(Path(sys.argv[1])) as memory:
    for i in range(10**9):
        memory.put_many("scope", {f"{i} {j}": Remembered("x" * 99, -1.0) for j in range(200)})
        print(i, flush=True)
"""
    for _ in range(3):
        process = run(code, tmp_path / "m")
        assert process.stdout is not None
        while process.stdout.readline().strip() != "5":
            assert process.poll() is None
        time.sleep(random.random() / 20)
        process.send_signal(signal.SIGKILL)
        finished = 5 + len(process.stdout.readlines())
        process.wait()
        process.stdout.close()
        with Memory(tmp_path / "m") as memory:
            for i in range(finished + 3):
                found = memory.get_many("scope", [f"{i} {j}" for j in range(200)])
                assert len(found) in ({200} if i <= finished else {0, 200})
        for file in tmp_path.iterdir():
            file.unlink()


def test_four_processes_and_four_threads_write_at_once(tmp_path: Path) -> None:
    code = """
for i in range(20):
    with Memory(Path(sys.argv[1])) as memory:
        memory.put_many("scope", {f"{sys.argv[2]} {i} {j}": Remembered("a", -1.0, ("length",))
                                  for j in range(25)} | {"common": Remembered("b", -2.0)})
"""
    processes = [run(code, tmp_path / "m", number) for number in range(4)]
    with Memory(tmp_path / "m") as memory:

        def put(number: int) -> None:
            for i in range(20):
                memory.put_many("scope", {f"{number} {i} 0": Remembered("a", -1.0, ("length",))})

        threads = [threading.Thread(target=put, args=[number]) for number in range(4, 8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [process.communicate(timeout=60)[0] for process in processes] == [""] * 4
        assert [process.returncode for process in processes] == [0] * 4
        asked = [f"{n} {i} {j}" for n in range(4) for i in range(20) for j in range(25)]
        asked += [f"{n} {i} 0" for n in range(4, 8) for i in range(20)]
        expected = dict.fromkeys(asked, Remembered("a", -1.0, ("length",)))
        expected["common"] = Remembered("b", -2.0)
        assert memory.get_many("scope", [*asked, "common"]) == expected
