"""`align corpus`: what the commands read, write, say and return."""

from __future__ import annotations

import json
import os
import pty
import resource
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs
from align.errors import UsageError
from tests.command import records, run
from tests.corpus_pairs import NEWS


@pytest.fixture
def news(tmp_path: Path) -> str:
    path = str(tmp_path / "news.jsonl")
    write_pairs(path, NEWS)
    return path


@pytest.mark.parametrize("name", ["c.tsv", "c.tmx.gz", "c.parquet", "c.jsonl.xz", "c.ur"])
def test_export(tmp_path: Path, news: str, name: str) -> None:
    out = str(tmp_path / "out" / name)
    result = run("corpus", "export", news, "-o", out, "--fact", "terms=CC0")
    assert f"3 pairs written to {out}" in result.stderr
    assert result.stdout == ""
    found = list(read_pairs(out))
    assert [(pair.source, pair.target) for pair in found] == [(p.source, p.target) for p in NEWS]


def test_export_to_standard_output(tmp_path: Path, news: str) -> None:
    assert run("corpus", "export", news).stdout.splitlines()[2] == "صرف متن\tOnly text"
    assert records(run("corpus", "export", news, "--json"))[2] == {
        "source": "صرف متن",
        "target": "Only text",
    }
    rows = run("corpus", "export", news, "--header").stdout
    assert rows.startswith("source\ttarget\tscore\torigin\t")
    back = run("corpus", "export", "-", "--header", "--json", stdin=rows)
    assert records(back)[0]["bead"] == "0:0"


def test_a_corpus_that_is_named_twice_is_read_once_and_told_of(tmp_path: Path, news: str) -> None:
    result = run("corpus", "deduplicate", news, news, "-o", str(tmp_path / "out.tsv"))
    assert f"{news}: named more than once, read once" in result.stderr
    (tmp_path / "c.ur").write_text("ایک\n", encoding="utf-8")
    (tmp_path / "c.en").write_text("one\n", encoding="utf-8")
    assert "once" not in run("corpus", "stats", f"{tmp_path}/c.en", f"{tmp_path}/c.ur").stderr


def test_several_corpora_become_one(tmp_path: Path, news: str) -> None:
    (tmp_path / "c.ur").write_text("ایک\n", encoding="utf-8")
    (tmp_path / "c.en").write_text("one\n", encoding="utf-8")
    out = str(tmp_path / "out.tsv")
    run("corpus", "export", news, f"{tmp_path}/c.en", f"{tmp_path}/c.ur", "-o", out)
    assert len(list(read_pairs(out))) == 4


def test_what_is_broken_is_told_and_the_rest_exported(tmp_path: Path, news: str) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_bytes(b"a\tb\n" + b"one column\n" * 30 + b"\xff\tx\nc\td\n")
    out = str(tmp_path / "out.tsv")
    result = run("corpus", "export", str(bad), news, f"{tmp_path}/none.tsv", "-o", out, code=1)
    assert f"{bad}:2: one column" in result.stderr
    assert f"{bad}: 11 more of the kind" in result.stderr
    assert "none.tsv: no such file or folder" in result.stderr
    assert len(list(read_pairs(out))) == 5


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("export", "none.tsv"), "no such file"),
        (("export", "{news}", "-o", "{news}"), "is also an input"),
        (("export", "{news}", "-o", "x.txt"), "a corpus ends in"),
        (("export", "{news}", "-o", "x.tsv", "--json"), "--json writes to standard output"),
        (("export", "{news}", "--fact", "terms"), "give NAME=TEXT"),
        (("export", "{news}", "--source-language", "en"), "name two languages"),
        (("export", "{empty}"), "no pairs there"),
        (("stats", "{empty}"), "no pairs there"),
        (("stats", "{news}", "--card", "x.pdf"), "a card ends in"),
        (("stats", "{news}", "--ledger", "{news}"), "not JSON"),
        (("stats", "{news}", "--ledger", "{empty}"), "empty"),
        (("export", "{news}", "--source-language", "../ur"), "not a language code"),
        (("split", "{news}", "-o", "x", "--dev", "inf"), "leave no training pairs"),
        (("deduplicate", "{empty}"), "no pairs there"),
        (("deduplicate", "{news}", "--near", "0"), "a similarity is above 0"),
        (("deduplicate", "{news}", "-o", "x.tsv", "--dropped", "x.tsv"), "written twice"),
        (("deduplicate", "{news}", "-o", "{out}", "--dropped", "{out}2.tsv"), "is JSON Lines"),
        (("split", "{news}"), "needs -o FOLDER"),
        (("split", "{news}", "-o", "{out}", "--dev", "2", "--test", "2"), "no training pairs"),
    ],
)
def test_bad_usage(tmp_path: Path, news: str, arguments: tuple[str, ...], reason: str) -> None:
    empty = tmp_path / "empty.tsv"
    empty.touch()
    places = {"news": news, "empty": str(empty), "out": str(tmp_path / "out.tsv")}
    result = run("corpus", *(one.format(**places) for one in arguments), code=2)
    assert reason in result.stderr
    assert result.stdout == ""
    assert not Path("x.txt").exists()


def test_no_file_is_replaced_by_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty.tsv").touch()
    out = tmp_path / "out.tsv"
    out.write_text("precious", encoding="utf-8")
    run("corpus", "export", f"{tmp_path}/empty.tsv", "-o", str(out), code=2)
    assert out.read_text(encoding="utf-8") == "precious"


def test_stats(tmp_path: Path, news: str) -> None:
    ledger = tmp_path / "ledger.json"
    ledger.write_text('{"read": 9, "kept": 3, "dropped": 6, "filters": []}', encoding="utf-8")
    cards = [str(tmp_path / name) for name in ("card.html", "card.md")]
    options = ("--card", cards[0], "--card", cards[1], "--ledger", str(ledger), "--title", "Ours")
    result = run("corpus", "stats", news, *options, "--fact", "terms=CC0")
    assert "3 pairs of ur and en from 2 documents of 1 origin" in result.stdout
    for file in cards:
        text = Path(file).read_text(encoding="utf-8")
        assert "Ours" in text
        assert "9 read = 3 kept + 6 dropped" in text
    (record,) = records(run("corpus", "stats", "-", "--json", stdin=Path(news).read_bytes()))
    assert record["pairs"] == 3
    assert record["source"]["words"] == sum(len(pair.source.split()) for pair in NEWS)


def test_deduplicate(tmp_path: Path) -> None:
    path, out, dropped = (str(tmp_path / name) for name in ("c.tsv", "o.tsv", "d.jsonl"))
    pairs = [Pair("ایک۔", "One.", 0.1), Pair("دو", "two"), Pair("ایک", "one", 0.9)]
    write_pairs(path, pairs)
    result = run("corpus", "deduplicate", path, "-o", out, "--dropped", dropped)
    assert "3 pairs read = 2 kept + 1 exact + 0 near duplicates" in result.stderr
    assert list(read_pairs(out)) == pairs[1:]
    assert json.loads(Path(dropped).read_text(encoding="utf-8"))["kept"] == 3
    again = run("corpus", "deduplicate", "-", stdin=Path(path).read_bytes())
    assert again.stdout == Path(out).read_text(encoding="utf-8")
    (counts,) = records(run("corpus", "deduplicate", path, "-o", out, "--json"))
    assert counts == {"read": 3, "kept": 2, "exact": 1, "near": 0}


def test_a_broken_record_is_told_once(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text("a\tb\nbad\nc\td\n", encoding="utf-8")
    result = run("corpus", "deduplicate", str(bad), "-o", f"{tmp_path}/o.tsv", code=1)
    assert result.stderr.count("bad.tsv:2") == 1


@pytest.mark.parametrize("format", ["tsv", "moses", "parquet"])
def test_split(tmp_path: Path, format: str) -> None:
    path = str(tmp_path / "c.jsonl")
    pairs = [
        Pair(f"{n} {d} {n * d}", f"{n} {d}", document=f"d{d}", created=f"2025-01-{d + 1:02}")
        for d in range(20)
        for n in range(5)
    ]
    write_pairs(path, pairs)
    folder = tmp_path / "parts"
    options = ("-o", str(folder), "--dev", "10", "--test", "0.1", "--newest-as-test")
    result = run("corpus", "split", path, *options, "--format", format, "--near", "1")
    assert "test" in result.stdout
    record = json.loads((folder / "split.json").read_text(encoding="utf-8"))
    assert [record[name]["pairs"] for name in ("train", "dev", "test")] == [80, 10, 10]
    assert record["test"]["oldest"] == "2025-01-19"
    assert record["asked"]["newest_as_test"] is True
    ends = {"moses": ""}
    parts = [
        f"{folder}/{name}{ends.get(format, f'.{format}')}" for name in ("train", "dev", "test")
    ]
    found = [list(read_pairs(part)) for part in parts]
    assert sorted(pair.source for part in found for pair in part) == sorted(
        pair.source for pair in pairs
    )
    (printed,) = records(run("corpus", "split", path, *options, "--near", "1", "--json"))
    assert printed == record


def test_split_does_not_write_over_its_input(tmp_path: Path) -> None:
    path = tmp_path / "train.tsv"
    write_pairs(str(path), [Pair(f"{n}", "x", document=f"d{n}") for n in range(20)])
    before = path.read_bytes()
    options = ("--dev", "2", "--test", "2", "--near", "1")
    result = run("corpus", "split", str(path), "-o", str(tmp_path), *options, code=2)
    assert "is also an output" in result.stderr
    assert path.read_bytes() == before


def test_neither_file_of_a_moses_pair_is_written_over(tmp_path: Path) -> None:
    for code in ("ur", "en"):
        (tmp_path / f"c.{code}").write_text("x\n", encoding="utf-8")
    for out in ("c", "c.ur", "c.en"):
        result = run("corpus", "export", f"{tmp_path}/c", "-o", f"{tmp_path}/{out}", code=2)
        assert "is also an input" in result.stderr


def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.tsv"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(b"a\tb\na\tb\none column\n",))
    writer.start()
    result = run("corpus", "deduplicate", str(pipe), code=1)
    writer.join()
    assert result.stdout == "a\tb\n"
    assert f"{pipe}:3: one column" in result.stderr


def test_pipes_of_a_shell(tmp_path: Path) -> None:
    """They have no suffix, and are read twice by some commands."""
    (tmp_path / "a.tsv").write_text("ایک\tone\nایک\tone\n", encoding="utf-8")
    for command in ("export", "deduplicate", "filter"):
        line = f"'{sys.executable}' -m align corpus {command} <(cat a.tsv)"
        ran = subprocess.run(
            ["bash", "-c", line], cwd=tmp_path, capture_output=True, check=True, encoding="utf-8"
        )
        assert ran.stdout == "ایک\tone\n" * (1 if command == "deduplicate" else 2)


def test_what_a_kill_left_goes_with_the_next_run(tmp_path: Path, news: str) -> None:
    """A draft lies beside its place for as long as it is written."""
    out, slow = tmp_path / "out.tsv", tmp_path / "slow.tsv"
    os.mkfifo(slow)
    command = [sys.executable, "-m", "align", "corpus", "export", str(slow), "-o", str(out)]
    with subprocess.Popen(command) as process, slow.open("wb", buffering=0):
        while not (left := list(tmp_path.glob(".out.tsv.*.part"))):
            time.sleep(0.01)
        run("corpus", "export", news, "-o", str(out))  # which leaves the living one alone
        assert list(tmp_path.glob(".out.tsv.*.part")) == left
        process.kill()
    assert list(tmp_path.glob(".out.tsv.*.part")) == left
    run("corpus", "export", news, "-o", str(out))
    assert not list(tmp_path.glob(".out.tsv.*.part"))


def test_a_header_is_no_pair_for_any_command(tmp_path: Path) -> None:
    table = tmp_path / "a.tsv"
    table.write_text("target\tsource\none dog\tایک کتا\n", encoding="utf-8")
    kept = run("corpus", "filter", str(table), "--header", "--only", "ratio").stdout.splitlines()
    assert [line.split("\t")[:2] for line in kept] == [["source", "target"], ["ایک کتا", "one dog"]]
    linked = run("words", str(table), "--header", "--format", "tokens", "--threads", "1")
    assert linked.stdout.splitlines() == ["ایک کتا ||| one dog"]


def test_a_device_takes_pairs_and_a_folder_does_not(tmp_path: Path, news: str) -> None:
    run("corpus", "export", news, "-o", "/dev/null")
    assert not Path("/dev/null.ur").exists()
    assert "a folder" in run("corpus", "export", news, "-o", str(tmp_path), code=2).stderr


@pytest.mark.skipif(os.name != "posix", reason="names are bytes there")
def test_parquet_of_any_name(tmp_path: Path, news: str) -> None:
    out = str(tmp_path / "\udcff.parquet")
    run("corpus", "export", news, "-o", out)
    assert len(run("corpus", "export", out).stdout.splitlines()) == 3


@pytest.mark.parametrize(
    "ledger",
    [
        '{"read": "x", "kept": [], "dropped": {}}',
        '{"read": 1, "kept": 1, "dropped": 0, "filters": [1]}',
        '{"read": 1, "kept": 1, "dropped": 0, "filters": [{"dropped": "x"}]}',
        '{"read": NaN, "kept": 1, "dropped": 1e999}',
    ],
)
def test_what_is_no_ledger(tmp_path: Path, news: str, ledger: str) -> None:
    file = tmp_path / "ledger.json"
    file.write_text(ledger, encoding="utf-8")
    card = str(tmp_path / "card.md")
    assert (
        "no ledger"
        in run("corpus", "stats", news, "--ledger", str(file), "--card", card, code=2).stderr
    )


def test_dates_steer_no_terminal_and_origins_have_their_room(tmp_path: Path) -> None:
    path = str(tmp_path / "c.jsonl")
    about = {"origin": "dawn", "document": "d", "created": "\x1b[31m5"}
    write_pairs(path, [Pair("a", "b", 0.5, **about)])
    shown = run("corpus", "stats", path).stdout
    assert "\x1b" not in shown
    assert "dawn" in shown


def test_a_split_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "c.jsonl")
    write_pairs(path, [Pair(f"{n}", "x", document=f"d{n}") for n in range(20)])
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "train.tsv").write_text("old\tone\n", encoding="utf-8")
    command = ("corpus", "split", path, "-o", str(folder), "--dev", "2", "--test", "2")
    written = 0

    def fails_at_last(*arguments: Any, **options: Any) -> int:
        nonlocal written
        written += 1
        if written == 3:
            raise UsageError("the disk is full")
        return write_pairs(*arguments, **options)

    monkeypatch.setattr("align.corpus.formats.write_pairs", fails_at_last)
    run(*command, "--near", "1", code=2)
    assert {file.name: file.read_text("utf-8") for file in folder.iterdir()} == {
        "train.tsv": "old\tone\n"
    }


def test_pairs_steer_no_terminal(tmp_path: Path) -> None:
    path = str(tmp_path / "c.tsv")
    write_pairs(path, [Pair("سرخ \x1b[31m", "back\u202ewards")])
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "align", "corpus", "export", path]
    ran = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, check=True)
    os.close(theirs)
    assert os.read(ours, 1000).decode().splitlines() == ["سرخ \\x1b[31m\tback\\u202ewards"]
    os.close(ours)
    assert ran.stderr == b""


@pytest.mark.parametrize("name", ["out.tsv", "out.tmx.xz", "out.ur"])
def test_a_full_disk_is_named_and_nothing_left(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / "c.tsv")
    write_pairs(path, [Pair(f"{os.urandom(3000).hex()} {n}", "a" * 6000) for n in range(20)])
    out = tmp_path / "out" / name
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        result = run("corpus", "export", path, "-o", str(out), code=2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert result.stderr == f"{out}: cannot be written: File too large\n"
    assert list(out.parent.iterdir()) == []
