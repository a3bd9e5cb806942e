"""`Stream`: the endless line of batches of a run, each at its place in its epoch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol

from torch.utils.data import IterableDataset

from align.errors import UsageError
from align.train.network import collate
from align.train.schedule import Length

if TYPE_CHECKING:
    from torch import Tensor

    from align.train.batches import Pair


class Source(Protocol):
    """What draws epochs: `align.train.batches.Batches`."""

    def epoch(self, number: int, progress: float) -> list[list[Pair]]:
        """Return the batches of an epoch, the same for the same arguments."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run stands: before batch `index` of epoch `epoch` (from 0).

    `progress` (0 to 1) is that of the run when the epoch began: an epoch is drawn by it.
    """

    epoch: int = 0
    index: int = 0
    progress: float = 0.0

    def record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Epoch:
    number: int
    progress: float  # of the run, at its start
    before: int  # steps done in the run when it began
    steps: int


class Stream(IterableDataset["dict[str, Tensor]"]):
    """Batches as `Network.forward` takes them, from a place on, epoch after epoch.

    With several processes each has its share of every epoch, all as many batches. Batches may be
    taken ahead of the steps made of them: places are told by steps.
    """

    def __init__(
        self,
        batches: Source,
        length: Length,
        *,
        pad: int,
        elapsed: Callable[[], float],
        rank: int = 0,
        ranks: int = 1,
    ) -> None:
        """Take what draws epochs.

        Args:
            batches: Draws epochs.
            length: Of the run.
            pad: The row of `<pad>`.
            elapsed: Gives the minutes that the run has used, where its length is in minutes.
            rank: Which process this is, from 0.
            ranks: How many there are.
        """
        super().__init__()
        self.pad, self.rank, self.ranks = pad, rank, ranks
        self._batches, self._length, self._elapsed = batches, length, elapsed
        self._place, self._step, self._done = Place(), 0, 0.0
        self._epochs: list[_Epoch] = []

    def start_at(self, place: Place, step: int, epochs: float) -> None:
        """Go on from `place`, where `step` steps are done, which are so many epochs."""
        self._place, self._step, self._done, self._epochs = place, step, epochs, []

    def __iter__(self) -> Iterator[dict[str, Tensor]]:
        """Yield batches without end."""
        place, step = self._place, self._step
        while True:
            drawn = self._batches.epoch(place.epoch, place.progress)
            steps = len(drawn) // self.ranks
            if not steps:
                raise UsageError(
                    f"an epoch has {len(drawn)} batches for {self.ranks} processes: give more "
                    "data, higher weights, or a lower --batch-tokens"
                )
            self._epochs.append(
                _Epoch(place.epoch, place.progress, step - min(place.index, steps), steps)
            )
            share = drawn[self.rank :: self.ranks][:steps]
            for batch in share[place.index :]:
                step += 1
                yield collate(batch, self.pad)
            place = Place(place.epoch + 1, 0, self.progress(step))

    def _at(self, step: int) -> _Epoch | None:
        """Return the epoch of the batch that step `step` (from 1) was made of."""
        begun = (epoch for epoch in reversed(self._epochs) if epoch.before < step)
        return next(begun, self._epochs[0] if self._epochs else None)

    @property
    def planned(self) -> float | None:
        """Steps of the run, going by the first epoch drawn; None where the clock decides."""
        if self._length.unit == "epochs":
            return self._length.amount * self._epochs[0].steps
        return self._length.amount if self._length.unit == "steps" else None

    def place(self, step: int) -> Place:
        """Return the place of the next batch after `step` steps."""
        epoch = self._at(step)
        if epoch is None:
            return self._place
        return Place(epoch.number, step - epoch.before, epoch.progress)

    def epochs(self, step: int) -> float:
        """Return how many epochs `step` steps are."""
        epoch = self._at(step)
        return self._done if epoch is None else epoch.number + (step - epoch.before) / epoch.steps

    def progress(self, step: int) -> float:
        """Return how much of the run is done after `step` steps, 0 to 1."""
        done = {"steps": float(step), "epochs": self.epochs(step), "minutes": self._elapsed()}
        return min(1.0, done[self._length.unit] / self._length.amount)
