"""Filtering files: killed at any moment it goes on to the same bytes, and its books add up."""

from __future__ import annotations

import gzip
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext import Pair
from align.corpus.filtering import filter_pairs
from align.corpus.filters import Filter, LearningFilter, TestSegments, make_filters
from align.corpus.formats import read_pairs, write_pairs
from align.corpus.ledger import EXAMPLES, Ledger, Verdict
from align.corpus.shards import Input, Shards
from align.corpus.verdicts import read_verdicts
from align.errors import InputError, LedgerError, UsageError
from align.report.ledger import ledger_json, ledger_markdown, ledger_table
from tests.command import run
from tests.test_language import SENTENCES

URDU, ENGLISH = SENTENCES["ur"], SENTENCES["en"]


def corpus(number: int, seed: int = 1) -> list[Pair]:
    """Pairs of all kinds, most of them good, with documents, scores and translations."""
    chance = random.Random(seed)
    pairs = []
    for place in range(number):
        target = f"{chance.choice(ENGLISH)} ({place})"
        source = f"{chance.choice(URDU)} ({place if chance.random() < 0.9 else place + 1})"
        kind = chance.random()
        if kind < 0.05:
            source = chance.choice(SENTENCES["sd"])
        elif kind < 0.1:
            target = source
        elif kind < 0.2:
            source = "مزید پڑھیں"
        pairs.append(
            Pair(
                source,
                target,
                score=round(chance.random(), 3),
                translation=chance.choice([None, target, "Whatever"]),
                origin=chance.choice("ab"),
                document=str(place // 12),
            )
        )
    return pairs


def write(folder: Path, pairs: Sequence[Pair], name: str = "corpus.jsonl") -> str:
    path = str(folder / name)
    write_pairs(path, pairs)
    return path


def every(**options: Any) -> list[Filter]:
    return make_filters(segments=TestSegments([("dev:1", ENGLISH[0])]), **options)


def outcome(
    source: str, folder: Path, filters: Sequence[Filter] | None = None, **options: Any
) -> tuple[bytes, bytes, str]:
    """Filter into `folder`; return kept, dropped and ledger."""
    folder.mkdir(exist_ok=True)
    shards = Shards(folder / "work", size=options.pop("size", 100))
    filtered = filter_pairs([source], filters or every(), shards, **options)
    kept, dropped = folder / "kept.jsonl", folder / "dropped.jsonl"
    ledger = filtered.write(lambda pairs: write_pairs(str(kept), pairs), str(dropped))
    return kept.read_bytes(), dropped.read_bytes(), ledger_json(ledger)


def test_the_books_add_up_and_say_what_a_plain_loop_does(tmp_path: Path) -> None:
    pairs = corpus(700)
    kept, dropped, text = outcome(write(tmp_path, pairs), tmp_path / "out")
    filters = every()
    for one in filters:
        if isinstance(one, LearningFilter):
            one.learn([one.observe(pairs)])
    guilty = [
        [one.name for one, score in zip(filters, scores, strict=True) if one.drops(score)]
        for scores in zip(*(one.scores(pairs) for one in filters), strict=True)
    ]
    record = json.loads(text)
    assert record["read"] == 700
    assert record["kept"] == guilty.count([]) == len(kept.splitlines())
    assert record["dropped"] == 700 - guilty.count([]) == len(dropped.splitlines())
    counts = Counter(name for names in guilty for name in names)
    alone = Counter(names[0] for names in guilty if len(names) == 1)
    assert {one["filter"]: one["dropped"] for one in record["filters"]} == {
        one.name: counts[one.name] for one in filters
    }
    assert {one["filter"]: one["alone"] for one in record["filters"]} == {
        one.name: alone[one.name] for one in filters
    }
    assert sum(one["read"] for one in record["origins"].values()) == 700
    for one in record["filters"]:
        assert len(one["examples"]) == min(EXAMPLES, one["dropped"])
        assert sum(example["alone"] for example in one["examples"]) == min(EXAMPLES, one["alone"])
    verdicts = list(read_verdicts(str(tmp_path / "out" / "dropped.jsonl")))
    assert [verdict.pair for verdict in verdicts] == [
        pair for pair, names in zip(pairs, guilty, strict=True) if names
    ]
    assert [[reason.filter for reason in verdict.reasons] for verdict in verdicts] == [
        names for names in guilty if names
    ]
    assert [pairs[verdict.number - 1] for verdict in verdicts] == [one.pair for one in verdicts]


def test_books_that_do_not_add_up_are_refused() -> None:
    ledger = Ledger.of(every())
    ledger.read = 1
    with pytest.raises(LedgerError, match="does not add up"):
        ledger.close()


@pytest.mark.parametrize("size", [1, 7])
def test_shards_of_any_size_give_the_same(tmp_path: Path, size: int) -> None:
    source = write(tmp_path, corpus(60))
    whole = outcome(source, tmp_path / "whole", size=100)
    assert outcome(source, tmp_path / "cut", size=size) == whole


def test_several_processes_give_the_same(tmp_path: Path) -> None:
    source = write(tmp_path, corpus(300))
    assert outcome(source, tmp_path / "two", processes=2) == outcome(source, tmp_path / "one")


SCRIPT = """
import sys
from pathlib import Path
from tests.test_filtering import outcome
outcome(sys.argv[1], Path(sys.argv[2]), size=25)
"""


def start(source: str, folder: Path) -> subprocess.Popen[bytes]:
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-c", SCRIPT, source, str(folder)]
    return subprocess.Popen(command, cwd=root, env=environment)


def test_killed_twice_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    source = write(tmp_path, corpus(1000))
    whole = outcome(source, tmp_path / "calm", size=25)
    folder = tmp_path / "killed"
    scores = folder / "work" / "scores"
    for least in (5, 20):
        process = start(source, folder)
        while process.poll() is None and len(list(scores.glob("*.npz"))) < least:
            time.sleep(0.005)
        assert process.poll() is None, "it ended before it was killed"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (folder / "kept.jsonl").exists()
    done = {path: path.stat().st_mtime_ns for path in scores.glob("*.npz")}
    assert 20 <= len(done) < 40
    again = start(source, folder)
    assert again.wait() == 0
    kept, dropped, _ = whole
    assert (folder / "kept.jsonl").read_bytes() == kept
    assert (folder / "dropped.jsonl").read_bytes() == dropped
    assert outcome(source, folder, size=25) == whole
    # What was scored before the kills was not scored again.
    assert all(path.stat().st_mtime_ns == written for path, written in done.items())


class Counting:
    """Counts the pairs that each filter scores."""

    def __init__(self, filters: Sequence[Filter], monkeypatch: pytest.MonkeyPatch) -> None:
        self.pairs: Counter[str] = Counter()
        for one in filters:
            monkeypatch.setattr(one, "scores", self._counted(one))

    def _counted(self, one: Filter) -> Any:
        scores = one.scores

        def counted(pairs: Sequence[Pair]) -> Sequence[float]:
            self.pairs[one.name] += len(pairs)
            return scores(pairs)

        return counted


def scored(
    source: str, folder: Path, monkeypatch: pytest.MonkeyPatch, filters: Sequence[Filter]
) -> Counter[str]:
    counting = Counting(filters, monkeypatch)
    outcome(source, folder, filters)
    return counting.pairs


def test_only_what_is_new_is_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, folder = corpus(250), tmp_path / "out"
    source = write(tmp_path, pairs)
    assert set(scored(source, folder, monkeypatch, every()).values()) == {250}
    looser = every(thresholds={"ratio": 9.0, "numbers": 3.0})
    assert scored(source, folder, monkeypatch, looser) == {}
    fewer = every(without=["ratio"])
    assert scored(source, folder, monkeypatch, fewer) == {}
    other = make_filters(segments=TestSegments([("dev:1", ENGLISH[1])]))
    assert scored(source, folder, monkeypatch, other) == {"leakage": 250}
    # The third shard of a hundred grows; what learns from the whole has to begin again.
    write(tmp_path, [*pairs, *corpus(30, seed=2)])
    found = scored(source, folder, monkeypatch, every(only=["ratio", "boilerplate", "mojibake"]))
    assert found == {"ratio": 80, "boilerplate": 280, "mojibake": 80}


def test_damaged_scores_are_computed_again(tmp_path: Path) -> None:
    source = write(tmp_path, corpus(250))
    whole = outcome(source, tmp_path / "out")
    for path in (tmp_path / "out" / "work" / "scores").iterdir():
        path.write_bytes(path.read_bytes()[:100])
    assert outcome(source, tmp_path / "out") == whole


def test_another_folder_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="no working folder"):
        Shards(tmp_path)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=3)
PAIR = st.builds(
    Pair, TEXT, TEXT, st.none() | st.floats(0, 1), st.none() | TEXT, TEXT, TEXT, TEXT, TEXT
)


@given(st.lists(PAIR, max_size=12))
@settings(max_examples=25, deadline=None)
def test_shards_give_back_what_was_put_in(pairs: list[Pair]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shards = Shards(Path(folder), size=5)
        shards.write(pairs, lambda: Input("x"))
        assert [pair for shard in shards.shards for pair in shards.read(shard)] == pairs
        assert [shard.first for shard in shards.shards] == list(range(1, len(pairs) + 1, 5))
        again = Shards(Path(folder), size=5)
        assert again.has("x")
        assert again.shards == shards.shards
        assert not again.has("y")
        assert not Shards(Path(folder), size=6).has("x")


def test_broken_records_are_counted_and_the_rest_goes_on(tmp_path: Path) -> None:
    source = write(tmp_path, corpus(20))
    with Path(source).open("a", encoding="utf-8") as file:
        file.write("{broken\n")
    for _ in range(2):  # the second time from the working folder
        *_, text = outcome(source, tmp_path / "out")
        assert (json.loads(text)["read"], json.loads(text)["unreadable"]) == (20, 1)
    with pytest.raises(InputError, match="no such file"):
        outcome(str(tmp_path / "nothing.tsv"), tmp_path / "none")


def test_ledgers_for_people(tmp_path: Path) -> None:
    from rich.console import Console

    shards = Shards(tmp_path / "work")
    pairs = [*corpus(200), Pair("<b>x|y</b> `الف`", "a\u202eb")]
    ledger = filter_pairs([write(tmp_path, pairs)], every(), shards).write(None)
    console = Console(width=120, color_system=None)
    with console.capture() as shown:
        console.print(ledger_table(ledger))
    assert f"201 read = {ledger.kept} kept" in shown.get()
    assert "boilerplate" in shown.get()
    text = ledger_markdown(ledger)
    assert "| source-language | at most 0.75" in text
    assert "the source is Sindhi" in text
    assert "&lt;b>x&#124;y&lt;/b>" in text
    assert "\u202e" not in text
    widths = {line.count("|") for line in text.splitlines() if line.startswith("| ")}
    assert widths == {4, 6, 7}  # of the tables of origins, examples and filters


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def source(tmp_path: Path) -> str:
    return write(tmp_path, corpus(200), "corpus.tsv.gz")


def names(verdict: Verdict) -> set[str]:
    return {reason.filter for reason in verdict.reasons}


def test_command_filters_drops_and_takes_back(tmp_path: Path, source: str) -> None:
    kept, dropped, ledger = (str(tmp_path / name) for name in ("kept.tsv", "d.jsonl", "l.json"))
    result = run("corpus", "filter", source, "-o", kept, "--dropped", dropped, "--ledger", ledger)
    assert result.stdout.startswith("200 read = ")
    record = json.loads(Path(ledger).read_text("utf-8"))
    verdicts = list(read_verdicts(dropped))
    assert record["kept"] == len(list(read_pairs(kept)))
    assert record["dropped"] == len(verdicts)

    back = str(tmp_path / "back.jsonl")
    reasons = [part for name in ("numbers", "boilerplate", "ratoi") for part in ("--reason", name)]
    result = run("corpus", "filter", kept, "--undrop", dropped, *reasons, "-o", back)
    forgiven = [one.pair for one in verdicts if names(one) <= {"numbers", "boilerplate"}]
    assert 0 < len(forgiven) < len(verdicts)
    assert list(read_pairs(back))[record["kept"] :] == forgiven
    assert "ratoi: nothing was dropped" in result.stderr
    assert f"{len(forgiven)} of {len(verdicts)} dropped pairs taken back" in result.stderr


def test_command_tries_thresholds(tmp_path: Path, source: str) -> None:
    kept = tmp_path / "kept.tsv"
    options = ("corpus", "filter", source, "-o", str(kept), "--json", "--dry-run")
    strict = json.loads(run(*options).stdout)
    loose = json.loads(run(*options, "--set", "numbers=9", "--without", "boilerplate").stdout)
    assert not kept.exists()
    assert strict["kept"] < loose["kept"]
    (only,) = json.loads(run(*options, "--only", "numbers").stdout)["filters"]
    assert only["dropped"] == only["alone"] > 0


def test_command_guards_test_sets(tmp_path: Path, source: str) -> None:
    held_out = tmp_path / "dev.en"
    held_out.write_text("".join(f"{text}\n" for text in ENGLISH), encoding="utf-8")
    packed = tmp_path / "dev.tsv.gz"
    packed.write_bytes(gzip.compress(f"{URDU[0]}\t{ENGLISH[0]}\n".encode()))
    options = ("corpus", "filter", source, "--dry-run", "--json", "--only", "leakage")
    (one,) = json.loads(run(*options, "--testset", str(held_out)).stdout)["filters"]
    assert one["dropped"] > 150  # all with an English sentence, "(12)" after it or not
    assert "of dev.en:" in one["examples"][0]["text"]
    (other,) = json.loads(run(*options, "--testset", str(packed)).stdout)["filters"]
    assert 0 < other["dropped"] < one["dropped"]
    empty = tmp_path / "empty.en"
    empty.write_text("\n\n")
    result = run(*options, "--testset", str(empty), code=2)
    assert "empty.en: holds no text" in result.stderr


def test_command_writes_pairs_to_standard_output(source: str) -> None:
    result = run("corpus", "filter", source)
    count = len(result.stdout.splitlines())
    assert f"200 read = {count} kept" in result.stderr
    piped = run("corpus", "filter", "-", stdin=result.stdout)
    assert "read = " in piped.stderr


def test_command_lists_filters() -> None:
    shown = run("corpus", "filter", "--list-filters").stdout
    assert "at most 2 times the expected length" in shown
    lines = run("corpus", "filter", "--list-filters", "--json").stdout.splitlines()
    assert [json.loads(line)["filter"] for line in lines] == [one.name for one in every()]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "rato"], "did you mean ratio"),
        (["--set", "ratio"], "give FILTER=NUMBER"),
        (["--set", "ratio=much"], "give FILTER=NUMBER"),
        (["--reason", "ratio"], "name the file"),
        (["--dry-run", "--dropped", "x.jsonl"], "--dry-run writes no pairs"),
        (["--target-language", "ur"], "two languages"),
        (["--testset", "missing.en"], "missing.en"),
        (["--undrop", "missing.jsonl"], "--undrop needs --reason"),
        (["--undrop", "missing.jsonl", "--reason", "ratio"], "no such file"),
    ],
)
def test_command_says_what_is_wrong(
    source: str, arguments: list[str], message: str, tmp_path: Path
) -> None:
    output = tmp_path / "kept.tsv"
    result = run("corpus", "filter", source, "-o", str(output), *arguments, code=2)
    assert message in result.stderr
    assert not output.exists()


def test_command_without_pairs_leaves_what_was_there(tmp_path: Path) -> None:
    empty = tmp_path / "empty.tsv"
    empty.write_text("\n")
    output = tmp_path / "kept.tsv"
    output.write_text("what was there")
    assert "no pairs" in run("corpus", "filter", str(empty), "-o", str(output), code=2).stderr
    run("corpus", "filter", str(tmp_path / "none.tsv"), "-o", str(output), code=2)
    assert output.read_text() == "what was there"


def test_command_goes_on_after_broken_lines(tmp_path: Path) -> None:
    source = tmp_path / "corpus.tsv"
    source.write_text(f"{URDU[0]}\t{ENGLISH[0]}\nno columns\n{URDU[1]}\t{ENGLISH[1]}\n")
    result = run("corpus", "filter", str(source), "-o", str(tmp_path / "kept.tsv"), code=1)
    assert "corpus.tsv:2: " in result.stderr
    assert "2 read = " in result.stdout
    assert "1 unreadable" in result.stdout


def test_a_file_of_other_lines_is_no_dropped_file(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"source": "a", "target": "b"}\n')
    options = ("--reason", "ratio", "-o", str(tmp_path / "back.tsv"))
    result = run("corpus", "filter", "--undrop", str(path), *options, code=2)
    assert "pairs.jsonl:1: not a line of a dropped file" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["filter_speed.py", "measure_filters.py"])
def test_scripts_print_their_tables(tmp_path: Path, name: str) -> None:
    source = write(tmp_path, corpus(60), "corpus.tsv.xz")
    root = Path(__file__).parent.parent
    result = subprocess.run(
        [sys.executable, root / "scripts" / name, source], capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    lines = [line for line in result.stdout.decode().splitlines() if line.startswith("| ")]
    assert {line.split("|")[1].strip() for line in lines} >= {"numbers", "boilerplate"}


def test_command_writes_over_neither_side_of_its_input(tmp_path: Path) -> None:
    for code in ("ur", "en"):
        (tmp_path / f"c.{code}").write_text("x\n", encoding="utf-8")
    for options in (("-o", f"{tmp_path}/c.ur"), ("-o", "-", "--dropped", f"{tmp_path}/c.en")):
        result = run("corpus", "filter", f"{tmp_path}/c", *options, code=2)
        assert "is also an input" in result.stderr


def test_command_refuses_a_bad_name_before_it_works(tmp_path: Path, source: str) -> None:
    run("corpus", "filter", source, "-o", f"{tmp_path}/x.txt", code=2)
    assert not (tmp_path / "x.txt.work").exists()
    assert "-o FILE or --dry-run" in run("corpus", "filter", source, "--json", code=2).stderr


@pytest.mark.parametrize(
    "line",
    [
        '{"source": "a", "target": "b", "number": 1e999, "reasons": []}',
        '{"source": "a", "target": "b", "number": 1, "reasons": null}',
        "[]",
    ],
)
def test_command_takes_back_from_dropped_files_alone(tmp_path: Path, line: str) -> None:
    path = tmp_path / "dropped.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    result = run("corpus", "filter", "--undrop", str(path), "--reason", "ratio", code=2)
    assert f"{path}:1: not a line of a dropped file: " in result.stderr


def test_a_folder_of_other_pairs_is_left_alone(tmp_path: Path, source: str) -> None:
    mine = tmp_path / "mine" / "pairs" / "mine.tsv"
    mine.parent.mkdir(parents=True)
    mine.write_text("a\tb\n", encoding="utf-8")
    result = run("corpus", "filter", source, "--work", f"{tmp_path}/mine", "--dry-run", code=2)
    assert "is no working folder" in result.stderr
    assert mine.exists()


def test_damaged_files_of_the_working_folder(tmp_path: Path, source: str) -> None:
    work = tmp_path / "work"
    command = ("corpus", "filter", source, "--work", str(work), "--dry-run")
    before = run(*command).stdout
    for path in (work / "seen").iterdir():
        path.write_bytes(b"x")
    assert run(*command).stdout == before
    for kind in ("pairs", "scores"):
        for path in (work / kind).iterdir():
            path.write_bytes(b"x")
    assert "damaged; remove" in run(*command, code=2).stderr
