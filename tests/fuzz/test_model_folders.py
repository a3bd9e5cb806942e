"""Model folders of strangers: whatever lies in them, none of it is run."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import ModelError
from align.translate import find_model, load_engine
from align.translate.conversion import convert
from align.translate.engine import Decoding
from tests.fuzz.conftest import thorough
from tests.fuzz.mutations import Mutation, mutations
from tests.fuzz.sandbox import Sandbox
from tests.marian import URDU, build_marian

FILES = ("config.json", "vocab.json", "tokenizer_config.json", "generation_config.json",
         "source.spm", "README.md", "model.json", "ctranslate2/conversion.json")  # fmt: skip
CARD = "---\nmodel-index:\n- name: a\n  results:\n  - dataset: {name: n}\n    metrics: []\n---\n"


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good one."""
    return build_marian(tmp_path_factory.mktemp("checkpoint") / "model")


@pytest.fixture
def model(checkpoint: Path, tmp_path: Path) -> Path:
    """A copy to do harm to."""
    return Path(shutil.copytree(checkpoint, tmp_path / "model"))


class Trap:
    """Makes a file where it is unpickled as pickles are wont to be."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return Path.touch, (self.mark,)


def loaders(folder: Path) -> tuple[Callable[[], object], ...]:
    """All that loads a checkpoint."""

    def from_base() -> object:
        from align.train.network import open_network
        from align.train.tokenizer import open_tokenizer

        return open_network(folder, open_tokenizer(folder))

    return (
        lambda: convert(find_model(str(folder)), folder.parent / "converted"),
        lambda: load_engine(str(folder), engine="transformers"),
        from_base,
    )


def test_a_trap_is_one(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(Trap(tmp_path / "mark")))
    assert (tmp_path / "mark").exists()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["archive", "plain"])
def test_a_pickle_is_not_run(model: Path, tmp_path: Path, form: str) -> None:
    import torch

    mark = tmp_path / "mark"
    weights = model / "pytorch_model.bin"
    state = torch.load(weights, weights_only=True)
    if form == "archive":
        torch.save({**state, "trap": Trap(mark)}, weights)
    else:  # as of old, a pickle and nothing else
        weights.write_bytes(pickle.dumps({"trap": Trap(mark)}))
    for load in loaders(model):
        with pytest.raises(ModelError) as caught:
            load()
        assert "\n" not in str(caught.value)
    assert not mark.exists()


@pytest.mark.slow
def test_code_that_comes_along_is_not_run(model: Path, tmp_path: Path) -> None:
    """By each of the ways in which a configuration can name code: its own, or on the hub."""
    mark = tmp_path / "mark"
    code = f"from pathlib import Path\nPath({str(mark)!r}).touch()\nclass Evil: pass\n"
    for name in (
        "evil.py",
        "modeling_marian.py",
        "custom_generate/generate.py",
        "sitecustomize.py",
    ):
        (model / name).parent.mkdir(exist_ok=True)
        (model / name).write_text(code)
    names = ("AutoConfig", "AutoModel", "AutoModelForSeq2SeqLM", "AutoTokenizer")
    classes = dict.fromkeys(names, "evil.Evil")
    _change(model / "config.json", auto_map=classes, attn_implementation="evil/kernel",
            trust_remote_code=True, custom_generate="evil")  # fmt: skip
    _change(model / "tokenizer_config.json", auto_map={"AutoTokenizer": ["evil.Evil", None]},
            tokenizer_class="evil.Evil", trust_remote_code=True)  # fmt: skip
    _change(model / "generation_config.json", custom_generate="evil", trust_remote_code=True)
    for load in loaders(model):
        load()
    engine = load_engine(str(model), engine="transformers")
    engine.translate(engine.encode([" ".join(URDU[:3])]), Decoding(beam=1))
    assert not mark.exists()


def _change(path: Path, **settings: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | settings), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 8, struct.pack("<Q", 2**63) + b"{}", struct.pack("<Q", 2) + b"{}",
     struct.pack("<Q", 64) + b'{"a":{"dtype":"F32","shape":[99999,99999],"data_offsets":[0,9]}}'],
)  # fmt: skip
def test_damaged_weights_are_refused(model: Path, data: bytes) -> None:
    (model / "model.safetensors").write_bytes(data)  # which comes before the other
    for load in loaders(model):
        with pytest.raises(ModelError):
            load()


@thorough(40)
@given(name=st.sampled_from(FILES), change=mutations())
def test_a_broken_folder_is_described_or_refused(
    sandbox: Sandbox, checkpoint: Path, tmp_path_factory: pytest.TempPathFactory, name: str,
    change: Mutation,
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("broken")
    model = folder / "model"
    shutil.copytree(checkpoint, model, copy_function=lambda a, b: Path(b).symlink_to(a))
    (model / "ctranslate2").mkdir()
    kept = {
        "README.md": CARD,
        "model.json": '{"files": {}, "scores": {"a": {"bleu": 1.5}}}',
        "ctranslate2/conversion.json": '{"files": {"model.bin": 1}, "content": ""}',
    }
    data = kept[name].encode() if name in kept else (checkpoint / name).read_bytes()
    (model / name).unlink(missing_ok=True)
    (model / name).write_bytes(change(data))
    for arguments in (("models", "info", "model"), ("models", "info", "model", "--json")):
        ran = sandbox.run(*arguments, folder=folder, cache=folder).check(0, 2)
        if "--json" in arguments:
            assert all(isinstance(json.loads(line), dict) for line in ran.said.splitlines())
    shutil.rmtree(folder)


CARDS = {
    "aliases": "---\nx: &x {dataset: {name: n}, metrics: &m [" + "{type: t, value: 1}," * 9000
    + "]}\nmodel-index:\n" + "- results: [" + "*x," * 9000 + "]\n---\n",
    "laughs": "---\na: &a [1,1,1,1,1,1,1,1,1]\n"
    + "".join(f"{n}: &{n} [{f'*{m},' * 9}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True))
    + "model-index: *i\n---\n",
    "python": "---\nmodel-index: !!python/object/apply:os.system ['touch owned']\n---\n",
    "deep": "---\nmodel-index: " + "[" * 5000 + "\n---\n",
    "long": "---\n" + "a: b\n" * 200_000 + "---\n",
    "rows": "|" * 2_000_000,
    "steering": CARD.replace("name: n", 'name: "\\u001b[2J\\u202e"').replace(
        "[]", "[{type: bleu, value: 1.0}]"
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CARDS)
def test_a_card_that_is_an_attack_does_nothing(sandbox: Sandbox, model: Path, kind: str) -> None:
    (model / "README.md").write_text(CARDS[kind], encoding="utf-8")
    ran = sandbox.run("models", "info", "model", folder=model.parent, seconds=6, terminal=True)
    ran.check(0)
    assert "\x1b[2J" not in ran.said
    assert "\u202e" not in ran.said
    assert not (model.parent / "owned").exists()
