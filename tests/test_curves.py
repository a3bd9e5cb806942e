"""The curves of a training run, as the log tells them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from align.errors import MissingExtraError
from align.train.curves import read_curves, write_curves

LINES = [
    {"step": 50, "loss": 6.5, "learning_rate": 0.001, "tokens_per_second": 900},
    {"step": 100, "loss": 5.5, "learning_rate": 0.002},
    {"step": 100, "dev": "flores", "chrf": 20.5, "bleu": 3.0},
    {"step": 100, "dev": "news", "chrf": 30.5, "bleu": 4.0},
    {"step": 150, "loss": 5.0, "learning_rate": 0.001},
    {"step": 150, "chosen": "step 100"},
]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    return path


def test_each_figure_at_its_step(log: Path) -> None:
    assert read_curves(log) == {
        "loss": {"": [(50, 6.5), (100, 5.5), (150, 5.0)]},
        "learning_rate": {"": [(50, 0.001), (100, 0.002), (150, 0.001)]},
        "chrf": {"flores": [(100, 20.5)], "news": [(100, 30.5)]},
    }


def test_a_line_that_is_being_written_is_left_out(log: Path) -> None:
    whole = read_curves(log)
    with log.open("a", encoding="utf-8") as file:
        file.write('{"step": 200, "lo')
    assert read_curves(log) == whole


def test_the_picture_is_whole_and_the_same_each_time(log: Path, tmp_path: Path) -> None:
    target = tmp_path / "curves.svg"
    write_curves(log, target)
    first = target.read_bytes()
    root = ElementTree.fromstring(first)  # well-formed, and of our own making
    assert root.tag.endswith("svg")
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {"step", "chrF", "learning rate", "flores", "news"} <= texts
    write_curves(log, target)
    assert target.read_bytes() == first
    assert {path.name for path in tmp_path.iterdir()} == {"log.jsonl", "curves.svg"}


def test_a_run_without_a_development_set(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps(LINES[0]) + "\n")
    write_curves(log, tmp_path / "curves.svg")
    log.write_text("")
    write_curves(log, tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").stat().st_size


def test_without_matplotlib(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match="drawing the curves needs the extra 'torch'"):
        write_curves(log, tmp_path / "curves.svg")
    assert not (tmp_path / "curves.svg").exists()
