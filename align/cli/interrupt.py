"""`Interrupt`: the first Ctrl-C lets a run finish what is begun, the second stops it at once."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from align.cli.streams import complain

T = TypeVar("T")

CODE = 130
_PATIENCE = 1.0  # seconds that Python code gets to clean up


class Interrupt:
    """Whether Ctrl-C was pressed.

    Python runs a handler only between its own instructions, and a batch is one instruction of
    several seconds; so a thread listens, which what the model does cannot hold up.
    """

    def __init__(self) -> None:
        """Begin without one."""
        self.event = threading.Event()
        self._pressed = 0

    @property
    def requested(self) -> bool:
        """Whether it was pressed."""
        return self.event.is_set()

    def until(self, items: Iterable[T]) -> Iterator[T]:
        """Pass items on until it is pressed."""
        for item in items:
            if self.requested:
                return
            yield item

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C in this way instead of by a KeyboardInterrupt."""
        if threading.current_thread() is not threading.main_thread():
            yield  # signals are the main thread's
            return
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)  # noqa: FBT003 its only argument
        with ours, theirs:
            handler = signal.signal(signal.SIGINT, self._handle)
            wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
            thread = threading.Thread(target=self._listen, args=[ours], daemon=True)
            thread.start()
            try:
                yield
            finally:
                signal.set_wakeup_fd(wakeup)
                signal.signal(signal.SIGINT, handler)
                theirs.shutdown(socket.SHUT_RDWR)
                thread.join()

    def _handle(self, *_: object) -> None:
        self._pressed += 1
        if self._pressed > 1:
            raise KeyboardInterrupt

    def _listen(self, signals: socket.socket) -> None:
        heard = 0
        while data := signals.recv(1):
            if data[0] != signal.SIGINT:
                continue
            heard += 1
            if heard == 1:
                self.event.set()
                complain("finishing what is begun; Ctrl-C again stops at once")
            else:
                time.sleep(_PATIENCE)
                os._exit(CODE)
