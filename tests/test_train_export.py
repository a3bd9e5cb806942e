"""A trained network as a model folder: whole, loadable by both engines, and telling the truth."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from align.errors import UsageError
from align.evaluate import TestSet, evaluate, score
from align.train.export import export
from align.train.forgetting import change_table, changes, measure
from align.train.tokenizer import Tokenizer, open_tokenizer
from align.translate import Decoding, load_engine
from align.translate.models import find_model, model_info, open_model, verify
from tests.marian import ENGLISH, URDU, build_marian, sentences

FACTS: dict[str, Any] = {
    "date": "2026-11-26",
    "base": "ur-en@1a2b3c4d",
    "seed": 7,
    "steps": 1200,
    "tokens": 3_456_789,
    "minutes": 12.3,
    "corpora": [
        {"name": "news", "weight": 4.0, "final_weight": None, "pairs": 8859, "sha256": "ab" * 32},
        {"name": "bible", "weight": 0.4, "final_weight": 0.05, "pairs": 30659, "sha256": "0" * 64},
    ],
    "machine": {"cpu": "A processor", "threads": 2, "torch": "2.13.0"},
    "options": {"sampling": 0.1, "noise": None},
}
TESTSET = TestSet("set", tuple(sentences(URDU, 4, 5)), (tuple(sentences(ENGLISH, 4, 6)),))

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Tokenizer]:
    """A network and its tokenizer, as they are at the end of a training."""
    from transformers import MarianMTModel

    folder = build_marian(tmp_path_factory.mktemp("trained") / "raw", weights="model.safetensors")
    return MarianMTModel.from_pretrained(folder), open_tokenizer(folder)


@pytest.fixture(scope="module")
def folder(trained: tuple[Any, Tokenizer], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("models") / "new"
    export(*trained, target, FACTS, testsets=[TESTSET])
    return target


def test_the_files_of_the_shipped_model(folder: Path) -> None:
    shipped = Path(__file__).parent.parent / "models" / "ur-en"
    ours, theirs = (
        {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
        for top in (folder, shipped)
    )
    assert ours == theirs
    assert list(folder.parent.iterdir()) == [folder]


def test_every_file_is_listed_and_the_record_is_kept(folder: Path) -> None:
    model = find_model(str(folder))
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert verify(model) == len(files) - 2  # not the card, not the list itself
    info = model_info(model)
    assert info.training == FACTS
    assert info.conversion is not None
    assert info.conversion["quantization"] == "int8"
    assert info.scores == {"set": evaluate(load_engine(model), TESTSET).scores.record()}


def test_weights_are_the_models_in_half_precision(
    trained: tuple[Any, Tokenizer], folder: Path
) -> None:
    import torch
    from safetensors.torch import load_file

    model, _ = trained
    weights = load_file(folder / "model.safetensors")
    state = model.state_dict()
    assert all(tensor.dtype == torch.float16 for tensor in weights.values())
    assert all(torch.equal(tensor, state[name].half()) for name, tensor in weights.items())
    assert model.dtype == torch.float32


@pytest.mark.slow
def test_both_engines_say_the_same(folder: Path) -> None:
    engines = [
        load_engine(str(folder), engine=engine, quantization="float32")
        for engine in ("ctranslate2", "transformers")
    ]
    pieces = engines[0].encode(sentences(URDU, 12, 9))
    assert pieces == engines[1].encode(sentences(URDU, 12, 9))
    decoding = Decoding(beam=2, max_tokens=20)
    ours, theirs = (
        [hypothesis.pieces for hypothesis in engine.translate(pieces, decoding)]
        for engine in engines
    )
    assert ours == theirs


def test_the_card_says_what_the_record_says(folder: Path) -> None:
    import yaml  # type: ignore[import-untyped]

    text = (folder / "README.md").read_text(encoding="utf-8")
    front, body = text.removeprefix("---\n").split("---\n", 1)
    assert yaml.safe_load(front)["language"] == ["ur", "en"]
    for part in (
        "# new\n", "starting from ur-en@1a2b3c4d", "1,200 steps", "3,456,789 target tokens",
        "seed 7", "A processor, 2 threads, torch 2.13.0",
        "| news | 4 | 8,859 | `abababababababab` |",
        "| bible | 0.4 to 0.05 |", "`sampling` 0.1", "Those of the data apply: news, bible.",
    ):  # fmt: skip
        assert part in body
    assert "noise" not in body
    assert "$" not in text
    assert "\n\n\n" not in text
    scores = model_info(open_model(folder, "new")).scores["set"]
    assert f"| set | 4 | {scores['bleu']:.1f} | {scores['chrf']:.1f} |" in body
    assert scores["bleu_signature"] in body
    assert scores["chrf_signature"] in body


class FullDisk(Tokenizer):
    """Cannot be saved."""

    def save(self, folder: Path) -> None:
        (folder / "source.spm").write_bytes(b"half")
        raise OSError(28, "No space left on device")


def test_a_failure_leaves_the_older_model(trained: tuple[Any, Tokenizer], tmp_path: Path) -> None:
    model, tokenizer = trained
    target = tmp_path / "model"
    target.mkdir()
    (target / "config.json").write_text("{}")
    tokenizer.save(tmp_path / "pieces")
    pieces = [(tmp_path / "pieces" / name).read_bytes() for name in ("source.spm", "target.spm")]
    full = FullDisk(pieces[0], pieces[1], {"</s>": 0, "<unk>": 1, "<pad>": 2})
    with pytest.raises(OSError, match="No space left"):
        export(model, full, target, FACTS)
    assert [path.name for path in target.iterdir()] == ["config.json"]
    assert {path.name for path in tmp_path.iterdir()} == {"model", "pieces"}


def test_nothing_but_a_model_is_replaced(trained: tuple[Any, Tokenizer], tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all of it")
    with pytest.raises(UsageError, match="holds other files"):
        export(*trained, tmp_path, FACTS)
    with pytest.raises(UsageError, match="is a file"):
        export(*trained, tmp_path / "thesis.txt", FACTS)
    assert (tmp_path / "thesis.txt").read_text() == "all of it"


def test_without_ctranslate2(
    trained: tuple[Any, Tokenizer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ctranslate2", None)
    said: list[str] = []
    target = tmp_path / "model"
    target.mkdir()
    (target / "config.json").write_text("{}")  # of an older model, which makes way
    export(*trained, target, {**FACTS, "terms": "Ask *us*."}, testsets=[TESTSET], say=said.append)
    assert [line.split(":")[0] for line in said] == ["no int8 conversion", "set"]
    assert not (target / "ctranslate2").exists()
    assert "Ask *us*." in (target / "README.md").read_text(encoding="utf-8")
    assert verify(find_model(str(target)))


def test_separate_vocabularies(tmp_path: Path, trained: tuple[Any, Tokenizer]) -> None:
    from transformers import MarianConfig, MarianMTModel

    model, tokenizer = trained
    config = MarianConfig(**{
        **model.config.to_dict(), "share_encoder_decoder_embeddings": False,
        "decoder_vocab_size": tokenizer.size, "tie_word_embeddings": False,
    })  # fmt: skip
    tokenizer.save(tmp_path / "pieces")
    pieces = [(tmp_path / "pieces" / name).read_bytes() for name in ("source.spm", "target.spm")]
    vocabulary = open_tokenizer(tmp_path / "pieces")._source.vocabulary
    separate = Tokenizer(pieces[0], pieces[1], vocabulary, dict(vocabulary))
    said: list[str] = []
    export(MarianMTModel(config), separate, tmp_path / "two", FACTS, say=said.append)
    assert said == ["no int8 conversion: CTranslate2 takes no separate vocabularies"]
    assert len(load_engine(str(tmp_path / "two"), engine="transformers").encode(["ملک"])) == 1
    assert "one vocabulary a side" in (tmp_path / "two" / "README.md").read_text(encoding="utf-8")


def test_what_was_learnt_and_forgotten() -> None:
    references = ["a b c d e", "b c d e f"]
    bad = score(["something else", references[1]], [references])
    good = score(references, [references])
    before = {"dev": bad.record(), "second": good.record(), "gone": bad.record()}
    learnt, forgotten = changes(before, {"dev": good.record(), "second": bad.record()})
    assert learnt["bleu_change"] == pytest.approx(100 - round(bad.bleu.value, 1))
    assert forgotten["chrf_change"] == pytest.approx(round(bad.chrf.value, 1) - 100)
    *_, first, second = change_table([learnt, forgotten]).splitlines()
    assert first.startswith(
        f"| dev | {bad.bleu.value:.1f} | 100.0 | +{learnt['bleu_change']:.1f} |"
    )
    assert second.endswith(f"| 100.0 | {bad.chrf.value:.1f} | {forgotten['chrf_change']:.1f} |")


def test_measure_translates_all_sources() -> None:
    measured = measure(lambda texts: [text.upper() for text in texts], [TESTSET])
    expected = score([text.upper() for text in TESTSET.sources], TESTSET.references)
    assert measured == {"set": expected}
