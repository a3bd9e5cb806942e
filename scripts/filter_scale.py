"""Filter a million pairs, killed twice on the way: the same result, in constant memory.

    python scripts/filter_scale.py WORK CORPUS.tsv.xz … [--pairs 1000000] [--kills 2]

Makes a corpus of that size from the given ones (a made-up name of the copy stands in every text,
so that no two pairs are alike; every twelve are a document, some lines are in all documents),
filters it undisturbed, then again with `kill -9` after a third and two thirds of the scores.
Prints the sizes, times, the largest resident memory and the digests of what was written, and
exits with 1 where they differ. A million take about ten minutes a run on one free core, and 3 GB
of disk.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs
from align.corpus.shards import SIZE

URDU = "ابپتٹجچدرس"  # for the ten digits
_OUTPUTS = ("kept.tsv", "dropped.jsonl", "ledger.json")


def main() -> int:
    """Make the corpus, run both, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    corpus = options.work / "corpus.jsonl"
    if not corpus.exists():
        write_pairs(str(corpus), itertools.islice(_endless(options.corpora), options.pairs))
    print(f"{options.pairs:,} pairs, {corpus.stat().st_size / 1e6:,.0f} MB", flush=True)
    calm = _run(corpus, options.work / "calm", [])
    shares = [kill / (options.kills + 1) for kill in range(1, options.kills + 1)]
    disturbed = _run(corpus, options.work / "killed", [share * options.pairs for share in shares])
    print("the same" if calm == disturbed else "NOT the same")
    return int(calm != disturbed)


def _endless(corpora: list[str]) -> Iterator[Pair]:
    """Yield pairs of the corpora again and again, each time with another made-up name in them.

    A number would not do: what differs in figures alone is boilerplate.
    """
    number = itertools.count()
    for copy in itertools.count(1):
        for corpus in corpora:
            for pair in read_pairs(corpus):
                here = next(number)
                origin, document = Path(corpus).name, str(here // 12)
                if here % 12 == 0:
                    yield Pair("مزید پڑھیں", "Read more", origin=origin, document=document)
                source, target = (
                    f"{_name(copy, URDU)} {pair.source}",
                    f"{_name(copy)} {pair.target}",
                )
                yield Pair(source, target, 0.9, origin=origin, document=document)


def _name(number: int, letters: str = ascii_lowercase[:10]) -> str:
    """Spell a number with letters."""
    return "".join(letters[int(digit)] for digit in f"{number:03}")


def _run(corpus: Path, folder: Path, kills: list[float]) -> list[str]:
    """Filter into `folder`, killed when so many pairs are scored; return digests."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    kept, dropped, ledger = (str(folder / name) for name in _OUTPUTS)
    command = [sys.executable, "-m", "align", "corpus", "filter", str(corpus)]
    command += ["-o", kept, "--dropped", dropped, "--ledger", ledger]
    start, memory = time.monotonic(), 0
    for kill in [*kills, None]:
        process = subprocess.Popen(command)
        while kill is not None and process.poll() is None:
            if _scored(folder) >= kill:
                os.kill(process.pid, signal.SIGKILL)
                break
            time.sleep(0.2)
        _, status, usage = os.wait4(process.pid, 0)
        memory = max(memory, usage.ru_maxrss)
        print(f"  ended with {status}, {_scored(folder):,} pairs scored", flush=True)
    print(f"{folder.name}: {time.monotonic() - start:,.0f} s, at most {memory / 1024:,.0f} MB")
    digests = []
    for name in _OUTPUTS:
        with (folder / name).open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
        print(f"  {digests[-1][:16]}  {name}", flush=True)
    return digests


def _scored(folder: Path) -> int:
    return SIZE * len(list(folder.glob("kept.tsv.work/scores/*.npz")))


if __name__ == "__main__":
    sys.exit(main())
