"""A million pairs filtered, deduplicated and exported, killed on the way: the same bytes.

    python scripts/corpus_survival.py 1000000 --work FOLDER [--kills 2] [--seed 1] [CORPUS …]

Makes a corpus of so many pairs (see `made`) and runs `align corpus filter`, `deduplicate` and
`export`, each over what the one before wrote: first undisturbed, then each with `kill -9` at
moments drawn by chance, and the same command again. Filtering goes on where it was, the other two
begin anew. Prints the seconds and the largest resident memory of each, what the kills left lying
about, and digests of all that was written; exits with 1 where one differs.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_lowercase
from typing import Final

from align.bitext import Pair
from align.corpus.formats import read_pairs, write_pairs

URDU: Final = "ابپتٹجچدرس"  # for the ten digits
WRITTEN: Final = sorted(map(str, (Path(__file__).parent / "corpora").glob("*.tsv.xz")))

SAID: Final = "said.txt"  # by the last command


@dataclass(frozen=True, slots=True)
class Step:
    """A command: what it reads, the files it writes, each behind its option, and the latest kill.

    `latest` is the share of the time that it takes undisturbed, before which each kill falls.
    """

    command: str
    source: str
    outputs: dict[str, str]
    latest: float = 0.9

    def line(self, folder: Path) -> list[str]:
        """Return the command line that writes into a folder."""
        words = [sys.executable, "-m", "align", "corpus", self.command, str(folder / self.source)]
        for option, name in self.outputs.items():
            words += [option, str(folder / name)]
        return words


STEPS: Final = (
    Step(
        "filter",
        "made.jsonl",
        {"-o": "kept.tsv", "--dropped": "dropped.jsonl", "--ledger": "ledger.json"},
        latest=0.45,  # it goes on, so two together are at most 0.9
    ),
    Step("deduplicate", "kept.tsv", {"-o": "unique.tsv", "--dropped": "duplicates.jsonl"}),
    Step("export", "unique.tsv", {"-o": "corpus.tmx.gz"}),
)


def main() -> int:
    """Make the corpus, run all undisturbed and disturbed, compare."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pairs", type=int)
    parser.add_argument("corpora", nargs="*", default=WRITTEN, metavar="CORPUS")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folders = [options.work / name for name in ("calm", "killed")]
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    corpus = folders[0] / STEPS[0].source
    write_pairs(str(corpus), itertools.islice(made(options.corpora), options.pairs))
    (folders[1] / corpus.name).hardlink_to(corpus)
    print(f"{options.pairs:,} pairs, {corpus.stat().st_size / 1e6:,.0f} MB", flush=True)
    chance = random.Random(options.seed)
    same = [disturbed(step, folders, chance, options.kills) for step in STEPS]
    left = sorted(path.name for path in folders[1].rglob(".*"))
    print(f"left by the kills: {', '.join(left) or 'nothing'}")
    print("the same" if all(same) else "NOT the same")
    return int(not all(same))


def disturbed(step: Step, folders: list[Path], chance: random.Random, kills: int) -> bool:
    """Run a step in both folders, killed in the second; tell whether it wrote the same."""
    calm, killed = folders
    print(step.command, flush=True)
    start = time.monotonic()
    run(step, calm)
    seconds = time.monotonic() - start
    print(f"  {(calm / SAID).read_text('utf-8').splitlines()[0]}", flush=True)
    left = kills
    while left:
        moment = chance.uniform(0.02, step.latest) * seconds
        if run(step, killed, moment):
            left -= 1
        else:  # it was faster than the first time
            for path in killed.glob(f"{step.outputs['-o']}*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
    run(step, killed)
    return compared(step, calm, killed)


def run(step: Step, folder: Path, moment: float | None = None) -> bool:
    """Run a step; tell whether it was killed, so many seconds after it began."""
    start, status, pid = time.monotonic(), 0, 0
    said = folder / SAID
    with (
        said.open("wb") as file,
        subprocess.Popen(step.line(folder), stdout=file, stderr=file) as process,
    ):
        while not pid:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if not pid and moment is not None and time.monotonic() - start > moment:
                process.send_signal(signal.SIGKILL)
                moment = None
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(said.read_text("utf-8"))
    ended = "killed" if process.returncode else "done"
    seconds = time.monotonic() - start
    print(f"  {folder.name}: {ended} after {seconds:,.1f} s, {usage.ru_maxrss / 1024:,.0f} MB")
    sys.stdout.flush()
    return process.returncode != 0


def compared(step: Step, calm: Path, killed: Path) -> bool:
    """Print the digests of what a step wrote, and tell whether they are the same."""
    same = True
    for name in step.outputs.values():
        digests = []
        for folder in (calm, killed):
            with (folder / name).open("rb") as file:
                digests.append(hashlib.file_digest(file, "sha256").hexdigest()[:16])
        size = (calm / name).stat().st_size / 1e6
        print(f"  {' '.join(digests)}  {name}, {size:,.1f} MB", flush=True)
        same &= digests[0] == digests[1]
    return same


def made(paths: Sequence[str]) -> Iterator[Pair]:
    """Yield the pairs of some corpora again and again, each time with other names before them.

    Numbers would not do: what differs in figures alone is boilerplate. Every twelve pairs are a
    document, and begin with a line that all documents have; of twenty pairs one comes a second
    time as it was, and one with a word more.
    """
    number = itertools.count()
    for copy in itertools.count(1):
        for path in paths:
            for place, pair in enumerate(read_pairs(path)):
                new = _renamed(pair, copy, times=4)
                more = {7: [new], 13: [_renamed(new, 7, times=1)]}
                for one in (new, *more.get(place % 20, ())):
                    here = next(number)
                    about = replace(
                        one, score=0.9, origin=Path(path).name, document=str(here // 12)
                    )
                    if here % 12 == 0:
                        yield replace(about, source="مزید پڑھیں", target="Read more")
                    yield about


def _renamed(pair: Pair, number: int, *, times: int) -> Pair:
    """Put names that spell a number before a pair; four of them make it no near duplicate."""
    names = [number + step for step in range(times)]
    source = " ".join(_name(name, URDU) for name in names)
    target = " ".join(map(_name, names))
    return Pair(f"{source} {pair.source}", f"{target} {pair.target}")


def _name(number: int, letters: str = ascii_lowercase[:10]) -> str:
    """Spell a number with letters."""
    return "".join(letters[int(digit)] for digit in f"{number:03}")


if __name__ == "__main__":
    sys.exit(main())
