"""Measure word alignment: the alignment error rate (AER) on sets that were aligned by hand.

    python scripts/measure_word_alignment.py [FOLDER] [--model MODEL]

On tests/gold/words: the model by method of symmetrization and, where the program is installed,
eflomal, which learns from these pairs alone or together with scripts/corpora/written.tsv.xz.
FOLDER holds examples of awesome-align (github.com/neulab/awesome-align, `examples`) with their
gold links: enfr.src-tgt, enfr.gold, roen.src-tgt, roen.gold; on them eflomal, learning from them
alone. Takes some minutes on one core, most of them eflomal's.
"""

from __future__ import annotations

import argparse
import lzma
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from align.bitext.attention import align_words
from align.bitext.eflomal import METHOD, PROGRAM, align_corpus
from align.bitext.symmetrization import METHODS
from align.bitext.tokens import Words, read_words, split_words
from align.bitext.word_alignment import WordAlignment
from align.evaluate.word_links import GoldLinks, read_gold_links, score_links
from align.translate import load_engine

ROOT: Final = Path(__file__).parent.parent
GOLD: Final = ROOT / "tests" / "gold" / "words"
CORPUS: Final = ROOT / "scripts" / "corpora" / "written.tsv.xz"
EXAMPLES: Final = {"enfr": "English-French", "roen": "Romanian-English"}
Pairs = list[tuple[Words, Words]]


def show(name: str, found: Sequence[WordAlignment | None], gold: Sequence[GoldLinks]) -> None:
    """Print one line of the table; `found` may go on after the pairs of the gold set."""
    links = [[link[:2] for link in one.links] if one else [] for one in found[: len(gold)]]
    scores = score_links(links, gold)
    print(
        f"{name:46} {scores.error_rate:.3f}  {scores.precision:.3f}  {scores.recall:.3f}",
        flush=True,
    )


def split_pairs(text: str) -> Pairs:
    """Read the first two columns of a TSV."""
    rows = [line.split("\t") for line in text.splitlines()]
    return [(split_words(row[0]), split_words(row[1])) for row in rows]


def read_example(path: Path) -> Pairs:
    """Read `source ||| target` a line, words parted by spaces."""
    rows = [line.split("|||") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(read_words(row[0]), read_words(row[1])) for row in rows]


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--model", default="ur-en")
    options = parser.parse_args()
    pairs = split_pairs((GOLD / "pairs.tsv").read_text(encoding="utf-8"))
    gold = read_gold_links(str(GOLD / "gold.txt"))
    print(f"{'':46} AER    precision, recall")
    engine = load_engine(options.model, threads=1)
    for method in METHODS:
        show(f"Urdu-English, model, {method}", align_words(pairs, engine, method=method), gold)
    if not shutil.which(PROGRAM):
        print(f"{PROGRAM} is not installed")
        return
    show(f"Urdu-English, eflomal, {METHOD}", align_corpus(pairs), gold)
    with lzma.open(CORPUS, "rt", encoding="utf-8") as file:
        written = split_pairs(file.read())
    show(f"the same, with {len(written):,} more pairs", align_corpus(pairs + written), gold)
    for example, name in EXAMPLES.items() if options.folder else ():
        found = align_corpus(read_example(options.folder / f"{example}.src-tgt"))
        truth = read_gold_links(str(options.folder / f"{example}.gold"), first=1)
        show(f"{name}, eflomal, {METHOD}", found, truth)


if __name__ == "__main__":
    main()
