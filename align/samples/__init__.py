"""Six articles in the scraped layout, written for this project: people and events are invented."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def sample_paths() -> list[Path]:
    """Return the files of the samples, in order of names.

    `hospital-ward.txt` carries the slug of another story, `mobile-library.txt` none.

    >>> [path.stem for path in sample_paths()][:2]
    ['canal-bridge', 'export-earnings']
    """
    folder = Path(str(files("align.samples")))  # a wheel is installed as plain files
    return sorted(folder.glob("*.txt"))
