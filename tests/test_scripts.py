"""The scripts, as their users run them, on small things."""

from __future__ import annotations

import json
import lzma
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sacrebleu

from align.text.normalize import normalize
from align.translate import Decoding, Translator, load_engine
from tests.marian import ENGLISH, URDU, build_marian, sentences

SCRIPTS = Path(__file__).parent.parent / "scripts"
# What train_ur_en.py reads.
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


def word_for_word(count: int, seed: int) -> list[tuple[str, str]]:
    """Pairs in a language that has one English word for each Urdu one, in the same order."""
    rng = random.Random(seed)
    rows = [rng.choices(range(len(URDU)), k=rng.randint(3, 8)) for _ in range(count)]
    return [
        (" ".join(URDU[i] for i in row), " ".join(ENGLISH[i % len(ENGLISH)] for i in row))
        for row in rows
    ]


@pytest.mark.slow
def test_train_goes_on_and_gives_a_model_for_both_engines(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    for seed, name in enumerate(CORPORA):
        write_corpus(tmp_path / f"{name}.tsv.xz", word_for_word(60, seed))
    folder, work = tmp_path / "toy", tmp_path / "work"
    states: list[dict[str, Any]] = [{"step": 0, "used": 0.0}]
    for _ in range(2):
        run_script(
            "train_ur_en.py", tmp_path, folder, "--work", work, "--threads", 1,
            "--minutes", states[-1]["used"] / 60 + 0.02, "--vocabulary", 360,
        )  # fmt: skip
        states.append(torch.load(work / "checkpoint.pt", weights_only=True))
    assert 0 < states[1]["step"] < states[2]["step"]
    assert states[1]["used"] + 1 < states[2]["used"]

    manifest = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert {"model.safetensors", "source.spm", "ctranslate2/model.bin"} <= set(manifest["files"])
    assert all((folder / name).is_file() for name in manifest["files"])

    (urdu, _), *_ = word_for_word(1, seed=99)
    results = []
    for engine, quantization in (("ctranslate2", "float32"), ("transformers", "float32")):
        loaded = load_engine(str(folder), engine=engine, quantization=quantization)
        pieces = loaded.encode([normalize(urdu)])
        results.append((pieces, loaded.translate(pieces, Decoding(beam=1, max_tokens=20))[0]))
    (left, ours), (right, theirs) = results
    assert left == right
    assert ours.pieces == theirs.pieces
    assert ours.score == pytest.approx(theirs.score, abs=1e-3)
    assert Translator(load_engine(str(folder))).translate([urdu])[0].text


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
