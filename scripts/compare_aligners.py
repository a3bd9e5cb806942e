"""Score other aligners on the Urdu-English gold set beside ours, with the same translations.

    python scripts/compare_aligners.py [--bleualign FOLDER] [--hunalign PROGRAM]

FOLDER is a copy of github.com/rsennrich/Bleualign (GPL), PROGRAM a built hunalign (LGPL); both are
run as programs. hunalign gets the translation as its source, and an empty dictionary. What an
aligner leaves out counts as null beads. A few seconds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from align.bitext import Bead
from align.bitext.aligner import Document, align
from align.bitext.bead_lines import parse_beads
from align.bitext.side import side_of_lines
from align.evaluate.beads import Which, score_beads, summed

GOLD = Path(__file__).resolve().parent.parent / "tests" / "gold"
LONGEST = 6  # sentences of one side that another aligner may have joined
Texts = tuple[list[str], list[str], list[str]]  # source, target, translation


def sentences(path: Path) -> list[str]:
    """Read a sentence a line; blank lines part paragraphs."""
    return [" ".join(line.split()) for line in path.read_text("utf-8").splitlines() if line.strip()]


def with_nulls(beads: list[Bead], texts: Texts) -> list[Bead]:
    """Add a null bead for each sentence that is in none."""
    sources = {i for bead in beads for i in bead.source}
    targets = {j for bead in beads for j in bead.target}
    alone = [Bead((i,), (), 1.0) for i in range(len(texts[0])) if i not in sources]
    return beads + alone + [Bead((), (j,), 1.0) for j in range(len(texts[1])) if j not in targets]


def places(joined: Sequence[str], single: Sequence[str]) -> list[tuple[int, ...]]:
    """Return which sentences each text is made of, going forward."""
    found, start = [], 0
    for text in joined:
        span = next(
            range(i, j)
            for i in range(start, len(single))
            for j in range(i + 1, min(i + LONGEST, len(single)) + 1)
            if " ".join(single[i:j]) == text.strip()
        )
        found.append(tuple(span))
        start = span.stop
    return found


def bleualign(folder: Path, texts: Texts) -> list[Bead]:
    """Align by Bleualign."""
    with TemporaryDirectory() as name:
        files = [Path(name) / kind for kind in ("source", "target", "translation")]
        for file, lines in zip(files, texts, strict=True):
            file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        options = ["-s", str(files[0]), "-t", str(files[1]), "--srctotarget", str(files[2])]
        subprocess.run(
            [sys.executable, "bleualign.py", *options, "-o", f"{name}/out", "--verbosity", "0"],
            cwd=folder, check=True, capture_output=True,
        )  # fmt: skip
        sides = [sentences(Path(name) / f"out-{side}") for side in ("s", "t")]
    pairs = zip(places(sides[0], texts[0]), places(sides[1], texts[1]), strict=True)
    return with_nulls([Bead(source, target, 1.0) for source, target in pairs], texts)


def hunalign(program: Path, texts: Texts) -> list[Bead]:
    """Align the translation by hunalign, without a dictionary."""
    with TemporaryDirectory() as name:
        files = [Path(name) / kind for kind in ("empty", "translation", "target")]
        for file, lines in zip(files, ([], texts[2], texts[1]), strict=True):
            file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        ran = subprocess.run([program, *files], check=True, capture_output=True, text=True)
    rungs = [tuple(map(int, line.split("\t")[:2])) for line in ran.stdout.splitlines() if line]
    ends = [*rungs, (len(texts[0]), len(texts[1]))]
    return [
        Bead(tuple(range(i, k)), tuple(range(j, m)), 1.0)
        for (i, j), (k, m) in pairwise(ends)
        if (i, j) != (k, m)
    ]


def with_paragraphs(texts: Texts, stem: Path) -> list[Bead]:
    """Align by ours."""
    files = [stem.with_suffix(suffix) for suffix in (".ur", ".en")]
    source, target = (
        side_of_lines(file.read_text("utf-8"), path=str(file)).document for file in files
    )
    return list(align(source, target, texts[2]).beads)


def without_paragraphs(texts: Texts) -> list[Bead]:
    """Align by ours, which is not told of the paragraphs, as the others are not."""
    return list(align(Document(tuple(texts[0])), Document(tuple(texts[1])), texts[2]).beads)


def main() -> None:
    """Print a line an aligner."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bleualign", type=Path, metavar="FOLDER")
    parser.add_argument("--hunalign", type=Path, metavar="PROGRAM")
    options = parser.parse_args()

    aligners: dict[str, Callable[[Texts, Path], list[Bead]]] = {
        "align": with_paragraphs,
        "align, no paragraphs": lambda texts, _: without_paragraphs(texts),
    }
    if options.bleualign:
        aligners["Bleualign"] = lambda texts, _: bleualign(options.bleualign, texts)
    if options.hunalign:
        aligners["hunalign"] = lambda texts, _: hunalign(options.hunalign.resolve(), texts)
    for name, aligner in aligners.items():
        scores = []
        for path in sorted(GOLD.glob("*.beads")):
            texts = (
                sentences(path.with_suffix(".ur")),
                sentences(path.with_suffix(".en")),
                sentences(path.with_suffix(".translation")),
            )
            gold = parse_beads(path.read_text("utf-8"), path=str(path))
            scores.append(score_beads(aligner(texts, path), gold))
        total = summed(scores)
        strict, lax = total.strict(Which.vecalign), total.lax(Which.vecalign)
        print(f"{name:22} strict F1 {strict.f1:.3f}, lax F1 {lax.f1:.3f}")


if __name__ == "__main__":
    main()
