"""Runs that are killed, stopped, run out of room, or meet inputs that change under their hands."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread, Timer

import pytest

from align.articles.source import read_bytes
from align.articles.watching import ready_files
from align.cli.folder import write_if_changed
from align.errors import InputError, ModelError
from align.pipeline import WINDOW
from align.translate import Decoding, find_model, load_engine
from align.translate.worker_engine import EngineWarning, WorkerEngine
from tests.command import run
from tests.fakes import RuleEngine, romanise
from tests.surviving import ROOT, start

NUMBERS = ("ایک", "دو", "تین", "چار", "پانچ", "چھ", "سات", "آٹھ", "نو", "دس")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, cache: Path) -> RuleEngine:
    rules = RuleEngine()
    monkeypatch.setattr("align.translate.engines.load_engine", lambda *_, **__: rules)
    return rules


def sentence(number: int) -> str:
    return " ".join(NUMBERS[int(digit)] for digit in str(number)) + " خبریں ہیں۔"


def write_news(folder: Path, count: int) -> None:
    """Write texts of a sentence each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(sentence(number) + "\n", "utf-8")


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def expected(count: int) -> dict[str, bytes]:
    return {
        f"{number:03}.en.txt": f"{romanise(sentence(number))}\n".encode() for number in range(count)
    }


def wait_for(is_so: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until it is so; not for ever, and not for a process that has ended."""
    for _ in range(1200):
        if is_so():
            return
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it never was")


@pytest.mark.slow
def test_kills_change_nothing_and_nothing_is_translated_twice(tmp_path: Path) -> None:
    options = ["--articles", "300", "--kills", "4", "--simulate", "0.005", "--work", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "survival.py", *options],
        capture_output=True, encoding="utf-8", check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "300 files, the same byte for byte" in done.stdout


@pytest.mark.slow
def test_ctrl_c_finishes_what_is_begun_and_says_how_to_go_on(tmp_path: Path) -> None:
    news, out, report = tmp_path / "news", tmp_path / "out", tmp_path / "report.json"
    write_news(news, 4 * WINDOW)
    process = start(tmp_path, 3.0, "translate", news, "-o", out, "--report", report)
    wait_for(lambda: len(content(out)) > 0, process)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "Ctrl-C again stops at once" in told
    assert "the same command goes on from there" in told
    done = content(out)
    assert WINDOW <= len(done) < 4 * WINDOW  # with what was read of the window that came next
    assert done.items() <= expected(4 * WINDOW).items()
    account = json.loads(report.read_text())
    assert account["interrupted"]
    assert account["translated"] == len(done)

    process = start(tmp_path, 0.0, "translate", news, "-o", out, "--report", report)
    assert process.communicate(timeout=60)[0] == ""
    assert process.returncode == 0
    assert content(out) == expected(4 * WINDOW)
    means = json.loads(report.read_text())["means"]
    assert means["memory"] == len(done)
    assert means["model"] == 4 * WINDOW - len(done)


@pytest.mark.slow
def test_a_second_ctrl_c_stops_at_once_and_leaves_no_half_file(tmp_path: Path) -> None:
    news, out = tmp_path / "news", tmp_path / "out.jsonl"
    write_news(news, 3)
    process = start(tmp_path, 600, "translate", news, "--json", "-o", out)
    wait_for(lambda: bool(list(tmp_path.glob(".out.jsonl.*"))), process)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "again stops at once" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert not out.exists()


@pytest.mark.slow
def test_watching_takes_what_comes_when_it_is_whole(tmp_path: Path) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_news(news, 2)
    process = start(tmp_path, 0.0, "translate", "--watch", news, "-o", out)
    wait_for(lambda: len(content(out)) == 2, process)
    (news / "may").mkdir()
    draft = news / "may" / "draft"  # no name that is looked for
    draft.write_text(sentence(5) + "\n", "utf-8")
    draft.rename(news / "may" / "005.txt")
    wait_for(lambda: (out / "may" / "005.en.txt").exists(), process)
    (news / "000.txt").write_text(sentence(77) + "\n", "utf-8")  # changes
    changed = f"{romanise(sentence(77))}\n".encode()
    wait_for(lambda: (out / "000.en.txt").read_bytes() == changed, process)
    process.send_signal(signal.SIGINT)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "4 articles, 4 sentences" in told
    assert sorted(path.name for path in out.iterdir()) == ["000.en.txt", "001.en.txt", "may"]


def test_what_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    stop, found = Event(), []
    path = tmp_path / "slow.txt"
    (tmp_path / "whole.txt").write_text("x")

    def write() -> None:
        for _ in range(8):
            with path.open("a") as file:
                file.write("a")
            time.sleep(0.1)

    writer = Thread(target=write)
    writer.start()
    for batch in ready_files([str(tmp_path)], (".txt",), stop, settle=0.5):
        found += [(Path(file).name, Path(file).read_text()) for file in batch]
        if len(found) == 2:
            stop.set()
    writer.join()
    assert sorted(found) == [("slow.txt", "a" * 8), ("whole.txt", "x")]


def test_a_file_that_vanishes_and_comes_back_comes_again(tmp_path: Path) -> None:
    stop, path = Event(), tmp_path / "a.txt"
    path.write_text("x")
    os.utime(path, (1e9, 1e9))
    batches = ready_files([str(tmp_path)], (".txt",), stop, settle=0.01)
    assert next(batches) == [str(path)]
    path.write_text("longer")
    assert next(batches) == [str(path)]
    stop.set()
    assert list(batches) == []


def test_what_the_system_has_no_handles_to_watch_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("align.articles.watching._PATIENCE", 0.01)
    stop, path = Event(), tmp_path / "a.txt"
    path.write_text("x")
    batches = ready_files([str(tmp_path)], (".txt",), stop, settle=0.01)
    assert next(batches) == [str(path)]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = os.dup(0)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free + 1, hard))
    try:
        Timer(0.5, path.write_text, ["longer"]).start()
        assert next(batches) == [str(path)]
    finally:
        stop.set()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize(
    "arguments",
    [
        ("news/a.txt", "-o", "out"),
        ("news", "-o", "news/out"),
        ("news", "-o", "all.txt"),
        ("news", "--format", "html"),
        ("news", "--lines"),
    ],
)
def test_what_cannot_be_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text("x")
    assert "--watch" in run("translate", "--watch", *arguments, code=2).stderr


def test_the_account_adds_up(tmp_path: Path, engine: RuleEngine, cache: Path) -> None:
    write_news(tmp_path / "news", 5)
    (tmp_path / "news" / "empty.txt").write_text("")
    (tmp_path / "news" / "same.txt").write_text(f"{sentence(1)}\n{sentence(9)}\nBBC\n", "utf-8")
    report = tmp_path / "report.json"
    arguments = ["translate", str(tmp_path / "news"), "-o", str(tmp_path / "out")]
    for means in (
        {"model": 6, "memory": 0, "repeat": 1, "correction": 0, "none": 1},
        {"model": 0, "memory": 7, "repeat": 0, "correction": 0, "none": 1},
    ):
        result = run(*arguments, "--report", str(report), code=1)
        account = json.loads(report.read_text())
        assert account["means"] == means
        assert account["texts"] == sum(means.values())
        assert (account["read"], account["translated"], account["failed"]) == (7, 6, 1)
        assert account["reasons"] == {"empty": 1}
        assert account["failures"] == [{"path": f"{tmp_path}/news/empty.txt", "error": "empty"}]
        assert "6 articles, 8 sentences; 1 input failed" in result.stderr
        assert "8 texts with headlines = " in result.stderr


def test_what_is_there_already_is_not_written_again(tmp_path: Path, engine: RuleEngine) -> None:
    write_news(tmp_path / "news", 3)
    out = tmp_path / "out"
    arguments = ["translate", str(tmp_path / "news"), "-o", str(out)]
    run(*arguments)
    for path in out.iterdir():
        os.utime(path, (1e9, 1e9))
    (out / "001.en.txt").write_text("damaged")
    draft = out / ".002.en.txt.999999.part"  # of a run that was killed
    draft.write_text("half")
    run(*arguments)
    assert content(out) == expected(3)
    assert [path.stat().st_mtime == 1e9 for path in sorted(out.iterdir())] == [True, False, True]


def test_one_file_that_cannot_be_written_does_not_stop_the_others(
    tmp_path: Path, engine: RuleEngine
) -> None:
    write_news(tmp_path / "news", 3)
    (tmp_path / "out" / "001.en.txt" / "folder").mkdir(parents=True)
    result = run("translate", str(tmp_path / "news"), "-o", str(tmp_path / "out"), code=1)
    assert "001.txt: its English is not written" in result.stderr
    assert sorted(path.name for path in (tmp_path / "out").glob("*.txt")) == sorted(expected(3))


def test_a_full_disk_stops_the_run_and_says_how_to_go_on(tmp_path: Path) -> None:
    news, out = tmp_path / "news", tmp_path / "out"
    write_news(news, 3)
    (news / "001.txt").write_text((sentence(1) + "\n") * 9000, "utf-8")

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    command = [sys.executable, "-m", "tests.surviving", "0", "translate", "--no-memory"]
    done = subprocess.run(
        [*command, news, "-o", out], preexec_fn=little_room, capture_output=True, cwd=ROOT,
        encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == 1  # of this file alone: others may be smaller
    assert sorted(content(out)) == ["000.en.txt", "002.en.txt"]


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="a folder that cannot be written")
def test_where_nothing_can_be_written_nothing_is_translated(engine: RuleEngine) -> None:
    result = run("translate", str(ROOT / "align" / "samples"), "-o", "/proc/align/", code=2)
    assert "/proc/align: cannot be written" in result.stderr
    assert engine.calls == []


def test_a_file_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("begun")
    fstat = os.fstat

    def grown(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        with path.open("a") as file:
            file.write(" and more")
        return status

    monkeypatch.setattr("os.fstat", grown)
    with pytest.raises(InputError, match="changed while it was read"):
        read_bytes(str(path))


def test_a_file_that_vanishes_is_told_and_the_rest_go_on(
    tmp_path: Path, engine: RuleEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_news(tmp_path / "news", WINDOW + 1)

    def vanish(*_: object) -> list[str]:
        (tmp_path / "news" / f"{WINDOW:03}.txt").unlink(missing_ok=True)
        return ["x"]

    engine.faults = {"ایک": vanish}  # in the first of two windows
    result = run("translate", str(tmp_path / "news"), "-o", str(tmp_path / "out"), code=1)
    assert f"{WINDOW:03}.txt: no such file or folder" in result.stderr
    assert len(content(tmp_path / "out")) == WINDOW


def test_write_if_changed(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "a"
    for text in (b"one", b"two", b"longer"):
        write_if_changed(path, text)
        assert content(path.parent) == {"a": text}


@pytest.fixture
def worker(cache: Path) -> Iterator[WorkerEngine]:
    engine = WorkerEngine(find_model("ur-en"), threads=1)
    yield engine
    engine.close()


@pytest.mark.slow
def test_a_killed_worker_is_replaced_and_the_batches_get_smaller(worker: WorkerEngine) -> None:
    texts = [sentence(number) for number in (3, 14, 159, 26)]
    batch = worker.encode(texts)
    decoding = Decoding(beam=1)
    here = load_engine("ur-en", threads=1)
    right = here.translate(batch, decoding)
    assert worker.signature == here.signature
    assert worker.translate(batch, decoding) == right
    worker._process.kill()
    with pytest.warns(EngineWarning, match="SIGKILL.*smaller batches"):
        again = worker.translate(batch, decoding)
    assert [one.pieces for one in again] == [one.pieces for one in right]
    assert worker._most == sum(map(len, batch)) // 2
    with pytest.raises(ValueError, match="pieces"):  # its errors are raised here
        worker.translate([["x"] * 5000], decoding)
    assert worker.translate([], decoding) == []


@pytest.mark.slow
def test_attention_of_a_killed_worker_is_an_error_and_then_there_again(
    worker: WorkerEngine,
) -> None:
    sides = worker.encode([sentence(3)]), worker.encode_target(["Some news."])
    before = worker.attend(*sides)
    worker._process.kill()
    with pytest.raises(ModelError, match="its process died: SIGKILL"):
        worker.attend(*sides)
    (again,) = worker.attend(*sides)
    assert (again == before[0]).all()


@pytest.mark.slow
def test_a_worker_that_dies_of_one_sentence_is_an_error(
    worker: WorkerEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin = worker._start

    def doomed() -> None:
        begin()
        worker._process.kill()

    monkeypatch.setattr(worker, "_start", doomed)
    worker._process.kill()
    with pytest.warns(EngineWarning), pytest.raises(ModelError, match="too little memory"):
        worker.translate(worker.encode([sentence(1), sentence(2)]), Decoding(beam=1))


def test_a_model_that_cannot_be_loaded_says_so_from_the_worker(cache: Path) -> None:
    from align.errors import UsageError

    with pytest.raises(UsageError, match="quantization 'int3'"):
        WorkerEngine(find_model("ur-en"), quantization="int3")
