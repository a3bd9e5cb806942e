"""`Conductor`: decides after each step of training what is due, and does the accounts."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from align.errors import AlignError, UsageError
from align.train.checkpoints import Checkpoint, folder_of, rotate, seal
from align.train.log import Log, duration
from align.train.processes import of_first, total, wait_for_all
from align.train.schedule import checkpoint_interval
from align.train.stream import Place, Stream

if TYPE_CHECKING:
    from align.evaluate.scores import Scores

SAY_EVERY: Final = 15.0  # seconds, at least, between two lines about the loss


@dataclass(slots=True)
class Tally:
    """Counts over a run and all its processes, kept in its checkpoints.

    `minutes` are those of training with its validation and saving, summed over restarts; `loss`
    is the sum of their mean over the `steps` since the last line of the log.
    """

    source_tokens: int = 0
    target_tokens: int = 0
    minutes: float = 0.0
    loss: float = 0.0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is due when: `every` steps a regular checkpoint and a validation, and so on.

    None for `every` goes by the length of the run. `save_minutes` is the longest time between two
    checkpoints; `last` is how many regular ones are kept, to be averaged.
    """

    every: int | None
    save_minutes: float
    log_every: int
    last: int


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
        """Keep checkpoints in `folder`.

        `base_chrf`, 0 without one, is what the model that the run began with scored on the
        development set.
        """
        self.folder, self.stream, self.plan, self.log = folder, stream, plan, log
        self.checkpoints: list[Checkpoint] = []
        self.tally = Tally()
        self.base_chrf = 0.0
        self.interrupted = False
        self.saving = False
        self._every = plan.every or 0  # 0: not known before the first epoch is drawn
        self._say, self._is_validated = say, is_validated
        self._new: torch.Tensor | None = None
        self._chrf: tuple[int, float] | None = None
        self._used, self._start, self._first = 0.0, time.monotonic(), 0.0
        self._idle, self._line, self._spoken = 0.0, (time.monotonic(), 0), -math.inf
        self._saved = 0.0

    def restore(self, checkpoint: Checkpoint) -> None:
        """Take up what stands in a checkpoint, and take later lines from the log."""
        state = checkpoint.state
        if state["processes"] != self.stream.ranks:
            raise UsageError(
                f"{self.folder}: that run has {state['processes']} processes, not "
                f"{self.stream.ranks}: each has its share of the data"
            )
        self.tally = Tally(**state["tally"])
        self._every = state.get("every", self._every)
        self.stream.start_at(Place(**state["place"]), checkpoint.step, state["epochs"])
        self.log.cut(state["log"])

    def count(self, inputs: dict[str, torch.Tensor], loss: torch.Tensor) -> None:
        """Count a step's tokens and loss, on its device: `_settle` fetches the sums."""
        source, target = inputs["attention_mask"], inputs["target"] != self.stream.pad
        counts = torch.stack([source.sum().double(), target.sum().double(), loss.detach().double()])
        self._new = counts if self._new is None else self._new + counts
        self.tally.steps += 1

    def _settle(self) -> None:
        """Add what was counted since the last time, by all processes, to the tally."""
        if self._new is None:
            return
        source, target, loss = total(self._new).tolist()
        self.tally.source_tokens += int(source)
        self.tally.target_tokens += int(target)
        self.tally.loss += loss / self.stream.ranks
        self._new = None

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
        self._every = self._every or checkpoint_interval(self.stream.planned)
        minutes = self._used + (time.monotonic() - self._start) / 60
        told = torch.tensor([minutes, self.interrupted], dtype=torch.float64, device=args.device)
        self.tally.minutes, stop = of_first(told).tolist()
        self.interrupted = stop > 0
        finished = self.stream.progress(step) >= 1
        regular = finished or step % self._every == 0
        control.should_log = finished or step % plan.log_every == 0
        control.should_evaluate = regular and self._is_validated
        late = self.tally.minutes - self._saved >= plan.save_minutes
        control.should_save = regular or self.interrupted or late
        control.should_training_stop = finished or self.interrupted
        if control.should_log or control.should_save:
            self._settle()
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
        tally.loss, tally.steps = 0.0, 0
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
        # That of the base was kept with one decimal.
        is_best = scores.chrf.value > best and round(scores.chrf.value, 1) > self.base_chrf
        mark = ", the best so far" if is_best else ""
        self._say(
            f"step {step:,}: {name} BLEU {scores.bleu.value:.1f}, "
            f"chrF {scores.chrf.value:.1f}{mark}"
        )

    def on_save(
        self, _args: TrainingArguments, state: TrainerState, _control: TrainerControl, **_: Any
    ) -> None:
        """Make a checkpoint of what the Trainer wrote, and throw away what it makes useless."""
        began, step = time.monotonic(), state.global_step
        wait_for_all()  # each writes its random numbers
        if state.is_world_process_zero:
            chrf = self._chrf[1] if self._chrf and self._chrf[0] == step else None
            record = {
                "place": self.stream.place(step).record(),
                "tally": asdict(self.tally),
                "log": self.log.size,
                "epochs": self.stream.epochs(step),
                "finished": self.stream.progress(step) >= 1,
                "processes": self.stream.ranks,
                "every": self._every,
            }
            regular = self.stream.progress(step) >= 1 or step % self._every == 0
            new = seal(
                folder_of(self.folder, step), step=step, regular=regular, chrf=chrf, state=record
            )
            older = [one for one in self.checkpoints if one.step != step]
            self.checkpoints = rotate([*older, new], last=self.plan.last)
        self.saving, self._saved = False, self.tally.minutes
        self._idle += time.monotonic() - began
