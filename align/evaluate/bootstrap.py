"""Samples of segments, drawn with replacement, the same ones for every metric and system.

sacrebleu's metrics make a score of sums of counts. `sacrebleu.significance` draws all samples at
once, gathers the counts of each, adds them in single precision and scores them one by one. Here a
part is drawn at a time, which gives the same draws, and a product of matrices adds them; the sums
are the same to the last bit.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from numpy import float32, float64, intp
    from numpy.typing import NDArray

SAMPLES: Final = 1000
SEED: Final = 12345  # that of sacrebleu
_DRAWN: Final = 2**22  # numbers that are drawn at once, 32 MB
_EXACT: Final = 2**24  # whole numbers to which single precision counts


def resampled(
    tables: Sequence[NDArray[float64]], *, samples: int = SAMPLES, seed: int = SEED
) -> list[NDArray[float32]]:
    """Return the sums of the samples, [samples, counts] for each table.

    Args:
        tables: [segments, counts] each, of as many segments: one a system and metric.
        samples: How often as many segments are drawn as there are.
        seed: Of the draws.
    """
    import numpy as np

    sums = [np.empty((samples, table.shape[1]), dtype=np.float32) for table in tables]
    whole = [_adds_exactly(table) for table in tables]
    singles = [None if same else table.astype(np.float32)
               for table, same in zip(tables, whole, strict=True)]  # fmt: skip
    done = 0
    for draws in _draws(len(tables[0]), samples, seed):
        counts = _times(draws)
        part = slice(done, done + len(draws))
        for into, table, single in zip(sums, tables, singles, strict=True):
            if single is None:
                into[part] = counts @ table
            else:
                into[part] = [single[draw].sum(0) for draw in draws]
        done += len(draws)
    return sums


def _draws(segments: int, samples: int, seed: int) -> Iterator[NDArray[intp]]:
    """Yield [some samples, segments] numbers of segments."""
    import numpy as np

    generator = np.random.default_rng(seed)
    at_once = max(1, _DRAWN // segments)
    for start in range(0, samples, at_once):
        yield generator.choice(
            segments, size=(min(at_once, samples - start), segments), replace=True
        )


def _times(draws: NDArray[intp]) -> NDArray[float64]:
    """Return how often each segment was drawn, [samples, segments]."""
    import numpy as np

    samples, segments = draws.shape
    places = draws + segments * np.arange(samples)[:, None]
    counts = np.bincount(places.ravel(), minlength=samples * segments)
    return counts.reshape(samples, segments).astype(np.float64)


def _adds_exactly(table: NDArray[float64]) -> bool:
    """Tell whether single precision adds up the counts in any order: all whole, and not too many.

    Otherwise they are added in sacrebleu's order: thirds of a word in TER with three references,
    or more than a hundred thousand segments.
    """
    import numpy as np

    return bool((table == np.floor(table)).all() and len(table) * table.max(initial=0) < _EXACT)
