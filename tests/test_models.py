"""Finding models: names, folders, the hub; content, manifest, conversions inside the folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from align.errors import MissingExtraError, ModelError, ModelNotFoundError
from align.translate import hub as hub_module
from align.translate.card import card_scores
from align.translate.conversion import converted
from align.translate.layout import read_conversion
from align.translate.models import (
    Model,
    find_model,
    list_models,
    model_info,
    verify,
    write_manifest,
)
from tests.hub import fake_hub
from tests.marian import URDU, build_marian

FILES = {
    "source.spm": "source pieces",
    "target.spm": "target pieces",
    "vocab.json": '{"</s>": 0, "<unk>": 1, "ملک": 2, "<pad>": 3}',
    "tokenizer_config.json": "{}",
    "pytorch_model.bin": "weights",
    "config.json": json.dumps(
        {
            "model_type": "marian",
            "d_model": 8,
            "vocab_size": 4,
            "encoder_layers": 3,
            "decoder_layers": 2,
            "encoder_ffn_dim": 16,
            "decoder_ffn_dim": 16,
            "max_position_embeddings": 512,
        }
    ),
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ALIGN_MODEL", "ALIGN_MODELS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all files of a checkpoint, and nothing true in them."""
    return fill(tmp_path / "models" / "small")


def fill(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def add_conversion(folder: Path, content: str) -> Path:
    """Put a conversion of a checkpoint with `content` into `folder`."""
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"converted")
    record = {
        "model": "small",
        "content": content,
        "quantization": "int8",
        "files": {"model.bin": 9},
    }
    (folder / "conversion.json").write_text(json.dumps(record))
    return folder


def test_a_folder_is_found_under_its_own_name(folder: Path) -> None:
    model = find_model(str(folder))
    assert (model.name, model.folder) == ("small", folder)
    assert model.identity == f"small@{model.content[:8]}"
    assert find_model(f"{folder}/../small/") == model


def test_the_order_of_look_up(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "ur-en")
    monkeypatch.setenv("ALIGN_MODELS", str(folder.parent))
    fill(folder.parent / "ur-en")
    assert find_model("small").folder == folder
    assert find_model("ur-en").folder == folder.parent / "ur-en"  # not the one here
    assert find_model("./ur-en").folder == tmp_path / "ur-en"
    assert find_model() == find_model("ur-en")
    monkeypatch.setenv("ALIGN_MODEL", "small")
    assert find_model().name == "small"
    assert {"small", "ur-en"} <= {model.name for model in list_models()}


def test_content_is_what_sha256sum_says(folder: Path) -> None:
    names = "config.json source.spm target.spm vocab.json tokenizer_config.json pytorch_model.bin"
    printed = subprocess.run(
        f"sha256sum {names} | sha256sum",
        shell=True,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert find_model(str(folder)).content == printed.stdout.split()[0]


def test_content_tells_models_apart_and_copies_not(folder: Path, tmp_path: Path) -> None:
    content = find_model(str(folder)).content
    copy = tmp_path / "elsewhere" / "copy"
    shutil.copytree(folder, copy)
    (copy / "README.md").write_text("a card")
    (copy / "tf_model.h5").write_text("weights that nothing here reads")
    write_manifest(copy)
    assert find_model(str(copy)).content == content
    for name in FILES:
        before = (copy / name).read_text(encoding="utf-8")
        (copy / name).write_text(before + " ", encoding="utf-8")
        assert find_model(str(copy)).content != content, name
        (copy / name).write_text(before, encoding="utf-8")
    (copy / "model.safetensors").write_text("preferred weights")
    assert find_model(str(copy)).content != content


@pytest.mark.parametrize(
    "missing", ["config.json", "source.spm", "target.spm", "vocab.json", "pytorch_model.bin"]
)
def test_a_missing_file_is_named(folder: Path, missing: str) -> None:
    (folder / missing).unlink()
    with pytest.raises(ModelError, match=missing) as caught:
        find_model(str(folder))
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("config", "reason"),
    [('{"model_type": "m2m_100"}', "m2m_100"), ("{", "JSON"), ("[]", "list"), ("{}", "None")],
)
def test_other_models_are_refused(folder: Path, config: str, reason: str) -> None:
    (folder / "config.json").write_text(config)
    with pytest.raises(ModelError, match=reason):
        find_model(str(folder))


@pytest.mark.parametrize(
    "name", ["no-such-model", "/no/such/folder", "./none", "a/b/c", "~no-such-user/x", "x" * 5000]
)
def test_what_is_nowhere_is_said_in_one_line(
    name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGN_MODELS", str(folder.parent))
    with pytest.raises(ModelNotFoundError, match="small") as caught:
        find_model(name)
    assert str(caught.value).startswith(name)
    assert "\n" not in str(caught.value)


def test_the_manifest_finds_damage(folder: Path) -> None:
    assert verify(find_model(str(folder))) == 0
    (folder / "model.json").write_text('{"scores": {"news": {"bleu": 7.5}}, "align": "0"}')
    (folder / "README.md").write_text("a card")
    add_conversion(folder / "ctranslate2", find_model(str(folder)).content)
    write_manifest(folder)
    write_manifest(folder)
    manifest = json.loads((folder / "model.json").read_text())
    assert manifest["scores"] == {"news": {"bleu": 7.5}}
    assert manifest["align"] != "0"
    expected = {*FILES, "ctranslate2/model.bin", "ctranslate2/conversion.json"}
    assert set(manifest["files"]) == expected
    model = find_model(str(folder))
    assert verify(model) == len(expected)
    assert model_info(model).scores == {"news": {"bleu": 7.5}}
    (folder / "ctranslate2" / "model.bin").write_bytes(b"conVerted")
    with pytest.raises(ModelError, match=r"1 of .*ctranslate2/model\.bin"):
        verify(model)
    (folder / "source.spm").unlink()
    with pytest.raises(ModelError, match="2 of"):
        verify(model)


@pytest.mark.parametrize(
    "damage",
    [{"d_model": "8"}, {"encoder_layers": None}, {"decoder_layers": True}, {"vocab_size": [4]}],
)
def test_a_configuration_of_wrong_types_is_refused(folder: Path, damage: dict[str, object]) -> None:
    config = json.loads((folder / "config.json").read_text()) | damage
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match=f"no whole number for {next(iter(damage))}"):
        find_model(str(folder))


@pytest.mark.parametrize("config", ["[" * 100_000, '{"model_type": NaN}', "\x00", ""])
def test_what_is_no_json_is_refused_in_one_line(folder: Path, config: str) -> None:
    (folder / "config.json").write_text(config)
    with pytest.raises(ModelError, match=r"config\.json: cannot be read as JSON") as caught:
        find_model(str(folder))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "manifest",
    ['{"files": [1], "scores": "high"}', '{"files": {"vocab.json": 1}, "scores": [["a", "b"]]}',
     '{"files": {"vocab.json": {"size": "x"}}, "scores": 5}'],
)  # fmt: skip
def test_a_manifest_of_wrong_types_verifies_nothing(folder: Path, manifest: str) -> None:
    (folder / "model.json").write_text(manifest)
    model = find_model(str(folder))
    assert model_info(model).scores == {}
    with pytest.raises(ModelError):
        verify(model)


@pytest.mark.parametrize("record", ["", "[]", '{"files": ["model.bin"]}', '{"files": null}'])
def test_a_damaged_record_is_no_conversion(folder: Path, tmp_path: Path, record: str) -> None:
    content = find_model(str(folder)).content
    for inside in (folder / "ctranslate2", tmp_path / "cache" / "models" / "small-int8"):
        add_conversion(inside, content)
        (inside / "conversion.json").write_text(record)
    assert find_model(str(folder)).ctranslate2 is None
    assert "small" not in {model.name for model in list_models()}


def test_a_damaged_conversion_inside_is_named(folder: Path) -> None:
    add_conversion(folder / "ctranslate2", find_model(str(folder)).content)
    write_manifest(folder)
    (folder / "ctranslate2" / "model.bin").write_bytes(b"cut")
    with pytest.raises(ModelError, match=r"ctranslate2/model\.bin"):
        converted(find_model(str(folder)))


def test_a_conversion_inside_must_be_of_this_checkpoint(folder: Path) -> None:
    inside = add_conversion(folder / "ctranslate2", find_model(str(folder)).content)
    assert find_model(str(folder)).ctranslate2 == inside
    (inside / "model.bin").write_bytes(b"cut off")
    assert find_model(str(folder)).ctranslate2 is None
    (inside / "model.bin").write_bytes(b"converted")
    assert find_model(str(folder)).ctranslate2 == inside
    (folder / "pytorch_model.bin").write_text("trained on")
    assert find_model(str(folder)).ctranslate2 is None


def test_converted_models_are_listed_while_they_are_there(folder: Path, tmp_path: Path) -> None:
    model = find_model(str(folder))
    converted = add_conversion(tmp_path / "cache" / "models" / "small-int8", model.content)
    record = json.loads((converted / "conversion.json").read_text())
    (converted / "conversion.json").write_text(json.dumps({**record, "folder": str(folder)}))
    (tmp_path / "cache" / "models" / "small-float32.part").mkdir()
    assert model in list_models()
    shutil.rmtree(folder)
    assert model.name not in {listed.name for listed in list_models()}


def test_info_counts_what_is_in_the_folder(folder: Path) -> None:
    model = find_model(str(folder))
    info = model_info(model)
    assert info.size == sum(len(content.encode()) for content in FILES.values())
    assert (info.vocabulary, info.encoder, info.decoder, info.width) == (4, 3, 2, 8)
    assert info.conversion is None
    inside = add_conversion(folder / "ctranslate2", model.content)
    assert model_info(find_model(str(folder))).conversion == read_conversion(inside)


def test_scores_of_a_card_with_front_matter() -> None:
    pytest.importorskip("yaml")
    card = """---
language: ur
model-index:
- name: ur-en
  results:
  - task: {type: translation}
    dataset: {name: flores200-devtest, type: flores}
    metrics:
    - {type: bleu, value: 20.1}
    - {type: chrf, value: 48.2}
---
| testset | BLEU | chr-F |
| other | 1.0 | 0.1 |
"""
    assert card_scores(card) == {"flores200-devtest": {"bleu": 20.1, "chrf": 48.2}}
    no_numbers = card.replace("20.1", ".nan").replace("48.2", "2025-01-23")
    assert card_scores(no_numbers) == {"flores200-devtest": {}}


@pytest.mark.parametrize("card", ["", "no table", "---\n: [\n---\n", "---\nmodel-index: 3\n---\n"])
def test_a_card_without_scores_has_none(card: str) -> None:
    assert card_scores(card) == {}


def test_a_hub_name_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(MissingExtraError, match="the extra 'torch'"):
        find_model("owner/name")


def test_hub_names() -> None:
    matches = hub_module.NAME.fullmatch
    assert all(map(matches, ["Helsinki-NLP/opus-mt-ur-en", "a/b", "a_1/b.c"]))
    assert not any(
        map(matches, ["ur-en", "/a/b", "a/b/c", "a/", "~/a/b", "./a", "../a", "https://a/b"])
    )


# huggingface_hub reads its settings when it is imported: a process for each.
FIND = """
import sys
from align.errors import AlignError
from align.translate.models import find_model
try:
    model = find_model(sys.argv[1], download=sys.argv[2:] != ["local"])
    print(model.name, model.content, model.folder)
except AlignError as error:
    print(type(error).__name__, error)
"""


def find_in_a_process(tmp_path: Path, url: str, *arguments: str, **settings: str) -> str:
    """Return what is printed, standard error included, with empty caches below `tmp_path`."""
    done = subprocess.run(
        [sys.executable, "-c", FIND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
        env={**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(tmp_path / "hf"), **settings},
    )
    return done.stdout.strip()


def test_from_the_hub_once_and_only_what_is_needed(folder: Path, tmp_path: Path) -> None:
    (folder / "tf_model.h5").write_text("not needed")
    (folder / "README.md").write_text("a card")
    content = find_model(str(folder)).content
    with fake_hub({"opus/small": folder}) as hub:
        assert "install opus/small" in find_in_a_process(tmp_path, hub.url, "opus/small", "local")
        assert not any("opus/small" in request for request in hub.requests)
        printed = find_in_a_process(tmp_path, hub.url, "opus/small")
        name, found, place = printed.split()
        assert (name, found) == ("opus/small", content)
        assert Path(place).is_relative_to(tmp_path / "hf")
        assert hub.downloads() == sorted([*FILES, "README.md"])
        hub.requests.clear()
        assert find_in_a_process(tmp_path, hub.url, "opus/small") == printed
        assert hub.requests == []
    assert find_in_a_process(tmp_path, hub.url, "opus/small", "local") == printed


def test_safetensors_are_preferred_on_the_hub(folder: Path, tmp_path: Path) -> None:
    (folder / "model.safetensors").write_text("weights")
    with fake_hub({"opus/small": folder}) as hub:
        find_in_a_process(tmp_path, hub.url, "opus/small")
        assert "model.safetensors" in hub.downloads()
        assert "pytorch_model.bin" not in hub.downloads()


def test_an_interrupted_download_goes_on(folder: Path, tmp_path: Path) -> None:
    with fake_hub({"opus/small": folder}) as hub:
        printed = find_in_a_process(tmp_path, hub.url, "opus/small")
        snapshot = Path(printed.split()[2])
        for name in ("pytorch_model.bin", "tokenizer_config.json"):
            blob = (snapshot / name).resolve()
            (snapshot / name).unlink()
            blob.unlink()
            assert find_in_a_process(tmp_path, hub.url, "opus/small") == printed


def test_a_repository_of_another_kind(folder: Path, tmp_path: Path) -> None:
    (folder / "source.spm").unlink()
    with fake_hub({"opus/small": folder}) as hub:
        printed = find_in_a_process(tmp_path, hub.url, "opus/small")
        assert hub.downloads() == []
    assert printed.startswith("ModelError opus/small: ")
    assert "source.spm" in printed


def test_without_hub_or_network_one_line_says_what_to_do(folder: Path, tmp_path: Path) -> None:
    with fake_hub({"opus/small": folder}) as hub:
        unknown = find_in_a_process(tmp_path, hub.url, "opus/other")
        offline = find_in_a_process(tmp_path, hub.url, "opus/small", HF_HUB_OFFLINE="1")
    closed = find_in_a_process(tmp_path, hub.url, "opus/small")  # nothing answers there now
    impossible = find_in_a_process(tmp_path, hub.url, "opus/a--b")
    for line in (unknown, offline, closed, impossible):
        assert line.startswith("ModelNotFoundError opus/")
        assert "\n" not in line
    assert "check the name" in unknown
    assert "HF_HUB_OFFLINE" in offline
    assert "refused" in closed
    for line in (offline, closed):
        assert "`align models install opus/small` where there is a network" in line


TRANSLATE = """
import sys
from align.translate.engine import Decoding
from align.translate.engines import load_engine
for engine in ("ctranslate2", "transformers"):
    loaded = load_engine("opus/small", engine=engine, quantization="float32")
    pieces = loaded.encode([sys.argv[1]])
    print(loaded.model, loaded.translate(pieces, Decoding(max_tokens=20))[0].pieces)
"""


@pytest.mark.slow
def test_from_the_hub_to_a_translation(tmp_path: Path) -> None:
    folder = build_marian(tmp_path / "opus")
    with fake_hub({"opus/small": folder}) as hub:
        settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hf")}
        done = subprocess.run(
            [sys.executable, "-c", TRANSLATE, " ".join(URDU[:6])],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **settings},
        )
    first, second = done.stdout.splitlines()
    assert first == second
    assert first.startswith(Model("opus/small", folder, find_model(str(folder)).content).identity)
    assert done.stderr == ""
