"""What a run is given, read: corpora, test sets, a model to start from; and what is made of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from align.errors import InputError, UsageError
from align.evaluate.testsets import read_testset
from align.text.normalize import normalize
from align.train.corpora import Corpus, CorpusSpec, read_corpus
from align.train.filters import is_misplaced
from align.train.lexicon import read_lexicon
from align.train.recipe import Recipe
from align.train.variations import Variations

if TYPE_CHECKING:
    from align.evaluate import TestSet
    from align.train.network import Network
    from align.train.tokenizer import Tokenizer
    from align.train.validation import Validation
    from align.translate.models import Model

Say = Callable[[str], None]
_VISIBLE: Final = "CUDA_VISIBLE_DEVICES"


def read(text: str, recipe: Recipe, say: Say) -> Corpus:
    """Read a corpus; say what was left out of it, and what of it is in a test set too."""
    spec = CorpusSpec.parse(text)
    corpus = read_corpus(spec, source_language=recipe.source, target_language=recipe.target)
    dropped = ", ".join(f"{reason} {count:,}" for reason, count in corpus.dropped.items())
    say(
        f"{corpus.name}: {len(corpus.pairs):,} pairs of {corpus.read:,}"
        + (f"; dropped: {dropped}" if dropped else "")
    )
    for path in filter(None, (recipe.dev, recipe.second)):
        known = _sources(path, recipe.source, recipe.target)
        if shared := sum(source in known for source, _ in corpus.pairs):
            say(
                f"{corpus.name}: {shared:,} of its sources are in {Path(path).name} too, whose "
                "scores will be too good"
            )
    return corpus


@lru_cache(2)
def _sources(path: str, source: str, target: str) -> frozenset[str]:
    """Return the normalised sources of a test set, which is checked.

    Raises:
        InputError: It cannot be read, or is of other languages.
    """
    testset = read_testset(path, source=source, target=target)
    codes = {"source_language": source, "target_language": target}
    wrong = sum(
        is_misplaced(*pair, **codes)
        for pair in zip(testset.sources, testset.references[0], strict=True)
    )
    if 2 * wrong > len(testset.sources):
        reason = f"{wrong:,} of {len(testset.sources):,} pairs are not {source} and {target}"
        raise InputError(path, f"{reason}: are the columns the other way round?")
    return frozenset(map(normalize, testset.sources))


def read_variations(recipe: Recipe) -> Variations:
    """Read the lexicon, where there is one, and say what is varied how much."""
    lexicon = read_lexicon(recipe.lexicon) if recipe.lexicon else ()
    return Variations.of(recipe.variations, lexicon)


def read_testsets(recipe: Recipe) -> tuple[Validation | None, TestSet | None]:
    """Read the development set and the second test set, where there are such."""
    if recipe.dev is None and recipe.second is None:
        return None, None
    from align.train.validation import read_validation

    def opened(path: str | None) -> Validation | None:
        if path is None:
            return None
        return read_validation(
            path, source=recipe.source, target=recipe.target, sentences=recipe.dev_sentences
        )

    second = opened(recipe.second)
    return opened(recipe.dev), None if second is None else second.testset


def read_scored(recipe: Recipe) -> list[TestSet]:
    """Read the test sets that the finished model is scored on."""
    if recipe.testsets is None:
        return []
    from align.evaluate.testsets import read_testsets as read_folder

    return read_folder(Path(recipe.testsets), source=recipe.source, target=recipe.target)


def find_base(recipe: Recipe) -> Model | None:
    """Find the model to start from; None where it is a new one."""
    if recipe.start is None:
        return None
    from align.translate.models import find_model, verify

    model = find_model(recipe.start)
    verify(model)
    return model


def find_device(recipe: Recipe) -> str:
    """Return `cpu` or `cuda`; without torchrun the first GPU alone is used."""
    if "RANK" not in os.environ and recipe.device != "cpu":
        os.environ.setdefault(_VISIBLE, "0")
    import torch

    if recipe.threads:
        torch.set_num_threads(recipe.threads)
    elif recipe.processes > 1:
        torch.set_num_threads(max(1, torch.get_num_threads() // recipe.processes))
    if recipe.device == "cuda" and not torch.cuda.is_available():
        raise UsageError("--device cuda: torch finds no GPU here")
    if recipe.device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return recipe.device


def make_tokenizer(
    recipe: Recipe, corpora: list[Corpus], base: Model | None, say: Say
) -> Tokenizer:
    """Take the vocabularies of the model to start from, or train new ones."""
    if base is not None:
        from align.train.tokenizer import open_tokenizer

        return open_tokenizer(base.folder)
    from align.train.vocabulary import train_tokenizer

    size = recipe.size.vocabulary
    say(f"making a vocabulary of {size:,} pieces")
    return train_tokenizer(
        corpora, size=size, separate=recipe.separate, seed=recipe.seed,
        languages=(recipe.source, recipe.target),
    )  # fmt: skip


def make_network(recipe: Recipe, tokenizer: Tokenizer, base: Model | None) -> Network:
    """Load the network of the model to start from, or make a new one."""
    from align.train.network import new_network, open_network

    if base is not None:
        network = open_network(base.folder, tokenizer, dropout=recipe.dropout)
    else:
        size = recipe.size
        network = new_network(
            tokenizer.size,
            width=size.width,
            heads=size.heads,
            feed_forward=size.feed_forward,
            layers=(size.encoder_layers, size.decoder_layers),
            dropout=0.1 if recipe.dropout is None else recipe.dropout,
            seed=recipe.seed,
            separate=tokenizer.separate,
        )
    network.smoothing = recipe.smoothing
    return network
