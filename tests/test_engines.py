"""Both engines on a small checkpoint, against each other and against plain transformers."""

from __future__ import annotations

import json
import os
import pickle
import random
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from align.errors import MissingExtraError, ModelError, UsageError
from align.translate import conversion
from align.translate.conversion import convert, converted
from align.translate.engine import Decoding, Engine, Hypothesis
from align.translate.engines import load_engine
from align.translate.models import Model, find_model, model_info
from tests.marian import ENGLISH, POSITIONS, URDU, build_marian, sentences

GREEDY = Decoding(beam=1, max_tokens=30)
BEAM = Decoding(beam=4, max_tokens=30)
TEXTS = sentences(URDU, 40, seed=6)
VARIANTS: dict[str, dict[str, Any]] = {
    "pickled": {"weights": "pytorch_model.bin"},
    "safetensors": {"weights": "model.safetensors", "seed": 2},
    "half": {"weights": "model.safetensors", "half": True},
    "untied": {"weights": "pytorch_model.bin", "tied": False},
}


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ALIGN_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return find_model(str(build_marian(tmp_path_factory.mktemp("models") / "small")))


@pytest.fixture(scope="module", params=VARIANTS)
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Engine]:
    """Both engines on one checkpoint, for each way to store one."""
    folder = tmp_path_factory.mktemp("variants") / request.param
    model = find_model(str(build_marian(folder, **VARIANTS[request.param])))
    return load_engine(model, quantization="float32"), load_engine(model, engine="transformers")


@pytest.fixture(scope="module")
def fast(model: Model) -> Engine:
    return load_engine(model, quantization="float32")


@pytest.fixture(scope="module")
def reference(model: Model) -> Engine:
    return load_engine(model, engine="transformers")


@pytest.fixture(scope="module")
def plain(model: Model) -> tuple[Any, Any]:
    """What anybody would load: MarianMTModel and MarianTokenizer; Urdu can never come out."""
    from transformers import MarianMTModel, MarianTokenizer

    with pytest.warns(UserWarning, match="sacremoses"):
        tokenizer = MarianTokenizer.from_pretrained(model.folder)
    network = MarianMTModel.from_pretrained(model.folder).eval()
    for piece, row in tokenizer.get_vocab().items():
        if re.search(r"[\u0621-\u063a\u0641-\u064a\u066e-\u06d3]", piece):
            network.final_logits_bias[0, row] = -1e9
    return network, tokenizer


def pieces_of(hypotheses: list[Hypothesis]) -> list[list[str]]:
    return [hypothesis.pieces for hypothesis in hypotheses]


def scores_of(hypotheses: list[Hypothesis]) -> list[float]:
    return [hypothesis.score for hypothesis in hypotheses]


def test_the_small_model_is_worth_testing_on(fast: Engine) -> None:
    """Outputs that end, that run into the limit, and many different ones."""
    found = pieces_of(fast.translate(fast.encode(TEXTS), BEAM))
    lengths = {len(pieces) for pieces in found}
    assert max(lengths) == BEAM.max_tokens
    assert len(lengths) > 5
    assert len({tuple(pieces) for pieces in found}) > len(found) / 3


@pytest.mark.parametrize(
    "decoding",
    [
        GREEDY,
        BEAM,
        Decoding(beam=6, max_tokens=20, length_penalty=0.6),
        Decoding(beam=2, max_tokens=20, length_penalty=0.0),
        Decoding(beam=4, max_tokens=30, no_repeat_ngram=3),
        Decoding(beam=1, max_tokens=30, no_repeat_ngram=2, repetition_penalty=1.2),
    ],
    ids=str,
)
def test_both_engines_give_the_same(both: tuple[Engine, Engine], decoding: Decoding) -> None:
    fast, reference = both
    source = fast.encode(TEXTS)
    assert source == reference.encode(TEXTS)
    ours, theirs = fast.translate(source, decoding), reference.translate(source, decoding)
    assert pieces_of(ours) == pieces_of(theirs)
    assert scores_of(ours) == pytest.approx(scores_of(theirs), abs=1e-3)
    assert (fast.model, fast.max_source_tokens) == (reference.model, reference.max_source_tokens)


def test_pieces_are_those_of_the_marian_tokenizer(fast: Engine, plain: tuple[Any, Any]) -> None:
    _, tokenizer = plain
    texts = [*TEXTS, "Latin 2.5 \u06d4 لفظ", "", "  دو  خلا "]
    for text, pieces in zip(texts, fast.encode(texts), strict=True):
        known = tokenizer.convert_tokens_to_ids([*pieces, "</s>"])
        assert known == tokenizer(text)["input_ids"]


def test_greedy_output_is_that_of_plain_transformers(fast: Engine, plain: tuple[Any, Any]) -> None:
    network, tokenizer = plain
    for text, ours in zip(TEXTS, fast.translate(fast.encode(TEXTS), GREEDY), strict=True):
        inputs = tokenizer(text, return_tensors="pt")
        output = network.generate(**inputs, num_beams=1, max_length=32)[0]
        theirs = tokenizer.convert_ids_to_tokens(output, skip_special_tokens=True)
        assert ours.pieces == theirs[: GREEDY.max_tokens]
        words = tokenizer.decode(tokenizer.convert_tokens_to_ids(ours.pieces))
        assert fast.decode(ours.pieces) == words


def log_probability(plain: tuple[Any, Any], text: str, pieces: list[str]) -> float:
    """Return the mean over `pieces`, step by step, where `<pad>` can never come."""
    import torch

    network, tokenizer = plain
    source = tokenizer(text, return_tensors="pt")
    start = network.config.decoder_start_token_id
    rows, total = tokenizer.convert_tokens_to_ids(pieces), 0.0
    with torch.no_grad():
        for i, row in enumerate(rows):
            prefix = torch.tensor([[start, *rows[:i]]])
            logits = network(**source, decoder_input_ids=prefix).logits[0, -1, :-1]
            total += float(logits.double().log_softmax(-1)[row])
    return total / len(rows)


@pytest.mark.parametrize("length_penalty", [0.0, 0.5, 1.0, 1.5])
@pytest.mark.parametrize("no_repeat_ngram", [0, 3])
def test_the_score_is_the_mean_log_probability(
    length_penalty: float,
    no_repeat_ngram: int,
    fast: Engine,
    reference: Engine,
    plain: tuple[Any, Any],
) -> None:
    decoding = Decoding(
        max_tokens=12, length_penalty=length_penalty, no_repeat_ngram=no_repeat_ngram
    )
    texts = TEXTS[:12]
    for engine in (fast, reference):
        for text, found in zip(
            texts, engine.translate(engine.encode(texts), decoding), strict=True
        ):
            ended = len(found.pieces) < decoding.max_tokens
            pieces = found.pieces + ["</s>"] * ended
            assert found.score == pytest.approx(log_probability(plain, text, pieces), abs=1e-4)


@pytest.mark.parametrize("quantization", ["int8", "float32"])
@pytest.mark.parametrize("decoding", [GREEDY, BEAM], ids=str)
def test_threads_and_batches_change_no_translation(
    model: Model, quantization: str, decoding: Decoding
) -> None:
    one = load_engine(model, quantization=quantization, threads=1)
    two = load_engine(model, quantization=quantization, threads=2)
    source = one.encode(sentences(URDU, 300, seed=8))  # more than one batch
    together = one.translate(source, decoding)
    assert two.translate(source, decoding) == together
    order = list(range(len(source)))
    random.Random(1).shuffle(order)
    shuffled = two.translate([source[i] for i in order], decoding)
    back = [shuffled[order.index(i)] for i in range(len(source))]
    alone = [two.translate([pieces], decoding)[0] for pieces in source]
    for other in (back, alone):
        # Another batch is another order of additions: one tie in a hundred may fall otherwise
        # (random weights make many), and rounding to int8 makes a small difference a larger.
        same = [i for i, hypothesis in enumerate(other) if hypothesis.pieces == together[i].pieces]
        assert len(same) >= 0.99 * len(source)
        tolerance = 0.05 if quantization == "int8" else 1e-3
        expected = pytest.approx([together[i].score for i in same], abs=tolerance)
        assert [other[i].score for i in same] == expected


def test_nothing_in_gives_nothing_out(fast: Engine, reference: Engine) -> None:
    source = fast.encode([TEXTS[0], "", TEXTS[1]])
    for engine in (fast, reference):
        found = engine.translate(source, BEAM)
        assert found[1] == Hypothesis([], 0.0)
        assert engine.translate([], BEAM) == []


def test_the_longest_input_and_output_fit(fast: Engine, reference: Engine) -> None:
    assert fast.max_source_tokens == POSITIONS - 1
    word = fast.encode([URDU[0]])[0]
    longest = (word * POSITIONS)[: POSITIONS - 1]
    decoding = Decoding(beam=1, max_tokens=10 * POSITIONS)
    ours, theirs = (engine.translate([longest], decoding) for engine in (fast, reference))
    assert pieces_of(ours) == pieces_of(theirs)
    for engine in (fast, reference):
        with pytest.raises(ValueError, match=str(POSITIONS)):
            engine.translate([[*longest, word[0]]], decoding)


def test_unknown_pieces_are_unknown_to_both(fast: Engine, reference: Engine) -> None:
    source = fast.encode(["漢字 " + TEXTS[0], "\U0001f600"])
    ours, theirs = (engine.translate(source, BEAM) for engine in (fast, reference))
    assert pieces_of(ours) == pieces_of(theirs)


def test_language_tokens_stay_whole(tmp_path: Path) -> None:
    folder = build_marian(tmp_path / "many", languages=(">>eng<<", ">>hin<<"))
    engine = load_engine(str(folder), quantization="float32")
    text = TEXTS[0]
    (bare,) = engine.encode([text])
    english, hindi, other = engine.encode([f">>eng<< {text}", f">>hin<<{text}", f">>xxx<< {text}"])
    assert (english, hindi) == ([">>eng<<", *bare], [">>hin<<", *bare])
    assert other[0] != ">>xxx<<"
    reference = load_engine(str(folder), engine="transformers")
    source = [bare, english, hindi]
    ours, theirs = (e.translate(source, BEAM) for e in (engine, reference))
    assert pieces_of(ours) == pieces_of(theirs)
    assert ours[1] != ours[2]


def test_decoding_joins_what_the_target_side_cuts(fast: Engine, model: Model) -> None:
    import sentencepiece

    target = sentencepiece.SentencePieceProcessor(model_file=str(model.folder / "target.spm"))
    for text in sentences(ENGLISH, 50, seed=3):
        pieces = target.encode(text, out_type=str)
        assert fast.decode(pieces) == text
        assert fast.decode(["<unk>", *pieces, "</s>"]) == text
    assert fast.decode(fast.encode([URDU[0]])[0]) == URDU[0]  # pieces of the other side


def test_signatures_say_what_ran(model: Model, fast: Engine, reference: Engine) -> None:
    import ctranslate2
    import transformers

    assert fast.signature == f"ctranslate2:{ctranslate2.__version__}|float32|cpu"
    assert load_engine(model).signature == f"ctranslate2:{ctranslate2.__version__}|int8|cpu"
    assert reference.signature == f"transformers:{transformers.__version__}|float32|cpu"
    assert fast.model == reference.model == model.identity


def test_parameters_are_counted_as_torch_counts_them(model: Model, plain: tuple[Any, Any]) -> None:
    network, _ = plain
    trained = [p for name, p in network.named_parameters() if "embed_positions" not in name]
    assert model_info(model).parameters == sum(p.numel() for p in trained)


@pytest.mark.parametrize(
    "options",
    [
        {"engine": "marian"},
        {"device": "tpu"},
        {"engine": "transformers", "device": "tpu"},
        {"quantization": "int3"},
        {"engine": "transformers", "quantization": "int8"},
    ],
    ids=str,
)
def test_what_there_is_not_is_said_in_one_line(model: Model, options: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=list(options.values())[-1]) as caught:
        load_engine(model, **options)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_cuda_where_there_is_none(model: Model, engine: str) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("this machine has a GPU")
    with pytest.raises(UsageError, match="use cpu"):
        load_engine(model, engine=engine, device="cuda")


@pytest.mark.parametrize("asked", [None, "int8_float16", "float16", "float32"])
def test_a_gpu_is_asked_for_half_precision(
    copy: Model, monkeypatch: pytest.MonkeyPatch, asked: str | None
) -> None:
    """What CTranslate2 is told; weights of eight bits are stored once for both kinds."""
    import ctranslate2

    told: dict[str, Any] = {}

    def translator(folder: str, **options: Any) -> object:
        told.update(options, folder=folder)
        return object()

    kinds = {"int8_float16", "float16", "float32"}
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda _: kinds)
    monkeypatch.setattr(ctranslate2, "Translator", translator)
    engine = load_engine(copy, quantization=asked, device="cuda")
    assert (told["device"], told["compute_type"]) == ("cuda", asked or "int8_float16")
    assert engine.signature.endswith(f"|{asked or 'int8_float16'}|cuda")
    kept = "int8" if asked in (None, "int8_float16") else asked
    assert told["folder"] == str(converted(copy, quantization=kept))


def test_nothing_is_printed(model: Model, capfd: pytest.CaptureFixture[str]) -> None:
    for engine in ("ctranslate2", "transformers"):
        loaded = load_engine(model, engine=engine)
        loaded.translate(loaded.encode(TEXTS[:3]), BEAM)
    assert capfd.readouterr() == ("", "")


# Conversion.


@pytest.fixture
def copy(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    """The model in a folder of this test, and an empty cache."""
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache"))
    return find_model(str(shutil.copytree(model.folder, tmp_path / "small")))


def test_converted_once(copy: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    first = converted(copy)
    before = (first / "model.bin").stat()
    for name in ("torch", "transformers", "filelock"):
        monkeypatch.setitem(sys.modules, name, None)
    assert converted(copy) == first
    assert (first / "model.bin").stat() == before
    assert load_engine(copy).translate([["x"]], GREEDY)
    with pytest.raises(MissingExtraError, match="torch"):
        converted(copy, quantization="float32")
    with pytest.raises(MissingExtraError, match="torch"):
        load_engine(copy, engine="transformers")


def test_a_changed_checkpoint_is_converted_again(copy: Model) -> None:
    first = converted(copy)
    build_marian(copy.folder, seed=3)
    changed = find_model(str(copy.folder))
    assert converted(changed) != first
    assert pieces_of(translated(changed)) != pieces_of(translated(copy_of(first, copy)))


def copy_of(folder: Path, model: Model) -> Model:
    """Return `model` as it was, with its conversion at hand."""
    return Model(model.name, model.folder, model.content, folder)


def translated(model: Model) -> list[Hypothesis]:
    engine = load_engine(model)
    return engine.translate(engine.encode(TEXTS), BEAM)


def test_a_damaged_cache_is_made_anew(copy: Model) -> None:
    before = translated(copy)
    folder = converted(copy)
    (folder / "model.bin").write_bytes(b"cut off")
    assert translated(copy) == before
    (folder / "conversion.json").unlink()
    assert translated(copy) == before


def test_a_conversion_beside_the_checkpoint_needs_no_cache(
    copy: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert(copy, copy.folder / "ctranslate2")
    whole = find_model(str(copy.folder))
    assert whole.content == copy.content
    assert converted(whole) == copy.folder / "ctranslate2"
    assert str(tmp_path) not in (copy.folder / "ctranslate2" / "conversion.json").read_text()
    monkeypatch.setitem(sys.modules, "torch", None)
    assert load_engine(whole).translate([["x"]], GREEDY)
    assert not (tmp_path / "cache").exists()


def test_a_killed_conversion_is_no_harm(copy: Model, tmp_path: Path) -> None:
    script = """
import os, signal, sys
from align.translate import conversion
from align.translate.models import find_model
def halfway(model, target, quantization):
    target.mkdir()
    (target / "model.bin").write_bytes(b"half")
    (target / "debris").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
conversion._run_converter = halfway
conversion.converted(find_model(sys.argv[1]))
"""
    done = subprocess.run([sys.executable, "-c", script, str(copy.folder)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = (tmp_path / "cache" / "models").glob("*/")
    assert (left / "debris").exists()
    folder = converted(copy)
    assert not (folder / "debris").exists()
    assert [path for path in folder.parent.iterdir() if path.is_dir()] == [folder]
    assert translated(copy)


@pytest.mark.slow
def test_two_processes_convert_once(copy: Model, tmp_path: Path) -> None:
    script = """
import sys, time
from pathlib import Path
import torch, transformers
from align.translate import conversion
from align.translate.models import find_model
run = conversion._run_converter
def counted(*arguments):
    print("converts", flush=True)
    run(*arguments)
    time.sleep(0.5)
conversion._run_converter = counted
model = find_model(sys.argv[1])
(Path(sys.argv[2]) / sys.argv[3]).touch()
while len(list(Path(sys.argv[2]).iterdir())) < 2:
    time.sleep(0.01)
print(conversion.converted(model))
"""
    ready = tmp_path / "ready"
    ready.mkdir()
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(copy.folder), str(ready), str(i)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for i in range(2)
    ]
    outputs = [process.communicate()[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(len(lines) for lines in outputs) == [1, 2]  # one says "converts"
    assert {lines[-1] for lines in outputs} == {str(converted(copy))}


def test_a_cache_that_cannot_be_written(
    copy: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="ALIGN_CACHE"):
        converted(copy)


# Damaged and hostile checkpoints.


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
@pytest.mark.parametrize("weights", ["pytorch_model.bin", "model.safetensors"])
def test_weights_cut_off(copy: Model, engine: str, weights: str) -> None:
    content = (copy.folder / "pytorch_model.bin").read_bytes()
    (copy.folder / "pytorch_model.bin").unlink()
    (copy.folder / weights).write_bytes(content[: len(content) // 2])
    with pytest.raises(ModelError, match=str(copy.folder)) as caught:
        load_engine(str(copy.folder), engine=engine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("source.spm", b"no model"),
        ("target.spm", b""),
        ("vocab.json", b'{"</s>": 0}'),
        ("vocab.json", b'{"</s>": [], "<unk>": {}}'),
    ],
)
def test_other_files_damaged(copy: Model, engine: str, name: str, content: bytes) -> None:
    (copy.folder / name).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        load_engine(str(copy.folder), engine=engine)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
@pytest.mark.parametrize("setting", ["pad_token_id", "encoder_attention_heads"])
def test_a_setting_of_the_wrong_type(copy: Model, engine: str, setting: str) -> None:
    path = copy.folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), setting: "many"}))
    with pytest.raises(ModelError) as caught:
        load_engine(str(copy.folder), engine=engine)
    assert "\n" not in str(caught.value)


def test_a_conversion_of_the_right_size_and_other_bytes(copy: Model) -> None:
    inside = convert(copy, copy.folder / "ctranslate2")
    size = (inside / "model.bin").stat().st_size
    (inside / "model.bin").write_bytes(bytes(size))
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_engine(str(copy.folder))


class Payload:
    """Unpickled without care, it makes a folder."""

    def __init__(self, marker: Path) -> None:
        self.marker = str(marker)

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (self.marker,)


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_pickled_code_is_not_run(copy: Model, engine: str, tmp_path: Path) -> None:
    import torch

    marker = tmp_path / "owned"
    torch.save({"weight": Payload(marker)}, copy.folder / "pytorch_model.bin")
    with pytest.raises(ModelError):
        load_engine(str(copy.folder), engine=engine)
    (copy.folder / "pytorch_model.bin").write_bytes(pickle.dumps(Payload(marker)))
    with pytest.raises(ModelError):
        load_engine(str(copy.folder), engine=engine)
    assert not marker.exists()


@pytest.mark.parametrize("engine", ["ctranslate2", "transformers"])
def test_code_of_the_checkpoint_is_not_run(copy: Model, engine: str, tmp_path: Path) -> None:
    marker = tmp_path / "owned"
    (copy.folder / "own.py").write_text(f"import os\nos.mkdir({str(marker)!r})\n")
    for name, entries in (
        ("config.json", {"AutoConfig": "own.Config", "AutoModelForSeq2SeqLM": "own.Model"}),
        ("tokenizer_config.json", {"AutoTokenizer": ["own.Tokenizer", None]}),
    ):
        path = copy.folder / name
        path.write_text(json.dumps({**json.loads(path.read_text()), "auto_map": entries}))
    loaded = load_engine(str(copy.folder), engine=engine)
    assert loaded.translate(loaded.encode(TEXTS[:1]), GREEDY)
    assert not marker.exists()


def test_separate_vocabularies_are_refused_by_the_converter(copy: Model) -> None:
    path = copy.folder / "config.json"
    config = json.loads(path.read_text())
    path.write_text(json.dumps({**config, "share_encoder_decoder_embeddings": False}))
    with pytest.raises(ModelError, match="transformers engine"):
        conversion.converted(find_model(str(copy.folder)))
