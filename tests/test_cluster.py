"""Runs on a cluster: what they give is what a run on one machine gives, whatever dies."""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.articles import read_articles
from align.articles.reader import parse_unread
from align.bitext import Pair
from align.cluster import duplicates
from align.cluster.corrections import Corrections
from align.cluster.packing import packed, unpacked
from align.cluster.results import Results
from align.cluster.signing import pack_signatures
from align.cluster.stage import Row
from align.cluster.windows import Windows, items_of
from align.corpus.duplicates import Side, find_duplicates, sign
from align.corpus.formats import write_pairs
from align.errors import InputError, UsageError
from align.pipeline import WINDOW, translate_articles
from align.translate import Memory, Translator
from tests.command import run
from tests.fakes import RuleEngine

WORDS = [
    "وزیر", "اعظم", "حکومت", "بجلی", "کسان", "بارش", "لاہور", "کراچی", "پولیس", "عدالت", "فیصلہ",
    "گندم", "قیمت", "اسکول", "ہسپتال",
]  # fmt: skip
NEEDS_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")


def sentence(chance: random.Random, words: int = 3) -> str:
    return " ".join(chance.choices(WORDS, k=words)) + "۔"


def write_records(path: Path, count: int, *, seed: int = 1) -> Path:
    """Articles of one line each, of which two are no articles."""
    chance = random.Random(seed)
    lines = [
        json.dumps({"id": f"a{number}", "title": sentence(chance), "text": sentence(chance)})
        for number in range(count)
    ]
    lines[count // 3], lines[count // 2] = "{", '{"id": "empty"}'
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_pages(folder: Path) -> Path:
    """A page, a blank one, one that is no text, records in a text file, and a page below."""
    chance = random.Random(2)
    (folder / "below").mkdir(parents=True)
    (folder / "page.txt").write_text("\n\n".join(sentence(chance) for _ in range(3)))
    (folder / "blank.txt").write_text("\n")
    (folder / "none.txt").write_bytes(b"%PDF-1.4")
    write_records(folder / "records.txt", 5)
    (folder / "below" / "page.html").write_text(
        f"<html><body><article><p>{sentence(chance, 30)}</p></article></body></html>"
    )
    return folder


def test_what_misses_the_extra_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "ray"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ray", None)
    page = write_pages(tmp_path / "in") / "page.txt"
    pairs = tmp_path / "pairs.tsv"
    write_pairs(str(pairs), [Pair("ایک", "one")])
    for command in (
        ("translate", str(page)),
        ("corpus", "filter", str(pairs)),
        ("corpus", "deduplicate", str(pairs)),
    ):
        told = run(*command, "--ray", "local", code=2).stderr.splitlines()
        assert len(told) == 1
        assert "pip install" in told[0]
        assert "[ray]" in told[0]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--ray", "local", "--lines"), "--ray and --lines"),
        (("--ray", "local", "--watch"), "--watch"),
        (("--work", "there"), "--work is for --ray"),
        pytest.param(("--ray", "ray://there:1"), "HOST:PORT", marks=NEEDS_RAY),
    ],
)
def test_what_does_not_go_together_is_said(
    tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    page = write_pages(tmp_path / "in") / "page.txt"
    assert reason in run("translate", str(page), *arguments, code=2).stderr


class Attack:
    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, ("touch attacked",)


def test_results_come_back_as_they_were(tmp_path: Path) -> None:
    articles = read_articles(str(write_pages(tmp_path / "in")))
    found = list(translate_articles(articles, Translator(RuleEngine())))
    assert any(isinstance(one, InputError) for one in found)
    assert _told(unpacked(packed(found))) == _told(found)


def _told(items: Iterable[object]) -> list[object]:
    """Errors have no equality; they are what they say."""
    return [str(item) if isinstance(item, InputError) else item for item in items]


def test_results_hold_nothing_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for hostile in (Attack(), [Attack()], {"a": os.path.join}):
        with pytest.raises(ValueError, match="damaged"):
            unpacked(zlib.compress(pickle.dumps(hostile)))
    whole = packed([InputError("a", "b")])
    for length in range(len(whole)):
        with pytest.raises(ValueError, match="damaged"):
            unpacked(whole[:length])
    assert not Path("attacked").exists()


def test_a_damaged_shard_is_removed_and_told(tmp_path: Path) -> None:
    results = Results(tmp_path / "work")
    results.write("abcd", b"damage")
    with pytest.raises(UsageError, match=r"damaged.*same command"):
        results.read("abcd")
    assert not results.has("abcd")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").touch()
    with pytest.raises(UsageError, match="no working folder"):
        Results(tmp_path / "other")


def windows(tmp_path: Path, sources: Sequence[str], size: int, scope: str = "scope") -> list[Row]:
    Results(tmp_path / "work")
    return list(Windows(tuple(sources), scope, tmp_path / "work", size)())


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_windows_hold_what_one_machine_reads(tmp_path: Path, size: int) -> None:
    sources = [
        str(write_pages(tmp_path / "in")),
        str(write_records(tmp_path / "a.jsonl", 9)),
        str(tmp_path / "missing.txt"),
    ]
    rows = windows(tmp_path, sources, size)
    items = [items_of(row) for row in rows]
    assert [row["number"] for row in rows] == list(range(len(rows)))
    assert [len(one) for one in items[:-1]] == [size] * (len(rows) - 1)
    assert 0 < len(items[-1]) <= size
    parsed = [
        item if isinstance(item, InputError) else parse_unread(item)
        for window in items
        for item in window
    ]
    assert _told(parsed) == _told(read_articles(sources))


def test_standard_input_lies_in_the_working_folder(tmp_path: Path) -> None:
    Results(tmp_path / "work")
    records = write_records(tmp_path / "a.jsonl", 9)
    (tmp_path / "work" / "input").write_bytes(records.read_bytes())
    found = [item for row in windows(tmp_path, ["-"], 100) for item in items_of(row)]
    assert {item.path for item in found} == {"-"}
    assert len(found) == 9


def test_what_is_there_and_the_same_is_not_sent_again(tmp_path: Path) -> None:
    path = write_records(tmp_path / "a.jsonl", 9)
    first = windows(tmp_path, [str(path)], 4)
    results = Results(tmp_path / "work")
    results.write(first[1]["digest"], b"")
    again = windows(tmp_path, [str(path)], 4)
    assert [row["digest"] for row in again] == [row["digest"] for row in first]
    assert [bool(row["items"]) for row in again] == [True, False, True]
    assert all(row["items"] for row in windows(tmp_path, [str(path)], 4, scope="another"))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:5], lines[6], lines[5], *lines[7:]]) + "\n")
    changed = windows(tmp_path, [str(path)], 4)
    assert [bool(row["items"]) for row in changed] == [True, True, True]
    assert changed[0]["digest"] == first[0]["digest"]


def test_corrections_win_on_a_node_as_they_do_here(tmp_path: Path) -> None:
    texts = [f"{WORDS[0]} {WORDS[1]}۔", f"{WORDS[2]}۔", f"{WORDS[0]} {WORDS[1]}۔", "12"]
    with Memory(tmp_path / "memory.sqlite3") as memory:
        assert Corrections.of(memory) is None
        memory.correct({texts[0]: "Corrected."})
        here = Translator(RuleEngine(), memory=memory)
        expected, signature = here.translate(texts), here.signature
        corrections = pickle.loads(pickle.dumps(Corrections.of(memory)))
    there = Translator(RuleEngine(), memory=corrections)
    assert there.signature == signature
    assert there.translate(texts) == expected
    assert expected[0].notes == ("corrected",)


def test_shards_of_json_lines_are_the_lines_in_order(cache: Path, tmp_path: Path) -> None:
    from align.cli.shard_folder import ShardFolder

    articles = list(read_articles(str(write_records(tmp_path / "a.jsonl", 9))))
    found = list(translate_articles(articles, Translator(RuleEngine())))
    for count in (9, 5):
        passed = list(ShardFolder(tmp_path / "out", size=4).written(found[:count]))
        assert passed == found[:count]
        files = sorted((tmp_path / "out").iterdir())
        assert [file.name for file in files] == ["000000.jsonl", "000001.jsonl", "000002.jsonl"][
            : -(-count // 4)
        ]
        lines = [line for file in files for line in file.read_text().splitlines()]
        assert len(lines) == count
        assert ["error" in json.loads(line) for line in lines] == [
            isinstance(one, InputError) for one in found[:count]
        ]


def grouped_here(
    rows: Iterable[Row],
    scatter: Callable[[Row], Iterable[Row]],
    key: str,
    gather: Callable[[Sequence[Row]], Row],
) -> Iterator[Row]:
    """As `grouped`, without a cluster, in an order of chance."""
    groups: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        for part in scatter(row):
            groups[part[key]].append(part)
    for group in groups.values():
        random.Random(3).shuffle(group)
        yield gather(group)


TEXTS = st.lists(st.sampled_from(WORDS[:5]), max_size=7).map(" ".join)
PAIRS = st.lists(
    st.builds(Pair, source=TEXTS, target=TEXTS, score=st.sampled_from([None, 0.1, 0.5])),
    min_size=1,
    max_size=40,
)


@settings(max_examples=50)
@given(
    PAIRS,
    st.sampled_from(["both", "either", "source", "target"]),
    st.sampled_from([None, 0.4, 0.8]),
    st.integers(1, 9),
    st.integers(1, 5),
)
def test_duplicates_in_parts_are_those_of_the_whole(
    pairs: list[Pair], side: Side, threshold: float | None, size: int, members: int
) -> None:
    signed = [
        {
            "first": first,
            "signatures": pack_signatures(
                sign(pairs[first : first + size], side=side, threshold=threshold)
            ),
        }
        for first in range(0, len(pairs), size)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "_MEMBERS", members)
        patch.setattr(duplicates, "_ENTRIES", members)
        patch.setattr(duplicates, "grouped", grouped_here)
        patch.setattr(duplicates, "rows_of", lambda _, rows: rows)
        patch.setattr(duplicates, "signatures_of", lambda *_, **__: signed)
        session: Any = None
        shards: Any = pairs  # of which only the number is asked for
        found = duplicates.find_duplicates_on_cluster(
            shards, session, side=side, threshold=threshold
        )
    expected = find_duplicates(pairs, side=side, threshold=threshold)
    assert found.keeper.tolist() == expected.keeper.tolist()
    assert found.near.tolist() == expected.near.tolist()


class Nodes:
    """The program of two nodes."""

    def __init__(self, folder: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.two_nodes", folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, self._process.communicate()[1][-2000:]

    def kill_one(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("kill\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.communicate()  # its input ends
        assert self._process.returncode == 0


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    # Names of sockets may have 107 bytes.
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:
        found = Nodes(folder)
        yield found
        found.close()


def started(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command as users do."""
    return subprocess.run(
        [sys.executable, "-m", "align", *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def align(*arguments: object, code: int = 0) -> str:
    """Run the command, which ends with `code`; give what it says on standard error."""
    done = started(*arguments)
    assert done.returncode == code, done.stderr
    return done.stderr


def faults(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if ": " in line and " = " not in line]


@NEEDS_RAY
@pytest.mark.slow
@pytest.mark.usefixtures("cache")
class TestOnTwoNodes:
    def test_articles(self, nodes: Nodes, tmp_path: Path) -> None:
        sources = (write_pages(tmp_path / "in"), write_records(tmp_path / "a.jsonl", 3 * WINDOW))
        told = {}
        for name, options in (("here", ()), ("there", ("--ray", nodes.address))):
            told[name] = align(
                "translate", *sources, "--no-memory", "--format", "jsonl",
                "-o", tmp_path / f"{name}.jsonl", *options, code=1,
            )  # fmt: skip
        assert (tmp_path / "there.jsonl").read_bytes() == (tmp_path / "here.jsonl").read_bytes()
        assert faults(told["there"])[:6] == faults(told["here"])[:6]
        assert "Traceback" not in told["there"]
        assert not (tmp_path / "there.jsonl.work").exists()

    def test_pairs(self, nodes: Nodes, tmp_path: Path) -> None:
        chance = random.Random(4)
        pairs = [
            Pair(sentence(chance, 5), " ".join(chance.choices(["rain", "court", "25"], k=4)),
                 round(chance.random(), 2), origin="one", document=f"d{number // 4}")
            for number in range(400)
        ]  # fmt: skip
        corpus = tmp_path / "corpus.jsonl"
        write_pairs(str(corpus), [*pairs, *pairs[:50]])
        outputs: dict[str, list[bytes]] = {}
        for name, options in (("here", ()), ("there", ("--ray", nodes.address))):
            kept, ledger, dropped, unique, doubles = (
                tmp_path / f"{name}.{end}"
                for end in ("kept.tsv", "ledger.json", "dropped.jsonl", "unique.tsv", "twice.jsonl")
            )
            align("corpus", "filter", corpus, "-o", kept, "--ledger", ledger,
                  "--dropped", dropped, *options)  # fmt: skip
            align("corpus", "deduplicate", corpus, "-o", unique, "--dropped", doubles, *options)
            outputs[name] = [file.read_bytes() for file in (kept, ledger, dropped, unique, doubles)]
        assert outputs["there"] == outputs["here"]
        assert all(outputs["here"])

    def test_articles_after_the_driver_and_a_node_were_killed(
        self, nodes: Nodes, tmp_path: Path
    ) -> None:
        source = write_records(tmp_path / "a.jsonl", 6 * WINDOW, seed=9)
        command = (
            "translate", source, "--no-memory", "--format", "jsonl", "-o", tmp_path / "there.jsonl",
            "--ray", nodes.address, "--work", tmp_path / "work",
        )  # fmt: skip
        driver = subprocess.Popen(
            [sys.executable, "-m", "align", *map(str, command)], stderr=subprocess.DEVNULL
        )
        first = wait_for_shards(tmp_path / "work", 1)
        driver.send_signal(signal.SIGKILL)
        driver.wait()
        assert not (tmp_path / "there.jsonl").exists()
        first = stamps(tmp_path / "work")
        again = subprocess.Popen(
            [sys.executable, "-m", "align", *map(str, command)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        wait_for_shards(tmp_path / "work", len(first) + 1)
        nodes.kill_one()
        printed, told = again.communicate()
        assert again.returncode == 1, told  # two records are none
        assert (printed, "(raylet)" in told) == ("", True)  # Ray would tell it among results
        assert stamps(tmp_path / "work").items() >= first.items()
        assert len(stamps(tmp_path / "work")) == 6
        here = tmp_path / "here.jsonl"
        align("translate", source, "--no-memory", "--format", "jsonl", "-o", here, code=1)
        assert (tmp_path / "there.jsonl").read_bytes() == here.read_bytes()


@NEEDS_RAY
@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_a_cluster_of_its_own_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write_pages(tmp_path / "in") / "page.txt"
    with tempfile.TemporaryDirectory(prefix="ray-") as folder:  # names of sockets are short
        monkeypatch.setenv("TMPDIR", folder)
        command = ("translate", page, "--no-memory", "-o", tmp_path / "there.txt")
        done = started(*command, "--ray", "local")
        if "no cluster could be started" in done.stderr:
            pytest.skip("this machine is too busy for Ray, whose helpers have 15 seconds to start")
        assert done.returncode == 0, done.stderr
        assert list(Path(folder).iterdir()) == []
        assert not [line for line in command_lines() if folder in line]
    align("translate", page, "--no-memory", "-o", tmp_path / "here.txt")
    assert (tmp_path / "there.txt").read_bytes() == (tmp_path / "here.txt").read_bytes()


def command_lines() -> Iterator[str]:
    """The command lines of all processes here."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_text(errors="replace")
        except OSError:  # it ended meanwhile
            continue


def stamps(work: Path) -> dict[str, tuple[int, int]]:
    """When each shard was written, and its inode."""
    files = work.glob("results/*/*.bin")
    return {file.name: (file.stat().st_mtime_ns, file.stat().st_ino) for file in files}


def wait_for_shards(work: Path, count: int) -> dict[str, tuple[int, int]]:
    while len(found := stamps(work)) < count:
        time.sleep(0.05)
    return found
