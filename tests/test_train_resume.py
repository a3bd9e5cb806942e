"""A run that is killed, interrupted or out of room goes on to the very model it would have made."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from align.errors import InputError, UsageError
from tests.training import TINY, command, curve, environment, train_here, word_for_word, write_tsv

pytest.importorskip("torch")
pytestmark = pytest.mark.slow

LENGTH = ("--epochs=4", "--every=10", "--average=3", "--save-minutes=0.001")


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("corpora")
    first = write_tsv(folder / "first.tsv", word_for_word(150, 1))
    second = write_tsv(folder / "second.tsv", word_for_word(60, 2))
    dev = write_tsv(folder / "dev.tsv", word_for_word(8, 3))
    return [f"{first}=1.5", f"{second}=2..0.5", f"--dev={dev}", *TINY, *LENGTH]


@pytest.fixture(scope="module")
def whole(corpora: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of a run that nothing disturbed."""
    output = tmp_path_factory.mktemp("whole") / "model"
    train_here(*corpora, "-o", output)
    return output


def log_of(output: Path) -> Path:
    return output.with_name(output.name + ".work") / "log.jsonl"


def assert_same(output: Path, whole: Path) -> None:
    """The model to the last bit, and the log with each step once."""
    assert curve(log_of(output)) == curve(log_of(whole))
    for name in ("model.safetensors", "vocab.json", "source.spm"):
        assert (output / name).read_bytes() == (whole / name).read_bytes(), name


def test_killed_it_ends_with_the_model_of_an_undisturbed_run(
    corpora: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    log = log_of(output)
    with subprocess.Popen(
        command(*corpora, "-o", output), stderr=subprocess.PIPE, stdout=subprocess.PIPE,
        encoding="utf-8", env=environment(),
    ) as process:  # fmt: skip
        while process.poll() is None:
            if log.is_file() and '"step": 14,' in log.read_text(encoding="utf-8"):
                process.send_signal(signal.SIGKILL)
                break
            time.sleep(0.005)
        out, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    assert out == ""
    assert not output.exists()
    assert "going on from step 1" in train_here(*corpora, "-o", output)
    assert_same(output, whole)


def test_ctrl_c_saves_a_checkpoint_and_the_run_goes_on_from_there(
    corpora: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    said = train_here(*corpora, "-o", output, at="step 20:")
    step = said.split("stopped after step ")[1].split(";")[0]
    assert said.endswith(f"stopped after step {step}; the same command goes on\n")
    assert not output.exists()
    said = train_here(*corpora, "-o", output, at="step 40:")
    assert f"going on from step {step}\n" in said
    train_here(*corpora, "-o", output)
    assert_same(output, whole)


def test_a_damaged_checkpoint_is_named_and_the_one_before_taken(
    corpora: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    train_here(*corpora, "-o", output, at="step 30:")
    folder = tmp_path / "model.work" / "checkpoints"
    sealed = [path.parent for path in folder.glob("*/checkpoint.json")]
    newest, before = sorted(sealed, key=lambda path: -int(path.name.split("-")[1]))[:2]
    weights = newest / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-5] ^= 1  # of the same length
    weights.write_bytes(content)
    said = train_here(*corpora, "-o", output)
    assert f"left out: {weights.resolve()}: damaged" in said
    assert f"going on from step {before.name.split('-')[1]}\n" in said
    assert_same(output, whole)


def test_a_disk_without_room_is_one_line_and_the_last_checkpoint_stays(
    corpora: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    train_here(*corpora, "-o", output, at="step 20:")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, hard))
    try:
        with pytest.raises(InputError) as caught:
            train_here(*corpora, "-o", output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    error = str(caught.value)
    assert "\n" not in error
    assert "cannot be written" in error
    assert error.endswith("is the last that is whole: make room and give the same command")
    assert "going on from step 2" in train_here(*corpora, "-o", output)
    assert_same(output, whole)


def test_a_finished_run_makes_its_folder_again_without_training_and_then_is_left_alone(
    corpora: list[str], whole: Path, tmp_path: Path
) -> None:
    output = tmp_path / "model"
    shutil.copytree(whole.with_name("model.work"), tmp_path / "model.work")
    recipe = tmp_path / "model.work" / "recipe.json"
    settings = json.loads(recipe.read_text())
    recipe.write_text(json.dumps(settings | {"output": str(output)}))
    assert "loss" not in train_here(*corpora, "-o", output)
    assert_same(output, whole)
    times = {path: path.stat().st_mtime_ns for path in output.iterdir()}
    assert f"to train it again, remove it and {output}.work\n" in train_here(*corpora, "-o", output)
    assert times == {path: path.stat().st_mtime_ns for path in output.iterdir()}


def test_validations_go_by_the_planned_steps_in_every_part_of_a_run(tmp_path: Path) -> None:
    corpus = write_tsv(tmp_path / "words.tsv", word_for_word(600, 1))
    dev = write_tsv(tmp_path / "dev.tsv", word_for_word(3, 3))
    # The second epoch has half as many steps as the first, by which the run is planned.
    arguments = (f"{corpus}=1..0", f"--dev={dev}", *TINY, "--batch-tokens=50", "--epochs=2")

    def validated(output: Path) -> list[int]:
        return [line["step"] for line in curve(log_of(output)) if "chrf" in line]

    train_here(*arguments, "-o", tmp_path / "whole")
    steps = validated(tmp_path / "whole")
    every = steps[0]
    assert every > 20
    assert steps[:-1] == [every * (i + 1) for i in range(len(steps) - 1)]
    assert 7 <= len(steps) <= 11
    train_here(*arguments, "-o", tmp_path / "parts", at=f"step {steps[-2]}:")
    assert "going on" in train_here(*arguments, "-o", tmp_path / "parts")
    assert validated(tmp_path / "parts") == steps


def test_another_recipe_or_another_corpus_is_not_let_in(tmp_path: Path) -> None:
    output = tmp_path / "model"
    corpus = write_tsv(tmp_path / "mine.tsv", word_for_word(150, 5))
    arguments = [str(corpus), *TINY, "--steps=2", "-o", str(output)]
    train_here(*arguments)
    with pytest.raises(UsageError, match=r"--seed \(1, now 2\)"):
        train_here(*arguments, "--seed=2")
    shutil.rmtree(output)
    write_tsv(corpus, word_for_word(151, 5))
    with pytest.raises(UsageError, match="mine: this corpus changed since"):
        train_here(*arguments)
