"""`train`: a whole run, from corpora to a model folder; the same call goes on after a kill."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.errors import AlignError, InputError, one_line
from align.train.corpora import Corpus
from align.train.inputs import (
    Say,
    find_base,
    find_device,
    make_network,
    make_tokenizer,
    read,
    read_scored,
    read_testsets,
)
from align.train.recipe import Recipe
from align.train.working import Working, read_record, write_whole

if TYPE_CHECKING:
    from align.evaluate import TestSet
    from align.evaluate.scores import Scores
    from align.train.checkpoints import Checkpoint
    from align.train.network import Network
    from align.train.tokenizer import Tokenizer
    from align.train.trainer import Conductor, MarianTrainer
    from align.train.validation import Validation
    from align.translate.models import Model


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave: the model folder, what of the run it is, and what that scored.

    `bleu` and `chrf` are of the development set, None without one.
    """

    folder: Path
    steps: int
    chosen: str
    bleu: float | None
    chrf: float | None


def train(recipe: Recipe, say: Say) -> Outcome:
    """Train as the recipe says, from the last whole checkpoint on if there is one.

    Args:
        recipe: All settings.
        say: Takes lines for people, about what is done and how far it is.

    Raises:
        AlignError: A corpus, a model or an option is at fault, or a file cannot be written.
        KeyboardInterrupt: Stopped by a signal; a checkpoint was saved where there was a step.
    """
    from align.train.export import check_target

    folder = Path(os.path.realpath(recipe.output))
    check_target(folder)
    working = Working.of(recipe.output)
    if _rank() > 0:  # the first process looks after the folder
        return _train(recipe, folder, working, lambda _: None)
    with working.alone():
        try:
            working.agree(recipe)
            done = read_record(working.outcome)
            if done is not None and folder.is_dir():
                say(f"{folder} is done already; remove {working.folder} to train it again")
                done.pop("folder")
                return Outcome(folder, **done)
            return _train(recipe, folder, working, say)
        except OSError as error:
            path = str(error.filename or working.folder)
            raise InputError(path, f"cannot be written: {one_line(error)}") from error


def _train(recipe: Recipe, folder: Path, working: Working, say: Say) -> Outcome:
    corpora = [read(text, recipe, say) for text in recipe.corpora]
    testsets, scored = read_testsets(recipe), read_scored(recipe)
    base = find_base(recipe)
    device = find_device(recipe)
    from align.train.trainer import arguments_for

    steps = recipe.steps
    arguments = arguments_for(
        working.checkpoints, device=device, seed=recipe.seed, steps=steps, clip=recipe.clip
    )
    with arguments.main_process_first(local=False):
        records = working.agree_on_data(corpora, None if base is None else base.identity)
        tokenizer = working.keep_tokenizer(lambda: make_tokenizer(recipe, corpora, base, say))
    network = make_network(recipe, tokenizer, base).to(arguments.device)
    say(
        f"{sum(w.numel() for w in network.parameters() if w.requires_grad) / 1e6:.1f} million "
        f"parameters, {tokenizer.size:,} pieces, {recipe.length}, on {arguments.device}"
    )
    job = _Job(recipe, folder, working, say, corpora, tokenizer, network, testsets, scored, records)
    return job.run(arguments, base)


@dataclass(frozen=True, slots=True)
class _Job:
    """A run whose inputs are read."""

    recipe: Recipe
    folder: Path
    working: Working
    say: Say
    corpora: list[Corpus]
    tokenizer: Tokenizer
    network: Network
    testsets: tuple[Validation | None, TestSet | None]
    scored: list[TestSet]
    records: list[dict[str, Any]]

    def run(self, arguments: Any, base: Model | None) -> Outcome:
        """Train, choose, export."""
        before = self._before() if base is not None and _rank() == 0 else {}
        conductor = self._conductor(arguments)
        last = self._resume(conductor)
        if last is None or not last.state["finished"]:
            trainer = self._trainer(arguments, conductor)
            self._loop(trainer, conductor, last)
        if _rank() > 0:
            return Outcome(self.folder, conductor.checkpoints[-1].step, "", None, None)
        return self._finish(conductor, base, before, str(arguments.device))

    def _before(self) -> dict[str, Any]:
        """Return the scores of the model as it came, measured once."""
        kept = read_record(self.working.before)
        if kept is None:
            kept = {name: one.record() for name, one in self._measure(self.network).items()}
            import json

            write_whole(self.working.before, json.dumps(kept, indent=2) + "\n")
        for name, one in kept.items():
            self.say(f"before: {name} BLEU {one['bleu']:.1f}, chrF {one['chrf']:.1f}")
        return kept

    def _measure(self, model: Any) -> dict[str, Scores]:
        from align.train.forgetting import measure
        from align.train.validation import generate

        validation, second = self.testsets
        sets = [] if validation is None else [validation.testset]
        sets += [] if second is None else [second]
        return measure(lambda sources: generate(model, self.tokenizer, sources), sets)

    def _conductor(self, arguments: Any) -> Conductor:
        from align.train.batches import Batches
        from align.train.lexicon import read_lexicon
        from align.train.log import Log
        from align.train.stream import Stream
        from align.train.trainer import Conductor, Plan
        from align.train.variations import Variations

        recipe = self.recipe
        lexicon = read_lexicon(recipe.lexicon) if recipe.lexicon else ()
        batches = Batches(
            self.corpora,
            self.tokenizer,
            batch_tokens=recipe.batch_tokens_on(arguments.device.type),
            seed=recipe.seed,
            variations=Variations(**recipe.variations, lexicon=lexicon),
            max_tokens=min(recipe.max_tokens, self.network.config.max_position_embeddings),
        )
        # The stream asks the conductor, which is made after it, how long the run has been.
        made: list[Conductor] = []
        stream = Stream(
            batches,
            recipe.length,
            pad=self.tokenizer.pad,
            elapsed=lambda: made[0].tally.minutes,
            rank=arguments.process_index,
            ranks=arguments.world_size,
        )
        plan = Plan(recipe.every_steps, recipe.save_minutes, recipe.log_every, recipe.average)
        log = Log(self.working.log)
        conductor = Conductor(
            self.working.checkpoints, stream, plan, log, self.say,
            is_validated=self.testsets[0] is not None,
        )  # fmt: skip
        made.append(conductor)
        return conductor

    def _resume(self, conductor: Conductor) -> Checkpoint | None:
        """Take up the last whole checkpoint, or begin."""
        from align.train.trainer import last_whole

        conductor.checkpoints, damaged = last_whole(self.working.checkpoints)
        for reason in damaged:
            if "checkpoint.json: cannot be read" not in reason:  # cut off: nothing was lost
                self.say(f"left out: {reason}")
        resumable = [one for one in conductor.checkpoints if one.resumable]
        if not resumable:
            conductor.checkpoints = []
            conductor.log.cut(0)
            return None
        last = resumable[-1]
        conductor.checkpoints = [one for one in conductor.checkpoints if one.step <= last.step]
        conductor.restore(last)
        self.say(f"going on from step {last.step:,}")
        return last

    def _trainer(self, arguments: Any, conductor: Conductor) -> MarianTrainer:
        from align.train.trainer import MarianTrainer, Rate

        recipe, validation = self.recipe, self.testsets[0]
        rate = Rate(recipe.highest_rate, recipe.warm_up_steps, recipe.constant)

        def validate() -> tuple[str, Scores]:
            assert validation is not None  # noqa: S101 asked for only then
            return validation.testset.name, validation.scores(self.network, self.tokenizer)

        return MarianTrainer(
            self.network, arguments, conductor, rate,
            optimizer=recipe.optimizer, validate=None if validation is None else validate,
        )  # fmt: skip

    def _loop(self, trainer: MarianTrainer, conductor: Conductor, last: Checkpoint | None) -> None:
        from align.train.trainer import last_whole
        from align.translate.quiet import quiet_transformers

        start = None if last is None else str(last.folder)
        try:
            with _stoppable(conductor, self.say), quiet_transformers():
                trainer.train(resume_from_checkpoint=start)
        except AlignError:
            raise
        except Exception as error:
            if not conductor.saving:  # a defect, or a log that cannot be written
                raise
            whole, _ = last_whole(self.working.checkpoints)  # makes room, too
            kept = (
                f"step {whole[-1].step:,} is the last that is whole" if whole else "there is none"
            )
            raise InputError(
                str(self.working.checkpoints),
                f"the checkpoint of step {trainer.state.global_step:,} cannot be written "
                f"({one_line(error)}); {kept}: make room and give the same command",
            ) from error
        if conductor.interrupted and conductor.stream.progress(trainer.state.global_step) < 1:
            self.say(f"stopped after step {trainer.state.global_step:,}; the same command goes on")
            raise KeyboardInterrupt

    def _finish(
        self, conductor: Conductor, base: Model | None, before: dict[str, Any], device: str
    ) -> Outcome:
        from align.train.export import export
        from align.train.finish import choose, draw, facts, record_choice
        from align.train.machine import machine_facts
        from align.train.network import plain_model

        recipe, validation = self.recipe, self.testsets[0]
        last = conductor.checkpoints[-1]
        choice = choose(
            conductor.checkpoints, self.network, self.tokenizer, validation, last=recipe.average
        )
        name = None if validation is None else validation.testset.name
        record_choice(choice, conductor.log, last.step, name)
        scores = {} if name is None or choice.scores is None else {name: choice.scores}
        self.say(f"chosen: {choice.name}" + _scored(choice.scores))
        model = plain_model(self.network, choice.weights)
        tally = conductor.tally
        given: dict[str, Any] = {
            "steps": last.step,
            "epochs": last.state["epochs"],
            "tokens": tally.target_tokens,
            "minutes": tally.minutes,
            "corpora": self.records,
            "machine": machine_facts(device),
        }
        if base is not None:
            given["base"] = base.identity
            given["forgetting"] = self._changes(before, model)
            conductor.log.write({"step": last.step, "forgetting": given["forgetting"]})
        draw(self.working.log, self.working.curves, self.say)
        record = facts(recipe, given, choice.name, scores)
        export(model, self.tokenizer, self.folder, record, testsets=self.scored, say=self.say)
        return self._outcome(last.step, choice.name, choice.scores)

    def _changes(self, before: dict[str, Any], model: Any) -> list[dict[str, Any]]:
        """Say and return what each test set scored before and after."""
        from align.train.forgetting import changes

        after = {name: scores.record() for name, scores in self._measure(model).items()}
        found = changes(before, after)
        for one in found:
            old, new = one["before"], one["after"]
            self.say(
                f"{one['testset']}: BLEU {old['bleu']:.1f} to {new['bleu']:.1f}, "
                f"chrF {old['chrf']:.1f} to {new['chrf']:.1f}"
            )
        return found

    def _outcome(self, steps: int, chosen: str, scores: Scores | None) -> Outcome:
        import json
        from dataclasses import asdict

        bleu = None if scores is None else scores.bleu.value
        chrf = None if scores is None else scores.chrf.value
        outcome = Outcome(self.folder, steps, chosen, bleu, chrf)
        record = asdict(outcome) | {"folder": str(self.folder)}
        write_whole(self.working.outcome, json.dumps(record, indent=2) + "\n")
        self.say(f"{self.folder} is written")
        return outcome


def _scored(scores: Scores | None) -> str:
    if scores is None:
        return ""
    return f" (BLEU {scores.bleu.value:.1f}, chrF {scores.chrf.value:.1f})"


def _rank() -> int:
    """Return which process of `torchrun` this is, 0 for the first or the only one."""
    return int(os.environ.get("RANK", "0"))


@contextmanager
def _stoppable(conductor: Conductor, say: Say) -> Iterator[None]:
    """Let Ctrl-C, or an end asked for by the system, wait for a checkpoint; the second does not."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, _: object) -> None:
        conductor.interrupted = True
        signal.signal(number, before[signal.Signals(number)])
        say("stopping after this step, with a checkpoint (once more: at once)")

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
