"""Stopping a run by a signal, with a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from align.train.conductor import Conductor
    from align.train.inputs import Say


@contextmanager
def stoppable(conductor: Conductor, say: Say) -> Iterator[None]:
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
