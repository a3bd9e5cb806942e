"""Several processes make one model: the same weights in each, and the same after a stop."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from align.errors import AlignError, UsageError
from align.train import processes
from tests.training import TINY, command, curve, environment, train_here, word_for_word, write_tsv

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.slow

STEPS = 12
# What torchrun starts: each process leaves its weights.
DUMPING = """
import os, sys, torch
from align.train.__main__ import main
from align.train.trainer import MarianTrainer
train = MarianTrainer.train
def dumping(self, **options):
    train(self, **options)
    torch.save(self.model.state_dict(), f"{os.environ['DUMP']}/{os.environ['RANK']}.pt")
MarianTrainer.train = dumping
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def arguments(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("corpora")
    corpus = write_tsv(folder / "words.tsv", word_for_word(250, 1))
    dev = write_tsv(folder / "dev.tsv", word_for_word(6, 3))
    return [str(corpus), f"--dev={dev}", *TINY, f"--steps={STEPS}", "--every=4", "--average=2"]


@pytest.fixture(scope="module")
def whole(arguments: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of a run by torchrun that nothing disturbed, in a folder with the weights."""
    folder = tmp_path_factory.mktemp("whole")
    (folder / "dumping.py").write_text(DUMPING)
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run(
        [*torchrun, str(folder / "dumping.py"), *arguments, "-o", str(folder / "model")],
        env={**environment(), "DUMP": str(folder)}, capture_output=True, encoding="utf-8",
        check=False, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / "model"


def log_of(output: Path) -> Path:
    return output.with_name(output.name + ".work") / "log.jsonl"


def test_the_processes_have_equal_weights_and_count_together(
    arguments: list[str], whole: Path, tmp_path: Path
) -> None:
    first, second = (torch.load(whole.parent / f"{rank}.pt") for rank in range(2))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    # Two steps of two are the four batches of four steps of one.
    train_here(*arguments, "--steps=4", "-o", tmp_path / "alone")
    alone = [line for line in curve(log_of(tmp_path / "alone")) if "loss" in line]
    both = [line for line in curve(log_of(whole)) if "loss" in line]
    assert (alone[-1]["step"], both[0]["step"]) == (4, 2)
    for counts in ("source_tokens", "target_tokens"):
        assert both[0][counts] == alone[-1][counts]
    assert len(both) == STEPS / 2


def test_killed_or_stopped_both_end_and_the_run_goes_on_to_the_same_model(
    arguments: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    more = [*arguments, "--processes=2", "-o", str(output)]
    with subprocess.Popen(
        command(*more, "--save-minutes=0.0001"), stderr=subprocess.PIPE, encoding="utf-8",
        env=environment(),
    ) as process:  # fmt: skip
        while process.poll() is None:
            if log_of(output).is_file() and '"step": 4,' in log_of(output).read_text("utf-8"):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.005)
        # The pipe ends with the other process, which holds it too.
        _, said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said
    said = train_here(*more, at="step 8: dev")
    assert "going on from step" in said
    assert "stopped after step" in said
    with pytest.raises(UsageError, match=r"--processes \(2, now 1\)"):
        train_here(*arguments, "-o", output)
    train_here(*more)
    assert curve(log_of(output)) == curve(log_of(whole))
    weights = "model.safetensors"
    assert (output / weights).read_bytes() == (whole / weights).read_bytes()


def test_one_that_is_killed_before_training_ends_the_run_in_one_line(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = processes._start

    def start_and_kill(*given: Any) -> Any:
        process = start(*given)
        process.kill()
        return process

    monkeypatch.setattr(processes, "_start", start_and_kill)
    with pytest.raises(AlignError, match=r"another process of this run ended \(exit code -9\)"):
        train_here(*arguments, "--processes=2", "-o", tmp_path / "model")
