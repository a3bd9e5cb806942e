"""The memory over the years: other layouts, the user's corrections, its size, many processes."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from align.errors import UsageError
from align.translate import Memory
from align.translate.memory import MemoryWarning, Remembered
from align.translate.memory_rows import _checksum
from align.translate.memory_upkeep import Condition, Kept, size_limit
from align.translate.translator import is_current

DAY = 86_400
CORRECTED = Remembered("Right.", 0.0, ("corrected",))

# What the first version made, word for word.
FIRST_LAYOUT = """
CREATE TABLE scopes (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE translations (
    scope INTEGER NOT NULL REFERENCES scopes, source TEXT NOT NULL,
    text TEXT NOT NULL, score REAL NOT NULL, notes TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (scope, source)
) WITHOUT ROWID;
PRAGMA application_id=1634494318;
PRAGMA user_version=1;
PRAGMA journal_mode=WAL;
"""


def entries(count: int, text: str = "x") -> dict[str, Remembered]:
    return {f"جملہ {i}": Remembered(f"{text} {i}", -1.0) for i in range(count)}


def statement(path: Path, sql: str, *values: object) -> list[tuple[object, ...]]:
    """Do something to the file behind the memory's back."""
    connection = sqlite3.connect(path)
    with connection:
        found = connection.execute(sql, values).fetchall()
    connection.close()
    return found


def test_a_memory_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "m"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_LAYOUT)
    connection.execute("INSERT INTO scopes VALUES (1, 'a')")
    row = ("جملہ", "A sentence.", -0.5, "length\nempty")
    connection.execute(
        "INSERT INTO translations VALUES (1,?,?,?,?,?)", (*row, _checksum("a", *row))
    )
    connection.commit()
    connection.close()
    for _ in range(2):
        with Memory(path) as memory:
            found = memory.get_many("a", ["جملہ"])
            assert found == {"جملہ": Remembered("A sentence.", -0.5, ("length", "empty"))}
            memory.put_many("a", entries(3))
    with Memory(path) as memory:
        assert memory.stats().rows == 4
        assert memory.count(Condition(before=int(time.time()) - DAY)) == 0  # counts as used now
        assert memory.forget(Condition()) == 4  # and shrinks, which it could not from the start


def test_a_memory_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Memory(path) as memory:
        memory.put_many("a", entries(3))
    statement(path, "PRAGMA user_version=99")
    content = path.read_bytes()
    with pytest.warns(MemoryWarning, match="not used: made by a later version"):
        Memory(path).close()
    assert path.read_bytes() == content
    assert not list(tmp_path.glob("*damaged*"))


def test_corrections_win_over_every_model_for_equal_sources_as_the_model_sees_them(
    tmp_path: Path,
) -> None:
    with Memory(tmp_path / "m") as memory:
        memory.put_many("a", {"کراچی میں": Remembered("In K.", -1.0)})
        assert memory.corrected == ""
        memory.correct({"كراچي  میں": "Wrong.", "دوسرا": "Second."})  # Arabic letters, two spaces
        first = memory.corrected
        memory.correct({"كراچي  میں": "Right."})
        assert memory.corrected != first
        for scope in "ab":
            assert memory.get_many(scope, ["کراچی میں", "none"]) == {"کراچی میں": CORRECTED}
        memory.put_many("a", {"کراچی میں": Remembered("In K.", -1.0)})
        assert memory.get_many("a", ["کراچی میں"]) == {"کراچی میں": CORRECTED}
        assert set(memory.corrections()) == {
            Kept("كراچي  میں", "Right.", None), Kept("دوسرا", "Second.", None)
        }  # fmt: skip
        assert memory.texts_of(["كراچي  میں"]) == {"كراچي  میں": {"In K."}}
        assert memory.forget_corrections() == 2
        assert memory.get_many("a", ["کراچی میں"]) == {"کراچی میں": Remembered("In K.", -1.0)}


def test_corrections_find_their_new_keys_when_normalisation_changes(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Memory(path) as memory:
        memory.correct({"كراچي": "Right.", "لاہور": "Lahore."})
    statement(path, "UPDATE corrections SET normalize = '0', key = 'old ' || key")
    with Memory(path) as memory:
        assert memory.get_many("a", ["کراچی"]) == {"کراچی": CORRECTED}
        assert memory.stats().corrections == 2


def test_corrections_are_rescued_from_a_damaged_memory(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Memory(path) as memory:
        memory.correct({f"جملہ {i}": f"Mine {i}." for i in range(50)})
        memory.put_many("a", entries(50, "Sentence"))
    content = path.read_bytes()
    path.write_bytes(content.replace(b"Sentence 7", b"Sentence 9"))
    with Memory(path) as memory:
        with pytest.warns(MemoryWarning, match="with 50 corrections of the old one"):
            memory.get_many("a", ["جملہ 7"])
        found = memory.get_many("a", ["جملہ 7"])
        assert found == {"جملہ 7": Remembered("Mine 7.", 0.0, ("corrected",))}
        assert (memory.stats().rows, memory.stats().corrections) == (0, 50)

    path.write_bytes(path.read_bytes().replace(b"Mine 8.", b"Mine 0."))
    with Memory(path) as memory:
        with pytest.warns(MemoryWarning, match="with 49 .*; corrections are lost, import them"):
            assert memory.get_many("a", ["جملہ 8"]) == {}
        assert memory.stats().corrections == 49


def test_a_correction_that_finds_the_memory_damaged_is_kept_in_the_new_one(tmp_path: Path) -> None:
    with Memory(tmp_path / "m") as memory:
        statement(tmp_path / "m", "DROP TABLE corrections")
        with pytest.warns(MemoryWarning, match="a new one is begun"):
            memory.correct({"یہ": "Mine."})
        assert memory.stats().corrections == 1


def test_a_memory_that_gets_too_large_forgets_what_was_unused_for_longest(tmp_path: Path) -> None:
    path, limit = tmp_path / "m", 2**20
    now = int(time.time())
    with Memory(path, limit=limit) as memory:
        memory.correct({"یہ": "Mine."})
        memory.put_many("a", entries(1500, "old " * 40))
        statement(path, "UPDATE translations SET used = ?", now - 9 * DAY)
        used = [f"جملہ {i}" for i in range(0, 1500, 100)]
        memory.get_many("a", used)  # these are used again
        for batch in range(7):
            memory.put_many(f"b{batch}", entries(500, "new " * 40))
            assert path.stat().st_size <= 1.25 * limit  # a batch is 0.2 of it
        found = memory.get_many("a", entries(1500))
        assert set(used) <= set(found)
        assert len(found) < 1400
        for batch in range(7):
            assert memory.get_many(f"b{batch}", entries(500)) == entries(500, "new " * 40)
        assert memory.get_many("any", ["یہ"])


def test_use_is_noted_once_a_day(tmp_path: Path) -> None:
    path = tmp_path / "m"
    now = int(time.time())
    with Memory(path) as memory:
        memory.put_many("a", entries(3))
        statement(path, "UPDATE translations SET used = ?", now - 100)
        memory.get_many("a", ["جملہ 1"])
        assert memory.stats().scopes[0].newest == now - 100
        statement(path, "UPDATE translations SET used = ?", now - 3 * DAY)
        memory.get_many("a", ["جملہ 1"])
        (scope,) = memory.stats().scopes
        assert scope.newest >= now
        assert scope.oldest == now - 3 * DAY


def test_forgetting_by_scope_and_age(tmp_path: Path) -> None:
    path = tmp_path / "m"
    with Memory(path) as memory:
        memory.put_many("a", entries(25_000))  # several steps
        memory.put_many("b", entries(100))
        before = memory.stats().size
        assert memory.count(Condition(["a", "none"])) == 25_000
        assert memory.forget(Condition(["a"], before=1000)) == 0
        assert memory.forget(Condition(["a"], before=int(time.time()) + 10)) == 25_000
        assert memory.stats().size < before / 10
        assert [scope.scope for scope in memory.stats().scopes] == ["b"]
        assert {kept.source: kept.text for kept in memory.translations()} == {
            source: entry.text for source, entry in entries(100).items()
        }
        assert memory.shrink(2**30) == 0
        assert memory.shrink(1) == 100


@pytest.mark.parametrize("size", ["much", "-1", "1X", "5 M B", "9" * 400])
def test_a_size_that_is_none(size: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ALIGN_MEMORY_SIZE", size)
    with pytest.raises(UsageError, match="ALIGN_MEMORY_SIZE: a size is"):
        Memory(tmp_path / "m")


def test_the_environment_says_how_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ALIGN_MEMORY_SIZE", raising=False)
    assert size_limit() == 4 * 2**30
    monkeypatch.setenv("ALIGN_MEMORY_SIZE", "1.5gb")
    assert size_limit() == 3 * 2**29


def test_which_scopes_are_of_this_version() -> None:
    from importlib.metadata import version

    from align.translate.translator import VERSION

    engine = f"m@1|ctranslate2:{version('ctranslate2')}|int8|cpu|beam:4"
    assert is_current(f"{engine}|translate:{VERSION}")
    assert not is_current(f"{engine}|translate:0")
    assert not is_current(f"m@1|ctranslate2:1.0|int8|translate:{VERSION}")


WRITER = """
import sys, warnings
from pathlib import Path
from align.translate.memory import Memory, Remembered
warnings.simplefilter("error")
with Memory(Path(sys.argv[1])) as memory:
    for i in range(int(sys.argv[3])):
        name = sys.argv[2]
        batch = {f"{name} {i} {j}": Remembered("x" * 99, -1.0) for j in range(20)}
        assert memory.get_many("scope", batch) == {}
        memory.put_many("scope", batch | {"common": Remembered("y", -1.0)})
        assert memory.get_many("scope", batch) == batch
        print(i, flush=True)
"""


@pytest.mark.slow
def test_eight_processes_on_one_memory_and_one_of_them_killed(tmp_path: Path) -> None:
    path = tmp_path / "m"

    def writer(name: int, batches: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", WRITER, str(path), str(name), str(batches)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    doomed = writer(0, 10**9)
    others = [writer(name, 30) for name in range(1, 8)]
    assert doomed.stdout is not None
    while doomed.stdout.readline().strip() != "5":
        assert doomed.poll() is None
    time.sleep(random.random() / 5)
    doomed.send_signal(signal.SIGKILL)
    finished = 5 + len(doomed.communicate()[0].splitlines())
    for other in others:
        out, told = other.communicate(timeout=120)
        assert (other.returncode, told) == (0, "")
        assert len(out.splitlines()) == 30
    with Memory(path) as memory:
        for name in range(1, 8):
            asked = [f"{name} {i} {j}" for i in range(30) for j in range(20)]
            assert len(memory.get_many("scope", asked)) == 600
        for i in range(finished + 3):
            found = memory.get_many("scope", [f"0 {i} {j}" for j in range(20)])
            assert len(found) in ({20} if i <= finished else {0, 20})
    assert statement(path, "PRAGMA integrity_check") == [("ok",)]
