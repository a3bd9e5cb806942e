"""`WorkerEngine`: CTranslate2 in a process of its own, which may be killed and is started again.

A long run on a machine with little memory can meet the kernel's killer. It takes the process that
holds the model; the one that reads, remembers and writes lives on, starts another and goes on
with smaller batches. `python -m align.translate.worker_engine` is that process.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from align.errors import ModelError
from align.translate.engine import Decoding, Hypothesis
from align.translate.marian import MarianEngine
from align.translate.models import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_BATCH: Final = 16_384  # pieces, once the process was killed
# The kernel prefers it to the process that remembers and writes.
_OOM_SCORE: Final = 500


class EngineWarning(UserWarning):
    """The process with the model died or lacked memory; it goes on with smaller batches."""


class _DiedError(Exception):
    """The process went away without an answer."""


class WorkerEngine(MarianEngine):
    """Runs a model with CTranslate2 in another process; see `align.translate.engine.Engine`."""

    def __init__(self, model: Model, **options: Any) -> None:
        """Start the process and let it load `model`; options and errors as of CTranslate2Engine."""
        self._job = (model, options)
        self._lock = threading.Lock()
        self._most: int | None = None  # source pieces of a batch; None for any number
        self._start()
        super().__init__(model, self._ask("signature"))

    def close(self) -> None:
        """End the process; it also ends when this one does, in whatever way."""
        self._connection.close()
        self._process.terminate()
        self._process.wait()

    def translate(self, batch: Sequence[list[str]], decoding: Decoding) -> list[Hypothesis]:
        """Translate source pieces; where the process dies, in ever smaller batches.

        Raises:
            ModelError: It dies of a single input.
        """
        with self._lock:
            return self._translate(list(batch), decoding)

    def attend(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        """Return the attention of the alignment head; see `AttentiveEngine`.

        Raises:
            ModelError: The process died; the next call has another one.
        """
        with self._lock:
            try:
                found: list[NDArray[Any]] = self._ask("attend", list(sources), list(targets))
            except _DiedError as error:
                self._start()
                raise ModelError(f"{self.model}: its process died: {error}") from error
            return found

    def _translate(self, batch: list[list[str]], decoding: Decoding) -> list[Hypothesis]:
        results: list[Hypothesis] = []
        for part in _parts(batch, self._most):
            try:
                results += self._ask("translate", part, decoding)
            except (_DiedError, MemoryError) as error:
                if len(part) == 1:
                    raise ModelError(
                        f"{self.model}: its process dies of one sentence: {error}; "
                        "is there too little memory?"
                    ) from error
                self._most = min(self._most or _FIRST_BATCH, sum(map(len, part))) // 2
                died = isinstance(error, _DiedError)
                warnings.warn(
                    f"the process with the model {'died' if died else 'is short of memory'} "
                    f"({error}); it goes on with smaller batches",
                    EngineWarning,
                    stacklevel=3,
                )
                if died:
                    self._start()
                results += self._translate(part, decoding)
        return results

    def _start(self) -> None:
        """Start the process.

        Raises:
            AlignError: Of the engine there, which could not be loaded.
        """
        self._connection, theirs = Pipe()
        with theirs:
            descriptor = theirs.fileno()
            # -P: the current folder may hold anything.
            command = [sys.executable, "-P", "-m", "align.translate.worker_engine", str(descriptor)]
            path = os.pathsep.join(filter(None, sys.path))
            self._process = subprocess.Popen(
                command,
                pass_fds=[descriptor],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        self._connection.send(self._job)
        try:
            self._receive()
        except _DiedError as error:
            raise ModelError(f"{self._job[0].identity}: its process died: {error}") from error
        except BaseException:
            self.close()
            raise

    def _ask(self, *question: Any) -> Any:
        try:
            self._connection.send(question)
        except OSError:
            raise _DiedError(self._cause()) from None
        return self._receive()

    def _receive(self) -> Any:
        try:
            answer = self._connection.recv()
        except (EOFError, OSError):
            raise _DiedError(self._cause()) from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def _cause(self) -> str:
        self._connection.close()
        code = self._process.wait()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _parts(batch: list[list[str]], most: int | None) -> Iterator[list[list[str]]]:
    """Cut a batch into parts of at most `most` pieces, or of one input."""
    part: list[list[str]] = []
    size = 0
    for pieces in batch:
        if part and most is not None and size + len(pieces) > most:
            yield part
            part, size = [], 0
        part.append(pieces)
        size += len(pieces)
    if part:
        yield part


def _serve(connection: Connection) -> None:
    """Load the engine that is asked for, say so, and answer until nobody asks.

    Raises:
        EOFError: Nobody asks any more, or ConnectionError.
    """
    model, options = connection.recv()
    try:
        from align.translate.ctranslate2_engine import CTranslate2Engine

        engine = CTranslate2Engine(model, **options)
    except Exception as error:  # noqa: BLE001 the other side raises it
        connection.send(error)
        return
    connection.send("ready")
    while True:
        name, *arguments = connection.recv()
        try:
            member = getattr(engine, name)
            answer = member(*arguments) if callable(member) else member
        except Exception as error:  # noqa: BLE001 likewise
            answer = error
        connection.send(answer)


def write_oom_score(score: int) -> None:
    """Tell the kernel how gladly it may kill this process when memory is short, if it listens."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(score))


def main() -> None:
    """Serve the connection whose descriptor is given."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one that asks
    write_oom_score(_OOM_SCORE)
    with suppress(EOFError, ConnectionError), Connection(int(sys.argv[1])) as connection:
        _serve(connection)


if __name__ == "__main__":
    main()
