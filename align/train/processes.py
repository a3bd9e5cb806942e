"""Several processes that train one model, each with its own batches, gradients averaged.

`torchrun` starts them, or `companions` does, on this machine. Each computes the whole of an
epoch's draw and takes its share of it (`align.train.stream`); the first looks after the folder,
validates, and speaks.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from align.errors import AlignError, UsageError
from align.train.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor

_SECONDS: Final = 60  # that the others have to end after the first
_LETTING_GO: Final = 1.0  # seconds; it takes milliseconds where the processor is free
_HERE: Final = "here\n"  # what a companion writes once it has read its inputs


def rank() -> int:
    """Return which process this is, 0 for the first or the only one."""
    return int(os.environ.get("RANK", "0"))


def is_alone() -> bool:
    """Tell whether this is the only process of its run."""
    import torch

    return not (torch.distributed.is_available() and torch.distributed.is_initialized())


def total(values: Tensor) -> Tensor:
    """Return the sum over all processes, to each of them."""
    import torch

    if not is_alone():
        torch.distributed.all_reduce(values)
    return values


def of_first(values: Tensor) -> Tensor:
    """Return what the first process gives, to each of them."""
    import torch

    if not is_alone():
        torch.distributed.broadcast(values, 0)
    return values


def wait_for_all() -> None:
    """Return once every process has come here."""
    import torch

    if not is_alone():
        torch.distributed.barrier()


def part() -> None:
    """End what binds the processes, so that each goes its own way."""
    import torch

    if not is_alone():
        # gloo's threads need Python's lock to let go of the last tensors. Who frees the group, as
        # the end of the network does, holds that lock and waits for them, for ever.
        time.sleep(_LETTING_GO)
        torch.distributed.destroy_process_group()


@contextmanager
def companions(recipe: Recipe) -> Iterator[Callable[[], None]]:
    """Start the other processes of a run here; they end with the block, which is the first.

    They are in a session of their own: Ctrl-C comes to the first, which tells them. Yields what
    waits until each has read its inputs: torch, which binds them next, would wait half an hour
    for one that was killed meanwhile.

    Raises:
        UsageError: torchrun has started another number of them.
        AlignError: One of them ended before its time.
    """
    if "RANK" in os.environ:
        started = int(os.environ.get("WORLD_SIZE", "1"))
        if recipe.processes not in (1, started):
            raise UsageError(f"--processes {recipe.processes}: torchrun has started {started}")
    if "RANK" in os.environ or recipe.processes == 1:
        yield lambda: None
        return
    common = _common(recipe)
    before = dict(os.environ)
    others: list[subprocess.Popen[str]] = []
    try:
        for number in range(1, recipe.processes):
            others.append(_start(recipe, {**before, **common, **_place(number)}))
        os.environ.update({**common, **_place(0)})
        yield lambda: _gather(others)
        with suppress(subprocess.TimeoutExpired):  # the model is written; they are killed below
            for other in others:
                other.wait(_SECONDS)
    except RuntimeError as error:
        codes = [code for other in others if (code := other.poll()) is not None]
        if not codes:
            raise
        raise _ended(codes[0]) from error
    finally:
        for other in others:
            with other:  # closes its pipe and waits for it
                other.kill()
        os.environ.clear()
        os.environ.update(before)


def _gather(others: Sequence[subprocess.Popen[str]]) -> None:
    for other in others:
        if _HERE not in (other.stdout or ()):  # it ended, and its pipe with it
            raise _ended(other.wait())


def _ended(code: int) -> AlignError:
    return AlignError(
        f"another process of this run ended (exit code {code}); the same command goes on from the "
        "last checkpoint"
    )


def _common(recipe: Recipe) -> dict[str, str]:
    """Return the variables of the environment by which torch's processes find each other."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "WORLD_SIZE": str(recipe.processes),
        "LOCAL_WORLD_SIZE": str(recipe.processes),
    }
    if sys.platform == "linux":  # the name of this machine need not lead to an address
        found["GLOO_SOCKET_IFNAME"] = "lo"
    return found


def _place(number: int) -> dict[str, str]:
    return {"RANK": str(number), "LOCAL_RANK": str(number)}


def _start(recipe: Recipe, environment: dict[str, str]) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "align.train.processes"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, encoding="utf-8",
        start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None  # noqa: S101 asked for above
    with process.stdin as pipe:
        pipe.write(recipe.to_json())
    return process


def _arrive() -> None:
    """Tell the first process that the inputs are read; what is printed later goes nowhere."""
    sys.stdout.write(_HERE)
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _follow() -> int:
    """Train as one of `companions`, with the recipe on standard input; return the exit code."""
    from align.train.run import train

    parent = os.getppid()
    try:
        train(Recipe.from_json(sys.stdin.read()), lambda _: None, _arrive)
    except AlignError:
        return 2  # the first process meets it too, and says so
    except KeyboardInterrupt:
        return 130
    except Exception:  # noqa: BLE001 the edge of a process
        if os.getppid() == parent:  # else the first was killed
            traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_follow())
