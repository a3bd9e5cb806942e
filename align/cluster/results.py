"""`Results`: the finished shards of a run in a folder, each under the digest of all it depends on.

    results/ab/ab12….bin     a shard: what became of some neighbouring inputs

A shard that is there is not computed again, by whatever run: its name tells model, settings and
inputs. Each file is whole or not there, after a kill or a power loss at any moment.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from align.cluster.packing import unpacked
from align.corpus.drafts import whole
from align.errors import UsageError

_NAME: Final = "results"
INPUT: Final = "input"  # what standard input held


class Results:
    """The shards in a working folder."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`, which is made where it is not there.

        Raises:
            UsageError: It cannot be made, or holds something else.
        """
        self.folder = folder
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if not {path.name for path in folder.iterdir()} <= {_NAME, INPUT}:
                raise UsageError(f"{folder}: is no working folder; name another with --work")
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror or error}") from error

    @property
    def _folder(self) -> Path:
        return self.folder / _NAME

    def has(self, digest: str) -> bool:
        """Tell whether a shard is there."""
        return self._path(digest).is_file()

    def write(self, digest: str, data: bytes) -> None:
        """Keep a shard."""
        with whole(self._path(digest)) as file:
            file.write(data)

    def read(self, digest: str) -> list[Any]:
        """Return a shard.

        Raises:
            UsageError: A disk's damage, or somebody else's hand; the file is removed.
        """
        path = self._path(digest)
        try:
            return unpacked(path.read_bytes())
        except (OSError, ValueError) as error:
            path.unlink(missing_ok=True)
            raise UsageError(f"{path}: {error}; the same command makes it anew") from error

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / f"{digest}.bin"
