"""`load_engine`, `load_translator`: from names to what translates."""

from __future__ import annotations

import os
from typing import Final

from align.errors import UsageError
from align.translate.engine import AttentiveEngine, Decoding
from align.translate.models import Model, find_model
from align.translate.translator import Remembering, Translator

ENGINES: Final = ("ctranslate2", "transformers")


def load_engine(
    model: str | Model | None = None,
    *,
    engine: str = "ctranslate2",
    quantization: str | None = None,
    threads: int | None = None,
    device: str = "cpu",
    sturdy: bool = False,
) -> AttentiveEngine:
    """Find a model and load it.

    Args:
        model: As in `align.translate.models.find_model`, or one found already.
        engine: `ctranslate2`, or the reference `transformers`, which is always float32.
        quantization: Of CTranslate2: `int8`, `float32`, on a GPU also `int8_float16` or
            `float16`; None for int8, on a GPU int8_float16.
        threads: At most so many; None for as many as this process may use.
        device: `cpu` or `cuda`.
        sturdy: Whether CTranslate2 gets a process of its own, which may be killed for lack of
            memory: another goes on. For long runs; on Windows there is none.

    Raises:
        UsageError: There is no such engine, device or quantization here.
        ModelError: The model is not to be found or not to be used.
        MissingExtraError: It needs the extra `torch`.
    """
    if engine not in ENGINES:
        raise UsageError(f"engine {engine!r}: there are {' and '.join(ENGINES)}")
    if engine == "transformers" and quantization not in (None, "float32"):
        raise UsageError(f"quantization {quantization!r}: transformers has float32 alone")
    found = model if isinstance(model, Model) else find_model(model)
    if engine == "transformers":
        from align.translate.transformers_engine import TransformersEngine

        return TransformersEngine(found, threads=threads, device=device)
    if sturdy and os.name == "posix":
        from align.translate.worker_engine import WorkerEngine

        options = {"quantization": quantization, "threads": threads, "device": device}
        return WorkerEngine(found, **options)
    from align.translate.ctranslate2_engine import CTranslate2Engine

    return CTranslate2Engine(found, quantization=quantization, threads=threads, device=device)


def load_translator(  # noqa: PLR0913 the choices of a user
    model: str | Model | None = None,
    *,
    engine: str = "ctranslate2",
    quantization: str | None = None,
    beam: int = 4,
    threads: int | None = None,
    device: str = "cpu",
    memory: Remembering | None = None,
    sturdy: bool = False,
) -> Translator:
    """Load an engine and make a translator of it; errors as in `load_engine`.

    Args:
        model: As in `load_engine`.
        engine: As in `load_engine`.
        quantization: As in `load_engine`.
        beam: Hypotheses that the search keeps, at least 1.
        threads: As in `load_engine`.
        device: As in `load_engine`.
        memory: Where translations are looked up and kept; None to translate everything anew.
        sturdy: As in `load_engine`.

    >>> translator = load_translator()
    >>> len(translator.translate(["پاکستان نے میچ جیت لیا۔", "", "BBC"]))
    3
    """
    loaded = load_engine(
        model, engine=engine, quantization=quantization, threads=threads, device=device,
        sturdy=sturdy,
    )  # fmt: skip
    return Translator(loaded, decoding=Decoding(beam=beam), memory=memory)
