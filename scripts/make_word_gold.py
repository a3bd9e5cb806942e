"""Make the gold set of word alignment from the links that a reader wrote down.

    python scripts/make_word_gold.py [FOLDER]

FOLDER (default: tests/gold/words) holds links.txt, a block a pair, blank lines between them:

    ur: وزیر اعظم نے کہا۔
    en: The prime minister said.
    S وزیر = minister
    P وزیر نے = The minister

`S` is sure, `P` possible; each word on the left is linked to each on the right, and a link that is
both is sure. A word that its sentence has more than once is told by its occurrence: the#2. Lines
that begin with # are remarks. pairs.tsv and gold.txt (Pharaoh, words counted from 0, `0p1` for
possible) are written beside it.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from align.bitext.tokens import split_words
from align.errors import AlignError, InputError

FOLDER: Final = Path(__file__).parent.parent / "tests" / "gold" / "words"
Link = tuple[int, int]


@dataclass(slots=True)
class Block:
    """A pair and its links."""

    urdu: str = ""
    english: str = ""
    sure: set[Link] = field(default_factory=set)
    possible: set[Link] = field(default_factory=set)

    def add(self, line: str) -> None:
        """Take in one line.

        Raises:
            ValueError: It is none, or it names a word that is not there.
        """
        kind, _, rest = line.partition(" ")
        left, middle, right = rest.partition(" = ")
        if kind == "ur:" and not self.urdu:
            self.urdu = rest
        elif kind == "en:" and not self.english:
            self.english = rest
        elif kind in ("S", "P") and middle:
            sources, targets = numbers(left, self.urdu), numbers(right, self.english)
            links = {(source, target) for source in sources for target in targets}
            (self.sure if kind == "S" else self.possible).update(links)
        else:
            raise ValueError("neither a side nor links")

    @property
    def pharaoh(self) -> str:
        """The links, those of the first words first."""
        return " ".join(
            f"{link[0]}{'-' if link in self.sure else 'p'}{link[1]}"
            for link in sorted(self.sure | self.possible)
        )


def numbers(named: str, sentence: str) -> list[int]:
    """Find words of a sentence.

    >>> numbers("on the#2", "The cat sat on the mat and the dog.")
    [3, 7]
    """
    words = split_words(sentence).words
    found = []
    for name in named.split():
        word, _, occurrence = name.partition("#")
        places = [i for i, other in enumerate(words) if other == word]
        if len(places) > 1 and not occurrence:
            raise ValueError(f"{word!r} is there {len(places)} times")
        if not places or int(occurrence or 1) not in range(1, len(places) + 1):
            raise ValueError(f"{name!r} is not there")
        found.append(places[int(occurrence or 1) - 1])
    return found


def read_blocks(path: Path) -> list[Block]:
    """Read the links.

    Raises:
        InputError: A line is wrong; it names the file and the line.
    """
    blocks: list[Block] = []
    between = True
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            between = True
            continue
        if between:
            blocks.append(Block())
            between = False
        try:
            blocks[-1].add(line)
        except ValueError as error:
            raise InputError(str(path), f"{error}: {line}", line=number) from error
    return blocks


def main() -> None:
    """Read the command line, make the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    folder = parser.parse_args().folder
    try:
        blocks = read_blocks(folder / "links.txt")
    except AlignError as error:
        raise SystemExit(str(error)) from error
    pairs = "".join(f"{block.urdu}\t{block.english}\n" for block in blocks)
    links = "".join(f"{block.pharaoh}\n" for block in blocks)
    for name, text in (("pairs.tsv", pairs), ("gold.txt", links)):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
