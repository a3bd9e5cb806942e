"""The scripts, as their users run them, on small things."""

from __future__ import annotations

import importlib
import json
import lzma
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sacrebleu

from align.corpus.formats import read_pairs
from align.translate import Decoding, Translator, load_engine
from tests.marian import ENGLISH, URDU, build_marian, sentences
from tests.training import word_for_word

SCRIPTS = Path(__file__).parent.parent / "scripts"
# What experiments.py reads.
CORPORA = (
    "news", "sentences", "news-lexicon", "tico19-dev", "mozilla-web", "ms-docs-mt", "books-mt",
    "xnli", "wiki-dev", "wiki-dict", "bible", "quran", "quran-words-dict",
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("cache")


def run_script(name: str, *arguments: object) -> str:
    """Run a script, which must succeed; give what it prints."""
    done = subprocess.run(
        [sys.executable, SCRIPTS / name, *map(str, arguments)],
        capture_output=True, encoding="utf-8", check=False, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def write_corpus(path: Path, pairs: list[tuple[str, str]]) -> None:
    with lzma.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(f"{urdu}\t{english}\n" for urdu, english in pairs)


def test_train_says_options_that_align_train_takes(tmp_path: Path) -> None:
    from align.train.__main__ import recipe_of

    stand_in = tmp_path / "python"  # tells what it is called with
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@" END\n')
    stand_in.chmod(0o755)
    folder = tmp_path / "run"
    calls: dict[str, list[list[str]]] = {"align.train": [], "align": []}
    for documents in ({}, {"DOCUMENTS": "a b"}):
        done = subprocess.run(
            [SCRIPTS / "train-ur-en", tmp_path / "corpora", folder, "1"],
            capture_output=True, encoding="utf-8", check=True,
            env={**os.environ, "PYTHON": str(stand_in), **documents},
        )  # fmt: skip
        *said, last = done.stdout.split("END\n")
        assert last.startswith(str(folder / "ur-en"))
        for _, program, *arguments in map(str.splitlines, said):
            calls[program].append(arguments)
    assert len(calls["align.train"]) == 16
    stages = [recipe_of(arguments) for arguments in calls["align.train"][:8]]
    aligned = [recipe_of(arguments) for arguments in calls["align.train"][8:]]
    (built,) = calls["align"]
    assert built[:3] == ["corpus", "build", "a b/tafhim-introductions.jsonl.xz"]
    pairs = f"{built[built.index('--output') + 1]}/train.tsv.xz"
    assert not any("documents" in corpus for one in stages for corpus in one.corpora)
    assert any(corpus.startswith(f"{pairs}=") for corpus in aligned[-1].corpora)
    general, news, *_, final = stages
    assert general.output == str(folder / "general")
    assert [one.start for one in stages[1:]] == [one.output for one in stages[:-1]]
    assert final.output == str(folder / "ur-en")
    assert (general.threads, final.threads) == (1, 1)
    assert f"{tmp_path}/corpora/news.tsv.xz=4" in general.corpora
    assert any("scripts/corpora/written.tsv.xz" in corpus for corpus in news.corpora)
    assert not any("testsets" in corpus or "-test" in corpus for corpus in general.corpora)


@pytest.mark.parametrize(
    ("module", "script"),
    [
        ("check/calibration.py", "fit_check.py"),
        ("translate/doubt_calibration.py", "fit_doubt.py"),
        ("bitext/settings.py", "fit_alignment.py"),
        ("bitext/calibration.py", "fit_alignment.py"),
    ],
)
def test_a_fit_is_written_between_the_marks_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, script: str
) -> None:
    monkeypatch.syspath_prepend(SCRIPTS)
    write_fitted = importlib.import_module("fitted_source").write_fitted
    there = (SCRIPTS.parent / "align" / module).read_text("utf-8")
    head, fitted, rest = re.split(r"# --- fitted: .*\n", there)
    path = tmp_path / "fit.py"
    path.write_text(there, encoding="utf-8")
    write_fitted(path, script, "A: Final = 1\n")
    assert re.split(r"# --- fitted: .*\n", path.read_text("utf-8")) == [
        head, "A: Final = 1\n", rest,
    ]  # fmt: skip
    write_fitted(path, script, fitted)
    assert path.read_text("utf-8") == there


@pytest.mark.slow
def test_experiments_show_differences_and_go_on(tmp_path: Path) -> None:
    for seed, name in enumerate(CORPORA):
        write_corpus(tmp_path / f"{name}.tsv.xz", word_for_word(30, seed))
    write_corpus(tmp_path / "flores200-dev-part.tsv.xz", word_for_word(4, seed=99))
    work = tmp_path / "work"
    base = build_marian(tmp_path / "base", weights="model.safetensors")
    command = (
        "experiments.py", tmp_path, "--work", work, "--base", base, "--steps", 2,
        "--batch-tokens", 400, "--only", "scripture-falls", "no-repeat-3",
    )  # fmt: skip
    listed = run_script(*command, "--list")
    assert [line.split()[0] for line in listed.splitlines()] == [
        "base", "scripture-falls", "no-repeat-3", "to",
    ]  # fmt: skip
    table = run_script(*command)
    records = [
        json.loads(line)
        for line in (work / "results.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {record["experiment"] for record in records} == {
        "base", "scripture-falls", "no-repeat-3",
    }  # fmt: skip
    for record in records:
        if record["experiment"] != "base":
            found = record["chrf_difference"]
            assert found["low"] <= found["value"] <= found["high"]
        assert record["chrf_signature"] in table
    assert "| base |" in table
    assert run_script(*command) == table  # nothing is done again
    assert "done" in run_script(*command, "--list")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_marian(tmp_path_factory.mktemp("models") / "small")


@pytest.mark.slow
@pytest.mark.parametrize("plain", [False, True])
def test_evaluate_prints_what_sacrebleu_says(model: Path, tmp_path: Path, *, plain: bool) -> None:
    sources = sentences(URDU, 3, seed=7)
    references = [sentences(ENGLISH, 3, seed=seed) for seed in (8, 9)]
    (tmp_path / "one.ur").write_text("\n".join(sources) + "\n", encoding="utf-8")
    (tmp_path / "one.en").write_text("\n".join(references[0]) + "\n", encoding="utf-8")
    (tmp_path / "two.ur").write_text("\n".join(sources) + "\n", encoding="utf-8")
    for number, reference in enumerate(references):
        (tmp_path / f"two.en.{number}").write_text("\n".join(reference) + "\n", encoding="utf-8")
    card = tmp_path / "model.json"
    card.write_text('{"kept": 1}')
    out = run_script(
        "evaluate.py", tmp_path, "one", "two", "--model", model, "--threads", 1, "--card", card,
        *(["--plain"] if plain else []),
    )  # fmt: skip
    head, *lines = out.splitlines()
    one, two = map(json.loads, lines)

    engine = load_engine(str(model), threads=1)
    assert head == f"# {engine.model} {engine.signature}"
    if plain:
        hypotheses = [
            engine.decode(hypothesis.pieces)
            for hypothesis in engine.translate(engine.encode(sources), Decoding())
        ]
    else:
        hypotheses = [translation.text for translation in Translator(engine).translate(sources)]

    def expected(name: str, references: list[list[str]]) -> dict[str, Any]:
        return {
            "testset": name,
            "segments": 3,
            "bleu": round(sacrebleu.corpus_bleu(hypotheses, references).score, 1),
            "chrf": round(sacrebleu.corpus_chrf(hypotheses, references).score, 1),
        }

    assert one.items() >= expected("one", references[:1]).items()
    assert two.items() >= expected("two", references).items()
    assert one["bleu_signature"].startswith("nrefs:1|case:mixed|eff:no|tok:13a|")
    assert two["chrf_signature"].startswith("nrefs:2|case:mixed|")
    written = json.loads(card.read_text(encoding="utf-8"))
    assert written["kept"] == 1
    assert written["scores"]["two"]["bleu"] == two["bleu"]


def test_measure_doubts_counts_them(tmp_path: Path) -> None:
    right = [("اجلاس 12 مارچ کو ہوگا۔", "The meeting is on March 12.")] * 7
    wrong = ("اجلاس 12 مارچ کو ہوگا۔", "The meeting is on March 21.")
    for name in ("news", "flores200-dev-part", "tico19-dev", "xnli"):
        write_corpus(tmp_path / f"{name}.tsv.xz", [*right, wrong])
    out = run_script("measure_doubts.py", tmp_path, "--suspicious")
    rows = {
        line.split("|")[1].strip(): line.split("|")[2:6] for line in out.splitlines() if "|" in line
    }
    assert [cell.strip() for cell in rows["numbers lost"]] == ["12.50"] * 4
    assert [cell.strip() for cell in rows["pairs"]] == ["8"] * 4
    assert [cell.strip() for cell in rows["length"]] == ["0"] * 4
    assert f"news\tnumbers lost\t{wrong[0]}\t{wrong[1]}\n" in out


@pytest.mark.slow
def test_killed_commands_write_the_same(tmp_path: Path) -> None:
    said = run_script("corpus_survival.py", 300, "--work", tmp_path).splitlines()
    assert sum(": killed after" in line for line in said) == 6  # two of each of three commands
    assert said[-2:] == ["left by the kills: nothing", "the same"]
    unique, corpus = (tmp_path / "killed" / name for name in ("unique.tsv", "corpus.tmx.gz"))
    assert sum(1 for _ in read_pairs(str(corpus))) == len(unique.read_text("utf-8").splitlines())
    assert 0 < unique.stat().st_size < (tmp_path / "killed" / "kept.tsv").stat().st_size
