"""`align models` on a small checkpoint: what is listed, shown, converted and refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import run
from tests.marian import build_marian


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    build_marian(folder)
    return folder


@pytest.fixture(autouse=True)
def nothing_embedded(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("align.translate.models._embedded_models", dict)


def test_info(checkpoint: Path) -> None:
    record = json.loads(run("models", "info", str(checkpoint), "--json").stdout)
    assert record["name"] == "tiny"
    assert record["model"] == f"tiny@{record['content'][:8]}"
    assert record["folder"] == str(checkpoint)
    vocabulary = json.loads((checkpoint / "vocab.json").read_text(encoding="utf-8"))
    assert record["vocabulary"] == len(vocabulary)
    assert record["conversion"] is None
    shown = run("models", "info", str(checkpoint)).stdout
    assert record["model"] in shown
    assert "2 encoder, 2 decoder layers of width 32" in shown


def test_scores_of_the_card_are_shown(checkpoint: Path) -> None:
    card = checkpoint / "README.md"
    card.write_text("| testset | BLEU | chr-F |\n|---|---|---|\n| news.ur.en | 23.2 | 0.435 |\n")
    try:
        assert "news.ur.en: bleu 23.2, chrf 43.5" in run("models", "info", str(checkpoint)).stdout
    finally:
        card.unlink()


def test_nothing_to_list() -> None:
    result = run("models", "list")
    assert result.stdout == ""
    assert "align models install" in result.stderr
    assert run("models", "list", "--json").stdout == ""


@pytest.mark.slow
def test_convert_install_list(checkpoint: Path, tmp_path: Path) -> None:
    folder = Path(run("models", "convert", str(checkpoint)).stdout.strip())
    assert (folder / "model.bin").is_file()
    assert (
        f"align translate --model {checkpoint}" in run("models", "install", str(checkpoint)).stdout
    )
    (record,) = map(json.loads, run("models", "list", "--json").stdout.splitlines())
    assert record["name"] == "tiny"
    assert "tiny@" in run("models", "list").stdout

    target = tmp_path / "here"
    run("models", "convert", str(checkpoint), "-o", str(target), "--quantization", "float32")
    assert (target / "model.bin").stat().st_size > (folder / "model.bin").stat().st_size
    run("models", "convert", str(checkpoint), "-o", str(target))  # takes the place of a conversion


def test_a_translation_says_in_what_it_was_computed(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("خبر ہے۔\n", encoding="utf-8")
    command = ("translate", str(tmp_path / "a.txt"), "--json", "--model", str(checkpoint))
    signatures = [
        json.loads(run(*command, *options).stdout)["signature"]
        for options in ((), ("--quantization", "float32"))
    ]
    assert ["|int8|cpu" in signatures[0], "|float32|cpu" in signatures[1]] == [True, True]
    refused = run(*command, "--quantization", "float16", code=2).stderr
    assert refused.startswith("quantization 'float16': this cpu has float32, ")
    assert refused.count("\n") == 1


def test_convert_replaces_nothing_else(checkpoint: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.txt").write_text("all of it")
    result = run("models", "convert", str(checkpoint), "-o", str(tmp_path / "precious"), code=2)
    assert "holds other files" in result.stderr
    assert (tmp_path / "precious" / "thesis.txt").read_text() == "all of it"


@pytest.mark.parametrize("command", ["info", "install", "convert"])
def test_no_such_model(command: str) -> None:
    result = run("models", command, "no-such-model", code=2)
    assert result.stdout == ""
    assert result.stderr.startswith("no-such-model: no such folder")
    assert result.stderr.count("\n") == 1
