"""Translation edit rate (Snover et al. 2006) as sacrebleu has it, in a fraction of the time.

sacrebleu tries every shift of words by filling a table of edit costs, cell by cell. Here the table
is that of the bit-parallel algorithm of Hyyrö (2003), which keeps each row in two integers. Which
shifts are tried, and which is taken, is left to sacrebleu.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sacrebleu.metrics import lib_ter
from sacrebleu.metrics.ter import TER

# sacrebleu fills only what lies up to 25 cells beside the diagonal. A path of cost d between texts
# whose lengths differ by e strays at most (d + e) / 2 + 1 from it: below this sum the limit changes
# nothing. Above, it changes nothing if the path that is found keeps to it.
_NEVER_OUTSIDE: Final = 2 * (lib_ter._BEAM_WIDTH - 2)


class EditRate(TER):
    """sacrebleu's TER; its counts are equal to the last one."""

    def _compute_segment_statistics(
        self, hypothesis: str, ref_kwargs: Mapping[str, Any]
    ) -> list[float]:
        """Return the fewest edits to any reference, and the mean length of the references."""
        words = hypothesis.split()
        references: list[list[str]] = ref_kwargs["ref_words"]
        edits = min(_edits(words, reference) for reference in references)
        return [edits, sum(map(len, references)) / len(references)]


def _edits(words: list[str], reference: list[str]) -> int:
    """Return shifts and edits that make the reference of the words."""
    if not reference:
        return len(words)
    distance = _Distance(reference)
    shifts = tried = 0
    while True:
        gain, shifted, tried = lib_ter._shift(words, reference, distance, tried)
        if gain <= 0 or tried >= lib_ter._MAX_SHIFT_CANDIDATES:
            return shifts + distance(words)[0]
        shifts += 1
        words = shifted


class _Distance:
    """The edit distance to a reference, as `lib_ter._shift` asks for it."""

    def __init__(self, reference: list[str]) -> None:
        self.reference = reference
        self.limited = lib_ter.BeamEditDistance(reference)
        self._places: dict[str, int] = {}
        for at, word in enumerate(reference):
            self._places[word] = self._places.get(word, 0) | 1 << at

    def __call__(self, words: list[str]) -> _Cost:
        return _Cost(self, words)

    def rows(self, words: Sequence[str]) -> list[tuple[int, int]]:
        """Return a row of the table for each word.

        A bit says that the cost rises (of the first number) or falls (of the second) by one from
        a word of the reference to the next.
        """
        full = (1 << len(self.reference)) - 1
        up, down = full, 0
        rows = [(up, down)]
        for word in words:
            same = self._places.get(word, 0)
            diagonal = (((same & up) + up) ^ up) | same | down
            rise = down | ~(diagonal | up)
            fall = (up & diagonal) << 1
            rise = rise << 1 | 1
            up, down = (fall | ~(diagonal | rise)) & full, rise & diagonal & full
            rows.append((up, down))
        return rows


class _Cost:
    """The pair of distance and trace that sacrebleu makes of a table."""

    def __init__(self, distance: _Distance, words: list[str]) -> None:
        self._distance, self._words = distance, words
        self._rows = distance.rows(words)
        self._ends = len(words), len(distance.reference)

    def __getitem__(self, index: int) -> int:
        """Return the distance; mostly nothing else is asked for."""
        if index:
            raise IndexError(index)
        rows, columns = self._ends
        cost = self._cell(rows, columns)
        if cost + abs(rows - columns) < _NEVER_OUTSIDE or self._trace() is not None:
            return cost
        return int(self._distance.limited(self._words)[0])

    def __iter__(self) -> Iterator[Any]:
        trace = self._trace()
        if trace is None:
            return iter(self._distance.limited(self._words))
        return iter((self._cell(*self._ends), trace))

    def _cell(self, row: int, column: int) -> int:
        up, down = self._rows[row]
        mask = (1 << column) - 1
        return row + (up & mask).bit_count() - (down & mask).bit_count()

    def _trace(self) -> str | None:
        """Return the edits, of equally good ones those that sacrebleu prefers.

        None if they stray from the diagonal.
        """
        row, column = rows, columns = self._ends
        slope = columns / max(rows, 1)
        width = lib_ter._BEAM_WIDTH  # of very unequal texts sacrebleu's is more
        trace, cost = [], self._cell(row, column)
        while row and column:
            if not -width <= column - math.floor(row * slope) < width:
                return None
            same = self._words[row - 1] == self._distance.reference[column - 1]
            if self._cell(row - 1, column - 1) + (not same) == cost:
                row, column = row - 1, column - 1
                trace.append(lib_ter._OP_NOP if same else lib_ter._OP_SUB)
                cost -= not same
                continue
            cost -= 1
            if self._cell(row - 1, column) == cost:
                row -= 1
                trace.append(lib_ter._OP_DEL)
            else:
                column -= 1
                trace.append(lib_ter._OP_INS)
        if row and math.floor(row * slope) > width:
            return None
        return lib_ter._OP_DEL * row + lib_ter._OP_INS * column + "".join(reversed(trace))
