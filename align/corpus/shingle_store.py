"""Sets of shingles on disk: what memory has no room for, and few are asked for again."""

from __future__ import annotations

import os
from array import array
from tempfile import TemporaryFile, gettempdir

import numpy as np
from numpy.typing import NDArray

from align.errors import UsageError


class ShingleStore:
    """Keeps sets of 32-bit numbers in a nameless temporary file; in memory, 8 bytes for each.

    About 150 bytes a sentence of 20 words lie on disk.
    """

    def __init__(self) -> None:
        """Make an empty store."""
        self._file = TemporaryFile(prefix="align-shingles-")  # noqa: SIM115 open as long as the store
        self._ends = array("q", [0])

    def close(self) -> None:
        """Give the room on disk back."""
        self._file.close()

    def add(self, flat: NDArray[np.uint32], counts: NDArray[np.int64]) -> None:
        """Add sets, one after the other in `flat`.

        Raises:
            UsageError: The disk is full.
        """
        try:
            self._file.write(flat.tobytes())
        except OSError as error:  # of a nameless file
            reason = f"cannot be written: {error.strerror or error}"
            raise UsageError(f"{gettempdir()}: {reason}; TMPDIR names another folder") from error
        ends = np.cumsum(counts) + self._ends[-1]
        self._ends.frombytes(ends.astype(np.int64).tobytes())

    def get(self, number: int) -> NDArray[np.uint32]:
        """Return the set that was added as `number` (from 0)."""
        start, end = self._ends[number], self._ends[number + 1]
        self._file.flush()
        return np.frombuffer(os.pread(self._file.fileno(), 4 * (end - start), 4 * start), np.uint32)
