"""Conversion of checkpoints for CTranslate2: once, whole or not at all."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from align.errors import MissingExtraError, ModelError, one_line
from align.translate.alignment_head import AlignmentHead, alignment_head
from align.translate.layout import (
    CONVERSION,
    LOCAL,
    check_whole,
    read_conversion,
    read_json,
    write_json,
)
from align.translate.models import Model, cache_folder, verify
from align.translate.target_pieces import target_language, target_rows

# Grows with what a conversion holds: older ones are made anew.
LAYOUT: Final = 2
# The same weights of eight bits, whatever the other numbers are computed in.
_STORED: Final = {"int8_float16": "int8"}


def converted(model: Model, *, quantization: str = "int8") -> Path:
    """Return a CTranslate2 folder of `model`: its own, or one in the cache, made if need be.

    Processes that ask at the same time wait for the one that converts.

    Args:
        model: The checkpoint.
        quantization: `int8`, `float32`, or another that CTranslate2 knows.

    Raises:
        MissingExtraError: It must be converted, and the extra `torch` is not installed.
        ModelError: It is damaged, cannot be converted, or the cache cannot be written.
    """
    quantization = _STORED.get(quantization, quantization)
    own = model.ctranslate2
    if own is not None and _is_as_asked(read_conversion(own), quantization):
        return own
    if own is None and (model.folder / "ctranslate2").is_dir():
        verify(model)  # names what is damaged of a model that came with a conversion
    target = cache_folder() / "models" / _key(model, quantization)
    if read_conversion(target) is None:
        _convert_alone(model, target, quantization)
    return target


def _key(model: Model, quantization: str) -> str:
    name = re.sub(r"[^\w.-]+", "--", model.name)
    version = importlib.metadata.version("ctranslate2")
    return f"{name}-{model.content[:16]}-{quantization}-{version}-{LAYOUT}"


def _is_as_asked(record: dict[str, Any] | None, quantization: str) -> bool:
    found = record or {}
    return (found.get("quantization"), found.get("layout")) == (quantization, LAYOUT)


def _convert_alone(model: Model, target: Path, quantization: str) -> None:
    with _locked(model, target):
        if read_conversion(target) is None:
            convert(model, target, quantization=quantization)


@contextmanager
def _locked(model: Model, target: Path) -> Iterator[None]:
    """Keep other processes from the conversion `target`; a killed one's lock is gone with it."""
    try:
        from filelock import FileLock
    except ImportError as error:
        raise MissingExtraError(f"converting the model {model.name}", "torch") from error
    lock = FileLock(target.with_name(target.name + ".lock"))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        raise ModelError(
            f"{target.parent}: the conversion of {model.name} cannot be kept there "
            f"({error.strerror}); set ALIGN_CACHE to a folder that can be written"
        ) from error
    try:
        yield
    finally:
        lock.release()


def convert(model: Model, target: Path, *, quantization: str = "int8") -> Path:
    """Convert `model` into the folder `target`, in place of what is there; return it.

    The folder appears whole or not at all. What an interrupted conversion left beside it is
    cleared away. Weights are loaded as tensors only, and no code of the checkpoint is run.

    Raises:
        MissingExtraError: The extra `torch` is not installed.
        ModelError: The weights are damaged, or of a shape that CTranslate2 has no place for.
    """
    quantization = _STORED.get(quantization, quantization)
    partial = target.with_name(target.name + ".part")
    shutil.rmtree(partial, ignore_errors=True)
    _run_converter(model, partial, quantization)
    record: dict[str, Any] = {
        "model": model.name,
        "content": model.content,
        "quantization": quantization,
        "layout": LAYOUT,
        "ctranslate2": importlib.metadata.version("ctranslate2"),
        "files": {path.name: path.stat().st_size for path in sorted(partial.iterdir())},
    }
    if target.parent != model.folder:
        record["folder"] = str(model.folder)  # of a conversion in the cache, to find it again
    write_json(partial / CONVERSION, record)
    shutil.rmtree(target, ignore_errors=True)
    return partial.rename(target)


def _run_converter(model: Model, target: Path, quantization: str) -> None:
    try:
        import numpy as np
        import torch
        from ctranslate2.converters import TransformersConverter
        from transformers import MarianTokenizer

        from align.translate.quiet import quiet_transformers
    except ImportError as error:
        raise MissingExtraError(f"converting the model {model.name}", "torch") from error
    config = read_json(model.folder / "config.json")
    if not config.get("share_encoder_decoder_embeddings", True):
        raise ModelError(
            f"{model.folder}: separate vocabularies for source and target, which CTranslate2's "
            "converter does not take; use the transformers engine"
        )
    chosen = alignment_head(config)
    language = target_language(model.folder)

    class LocalConverter(TransformersConverter):  # type: ignore[misc]  # has no annotations
        """Reads nothing but the folder, and the weights at full precision."""

        def load_model(self, model_class: Any, name: str, **options: Any) -> Any:
            options |= {"dtype": torch.float32, **LOCAL, "output_loading_info": True}
            network, found = model_class.from_pretrained(name, **options)
            check_whole(found)
            _put_first(network, chosen)
            return network

        def load_tokenizer(self, _class: Any, name: str, **_: Any) -> Any:
            return MarianTokenizer.from_pretrained(name, local_files_only=True)

        def _load(self) -> Any:
            spec = super()._load()
            spec.decoder.alignment_layer = np.int16(chosen.layer)
            spec.decoder.alignment_heads = np.int16(1)
            _keep_target_pieces(spec, language)
            return spec

    try:
        with quiet_transformers():
            LocalConverter(str(model.folder)).convert(str(target), quantization=quantization)
    except Exception as error:  # there is nothing that a damaged file does not raise
        raise ModelError(f"{model.folder}: cannot be converted: {one_line(error)}") from error


def _keep_target_pieces(spec: Any, language: str) -> None:
    """Take out of the decoder what it must not say."""
    pieces = spec._vocabularies["target"][0]
    rows = target_rows(pieces, language)
    spec._vocabularies["target"] = [[pieces[row] for row in rows]]
    for table in (spec.decoder.embeddings, spec.decoder.projection):
        table.weight = table.weight[rows]
    if spec.decoder.projection.has_bias():
        spec.decoder.projection.bias = spec.decoder.projection.bias[rows]


def _put_first(network: Any, chosen: AlignmentHead) -> None:
    """Move the alignment head to the front of its layer, where alone CTranslate2 shows it.

    The heads of a layer are summed up, so their order decides nothing.
    """
    import torch

    attention = network.model.decoder.layers[chosen.layer].encoder_attn
    heads = torch.arange(attention.embed_dim).view(attention.num_heads, -1)
    others = [head for head in range(attention.num_heads) if head != chosen.head]
    order = heads[[chosen.head, *others]].flatten()
    with torch.no_grad():
        for part in (attention.q_proj, attention.k_proj, attention.v_proj):
            part.weight.copy_(part.weight[order].clone())
            part.bias.copy_(part.bias[order].clone())
        attention.out_proj.weight.copy_(attention.out_proj.weight[:, order].clone())
