"""`results`: rows that one node reads, through actors on all nodes, by Ray Data.

The node of this process reads, since it has the files; rows go out and results come back by the
object stores, so nodes need no disk in common. A node that dies takes nothing along but work: its
rows are computed again elsewhere.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import chdir
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from align.cluster.session import Session
from align.errors import AlignError, ClusterError

if TYPE_CHECKING:
    from ray.data import Dataset

Row = dict[str, Any]  # of whole numbers, texts and bytes

_ERROR: Final = "error"  # the column of an error in place of a result
_BLOCK: Final = 32 * 2**20  # bytes of rows that are grouped at a time


class Worker:
    """What an actor does: made once on each, with what it needs; called for one row at a time.

    Our own errors go to the driver as results: those of Ray do not hold them.
    """

    def __init__(self, **arguments: Any) -> None:
        self._error: AlignError | None = None
        try:
            self.begin(**arguments)
        except AlignError as error:
            self._error = error

    def begin(self, *arguments: Any, **named: Any) -> None:
        """Take the arguments, and do what is done once."""

    def row(self, row: Row) -> Row:
        """Return the result of a row."""
        raise NotImplementedError

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Do so for a batch of Ray Data, which is of one row."""
        try:
            if self._error is not None:
                raise self._error
            result = self.row({name: values[0] for name, values in batch.items()})
        except AlignError as error:
            result = {_ERROR: pickle.dumps(error)}
        return {name: [value] for name, value in result.items()}


def results(
    session: Session,
    read: Callable[[], Iterable[Row]],
    worker: type[Worker],
    arguments: Mapping[str, Any],
    *,
    gpus: bool = False,
) -> Iterator[Row]:
    """Yield what `worker` makes of each row of `read`, in any order.

    Args:
        session: The cluster.
        read: Gives the rows, and runs in another process of this node; read ahead by no more
            than the actors need.
        worker: The class of the actors.
        arguments: What `begin` of each is called with.
        gpus: Whether each has a GPU instead of a processor.

    Raises:
        AlignError: That an actor raised, or ClusterError for all else.
    """
    import ray
    from ray.data import ActorPoolStrategy

    pool = ActorPoolStrategy(
        min_size=1,
        max_size=session.actors,
        initial_size=session.actors,
        max_tasks_in_flight_per_actor=2,
    )
    dataset = rows_of(session, read).map_batches(
        worker,
        fn_constructor_kwargs=dict(arguments),
        batch_size=1,
        compute=pool,
        num_cpus=0 if gpus else 1,
        num_gpus=1 if gpus else 0,
    )
    try:
        for row in dataset.iter_rows():
            if _ERROR in row:
                raise pickle.loads(row[_ERROR])
            yield row
    except ray.exceptions.RayError as error:
        raise _plain(error) from error


def rows_of(session: Session, read: Callable[[], Iterable[Row]]) -> Dataset:
    """Return the rows of `read`, which runs in another process of this node; each is a block."""
    from ray.data import DataContext, from_items
    from ray.data.context import ShuffleStrategy

    context = DataContext.get_current()
    # Each row is a task, some seconds of work, where Ray Data would gather 128 MB of them.
    context.target_max_block_size = 1
    context.enable_progress_bars = False
    # Of tasks that are done again when a node dies; what other ways keep in actors is lost.
    context.shuffle_strategy = ShuffleStrategy.SORT_SHUFFLE_PULL_BASED
    return from_items([0]).map_batches(
        _Reading(read),
        batch_size=1,
        num_cpus=0,
        label_selector={"ray.io/node-id": session.node},
    )


def grouped(
    dataset: Dataset,
    scatter: Callable[[Row], Iterable[Row]],
    key: str,
    gather: Callable[[Sequence[Row]], Row],
) -> Iterator[Row]:
    """Cut rows into rows with a `key`, bring equal keys together, and yield what is made of each.

    Args:
        dataset: The rows.
        scatter: Gives the parts of a row; its task is done again where its node dies.
        key: The column by which parts belong together, whole numbers.
        gather: Makes one row of those of a key, which come in any order.

    Raises:
        ClusterError: The cluster failed.
    """
    import ray

    parts = dataset.map_batches(_Scattering(scatter), batch_size=1)
    parts.context.target_max_block_size = _BLOCK

    def gathered(group: Mapping[str, Any]) -> dict[str, list[Any]]:
        columns = zip(*group.values(), strict=True)
        rows = [dict(zip(group, values, strict=True)) for values in columns]
        return {name: [value] for name, value in gather(rows).items()}

    found = parts.groupby(key).map_groups(gathered, batch_format="numpy")
    try:
        yield from found.iter_rows()
    except ray.exceptions.RayError as error:
        raise _plain(error) from error


class _Reading:
    """Yields the rows of a function as batches of Ray Data."""

    def __init__(self, read: Callable[[], Iterable[Row]]) -> None:
        self._read, self._folder = read, Path.cwd()

    def __call__(self, _: Mapping[str, Any]) -> Iterator[dict[str, list[Any]]]:
        with chdir(self._folder):  # paths are as the user named them
            for row in self._read():
                yield {name: [value] for name, value in row.items()}


class _Scattering:
    """Applies a function that makes several rows of one."""

    def __init__(self, scatter: Callable[[Row], Iterable[Row]]) -> None:
        self._scatter = scatter

    def __call__(self, batch: Mapping[str, Any]) -> Iterator[dict[str, list[Any]]]:
        for row in self._scatter({name: values[0] for name, values in batch.items()}):
            yield {name: [value] for name, value in row.items()}


def _plain(error: Exception) -> ClusterError:
    """Return an error that says what the last one of Ray's traceback does."""
    causes = re.findall(r"^\s*([\w.]*(?:Error|Exception)\b.*)", str(error), re.MULTILINE)
    return ClusterError(f"the cluster failed: {(causes or [type(error).__name__])[-1][:200]}")
