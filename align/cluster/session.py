"""`Session`: a Ray cluster that is joined, or started on this machine for a while."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import ClusterError, MissingExtraError, UsageError, one_line

LOCAL: Final = "local"
_STORE: Final = 512 * 2**20  # bytes of a cluster of our own; what is more goes to disk
_TRIES: Final = 3
# No word home, no change of what CUDA sees, no log on standard error.
_SETTINGS: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}


@dataclass(frozen=True, slots=True)
class Session:
    """A cluster in use: how many actors work at a time, and the node that this process is on."""

    actors: int
    node: str


@contextmanager
def joined(address: str, *, processors: int | None = None, gpus: bool = False) -> Iterator[Session]:
    """Join the cluster at `address`, and leave it in the end.

    Args:
        address: `auto` or `HOST:PORT` of a cluster of which this machine is a node; `local` starts
            one here, which ends with the block, or with this process in whatever way.
        processors: At most so many actors; None for one a processor of the cluster.
        gpus: One a GPU instead.

    Raises:
        MissingExtraError: Ray is not installed.
        UsageError: There is no such cluster, or it has no GPU.
        ClusterError: None could be started.
    """
    for name, value in _SETTINGS.items():
        os.environ.setdefault(name, value)
    with warnings.catch_warnings():
        ray = _ray()
        _hush()
        folder = None
        with _told_on_stderr():
            with _mute(), _our_signals():
                if address == LOCAL:
                    folder = _start(ray, processors)
                else:
                    _join(ray, address)
            try:
                yield Session(_actors(ray, processors, gpus=gpus), _node(ray))
            finally:
                with _mute():
                    ray.shutdown()
                if folder is not None:
                    shutil.rmtree(folder, ignore_errors=True)


def _ray() -> Any:
    warnings.simplefilter("ignore")
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise MissingExtraError("--ray", "ray") from error
    return ray


def _hush() -> None:
    """Let Ray keep its warnings and its log to itself, once it is imported and has set up both."""
    warnings.simplefilter("ignore")
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@contextmanager
def _told_on_stderr() -> Iterator[None]:
    """Let what Ray tells of nodes and actors that died go to standard error.

    It prints that among the results, and has no setting for it.
    """
    from ray._private import worker

    tell = worker.print_to_stdstream

    def tell_on_stderr(data: Mapping[str, Any], *arguments: Any, **named: Any) -> None:
        tell({**data, "is_err": True}, *arguments, **named)

    worker.print_to_stdstream = tell_on_stderr
    try:
        yield
    finally:
        worker.print_to_stdstream = tell


@contextmanager
def _mute() -> Iterator[None]:
    """Let nothing onto standard error: Ray tells there how it begins, and what it breaks off."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextmanager
def _our_signals() -> Iterator[None]:
    """Take SIGTERM back, which Ray takes for itself: a run ends through its own clean-up."""
    handler = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        # None: of one that is not set from Python, nobody can take it back.
        if handler is not None and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, handler)


def _start(ray: Any, processors: int | None, tries: int = _TRIES) -> Path:
    """Start a cluster on this machine, and return the folder that it uses."""
    from align.translate.marian import usable_cpus

    folder = Path(tempfile.mkdtemp(prefix="align-ray-"))
    try:
        ray.init(
            address=LOCAL,
            num_cpus=processors or usable_cpus(),
            object_store_memory=_STORE,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.CRITICAL,
            _temp_dir=str(folder),
        )
    except Exception as error:  # Ray raises just that
        ray.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
        if tries > 1:
            # Ray gives its helpers 15 seconds to start, which is short on a busy machine.
            return _start(ray, processors, tries - 1)
        reason = f"no cluster could be started here: {one_line(error)}"
        raise ClusterError(f"--ray {LOCAL}: {reason}") from error
    return folder


def _join(ray: Any, address: str) -> None:
    if "://" in address:
        raise UsageError(f"--ray {address}: run on a node of the cluster, and give HOST:PORT")
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.CRITICAL)
    except (ConnectionError, ValueError, RuntimeError) as error:
        raise UsageError(f"--ray {address}: no cluster to join: {one_line(error)}") from error


def _actors(ray: Any, processors: int | None, *, gpus: bool) -> int:
    there = int(ray.cluster_resources().get("GPU" if gpus else "CPU", 0))
    if not there:
        raise UsageError(f"--ray: the cluster has no {'GPU' if gpus else 'processor'}")
    return min(there, processors or there)


def _node(ray: Any) -> str:
    return str(ray.get_runtime_context().get_node_id())
