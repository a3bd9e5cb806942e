"""`Model`: a checkpoint in the MarianMT layout, found by name, folder or Hugging Face name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import ModelError, ModelNotFoundError
from align.text.normalize import VERSION
from align.translate import hub
from align.translate.card import read_scores, read_training
from align.translate.layout import (
    MANIFEST,
    content_of,
    decisive_files,
    digest,
    file_names,
    missing_files,
    read_conversion,
    read_json,
    write_json,
)
from align.version import version

DEFAULT_MODEL: Final = "ur-en"

# What every configuration of Marian holds, and figures here are computed from.
_COUNTS: Final = (
    "vocab_size", "d_model", "encoder_layers", "decoder_layers", "encoder_ffn_dim",
    "decoder_ffn_dim", "max_position_embeddings",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """A checkpoint on this machine.

    `name` is what it was asked for by, or the name of its folder; `content` is the SHA-256 of
    `align.translate.layout.content_of`; `ctranslate2` is the conversion that lies inside the
    folder, None unless it is whole and of this very content.
    """

    name: str
    folder: Path
    content: str
    ctranslate2: Path | None = None

    @property
    def identity(self) -> str:
        """Name and content, as they stand in every output: `ur-en@1a2b3c4d`."""
        return f"{self.name}@{self.content[:8]}"


def cache_folder() -> Path:
    """Return the folder for what can be made again: `ALIGN_CACHE`, or the user's cache."""
    from platformdirs import user_cache_path

    chosen = os.environ.get("ALIGN_CACHE")
    return Path(chosen) if chosen else user_cache_path("align", appauthor=False)


def find_model(name: str | None = None, *, download: bool = True) -> Model:
    """Find a model: an embedded one, a folder, or a Hugging Face name, in this order.

    Args:
        name: `ur-en`, a folder, or `owner/name`; None for `ALIGN_MODEL`, else `ur-en`.
        download: Whether a Hugging Face name that is not on this machine may be fetched.

    Raises:
        ModelNotFoundError: There is none of that name; says how to get it.
        ModelError: The folder lacks files, or holds another kind of model.
        MissingExtraError: A Hugging Face name without the extra `torch`.
    """
    name = name or os.environ.get("ALIGN_MODEL") or DEFAULT_MODEL
    embedded = _embedded_models()
    if name in embedded:
        return open_model(embedded[name], name)
    folder = Path(os.path.expanduser(name))  # noqa: PTH111 the one of Path raises without a home
    if os.path.isdir(folder):  # noqa: PTH112 the one of Path raises for a name that is too long
        return open_model(folder, folder.resolve().name)
    if hub.NAME.fullmatch(name):
        return open_model(hub.fetch_checkpoint(name, download=download), name)
    known = ", ".join(sorted(embedded)) or "none"
    raise ModelNotFoundError(
        f"{name}: no such folder and no embedded model (here: {known}); "
        "give one of these, a folder, or a Hugging Face name (owner/name)"
    )


def open_model(folder: Path, name: str) -> Model:
    """Read the checkpoint in `folder`; takes the time to hash its files.

    Raises:
        ModelError: It lacks files, is of another kind than Marian, or its configuration is damaged.
    """
    folder = folder.resolve()
    missing = missing_files(file_names(folder))
    if missing:
        raise ModelError(f"{folder}: no MarianMT checkpoint: {', '.join(missing)} missing")
    config = read_json(folder / "config.json")
    kind = config.get("model_type")
    if kind != "marian":
        raise ModelError(f"{folder}: config.json says model_type {kind!r}; align takes 'marian'")
    bad = [name for name in _COUNTS if type(config.get(name)) is not int]
    if bad:
        raise ModelError(f"{folder}: config.json has no whole number for {', '.join(bad)}")
    content = content_of(folder)
    inside = folder / "ctranslate2"
    record = read_conversion(inside)
    belongs = record is not None and record.get("content") == content
    return Model(name, folder, content, inside if belongs else None)


def list_models() -> list[Model]:
    """Return the embedded models, then all others ever converted that are still there."""
    found = {name: open_model(folder, name) for name, folder in _embedded_models().items()}
    for path in sorted((cache_folder() / "models").glob("*/")):
        record = read_conversion(path) or {}
        name, folder = str(record.get("model")), Path(str(record.get("folder")))
        if name not in found and folder.is_dir() and not missing_files(file_names(folder)):
            found[name] = open_model(folder, name)
    return list(found.values())


def _embedded_models() -> dict[str, Path]:
    """Return name to folder; of two of one name, the first in the order of look-up."""
    package = Path(__file__).resolve().parents[1]
    places = [package / "_models"]
    if (package.parent / "pyproject.toml").is_file():  # a checkout, no site-packages
        places.append(package.parent / "models")
    if chosen := os.environ.get("ALIGN_MODELS"):
        places.insert(0, Path(chosen))
    return {
        folder.name: folder
        for place in reversed(places)
        if place.is_dir()
        for folder in sorted(place.iterdir())
        if (folder / "config.json").is_file()
    }


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Figures of a model.

    `size` is that of the checkpoint's files in bytes; `parameters` counts trained weights;
    `vocabulary` counts pieces; `encoder` and `decoder` count layers of `width`. `conversion`
    is the record of the CTranslate2 folder inside (`quantization`, `ctranslate2`, `files`),
    None if there is none. `scores` is test set to metric to value, from `model.json` or the
    model card, empty if neither gives any. `training` is its record in `model.json`, likewise.
    """

    model: Model
    size: int
    parameters: int
    vocabulary: int
    encoder: int
    decoder: int
    width: int
    conversion: dict[str, Any] | None
    scores: dict[str, Any]
    training: dict[str, Any]


def model_info(model: Model) -> ModelInfo:
    """Read configuration, vocabulary, card and manifest of `model`."""
    config = read_json(model.folder / "config.json")
    names = decisive_files(file_names(model.folder))
    return ModelInfo(
        model=model,
        size=sum((model.folder / name).stat().st_size for name in names),
        parameters=_parameters(config),
        vocabulary=len(read_json(model.folder / "vocab.json")),
        encoder=config["encoder_layers"],
        decoder=config["decoder_layers"],
        width=config["d_model"],
        conversion=read_conversion(model.ctranslate2) if model.ctranslate2 else None,
        scores=read_scores(model.folder),
        training=read_training(model.folder),
    )


def _parameters(config: dict[str, Any]) -> int:
    """Count weights and biases of the architecture; position tables are not trained."""
    width: int = config["d_model"]
    norm, attention = 2 * width, 4 * (width * width + width)
    embeddings: int = config["vocab_size"] * width
    if not config.get("share_encoder_decoder_embeddings", True):
        embeddings += config.get("decoder_vocab_size", config["vocab_size"]) * width
    if not config.get("tie_word_embeddings", True):
        embeddings += config.get("decoder_vocab_size", config["vocab_size"]) * width

    def layer(inner: int, attentions: int) -> int:
        feed_forward = 2 * width * inner + inner + width
        return attentions * (attention + norm) + feed_forward + norm

    encoder: int = config["encoder_layers"] * layer(config["encoder_ffn_dim"], 1)
    decoder: int = config["decoder_layers"] * layer(config["decoder_ffn_dim"], 2)
    return embeddings + encoder + decoder


def write_manifest(
    folder: Path,
    *,
    training: Mapping[str, Any] | None = None,
    scores: Mapping[str, Any] | None = None,
) -> None:
    """Write `model.json`: size and SHA-256 of every file below `folder`, with what made it.

    The card, `README.md`, is for people and may be amended; it is left out. Keys of an older
    `model.json` that are not given stay.

    Args:
        folder: The model's.
        training: How it was trained: data, recipe, machine.
        scores: Test set to what `align.evaluate.Scores.record` gives.
    """
    path = folder / MANIFEST
    kept = read_json(path) if path.is_file() else {}
    files = {
        file.relative_to(folder).as_posix(): {
            "sha256": digest(file),
            "size": file.stat().st_size,
        }
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file not in (path, folder / "README.md")
    }
    given = {"training": training, "scores": scores}
    kept |= {key: dict(value) for key, value in given.items() if value is not None}
    write_json(path, {**kept, "align": version(), "normalize": VERSION, "files": files})


def verify(model: Model) -> int:
    """Hold every file against the model's own `model.json`; return how many were held.

    0 where there is no `model.json`, as in most models not made by `align`.

    Raises:
        ModelError: A file is missing or was changed, or the list is damaged.
    """
    path = model.folder / MANIFEST
    if not path.is_file():
        return 0
    files = read_json(path).get("files", {})
    if not isinstance(files, dict):
        raise ModelError(f"{path}: its files are no JSON object")
    bad = [name for name, entry in files.items() if not _is_whole(model.folder / name, entry)]
    if bad:
        raise ModelError(
            f"{model.folder}: {len(bad)} of {len(files)} files missing or changed, "
            f"first {bad[0]}; install the package or check out the folder again"
        )
    return len(files)


def _is_whole(path: Path, entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and path.is_file()
        and path.stat().st_size == entry.get("size")
        and digest(path) == entry.get("sha256")
    )
