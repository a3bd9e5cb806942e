"""`MarianTrainer`: transformers' Trainer with our loss, our batches, and exact going on.

The Trainer does the steps: forward, backward, clipping, optimizer, rate, bf16, several GPUs,
and the files of a checkpoint. `Conductor`, a callback, decides after each step what is due, and
keeps what the Trainer does not: the place in the data, the counts, the clock, the log.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import (
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from align.errors import AlignError
from align.train import checkpoints as files
from align.train.checkpoints import Checkpoint, folder_of, rotate, seal
from align.train.log import Log, duration
from align.train.network import Network
from align.train.optimizer import make_optimizer
from align.train.schedule import rate_factor
from align.train.stream import Place, Stream

if TYPE_CHECKING:
    from align.evaluate.scores import Scores

SAY_EVERY: Final = 15.0  # seconds, at least, between two lines about the loss
_ENDLESS: Final = 2**40  # steps, where a run's length is not told in steps


@dataclass(slots=True)
class Tally:
    """Counts over a run, kept in its checkpoints.

    `minutes` are those of training with its validation and saving, summed over restarts; `loss`
    is the sum over the `steps` since the last line of the log.
    """

    source_tokens: int = 0
    target_tokens: int = 0
    minutes: float = 0.0
    loss: float = 0.0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due when: `every` steps a regular checkpoint and a validation, and so on.

    `save_minutes` is the longest time between two checkpoints; `last` is how many regular ones
    are kept, to be averaged.
    """

    every: int
    save_minutes: float
    log_every: int
    last: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The learning rate over the run, see `align.train.schedule.rate_factor`."""

    highest: float
    warm_up: int
    constant: float


class Conductor(TrainerCallback):  # type: ignore[misc]  # transformers has no annotations
    """Decides after each step whether to log, validate, save or stop, and does the accounts."""

    def __init__(
        self,
        folder: Path,
        stream: Stream,
        plan: Plan,
        log: Log,
        say: Callable[[str], None],
        *,
        is_validated: bool,
    ) -> None:
        """Keep checkpoints in `folder`."""
        self.folder, self.stream, self.plan, self.log = folder, stream, plan, log
        self.checkpoints: list[Checkpoint] = []
        self.tally = Tally()
        self.interrupted = False
        self.saving = False
        self._say, self._is_validated = say, is_validated
        self._loss: Any = 0.0
        self._chrf: tuple[int, float] | None = None
        self._used, self._start, self._first = 0.0, time.monotonic(), 0.0
        self._idle, self._line, self._spoken = 0.0, (time.monotonic(), 0), -math.inf
        self._saved = 0.0

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up what stands in a checkpoint, and take later lines from the log."""
        state = checkpoint.state
        self.tally = Tally(**state["tally"])
        self._loss = self.tally.loss
        self.stream.start_at(Place(**state["place"]), checkpoint.step, state["epochs"])
        self.log.cut(state["log"])

    def count(self, inputs: dict[str, torch.Tensor], loss: torch.Tensor) -> None:
        """Count a step's tokens and loss."""
        self.tally.source_tokens += int(inputs["attention_mask"].sum())
        self.tally.target_tokens += int((inputs["target"] != self.pad).sum())
        self._loss = self._loss + loss.detach().double()
        self.tally.steps += 1

    pad: int = 0

    def on_train_begin(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_: Any
    ) -> None:
        """Start the clock."""
        self._used, self._start = self.tally.minutes, time.monotonic()
        self._saved = self._used
        self._line, self._idle = (self._start, self.tally.target_tokens), 0.0
        self._first = self.stream.progress(state.global_step)

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        """Say to the Trainer what is due."""
        step, plan = state.global_step, self.plan
        minutes = self._used + (time.monotonic() - self._start) / 60
        self.tally.minutes, stop = _agreed(minutes, self.interrupted, args.device)
        finished = self.stream.progress(step) >= 1
        regular = finished or step % plan.every == 0
        control.should_log = finished or step % plan.log_every == 0
        control.should_evaluate = regular and self._is_validated
        late = self.tally.minutes - self._saved >= plan.save_minutes
        control.should_save = regular or stop or late
        control.should_training_stop = finished or stop
        if control.should_log or control.should_save:
            self.tally.loss = float(self._loss)
            if not math.isfinite(self.tally.loss):
                raise AlignError(
                    f"step {step}: the loss is no number any more; a lower --rate may help"
                )

    def on_log(
        self,
        _args: TrainingArguments,
        state: TrainerState,
        _control: TrainerControl,
        logs: dict[str, float] | None = None,
        **_: Any,
    ) -> None:
        """Write a line of the log, from our own counts."""
        if not logs or "grad_norm" not in logs or not self.tally.steps:
            return  # what the Trainer says at its end
        step, tally, now = state.global_step, self.tally, time.monotonic()
        since, tokens = self._line
        speed = (tally.target_tokens - tokens) / max(1e-9, now - since - self._idle)
        line = {
            "step": step,
            "epoch": self.stream.epochs(step),
            "progress": self.stream.progress(step),
            "minutes": tally.minutes,
            "source_tokens": tally.source_tokens,
            "target_tokens": tally.target_tokens,
            "loss": tally.loss / tally.steps,
            "learning_rate": logs["learning_rate"],
            "gradient_norm": logs["grad_norm"],
            "tokens_per_second": round(speed),
        }
        tally.loss, tally.steps, self._loss = 0.0, 0, 0.0
        self._line, self._idle = (now, tally.target_tokens), 0.0
        if state.is_world_process_zero:
            self.log.write(line)
            self._report(line, now)

    def _report(self, line: dict[str, Any], now: float) -> None:
        if now - self._spoken < SAY_EVERY and line["progress"] < 1:
            return
        self._spoken = now
        done = line["progress"] - self._first
        left = (now - self._start) / 60 * (1 - line["progress"]) / done if done > 0 else 0.0
        self._say(
            f"step {line['step']:,} ({line['progress']:.0%}): loss {line['loss']:.3f}, "
            f"{line['tokens_per_second']:,} tokens/s, {duration(left)} left"
        )

    def validated(self, step: int, name: str, scores: Scores, seconds: float) -> None:
        """Write and say what the development set scored."""
        self._idle += seconds
        self._chrf = step, scores.chrf.value
        self.log.write(
            {
                "step": step,
                "dev": name,
                "bleu": scores.bleu.value,
                "chrf": scores.chrf.value,
                "bleu_signature": scores.bleu.signature,
                "chrf_signature": scores.chrf.signature,
            }
        )
        best = max((one.chrf or 0.0 for one in self.checkpoints), default=0.0)
        mark = ", the best so far" if scores.chrf.value > best else ""
        self._say(
            f"step {step:,}: {name} BLEU {scores.bleu.value:.1f}, "
            f"chrF {scores.chrf.value:.1f}{mark}"
        )

    def on_save(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_: Any
    ) -> None:
        """Make a checkpoint of what the Trainer wrote, and throw away what it makes useless."""
        began, step = time.monotonic(), state.global_step
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.barrier()  # until every process has written its random numbers
        if state.is_world_process_zero:
            chrf = self._chrf[1] if self._chrf and self._chrf[0] == step else None
            record = {
                "place": self.stream.place(step).record(),
                "tally": asdict(self.tally),
                "log": self.log.size,
                "epochs": self.stream.epochs(step),
                "finished": self.stream.progress(step) >= 1,
            }
            regular = self.stream.progress(step) >= 1 or step % self.plan.every == 0
            new = seal(
                folder_of(self.folder, step), step=step, regular=regular, chrf=chrf, state=record
            )
            older = [one for one in self.checkpoints if one.step != step]
            self.checkpoints = rotate([*older, new], last=self.plan.last)
        self.saving, self._saved = False, self.tally.minutes
        self._idle += time.monotonic() - began


class MarianTrainer(Trainer):  # type: ignore[misc]  # transformers has no annotations
    """Trains a `Network` on a `Stream`, as a `Conductor` says."""

    def __init__(
        self,
        network: Network,
        arguments: TrainingArguments,
        conductor: Conductor,
        rate: Rate,
        *,
        optimizer: str,
        validate: Callable[[], tuple[str, Scores]] | None,
    ) -> None:
        """Take a network that lies on the device it is trained on.

        Args:
            network: To train.
            arguments: As `arguments_for` makes them.
            conductor: Has stream, log and checkpoints.
            rate: Of learning.
            optimizer: `muon` or `adam`.
            validate: Translates and scores the development set, which it names.
        """
        stream = conductor.stream
        conductor.pad = network.config.pad_token_id
        chosen = make_optimizer(optimizer, network, rate.highest)

        def factor(step: int) -> float:
            progress = stream.progress(step)
            return rate_factor(step, progress, warm_up=rate.warm_up, constant=rate.constant)

        super().__init__(
            model=network,
            args=arguments,
            optimizers=(chosen, LambdaLR(chosen, factor)),
            callbacks=[conductor],
        )
        self.remove_callback(PrinterCallback)  # prints on standard output
        self._conductor, self._validate = conductor, validate

    def get_train_dataloader(self) -> Any:
        """Hand out whole batches of the stream; it has its own generator of random numbers.

        A DataLoader draws a seed when it is begun, which would move dropout's numbers of a run
        that goes on.
        """
        generator = torch.Generator().manual_seed(0)
        return DataLoader(self._conductor.stream, batch_size=None, generator=generator)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, torch.Tensor],
        return_outputs: bool = False,  # noqa: FBT001 as Trainer has it
        num_items_in_batch: Any = None,  # noqa: ARG002
    ) -> Any:
        """Return the mean loss of the target tokens of a batch, and count it."""
        outputs = model(**inputs)
        loss = outputs["loss"]
        self._conductor.count(inputs, loss)
        return (loss, outputs) if return_outputs else loss

    def evaluate(self, *_: Any, **__: Any) -> dict[str, float]:
        """Validate; processes other than the first wait for the next step."""
        metrics: dict[str, float] = {}
        if self._validate is not None and self.is_world_process_zero():
            began = time.monotonic()
            name, scores = self._validate()
            seconds = time.monotonic() - began
            self._conductor.validated(self.state.global_step, name, scores, seconds)
            metrics = {"eval_bleu": scores.bleu.value, "eval_chrf": scores.chrf.value}
        self.control: Any = self.callback_handler.on_evaluate(
            self.args, self.state, self.control, metrics
        )
        return metrics

    def save_model(self, output_dir: str | None = None, _internal_call: bool = False) -> None:  # noqa: FBT001
        """Write the weights, the first part of a checkpoint."""
        self._conductor.saving = True
        super().save_model(output_dir, _internal_call)


def arguments_for(
    folder: Path, *, device: str, seed: int, steps: int | None, clip: float
) -> TrainingArguments:
    """Return the Trainer's arguments: nothing but what the conductor does not decide.

    Args:
        folder: For checkpoints.
        device: `cpu` or `cuda`; CUDA computes in bfloat16 where it can (autocast).
        seed: Of dropout.
        steps: Length of the run; None where it is not told in steps.
        clip: Highest norm of the gradient.
    """
    is_cuda = device == "cuda"
    return TrainingArguments(
        output_dir=str(folder),
        max_steps=steps or _ENDLESS,
        seed=seed,
        use_cpu=not is_cuda,
        bf16=is_cuda and torch.cuda.is_bf16_supported(),
        max_grad_norm=clip,
        logging_strategy="no",
        eval_strategy="no",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        logging_nan_inf_filter=False,
        dataloader_pin_memory=False,
        ignore_data_skip=True,  # the stream finds its place itself
    )


def _agreed(minutes: float, stop: bool, device: Any) -> tuple[float, bool]:  # noqa: FBT001
    """Return what the first process says, so that all do the same."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return minutes, stop
    told = torch.tensor([minutes, float(stop)], dtype=torch.float64, device=device)
    torch.distributed.broadcast(told, 0)
    return float(told[0]), bool(told[1])


def last_whole(folder: Path) -> tuple[list[Checkpoint], list[str]]:
    """Return the whole checkpoints in `folder`; damaged ones are removed, and named."""
    whole, damaged = files.whole_checkpoints(folder)
    files.clear_damaged(folder, whole)
    return whole, damaged
