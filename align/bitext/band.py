"""`Band`: the part of the lattice of two documents in which beads are looked for.

A cell (i, j) stands for "the first i source sentences and the first j target sentences are
done". Each row i has the columns from `low[i]` to `high[i]`; cells are numbered row by row.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from align.bitext.bags import Ints, ragged

LONGEST: Final = 5  # sentences of both sides in a bead
# (source sentences, target sentences) of a bead; (0, 1) last, since it stays in its row.
MOVES: Final = (
    *((n, m) for n in range(1, LONGEST) for m in range(1, LONGEST) if n + m <= LONGEST),
    (1, 0),
    (0, 1),
)  # fmt: skip
PAIRED: Final = len(MOVES) - 2  # so many of them have both sides


@dataclass(frozen=True, slots=True)
class Band:
    """Cells by row.

    Attributes:
        low: [N + 1] first column of each row, never falling.
        high: [N + 1] last column of each row, never falling; `low[i + 1] <= high[i]`.
        offsets: [N + 2] number of the first cell of each row, and of all cells.
        rows: [cells]
        columns: [cells]
    """

    low: Ints
    high: Ints
    offsets: Ints = field(init=False)
    rows: Ints = field(init=False)
    columns: Ints = field(init=False)

    def __post_init__(self) -> None:
        widths = self.high - self.low + 1
        offsets = np.concatenate([[0], np.cumsum(widths)])
        rows, columns = ragged(self.low, widths)
        object.__setattr__(self, "offsets", offsets)
        object.__setattr__(self, "rows", rows)
        object.__setattr__(self, "columns", columns)

    def __len__(self) -> int:
        return int(self.offsets[-1])

    def shifted(self, down: int, right: int) -> Ints:
        """Return for each cell the cell `down` rows and `right` columns on; `len(self)` if none.

        [cells]; negative numbers go back.
        """
        rows, columns = self.rows + down, self.columns + right
        inside = (rows >= 0) & (rows < len(self.low))
        row = np.where(inside, rows, 0)
        inside &= (columns >= self.low[row]) & (columns <= self.high[row])
        return np.where(inside, self.offsets[row] + columns - self.low[row], len(self))


def around(path: Ints, size: tuple[int, int], margin: int) -> Band:
    """Return the band of all cells within `margin` of the rectangles between path cells.

    Args:
        path: [cells, 2] rows and columns, both rising or staying.
        size: Sentences of source and of target.
        margin: In rows and in columns.
    """
    rows, columns = size
    path = np.concatenate([[(0, 0)], path.reshape(-1, 2), [(rows, columns)]])
    starts, ends = path[:-1], path[1:]
    # A rectangle's first column holds until its last row and its last column from its first:
    # both bounds never fall, so they are carried backwards and forwards.
    low = _low_bound(starts, ends, rows, margin, columns)
    high = (
        columns
        - _low_bound((rows, columns) - ends, (rows, columns) - starts, rows, margin, columns)[::-1]
    )
    return Band(np.maximum(low - margin, 0), np.minimum(high + margin, columns))


def _low_bound(starts: Ints, ends: Ints, rows: int, margin: int, columns: int) -> Ints:
    """Return the first column of any rectangle that reaches within `margin` of each row."""
    low = np.full(rows + 1, columns)
    np.minimum.at(low, np.minimum(ends[:, 0] + margin, rows), starts[:, 1])
    return np.minimum.accumulate(low[::-1])[::-1]
