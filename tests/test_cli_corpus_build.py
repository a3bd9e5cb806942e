"""`align corpus build` from outside, with the embedded model: folders, records, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.building import NAMES, write_article, write_records
from tests.command import records, run

pytestmark = pytest.mark.usefixtures("cache")


def test_from_two_folders_to_a_manifest(tmp_path: Path) -> None:
    for name in NAMES[:2]:
        write_article(tmp_path, name)
    (tmp_path / "en" / "note.txt").write_text("یہ انگریزی نہیں ہے۔", "utf-8")
    output = tmp_path / "corpus"
    arguments = ("corpus", "build", str(tmp_path / "ur"), "--english", str(tmp_path / "en"))
    # Two documents are too few for dev and test, which nobody asked for.
    options = ("-o", str(output), "--json", "--fact", "terms=CC0")
    result = run(*arguments, *options, code=1)
    (manifest,) = records(result)
    assert manifest == json.loads((output / "manifest.json").read_text("utf-8"))
    assert "note.txt:1: no English text" in result.stderr
    assert "target: 3 documents = 2 matched + 0 alone + 1 failed" in result.stderr
    assert manifest["documents"]["matched"] == {"read": 2, "parallel": 2, "not_parallel": 0}
    assert manifest["model"].startswith("ur-en@")
    assert "CC0" in (output / "card.md").read_text("utf-8")
    pairs = run("corpus", "stats", str(output / "train.tsv"), "--json")
    assert records(pairs)[0]["pairs"] == manifest["pairs"]["train"] > 20


def test_from_pages_and_records(tmp_path: Path) -> None:
    """The Urdu as JSON Lines, the English as a page."""
    name = NAMES[0]
    write_records(tmp_path / "ur.jsonl", [name])
    write_article(tmp_path / "articles", name)
    story = (tmp_path / "articles" / "en" / f"{name}.txt").read_text("utf-8").splitlines()[2:]
    body = "".join(f"<p>{line}</p>" for line in story if line)
    page = f"<!doctype html><html><head><title>News</title></head><body><article>{body}</article>"
    (tmp_path / "story.html").write_text(page + "</body></html>", "utf-8")
    arguments = (str(tmp_path / "ur.jsonl"), "--fields", "paragraphs=ur", "--english")
    options = ("-o", str(tmp_path / "corpus"), "--dev", "0", "--test", "0")
    result = run("corpus", "build", *arguments, str(tmp_path / "story.html"), *options)
    assert "matched: 1 = 1 translations" in result.stderr


def test_fields_of_records_with_both_sides(tmp_path: Path) -> None:
    write_records(tmp_path / "both.jsonl", NAMES[:1])
    path = tmp_path / "both.jsonl"
    text = path.read_text("utf-8").replace('"ur":', '"urdu":').replace('"en":', '"english":')
    path.write_text(text, "utf-8")
    arguments = ("corpus", "build", str(path), "-o", str(tmp_path / "corpus"))
    result = run(*arguments, code=2)
    assert "both.jsonl:1: no text in" in result.stderr
    options = ("--fields", "ur=urdu,en=english", "--dev", "0", "--test", "0")
    assert "1 documents = 1 matched" in run(*arguments, *options).stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.jsonl"], "-o FOLDER"),
        (["a.jsonl", "-o", "-"], "-o FOLDER"),
        (["-o", "x"], "nothing to read"),
        (["-", "-o", "x"], "not -"),
        (["a.jsonl", "-o", "x", "--format", "docx"], "'docx'"),
        (["a.jsonl", "-o", "x", "--format", "parquet.gz"], "'parquet.gz'"),
        (["a.jsonl", "-o", "x", "--fields", "text=body"], "NAME=FIELD"),
        (["a.jsonl", "-o", "x", "--english-fields", "id=n"], "goes with --english"),
        (["a.jsonl", "-o", "x", "--set", "ration=3"], "did you mean ratio"),
        (["a.jsonl", "-o", "x"], "no such file"),
    ],
)
def test_refusals(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in run("corpus", "build", *arguments, code=2).stderr
