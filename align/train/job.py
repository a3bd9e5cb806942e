"""`Job`: a run whose inputs are read: train, choose, export."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from align.errors import AlignError, InputError, one_line
from align.train.alignment_head import PAIRS, choose_head
from align.train.batches import Batches
from align.train.checkpoints import Checkpoint, clear_damaged, whole_checkpoints
from align.train.conductor import Conductor, Plan
from align.train.corpora import Corpus
from align.train.depth import deepen
from align.train.export import export
from align.train.finish import choose, draw, facts, record_choice
from align.train.forgetting import changes, measure
from align.train.inputs import Say
from align.train.log import Log
from align.train.machine import machine_facts
from align.train.network import Network, plain_model
from align.train.outcome import Outcome
from align.train.precision import computing_type
from align.train.processes import part, rank
from align.train.recipe import Recipe
from align.train.stopping import stoppable
from align.train.stream import Stream
from align.train.tokenizer import Tokenizer
from align.train.trainer import MarianTrainer, Rate
from align.train.validation import Validation, generate
from align.train.variations import Variations
from align.train.working import Working, read_record, write_whole
from align.translate.quiet import quiet_transformers

if TYPE_CHECKING:
    from align.evaluate import TestSet
    from align.evaluate.scores import Scores
    from align.translate.models import Model


@dataclass(frozen=True, slots=True)
class Job:
    """A run whose inputs are read."""

    recipe: Recipe
    folder: Path
    working: Working
    say: Say
    corpora: list[Corpus]
    variations: Variations
    tokenizer: Tokenizer
    network: Network
    testsets: tuple[Validation | None, TestSet | None]
    scored: list[TestSet]
    records: list[dict[str, Any]]

    def run(self, arguments: Any, base: Model | None) -> Outcome:
        """Train, choose, export."""
        before = self._before() if base is not None and rank() == 0 else {}
        if base is not None:
            deepen(self.network, self.recipe.encoder_layers, self.recipe.decoder_layers)
        conductor = self._conductor(arguments)
        last = self._resume(conductor)
        if before and self.testsets[0] is not None:
            conductor.base_chrf = before[self.testsets[0].testset.name]["chrf"]
        if last is None or not last.state["finished"]:
            trainer = self._trainer(arguments, conductor)
            try:
                self._loop(trainer, conductor, last)
            finally:
                part()
        if rank() > 0:
            return Outcome(self.folder, 0, "left to the first process", None, None)
        return self._finish(conductor, base, before, str(arguments.device))

    def _before(self) -> dict[str, Any]:
        """Return the scores of the model as it came, measured once."""
        kept = read_record(self.working.before)
        if kept is None:
            kept = {name: one.record() for name, one in self._measure(self.network).items()}
            write_whole(self.working.before, json.dumps(kept, indent=2) + "\n")
        for name, one in kept.items():
            self.say(f"before: {name} BLEU {one['bleu']:.1f}, chrF {one['chrf']:.1f}")
        return kept

    def _measure(self, model: Any) -> dict[str, Scores]:
        validation, second = self.testsets
        sets = [] if validation is None else [validation.testset]
        sets += [] if second is None else [second]
        return measure(lambda sources: generate(model, self.tokenizer, sources), sets)

    def _conductor(self, arguments: Any) -> Conductor:
        recipe, log = self.recipe, Log(self.working.log)

        def tell_dropped(count: int, limit: int) -> None:
            self.say(f"{count:,} pairs of an epoch are over {limit} pieces and left out")
            if rank() == 0 and not log.size:  # else the log that is gone on with has it
                log.write({"step": 0, "left_out": count, "limit": limit})

        batches = Batches(
            self.corpora,
            self.tokenizer,
            batch_tokens=recipe.batch_tokens_on(arguments.device.type),
            seed=recipe.seed,
            variations=self.variations,
            max_tokens=min(recipe.max_tokens, self.network.config.max_position_embeddings),
            tell_dropped=tell_dropped,
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
        plan = Plan(recipe.every, recipe.save_minutes, recipe.log_every, recipe.average)
        conductor = Conductor(
            self.working.checkpoints, stream, plan, log, self.say,
            is_validated=self.testsets[0] is not None,
        )  # fmt: skip
        made.append(conductor)
        return conductor

    def _resume(self, conductor: Conductor) -> Checkpoint | None:
        """Take up the last whole checkpoint, or begin."""
        conductor.checkpoints, damaged = self._whole_checkpoints()
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

    def _whole_checkpoints(self) -> tuple[list[Checkpoint], list[str]]:
        """Return the whole ones and what is wrong with others, which are removed."""
        whole, damaged = whole_checkpoints(self.working.checkpoints)
        if rank() == 0:
            clear_damaged(self.working.checkpoints, whole)
        return whole, damaged

    def _trainer(self, arguments: Any, conductor: Conductor) -> MarianTrainer:
        recipe, validation = self.recipe, self.testsets[0]
        rate = Rate(recipe.highest_rate, recipe.warm_up_steps, recipe.constant)

        def validate() -> tuple[str, Scores]:
            assert validation is not None  # noqa: S101 asked for only then
            return validation.testset.name, validation.scores(self.network, self.tokenizer)

        return MarianTrainer(
            self.network, arguments, conductor, rate,
            optimizer=recipe.optimizer,
            computing=computing_type(recipe.precision, arguments.device.type),
            validate=None if validation is None else validate,
        )  # fmt: skip

    def _loop(self, trainer: MarianTrainer, conductor: Conductor, last: Checkpoint | None) -> None:
        start = None if last is None else str(last.folder)
        try:
            with stoppable(conductor, self.say), quiet_transformers():
                trainer.train(resume_from_checkpoint=start)
        except AlignError:
            raise
        except Exception as error:
            if not conductor.saving or rank() > 0:  # a defect, or a log that cannot be written
                raise
            whole, _ = self._whole_checkpoints()  # makes room, too
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
        recipe, validation = self.recipe, self.testsets[0]
        last = conductor.checkpoints[-1]
        self.say("averaging the last checkpoints" + (", scoring them" if validation else ""))
        choice = choose(
            conductor.checkpoints, self.network, self.tokenizer, validation, last=recipe.average
        )
        name = None if validation is None else validation.testset.name
        record_choice(choice, conductor.log, last.step, name)
        scores = {} if name is None or choice.scores is None else {name: choice.scores}
        self.say(f"chosen: {choice.name}" + _scored(choice.scores))
        model = plain_model(self.network, choice.weights)
        tally = conductor.tally
        precision = str(computing_type(recipe.precision, device.partition(":")[0]))
        given: dict[str, Any] = {
            "steps": last.step,
            "epochs": last.state["epochs"],
            "tokens": tally.target_tokens,
            "minutes": tally.minutes,
            "corpora": self.records,
            "machine": machine_facts(device) | {"precision": precision.removeprefix("torch.")},
        }
        if base is not None:
            given["base"] = base.identity
            self.say("scoring the test sets for what was learnt and forgotten")
            given["forgetting"] = self._changes(before, model)
            conductor.log.write({"step": last.step, "forgetting": given["forgetting"]})
        self.say("choosing the head that aligns words, writing and converting the model")
        model.config.alignment_head = asdict(choose_head(model, self.tokenizer, self._some_pairs()))
        draw(self.working.log, self.working.curves, self.say)
        record = facts(recipe, given, choice.name, scores)
        export(model, self.tokenizer, self.folder, record, testsets=self.scored, say=self.say)
        outcome = self._outcome(last.step, choice.name, choice.scores)
        on_dev = [one for one in given.get("forgetting", ()) if one["testset"] == name]
        if base is not None and on_dev and on_dev[0]["chrf_change"] < 0:
            self.say(
                f"on {name} it is worse than {base.identity}, which it started from: a lower "
                "--rate or a shorter run may do better"
            )
        return outcome

    def _some_pairs(self) -> list[tuple[str, str]]:
        validation = self.testsets[0]
        if validation is None:
            return list(self.corpora[0].pairs[:PAIRS])
        testset = validation.testset
        return list(zip(testset.sources, testset.references[0], strict=True))

    def _changes(self, before: dict[str, Any], model: Any) -> list[dict[str, Any]]:
        """Say and return what each test set scored before and after."""
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
