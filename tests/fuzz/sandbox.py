"""`Sandbox`: runs commands of `align` in processes of their own, with limits, and quickly.

One process imports what commands need and then forks for each: so a command takes some
hundredths of a second, has real descriptors, and may crash, hang or fill the memory alone.
Run as a program (`python -m tests.fuzz.sandbox`) it is that process.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.fakes import RuleEngine

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT: Final = Path(__file__).parents[2]
MEMORY: Final = 512 * 2**20  # bytes beside what the libraries take
SECONDS: Final = 20.0  # of processor time, which a busy machine does not lengthen
_PATIENCE: Final = 180.0  # seconds by the clock
_LARGEST: Final = 256 * 2**20  # bytes of a file that a command writes
_PRELOADED: Final = (
    "align.articles", "align.bitext.aligner", "align.building", "align.cli.corpus",
    "align.corpus.filters", "align.evaluate", "align.report.html", "align.report.data_card_html",
    "align.report.evaluation_html", "align.train.corpora", "align.translate.memory",
    "align.translate.worker_engine", "jinja2", "lxml.html", "numpy", "pyarrow.parquet",
    "rapidfuzz", "rich.console", "sacrebleu", "sentencepiece", "trafilatura", "ctranslate2",
    "typer._adapters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """What became of a command: its exit `code`, -N where signal N ended it."""

    arguments: tuple[str, ...]
    code: int
    stdout: bytes
    stderr: bytes
    seconds: float  # of processor time
    memory: int  # bytes at most, beside what the libraries take
    late: bool  # it had to be stopped

    @property
    def told(self) -> str:
        """Standard error, as text."""
        return self.stderr.decode("utf-8", "backslashreplace")

    @property
    def said(self) -> str:
        """Standard output, as text."""
        return self.stdout.decode("utf-8", "backslashreplace")

    def check(self, *codes: int) -> Ran:
        """Raise AssertionError unless the command ended as one should whatever it is given.

        That is with one of `codes` (0 to 2 where none is named), with a line of text for each
        complaint, and without a word of Python.
        """
        assert not self.late, ("hangs", self)
        assert self.code in (codes or (0, 1, 2)), self
        assert b"Traceback" not in self.stderr, self
        assert b"\x1b" not in self.stderr, self
        assert self.code == 0 or self.stderr, ("fails in silence", self)
        return self


class Sandbox:
    """Runs commands one after the other; see the module."""

    def __init__(self, folder: Path) -> None:
        """Start it, with `folder` for caches and what commands say."""
        self._folder = folder
        ours, theirs = os.pipe(), os.pipe()
        self._ask = os.fdopen(ours[1], "w", encoding="ascii")
        self._answer = os.fdopen(theirs[0], encoding="ascii")
        ends = ours[0], theirs[1]
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
            "ALIGN_CACHE": str(folder / "cache"), "ALIGN_CONFIG": str(folder / "config"),
            "HF_HUB_OFFLINE": "1", "MALLOC_ARENA_MAX": "2",
        }  # fmt: skip
        for name in ("ALIGN_MODEL", "ALIGN_MODELS", "ALIGN_CALIBRATION", "ALIGN_TESTSETS"):
            environment.pop(name, None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fuzz.sandbox", *map(str, ends)],
            pass_fds=ends, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        for end in ends:
            os.close(end)

    def close(self) -> None:
        """End it."""
        self._ask.close()
        self._answer.close()
        self._process.wait()

    def run(
        self,
        *arguments: object,
        stdin: bytes | Path = b"",
        folder: Path | None = None,
        cache: Path | None = None,
        terminal: bool = False,
        memory: int = MEMORY,
        seconds: float = SECONDS,
    ) -> Ran:
        """Run `align` with these arguments.

        Args:
            arguments: Of the command.
            stdin: What it reads, or a file, pipe or device that it reads.
            folder: Where it runs.
            cache: For its translation memory, if not that of all.
            terminal: Whether its standard output is a terminal.
            memory: Bytes it may have beside what the libraries take.
            seconds: Of processor time that it may take.
        """
        given = self._folder / "stdin"
        if isinstance(stdin, bytes):
            given.write_bytes(stdin)
        request = {
            "arguments": [os.fsencode(str(argument)).hex() for argument in arguments],
            "stdin": str(given if isinstance(stdin, bytes) else stdin),
            "said": [str(self._folder / name) for name in ("stdout", "stderr")],
            "folder": str(folder or self._folder),
            "cache": None if cache is None else str(cache),
            "terminal": terminal, "memory": memory, "seconds": seconds,
        }  # fmt: skip
        self._ask.write(json.dumps(request) + "\n")
        self._ask.flush()
        answer: dict[str, Any] = json.loads(self._answer.readline())
        said = ((self._folder / name).read_bytes() for name in ("stdout", "stderr"))
        return Ran(tuple(map(str, arguments)), stdout=next(said), stderr=next(said), **answer)


@contextmanager
def sandbox_in(folder: Path) -> Iterator[Sandbox]:
    """Give a sandbox that ends with the block."""
    sandbox = Sandbox(folder)
    try:
        yield sandbox
    finally:
        sandbox.close()


def _serve(asked: int, answered: int) -> None:
    import importlib

    from align.cli.commands import COMMANDS
    from align.corpus.formats import packed

    packed.PATIENCE = 0.2  # type: ignore[misc]  # seconds for whoever writes to a pipe
    for name in (*_PRELOADED, *(f"align.cli.{command}" for command in COMMANDS)):
        with suppress(ImportError):
            importlib.import_module(name)
    gc.freeze()
    with os.fdopen(asked, encoding="ascii") as asking, os.fdopen(answered, "w") as answering:
        for line in asking:
            answering.write(json.dumps(_forked(json.loads(line), (asked, answered))) + "\n")
            answering.flush()


def _forked(request: dict[str, Any], ours: tuple[int, int]) -> dict[str, Any]:
    """Run a command in a child, and tell what became of it."""
    terminal = os.openpty() if request["terminal"] else None
    own = _resident()
    child = os.fork()
    if child == 0:
        try:
            for descriptor in ours:
                os.close(descriptor)
            _limit(request)
            _redirect(request, terminal)
            os._exit(_command(request))
        finally:  # whatever else happened
            os._exit(99)
    shown = _shown(terminal) if terminal else None
    status, used, late = _awaited(child, shown, request)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": used.ru_utime + used.ru_stime,
        "memory": max(0, used.ru_maxrss * 1024 - own),
        "late": late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU),
    }


def _awaited(
    child: int, shown: tuple[int, Any] | None, request: dict[str, Any]
) -> tuple[int, resource.struct_rusage, bool]:
    """Wait for a child, for so long and no longer, and keep what it shows on its terminal."""
    end, late = time.monotonic() + _PATIENCE, False
    pause = 0.001
    try:
        while True:
            done, status, used = os.wait4(child, os.WNOHANG)
            if shown:
                _keep(shown)
            if done:
                return status, used, late
            if time.monotonic() > end and not late:
                late = True
                os.killpg(child, signal.SIGKILL)
            time.sleep(pause)
            pause = min(0.05, pause * 1.3)
    finally:
        if shown:
            _keep(shown)
            os.close(shown[0])
            Path(request["said"][0]).write_bytes(b"".join(shown[1]))


def _shown(terminal: tuple[int, int]) -> tuple[int, Any]:
    os.close(terminal[1])
    os.set_blocking(terminal[0], False)
    return terminal[0], []


def _keep(shown: tuple[int, Any]) -> None:
    try:
        while data := os.read(shown[0], 2**16):
            shown[1].append(data)
    except OSError:  # nothing there now, or nobody at the other end any more
        pass


def _limit(request: dict[str, Any]) -> None:
    os.setsid()
    seconds = int(request["seconds"]) + 1
    memory = _virtual() + request["memory"]
    for what, limit in (
        (resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, _LARGEST), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (limit, limit + (what == resource.RLIMIT_CPU)))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _redirect(request: dict[str, Any], terminal: tuple[int, int] | None) -> None:
    os.chdir(request["folder"])
    if request["cache"]:
        os.environ["ALIGN_CACHE"] = request["cache"]
    said = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC) for path in request["said"]]
    given = os.open(request["stdin"], os.O_RDONLY)
    for number, descriptor in enumerate((given, terminal[1] if terminal else said[0], said[1])):
        os.dup2(descriptor, number)
        os.set_inheritable(number, True)  # noqa: FBT003 its only argument
    # The old ones know of the files that were there before.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", closefd=False, errors="backslashreplace")  # noqa: SIM115


def _command(request: dict[str, Any]) -> int:
    """Do what the command does, with an engine of rules, and return its exit code."""
    from align import translate
    from align.cli import main
    from align.translate import engines

    for module in (engines, translate):
        setattr(module, "load_engine", lambda *_, **__: _Rules())  # noqa: B010
    sys.argv = ["align", *(os.fsdecode(bytes.fromhex(a)) for a in request["arguments"])]
    code: Any = 0
    try:
        main()
    except SystemExit as error:
        code = error.code
    except BaseException:  # noqa: BLE001 which is what is looked for
        traceback.print_exc()
        code = 98
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    return code if isinstance(code, int) else 0 if code is None else 97


class _Rules(RuleEngine):
    """Sees each piece of the source where that of the target stands."""

    def encode_target(self, texts: Sequence[str]) -> list[list[str]]:
        return self.encode(texts)

    def attend(
        self, sources: Sequence[list[str]], targets: Sequence[list[str]]
    ) -> list[NDArray[Any]]:
        import numpy as np

        return [
            np.eye(len(target), len(source) + 1)
            for source, target in zip(sources, targets, strict=True)
        ]


def _virtual() -> int:
    return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


if __name__ == "__main__":
    _serve(*map(int, sys.argv[1:]))
