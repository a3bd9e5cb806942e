"""`load_engine`: from names to a loaded engine."""

from __future__ import annotations

from typing import Final

from align.errors import UsageError
from align.translate.engine import Engine
from align.translate.models import Model, find_model

ENGINES: Final = ("ctranslate2", "transformers")


def load_engine(
    model: str | Model | None = None,
    *,
    engine: str = "ctranslate2",
    quantization: str = "int8",
    threads: int | None = None,
    device: str = "cpu",
) -> Engine:
    """Find a model and load it.

    Args:
        model: As in `align.translate.models.find_model`, or one found already.
        engine: `ctranslate2`, or the reference `transformers`, which is always float32.
        quantization: Of CTranslate2: `int8` or `float32`.
        threads: At most so many; None for as many as this process may use.
        device: `cpu` or `cuda`.

    Raises:
        UsageError: There is no such engine, device or quantization here.
        ModelError: The model is not to be found or not to be used.
        MissingExtraError: It needs the extra `torch`.
    """
    if engine not in ENGINES:
        raise UsageError(f"engine {engine!r}: there are {' and '.join(ENGINES)}")
    found = model if isinstance(model, Model) else find_model(model)
    if engine == "transformers":
        from align.translate.transformers_engine import TransformersEngine

        return TransformersEngine(found, threads=threads, device=device)
    from align.translate.ctranslate2_engine import CTranslate2Engine

    return CTranslate2Engine(found, quantization=quantization, threads=threads, device=device)
