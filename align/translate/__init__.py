"""Translation: engines, models, the memory, and `Translator`, which puts them together."""

from align.translate.engine import Decoding, Engine, Hypothesis
from align.translate.engines import load_engine, load_translator
from align.translate.memory import Memory
from align.translate.models import DEFAULT_MODEL, Model, find_model, list_models
from align.translate.translation import Translation
from align.translate.translator import Translator

__all__ = [
    "DEFAULT_MODEL", "Decoding", "Engine", "Hypothesis", "Memory", "Model", "Translation",
    "Translator", "find_model", "list_models", "load_engine", "load_translator",
]  # fmt: skip
