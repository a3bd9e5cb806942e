"""What the commands that can run on a cluster share: their options, and how one is joined."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.errors import InputError, UsageError

if TYPE_CHECKING:
    from align.articles import Fields
    from align.bitext import Pair
    from align.cli.interrupt import Interrupt
    from align.cli.options import Translating
    from align.cluster.results import Results
    from align.cluster.session import Session
    from align.corpus.duplicates import Duplicates, Side
    from align.pipeline import TranslatedArticle

PANEL = "Cluster"
Ray = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Work on all processors of this Ray cluster (auto, or HOST:PORT), of which this"
        " machine is a node; local starts one here. Needs the extra ray.",
        rich_help_panel=PANEL,
    ),
]
WorkingFolder = Annotated[
    str | None,
    typer.Option(
        "--work",
        metavar="FOLDER",
        help="With --ray: keeps what is finished, so that a killed run goes on, and what is asked"
        " of the same inputs again takes no time. [default: OUTPUT.work, removed at the end]",
        show_default=False,
        rich_help_panel=PANEL,
    ),
]


@dataclass(frozen=True, slots=True)
class OnCluster:
    """A cluster that translates, and the folder of what is finished."""

    options: Translating
    session: Session
    kept: Results

    def articles(
        self, paths: list[str], fields: Fields | None
    ) -> Iterator[TranslatedArticle | InputError]:
        """Translate the articles of `paths`, in order."""
        from align.cluster.corrections import Corrections
        from align.cluster.translating import Settings, translate_on_cluster
        from align.translate import Memory

        corrections = None
        if not self.options.no_memory:
            with Memory() as memory:
                corrections = Corrections.of(memory)
        settings = Settings(
            model=self.options.model,
            engine=self.options.engine.value,
            quantization=self.options.quantization and self.options.quantization.value,
            beam=self.options.beam,
            device=self.options.device.value,
            fields=fields,
            corrections=corrections,
        )
        return translate_on_cluster(tuple(paths), settings, self.session, self.kept)


@contextmanager
def on_cluster(
    address: str,
    options: Translating,
    sources: list[str],
    places: tuple[str | None, str | None],
    interrupt: Interrupt,
) -> Iterator[OnCluster]:
    """Join the cluster; `places` are what -o and --work say."""
    from align.cluster.results import Results
    from align.cluster.session import joined

    with (
        joined(
            address, processors=options.threads or None, gpus=options.device.value == "cuda"
        ) as session,
        working_folder(*places, is_done=lambda: not interrupt.requested) as folder,
    ):
        kept = Results(folder)
        if "-" in sources:
            keep_standard_input(kept)
        yield OnCluster(options, session, kept)


@contextmanager
def working_folder(
    output: str | None, work: str | None, *, is_done: Callable[[], bool] = lambda: True
) -> Iterator[Path]:
    """Give the folder that --work names, or OUTPUT.work, which goes when all `is_done`."""
    if work is not None:
        yield Path(work)
        return
    if output is None or output == "-":
        with tempfile.TemporaryDirectory(prefix="align-") as folder:
            yield Path(folder)
        return
    folder = f"{output.rstrip('/')}.work"
    goes = False
    try:
        yield Path(folder)
        goes = is_done()
    except typer.Exit:  # all that could be done was
        goes = True
        raise
    finally:
        if goes:
            shutil.rmtree(folder, ignore_errors=True)


def keep_standard_input(kept: Results) -> None:
    """Copy standard input to where the process that reads will find it."""
    from align.cluster.results import INPUT
    from align.corpus.drafts import whole

    try:
        with whole(kept.folder / INPUT) as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
    except OSError as error:
        raise InputError("-", f"standard input cannot be read: {error.strerror}") from None


def duplicates_on_cluster(
    address: str, pairs: Iterable[Pair], folder: Path, side: Side, threshold: float | None
) -> Duplicates:
    """Find the duplicates among pairs, which are kept in the working folder meanwhile."""
    from align.cluster.duplicates import SHARD, find_duplicates_on_cluster
    from align.cluster.session import joined
    from align.corpus.shards import Input, Shards

    with joined(address) as session:
        shards = Shards(folder, size=SHARD)
        shards.write(pairs, lambda: Input(""))
        return find_duplicates_on_cluster(shards, session, side=side, threshold=threshold)


def check_ray(ray: str | None, work: str | None, **others: bool) -> None:
    """Raise UsageError for what does not go together with `--ray`, or not without it."""
    if ray is None and work is not None:
        raise UsageError("--work is for --ray")
    for name, is_given in others.items():
        if ray is not None and is_given:
            raise UsageError(f"--ray and --{name} do not go together")
