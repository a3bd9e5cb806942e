"""`train`: a whole run, from corpora to a model folder; the same call goes on after a kill."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from align.errors import InputError, one_line
from align.train.inputs import (
    Say,
    find_base,
    find_device,
    make_network,
    make_tokenizer,
    read,
    read_scored,
    read_testsets,
    read_variations,
)
from align.train.outcome import Outcome
from align.train.processes import companions, rank
from align.train.recipe import Recipe
from align.train.working import Working, read_record


def train(recipe: Recipe, say: Say, arrive: Callable[[], None] | None = None) -> Outcome:
    """Train as the recipe says, from the last whole checkpoint on if there is one.

    Args:
        recipe: All settings.
        say: Takes lines for people, about what is done and how far it is.
        arrive: Called before the processes of a run are bound, see `align.train.processes`.

    Raises:
        AlignError: A corpus, a model or an option is at fault, or a file cannot be written.
        KeyboardInterrupt: Stopped by a signal; a checkpoint was saved where there was a step.
    """
    from align.train.export import check_target

    folder = Path(os.path.realpath(recipe.output))
    check_target(folder)
    working = Working.of(recipe.output)
    if rank() > 0:  # the first process looks after the folder
        done = _done(folder, working)
        return done or _train(recipe, folder, working, lambda _: None, arrive)
    with working.alone():
        try:
            working.agree(recipe)
            if done := _done(folder, working):
                say(f"{folder} is done already; to train it again, remove it and {working.folder}")
                return done
            with companions(recipe) as gather:
                return _train(recipe, folder, working, say, gather)
        except OSError as error:
            path = str(error.filename or working.folder)
            raise InputError(path, f"cannot be written: {one_line(error)}") from error


def _done(folder: Path, working: Working) -> Outcome | None:
    """Return what the run gave, if it is at its end."""
    done = read_record(working.outcome)
    if done is None or not folder.is_dir():
        return None
    return Outcome(**done | {"folder": folder})


def _train(
    recipe: Recipe,
    folder: Path,
    working: Working,
    say: Say,
    arrive: Callable[[], None] | None,
) -> Outcome:
    variations = read_variations(recipe)
    corpora = [read(text, recipe, say) for text in recipe.corpora]
    testsets, scored = read_testsets(recipe), read_scored(recipe)
    base = find_base(recipe)
    device = find_device(recipe)
    from align.train.job import Job
    from align.train.precision import fastest_attention
    from align.train.trainer import arguments_for

    if arrive is not None:
        arrive()
    arguments = arguments_for(
        working.checkpoints, device=device, seed=recipe.seed, steps=recipe.steps, clip=recipe.clip
    )
    with arguments.main_process_first(local=False):
        records = working.agree_on_data(corpora, None if base is None else base.identity)
        tokenizer = working.keep_tokenizer(lambda: make_tokenizer(recipe, corpora, base, say))
    network = make_network(recipe, tokenizer, base).to(arguments.device)
    network.set_attn_implementation(fastest_attention(device))
    say(
        f"{sum(w.numel() for w in network.parameters() if w.requires_grad) / 1e6:.1f} million "
        f"parameters, {tokenizer.size:,} pieces, {recipe.length}, on {arguments.device}"
    )
    job = Job(
        recipe, folder, working, say, corpora, variations, tokenizer, network, testsets, scored,
        records,
    )  # fmt: skip
    return job.run(arguments, base)
