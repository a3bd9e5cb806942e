"""The learning rate over a run, and how a run's length is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Unit = Literal["steps", "epochs", "minutes"]
# Part of the run that warming up takes at most, so that a short one warms up too.
MAX_WARM_UP: Final = 0.1
EVERY: Final = 20, 1000  # steps between two regular checkpoints, at least and at most


@dataclass(frozen=True, slots=True)
class Length:
    """How long a run is: so many steps, epochs, or minutes of training."""

    amount: float
    unit: Unit

    @property
    def repeats(self) -> bool:
        """Whether the same run has the same steps: not where the clock decides."""
        return self.unit != "minutes"

    def __str__(self) -> str:
        """Say it, as `30 epochs`."""
        return f"{self.amount:g} {self.unit if self.amount != 1 else self.unit[:-1]}"


def checkpoint_interval(steps: float | None) -> int:
    """Return the steps between two regular checkpoints: some ten in a run of `steps`.

    None is a run of unknown length, by the clock.

    >>> [checkpoint_interval(steps) for steps in (90, 4321, 50_000, None)]
    [20, 432, 1000, 1000]
    """
    least, most = EVERY
    return most if steps is None else max(least, min(most, int(steps) // 10))


def rate_factor(step: int, progress: float, *, warm_up: int, constant: float) -> float:
    """Return the learning rate of the step after `step`, as a part of the highest, 0 to 1.

    Up in a line for `warm_up` steps or a tenth of the run, whichever is shorter; then level;
    from the part `constant` of the run on down in a line to zero at its end (warm-up, stable,
    decay: Hu et al. 2024, "MiniCPM"; Hägele et al. 2024).

    Args:
        step: Steps done.
        progress: 0 at the start of the run, 1 at its end.
        warm_up: Steps; 0 starts at the full rate.
        constant: 0 to 1; 1 never goes down.

    >>> [rate_factor(s, s / 100, warm_up=4, constant=0.5) for s in (0, 3, 50, 75, 100)]
    [0.25, 1.0, 1.0, 0.5, 0.0]
    """
    by_step = (step + 1) / warm_up if warm_up else 1.0
    rising = min(1.0, max(by_step, progress / MAX_WARM_UP))
    falling = 1.0 if constant >= 1 else min(1.0, (1.0 - progress) / (1.0 - constant))
    return rising * max(0.0, falling)
