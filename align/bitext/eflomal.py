"""Word alignment of whole corpora by eflomal, where that program is installed.

eflomal (Östling and Tiedemann 2016, "Efficient Word Alignment with Markov Chain Monte Carlo")
learns from the corpus alone, needs no model and knows any pair of languages; it is worth it from
some ten thousand pairs on. It is under the GPL, so it is run as a program: `pip install eflomal`.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from align.bitext.symmetrization import Link, symmetrize
from align.bitext.tokens import Words
from align.bitext.word_alignment import WordAlignment, WordLink
from align.errors import UsageError
from align.text.normalize import normalize

PROGRAM: Final = "eflomal-align"
METHOD: Final = "grow-diag-final-and"


def align_corpus(
    pairs: Sequence[tuple[Words, Words]], *, method: str = METHOD
) -> list[WordAlignment]:
    """Link the words of all pairs; what each word means is learned from all of them.

    Args:
        pairs: Source and target.
        method: One of `align.bitext.symmetrization.METHODS`.

    Raises:
        UsageError: The program is not installed, or fails.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise UsageError(f"{PROGRAM} is not installed: pip install eflomal (it needs a C compiler)")
    full = [i for i, (source, target) in enumerate(pairs) if source.words and target.words]
    with TemporaryDirectory(prefix="align-eflomal-") as folder:
        found = _run(program, [pairs[i] for i in full], Path(folder))
    links = {i: symmetrize(*both, method) for i, both in zip(full, found, strict=True)}
    return [
        WordAlignment(
            source.words, target.words, tuple(WordLink(*link) for link in sorted(links.get(i, ())))
        )
        for i, (source, target) in enumerate(pairs)
    ]


def _run(
    program: str, pairs: Sequence[tuple[Words, Words]], folder: Path
) -> list[tuple[list[Link], list[Link]]]:
    if not pairs:
        return []
    names = {name: folder / name for name in ("source", "target", "forward", "backward")}
    for side, name in enumerate(("source", "target")):
        with names[name].open("w", encoding="utf-8") as file:
            file.writelines(_seen(pair[side].words) + "\n" for pair in pairs)
    options = ["-s", "source", "-t", "target", "-f", "forward", "-r", "backward", "-m", "3"]
    ran = subprocess.run(
        [program, *options, "--overwrite"], cwd=folder, capture_output=True, check=False
    )
    files = [names["forward"], names["backward"]]
    if ran.returncode or not all(file.exists() for file in files):
        said = ran.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        raise UsageError(f"{PROGRAM} failed: {said or f'exit code {ran.returncode}'}")
    sides = [
        [_links(line) for line in file.read_text(encoding="utf-8").splitlines()] for file in files
    ]
    return list(zip(*sides, strict=True))


def _seen(words: Sequence[str]) -> str:
    """Return what eflomal counts as the same word: normalised and in lower case."""
    return " ".join("".join(normalize(word).lower().split()) or word for word in words)


def _links(line: str) -> list[Link]:
    found = []
    for link in line.split():
        source, _, target = link.partition("-")
        found.append((int(source), int(target)))
    return found
