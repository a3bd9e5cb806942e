"""`MarianTrainer`: transformers' Trainer with our loss, our batches, and exact going on.

The Trainer does the steps: forward, backward, clipping, optimizer, rate, several processes, and
the files of a checkpoint. `align.train.conductor.Conductor`, a callback, decides what is due, and
keeps what the Trainer does not: the place in the data, the counts, the clock, the log.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch.optim.lr_scheduler import LambdaLR
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainingArguments

from align.train.conductor import Conductor
from align.train.network import Network
from align.train.optimizer import make_optimizer
from align.train.schedule import rate_factor

if TYPE_CHECKING:
    from align.evaluate.scores import Scores

_ENDLESS: Final = 2**40  # steps, where a run's length is not told in steps


@dataclass(frozen=True, slots=True)
class Rate:
    """The learning rate over the run, see `align.train.schedule.rate_factor`."""

    highest: float
    warm_up: int
    constant: float


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
        computing: torch.dtype,
        validate: Callable[[], tuple[str, Scores]] | None,
    ) -> None:
        """Take a network that lies on the device it is trained on.

        Args:
            network: To train.
            arguments: As `arguments_for` makes them.
            conductor: Has stream, log and checkpoints.
            rate: Of learning.
            optimizer: `muon` or `adam`.
            computing: What products of matrices are computed in, float32 or bfloat16.
            validate: Translates and scores the development set, which it names.
        """
        stream = conductor.stream
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
        self._computing = computing
        # Dropout of each process has numbers of its own; a run that goes on reads them again.
        torch.manual_seed(arguments.seed + arguments.process_index)

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
        # The Trainer's own bf16 would wrap the network for good, and validate in bfloat16 too.
        is_mixed = self._computing is not torch.float32
        with torch.autocast(self.args.device.type, dtype=self._computing, enabled=is_mixed):
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
        device: `cpu` or `cuda`.
        seed: Of dropout.
        steps: Length of the run; None where it is not told in steps.
        clip: Highest norm of the gradient.
    """
    return TrainingArguments(
        output_dir=str(folder),
        max_steps=steps or _ENDLESS,
        seed=seed,
        use_cpu=device == "cpu",
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
        ddp_find_unused_parameters=False,
        ddp_broadcast_buffers=False,
    )
