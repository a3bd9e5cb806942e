"""`align train` as a command: its options are those of `python -m align.train`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from align.train.__main__ import parser, recipe_of
from align.translate.models import find_model, write_manifest
from tests.command import run
from tests.marian import ENGLISH, URDU, build_marian, sentences
from tests.test_package import loaded_after

TRAINING = {
    "date": "2026-11-26", "base": "ur-en@1a2b3c4d", "steps": 1200, "tokens": 3_456_789,
    "minutes": 1.2, "machine": {"cpu": "A processor"},
    "corpora": [
        {"name": "news", "weight": 4.0, "final_weight": None},
        {"name": "bible", "weight": 0.4, "final_weight": 0.05},
    ],
}  # fmt: skip


def test_help_lists_what_training_takes() -> None:
    shown = run("train", "--help").stdout
    assert shown == parser().format_help()
    assert "--from" in shown
    assert "Train or fine-tune a model" in run("--help").stdout


@pytest.mark.parametrize("arguments", ["['--help']", "['train', '--help']"])
def test_help_loads_nothing_heavy(arguments: str) -> None:
    code = (
        f"import sys; sys.argv = ['align', *{arguments}]\n"
        "from align.cli import main\n"
        "try: main()\nexcept SystemExit as leave: assert leave.code == 0"
    )
    assert loaded_after(code) == set()


def test_the_arguments_arrive_as_they_were_given(monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[list[str]] = []

    def main(arguments: list[str]) -> int:
        arrived.append(arguments)
        return 130

    monkeypatch.setattr("align.train.__main__.main", main)
    given = ["a.tsv=2", "b.ur", "--steps", "5", "-o", "out", "--noise=0.1", "--separate"]
    run("train", *given, code=130)
    assert arrived == [given]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.tsv", "-o", "{}/model"], "nothing.tsv: no such file"),
        (["a.tsv=x", "-o", "{}/model"], "weight 'x' is no number"),
        (["a.tsv", "-o", "{}/model", "--preset", "giant"], "--preset 'giant'"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, arguments: list[str], message: str) -> None:
    result = run("train", *(one.format(tmp_path) for one in arguments), code=2)
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not (tmp_path / "model").exists()


def test_corpora_may_stand_anywhere() -> None:
    recipe = recipe_of(["a.tsv", "--from", "ur-en", "b.tsv=2", "-o", "out", "c.tsv"])
    assert recipe.corpora == ("a.tsv", "b.tsv=2", "c.tsv")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "the following arguments are required: "),
        (["a.tsv", "-o", "out", "--stesp", "3"], "unrecognized arguments: --stesp"),
        (["a.tsv", "-o", "out", "--steps", "x\ny"], "argument --steps: invalid int value: 'x\\ny'"),
        (["a.tsv", "-o", "out", "--steps=3", "--epochs=2"], "argument --epochs: not allowed with"),
    ],
)
def test_a_slip_of_the_pen_is_one_line(arguments: list[str], message: str) -> None:
    said = run("train", *arguments, code=2).stderr
    assert said.startswith(f"align train: {message}")
    assert said.endswith("; see align train --help\n")
    assert said.count("\n") == 1


def test_what_cannot_be_printed_is_an_escape(tmp_path: Path) -> None:
    said = run("train", "a\n\x1b[31mb.tsv", "-o", str(tmp_path / "model"), code=2).stderr
    assert said == "align train: a\\n\\x1b[31mb.tsv: no such file\n"


def test_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def find_spec(name: str, *rest: Any) -> Any:
        return None if name == "accelerate" else real(name, *rest)

    monkeypatch.setattr("align.cli.train.find_spec", find_spec)
    result = run("train", "a.tsv", "-o", str(tmp_path / "model"), code=2)
    assert result.stderr == (
        "training needs the extra 'torch': pip install '.[torch]' in the folder of align\n"
    )


def test_python_m_says_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "align.train", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == parser().format_help().split()


def test_models_info_shows_the_training(cache: Path, tmp_path: Path) -> None:
    folder = build_marian(tmp_path / "mine")
    signature = "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:2.6.0"
    scores = {"set": {"segments": 4, "bleu": 8.5, "bleu_signature": signature}}
    write_manifest(folder, training=TRAINING, scores=scores)
    write_manifest(folder)  # what is not given stays
    shown = run("models", "info", str(folder)).stdout
    words = " ".join(shown.split())
    assert (
        "trained 2026-11-26, from ur-en@1a2b3c4d, 1,200 steps, 3,456,789 target tokens, "
        "1 minute, A processor"
    ) in words
    assert "data news ×4, bible ×0.4 to 0.05" in words
    assert f"bleu 8.5 ({signature})" in words
    record = json.loads(run("models", "info", str(folder), "--json").stdout)
    assert record["training"] == TRAINING
    assert record["scores"] == scores
    assert find_model(str(folder)).name == "mine"


@pytest.mark.parametrize(
    "training", [7, {"corpora": 3, "machine": 1}, {"corpora": [1, {"weight": "x"}]}]
)
def test_a_record_by_another_program_does_no_harm(
    cache: Path, tmp_path: Path, training: Any
) -> None:
    folder = build_marian(tmp_path / "mine")
    (folder / "model.json").write_text(json.dumps({"training": training}))
    assert "mine@" in run("models", "info", str(folder)).stdout


def write_pairs(stem: Path, count: int, seed: int) -> None:
    for language, words in (("ur", URDU), ("en", ENGLISH)):
        lines = sentences(words, count, seed, longest=6)
        text = "".join(f"{line}\n" for line in lines)
        stem.with_name(f"{stem.name}.{language}").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_fine_tuning_tells_what_it_gained_and_lost(cache: Path, tmp_path: Path) -> None:
    base = build_marian(tmp_path / "base", weights="model.safetensors")
    (tmp_path / "sets").mkdir()
    for seed, name in enumerate(("mine", "dev", "sets/other")):
        write_pairs(tmp_path / name, 40 if name == "mine" else 3, seed)
    said = run(
        "train", f"{tmp_path}/mine.ur", "--from", str(base), "--dev", f"{tmp_path}/dev",
        "--second-test", f"{tmp_path}/sets/other", "--testsets", f"{tmp_path}/sets",
        "--steps", "2", "--device", "cpu", "--threads", "1", "-o", f"{tmp_path}/new",
    ).stderr  # fmt: skip
    record = json.loads(run("models", "info", f"{tmp_path}/new", "--json").stdout)
    training = record["training"]
    assert training["base"].startswith("base@")
    assert training["steps"] == 2
    assert [one["testset"] for one in training["forgetting"]] == ["dev", "other"]
    assert record["scores"].keys() == {"other"}
    assert record["verified_files"] > 8
    log = (tmp_path / "new.work" / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert [one for one in map(json.loads, log) if one.get("forgetting") == training["forgetting"]]
    card = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    for change in training["forgetting"]:
        before, after = change["before"]["chrf"], change["after"]["chrf"]
        assert f"chrF {before:.1f} to {after:.1f}" in said
        assert f"| {before:.1f} | {after:.1f} | {change['chrf_change']:+.1f} |" in card
    assert (tmp_path / "new.work" / "curves.svg").stat().st_size
    assert run("translate", "--lines", "--model", f"{tmp_path}/new", stdin=f"{URDU[0]}\n").stdout
