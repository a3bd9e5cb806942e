"""A trained network as a model folder: what both engines load, with its card and its record.

The layout is that of OPUS-MT and of `models/ur-en`: `config.json`, `generation_config.json`,
`model.safetensors` in half precision, `source.spm`, `target.spm`, `vocab.json` (and
`target_vocab.json` where each side has its own), `tokenizer_config.json`; beside them
`ctranslate2/`, the conversion to int8, `README.md`, the card, and `model.json`.
"""

from __future__ import annotations

import copy
import errno
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from align.errors import ModelError, UsageError, one_line
from align.train.card import card
from align.translate.layout import CARD, MANIFEST, read_json
from align.translate.models import Model, model_info, open_model, write_manifest

if TYPE_CHECKING:
    from transformers import MarianMTModel

    from align.evaluate import TestSet
    from align.train.tokenizer import Tokenizer
    from align.translate import Engine

MAX_LENGTH: Final = 512  # tokens, of both sides
BEAMS: Final = 4


def _silent(_: str) -> None:
    """Say nothing."""


def export(
    model: MarianMTModel,
    tokenizer: Tokenizer,
    folder: Path,
    facts: Mapping[str, Any],
    *,
    testsets: Sequence[TestSet] = (),
    say: Callable[[str], None] = _silent,
) -> None:
    """Write the model folder, in place of an older model there; whole or not at all.

    Args:
        model: On any device, in any precision; it stays as it is.
        tokenizer: What its rows mean.
        folder: Where to; it may be there if it holds a model.
        facts: The record of the training, as `align.train.card` lists it.
        testsets: To score the finished model on, as `align translate` would use it.
        say: Takes one line about what is left out because a package is missing.

    Raises:
        UsageError: `folder` holds something else.
        OSError: It cannot be written; nothing is left of the attempt.
    """
    folder = Path(os.path.realpath(folder))
    check_target(folder)
    partial = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        _write_checkpoint(model, tokenizer, partial)
        _write_conversion(open_model(partial, folder.name), say)
        scores = _scores(open_model(partial, folder.name), testsets, say)
        write_manifest(partial, training=facts, scores=scores)
        info = model_info(open_model(partial, folder.name))
        text = card(info, read_json(partial / "config.json"), facts)
        (partial / CARD).write_text(text, encoding="utf-8", newline="\n")
        _put_in_place(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def check_target(folder: Path) -> None:
    """Raise UsageError where `folder` is a file, or a folder that holds anything but a model."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise UsageError(f"{folder}: is a file; the model needs a folder")
    names = {path.name for path in folder.iterdir()}
    if names and not names & {"config.json", MANIFEST}:
        raise UsageError(f"{folder}: holds other files, which the model would replace")


def _write_checkpoint(model: MarianMTModel, tokenizer: Tokenizer, folder: Path) -> None:
    import torch

    from align.translate.quiet import quiet_transformers

    tokenizer.save(folder)
    half = copy.deepcopy(model).to(device="cpu", dtype=torch.float16).eval()
    generation, pad = half.generation_config, tokenizer.pad
    generation.max_length, generation.num_beams = MAX_LENGTH, BEAMS
    generation.bad_words_ids = [[pad]]
    generation.decoder_start_token_id = generation.pad_token_id = pad
    generation.eos_token_id = generation.forced_eos_token_id = tokenizer.eos
    try:
        with quiet_transformers():
            half.save_pretrained(folder)
    except OSError:
        raise
    except Exception as error:  # safetensors has an error of its own for a full disk
        raise OSError(errno.EIO, one_line(error), str(folder)) from error
    (folder / "model.safetensors").chmod(0o644)  # made for its owner only, but given to others


def _write_conversion(model: Model, say: Callable[[str], None]) -> None:
    """Convert for CTranslate2 where that is installed and takes the model."""
    from align.translate.conversion import convert

    try:
        import ctranslate2  # noqa: F401
    except ImportError:
        say("no int8 conversion: ctranslate2 is not installed; align models convert makes it later")
        return
    if not read_json(model.folder / "config.json").get("share_encoder_decoder_embeddings", True):
        say("no int8 conversion: CTranslate2 takes no separate vocabularies")
        return
    try:
        convert(model, model.folder / "ctranslate2")
    except ModelError as error:  # what took hours of training is kept without it
        say(f"no int8 conversion: {error}; align models convert makes it later")


def _scores(
    model: Model, testsets: Sequence[TestSet], say: Callable[[str], None]
) -> dict[str, Any] | None:
    if not testsets:
        return None
    from align.evaluate import evaluate

    engine = _engine(model)
    scores = {}
    for testset in testsets:
        found = evaluate(engine, testset).scores
        scores[testset.name] = found.record()
        say(f"{testset.name}: BLEU {found.bleu.value:.1f}, chrF {found.chrf.value:.1f}")
    return scores


def _engine(model: Model) -> Engine:
    """Load what the user of the folder will run: int8 where there is a conversion."""
    from align.translate import load_engine

    name = "ctranslate2" if model.ctranslate2 else "transformers"
    return load_engine(model, engine=name)


def _put_in_place(partial: Path, folder: Path) -> None:
    """Rename; an older model stands aside until the new one is there."""
    older = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(older, ignore_errors=True)
    if folder.exists():
        folder.rename(older)
    partial.rename(folder)
    shutil.rmtree(older, ignore_errors=True)
