"""Count English words for the check of slugs: how common a word is in news.

    python scripts/word_rarity.py news.tsv.xz sentences.tsv.xz

Reads corpora of `urdu<TAB>english` lines and rewrites `align/check/rarity.txt`: a line for each
tenth on the Zipf scale (log10 of occurrences in a billion words; van Heuven et al. 2014), the
words of that frequency behind it. Words seen less than four times are left out, and count as
rare. Takes two seconds.
"""

from __future__ import annotations

import argparse
import lzma
import math
from collections import Counter, defaultdict
from pathlib import Path

from align.check.words import prepare

LEAST = 4
TABLE = Path(__file__).parent.parent / "align" / "check" / "rarity.txt"
HEAD = """\
# How common English words are in news: Zipf value (log10 of occurrences in a billion words), then
# the words. Counted by scripts/word_rarity.py in {words:,} words of news and sentences written for
# this project; words seen less than {least} times are left out.
"""


def read_counts(paths: list[Path]) -> Counter[str]:
    """Count the words, made of Latin letters alone, of the second column of `paths`."""
    counts: Counter[str] = Counter()
    for path in paths:
        with lzma.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                words = prepare(line.rstrip("\n").split("\t")[1]).split()
                counts.update(word for word in words if word.isascii() and word.isalpha())
    return counts


def write_table(counts: Counter[str], path: Path) -> None:
    """Write the table of `counts` to `path`."""
    total = counts.total()
    rows: defaultdict[float, list[str]] = defaultdict(list)
    for word, count in counts.items():
        if count >= LEAST:
            rows[round(math.log10(count / total * 1e9), 1)].append(word)
    lines = [f"{zipf} {' '.join(sorted(words))}\n" for zipf, words in sorted(rows.items())]
    path.write_text(HEAD.format(words=total, least=LEAST) + "".join(lines), encoding="utf-8")


def main() -> None:
    """Count, and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    write_table(read_counts(parser.parse_args().corpora), TABLE)
    print(f"{TABLE}: {TABLE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
