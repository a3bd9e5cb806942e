"""The files of a MarianMT checkpoint: which there must be, which decide what it says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from align.errors import ModelError

REQUIRED: Final = ("config.json", "source.spm", "target.spm", "vocab.json")
OPTIONAL: Final = ("generation_config.json", "tokenizer_config.json", "target_vocab.json")
# The first that is there is the one that is loaded, as transformers does.
WEIGHTS: Final = ("model.safetensors", "pytorch_model.bin")
CARD: Final = "README.md"
MANIFEST: Final = "model.json"
CONVERSION: Final = "conversion.json"
# How transformers is to load a folder. Its config.json may name an implementation of attention
# that is code on the hub, unless one is named here.
LOCAL: Final[Mapping[str, Any]] = {
    "local_files_only": True,
    "weights_only": True,
    "attn_implementation": "sdpa",
}


def missing_files(names: Iterable[str]) -> list[str]:
    """Return what a folder with the files `names` lacks to be a checkpoint.

    >>> missing_files(["config.json", "source.spm", "target.spm", "vocab.json"])
    ['model.safetensors or pytorch_model.bin']
    """
    there = set(names)
    missing: list[str] = [name for name in REQUIRED if name not in there]
    return missing if there & set(WEIGHTS) else [*missing, " or ".join(WEIGHTS)]


def decisive_files(names: Iterable[str]) -> list[str]:
    """Return those of `names` that decide a translation, in a fixed order: one file of weights.

    >>> decisive_files(["pytorch_model.bin", "tf_model.h5", "vocab.json", "model.safetensors"])
    ['vocab.json', 'model.safetensors']
    """
    there = set(names)
    small: list[str] = [name for name in (*REQUIRED, *OPTIONAL) if name in there]
    weights: list[str] = [name for name in WEIGHTS if name in there]
    return small + weights[:1]


def check_whole(found: Mapping[str, Any]) -> None:
    """Raise ValueError for weights that transformers has set by chance, by its loading info."""
    if missing := sorted(found["missing_keys"]):
        raise ValueError(f"{len(missing):,} of the weights are missing, as {missing[0]}")


def file_names(folder: Path) -> list[str]:
    """Return the names of the files in `folder` itself; a link to nothing is not one."""
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_of(folder: Path) -> str:
    """Return one SHA-256 over the decisive files, the same wherever and however they lie.

    It is that of what `sha256sum` prints for them, in the order of `decisive_files`.
    """
    names = decisive_files(file_names(folder))
    lines = "".join(f"{digest(folder / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of a model folder.

    Raises:
        ModelError: It is not there, or is not a JSON object.
    """
    try:
        content = json.loads(path.read_bytes(), parse_constant=_refuse)
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(content, dict):
        raise ModelError(f"{path}: holds {type(content).__name__}, not a JSON object")
    return content


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")  # nor could a report be written with it


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a JSON object, Urdu letters as they are."""
    text = json.dumps(content, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_conversion(folder: Path) -> dict[str, Any] | None:
    """Read the record of a CTranslate2 folder; None if it or a file is not there or not whole.

    The record holds `content` (of the checkpoint), `quantization`, `ctranslate2` (version of
    the converter), `model` (name) and `files` (name to size in bytes).
    """
    try:
        record = read_json(folder / CONVERSION)
    except ModelError:
        return None
    sizes = record.get("files")
    whole = (
        isinstance(sizes, dict)
        and "model.bin" in sizes
        and all(
            (folder / name).is_file() and (folder / name).stat().st_size == size
            for name, size in sizes.items()
        )
    )
    return record if whole else None
