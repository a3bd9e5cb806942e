"""A folder translated through kills at random moments: the same bytes, and nothing done twice.

    python scripts/survival.py --work FOLDER [--articles 500] [--kills 50] [--seed 1] [--beam 1]
        [--simulate SECONDS]

Makes so many articles of those in `align/samples`, each with paragraphs in an order of its own and
a sentence that no other has, in ten folders. Translates them with `align translate FOLDER -o
OTHER` undisturbed, and again into another folder and memory, where each run is ended by `kill -9`
at a moment drawn by chance and the same command given again; where it comes to its end before so
many kills, it begins anew with nothing. Every sentence that is given to the model is written down.

Prints times and counts, and exits with 1 where a file differs between the two folders, a kill left
something lying about, a sentence was translated that was in the memory when its run began, or the
account of a run does not add up. With `--simulate` a stand-in for the model takes so long a
sentence, so that no more than the surviving is tried.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from align.pipeline import WINDOW
from align.samples import sample_paths
from align.translate import Decoding, Hypothesis, Memory

CITIES = ("لاہور", "کراچی", "ملتان", "پشاور", "کوئٹہ", "سکھر", "گوادر", "چترال", "جہلم", "بنوں")
DEEDS = ("نے خبر پڑھی", "نے رائے دی", "نے خط لکھا", "نے سوال کیا", "نے جواب دیا")


def write_articles(folder: Path, count: int, rng: random.Random) -> None:
    """Write articles to read."""
    samples = [path.read_text("utf-8").split("\n\n") for path in sample_paths()]
    for number in range(count):
        head, body = samples[number % len(samples)][:4], samples[number % len(samples)][4:]
        story = [part for part in body if len(part) > 40]
        rng.shuffle(story)
        deed = f"{CITIES[number % 10]} کے {number + 2} شہریوں {DEEDS[number // 10 % 5]}۔"
        path = folder / str(number % 10) / f"article-{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join([*head, *story, deed]) + "\n", "utf-8")


@dataclass
class StandIn:
    """Fulfils `Engine`: gives every piece back in Latin letters."""

    seconds: float
    model: str = "stand-in@00000000"
    signature: str = "stand-in:1"
    max_source_tokens: int = 500

    def encode(self, texts: Sequence[str]) -> list[list[str]]:
        """Cut at spaces."""
        return [text.split() for text in texts]

    def decode(self, pieces: Sequence[str]) -> str:
        """Join with spaces."""
        return " ".join(pieces)

    def translate(self, batch: Sequence[list[str]], _: Decoding) -> list[Hypothesis]:
        """Write each letter as one of a to z."""
        time.sleep(self.seconds * len(batch))
        return [
            Hypothesis(
                ["".join(c if c < "\u0600" else chr(97 + ord(c) % 26) for c in p) for p in ps], -1
            )
            for ps in batch
        ]


def translate(log: str, simulate: str, *arguments: str) -> None:
    """Be `align translate`, and write down each sentence before the model gets it."""
    from align.cli import main
    from align.translate import engines
    from align.translate.translator import Translator

    translate_unique = Translator._translate_unique
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def logged(self: Translator, texts: list[str]) -> Any:
        os.write(out, "".join(f"{json.dumps(text)}\n" for text in texts).encode())
        return translate_unique(self, texts)

    Translator._translate_unique = logged  # type: ignore[method-assign]
    if float(simulate):
        engines.load_engine = lambda *_, **__: StandIn(float(simulate))  # type: ignore
    sys.argv = ["align", "translate", *arguments]
    main()


@dataclass
class Trial:
    """Runs over the same articles, with a memory, an output and a log of its own."""

    folder: Path
    options: argparse.Namespace
    faults: list[str] = field(default_factory=list)
    translated: int = 0

    def start(self) -> subprocess.Popen[str]:
        """Start the command."""
        (self.folder / "log").unlink(missing_ok=True)
        command = [
            sys.executable, __file__, "--translate", self.folder / "log", self.options.simulate,
            self.options.work / "articles", "-o", self.folder / "english",
            "--beam", self.options.beam, "--report", self.folder / "report.json",
        ]  # fmt: skip
        return subprocess.Popen(
            list(map(str, command)),
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "ALIGN_CACHE": str(self.folder)},
        )

    def finish(self, process: subprocess.Popen[str], remembered: set[str]) -> None:
        """Wait for a run, hold its account and its log against the memory that it began with."""
        told = process.communicate()[1]
        if process.returncode not in (0, -signal.SIGKILL):
            self.faults.append(f"exit code {process.returncode}: {told}")
        if process.returncode == 0:
            account = json.loads((self.folder / "report.json").read_text("utf-8"))
            if account["read"] != account["translated"] or account["read"] != self.options.articles:
                self.faults.append(f"an account of {account['read']} articles")
            if sum(account["means"].values()) != account["texts"]:
                self.faults.append(f"an account whose parts are not {account['texts']}")
        again = set(self.logged()) & remembered
        self.translated += len(self.logged())
        if again:
            self.faults.append(f"{len(again)} sentences translated again, such as {min(again)}")

    def logged(self) -> list[str]:
        """Return the sentences that the last run gave to the model; the last line may be cut."""
        lines = []
        with suppress(FileNotFoundError):
            for line in (self.folder / "log").read_text("utf-8").split("\n")[:-1]:
                lines.append(json.loads(line))
        return lines

    def remembered(self) -> set[str]:
        """Return the sentences in the memory."""
        with Memory(self.folder / "memory.sqlite3") as memory:
            return {kept.source for kept in memory.translations()}

    def content(self) -> dict[str, bytes]:
        """Return all that lies in the output."""
        root = self.folder / "english"
        return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def survive(trial: Trial, seconds: float, rng: random.Random) -> int:
    """Kill runs until there were enough kills, then let one finish; return how often it began."""
    kills = rounds = 0
    longest = seconds * WINDOW / trial.options.articles  # what a window of articles takes
    while True:
        remembered = trial.remembered()
        process = trial.start()
        wait = 0.5 + rng.random() * longest if kills < trial.options.kills else None
        with suppress(subprocess.TimeoutExpired):
            process.wait(wait)
        if process.poll() is None:
            process.kill()
            kills += 1
        trial.finish(process, remembered)
        if process.returncode == 0 or trial.faults:
            rounds += 1
            longest *= 0.5
            if kills >= trial.options.kills or trial.faults:
                return rounds
            shutil.rmtree(trial.folder / "english")
            for path in trial.folder.glob("memory.sqlite3*"):
                path.unlink()
            continue
        now = len(trial.remembered())
        longest *= 0.9 if now > len(remembered) else 1.25  # so that all of the run is met
        if kills % 10 == 0:
            print(f"{kills} kills, {now:,} sentences remembered", flush=True)


def main() -> int:
    """Run both trials and compare them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--beam", type=int, default=1)
    parser.add_argument("--simulate", type=float, default=0.0, metavar="SECONDS")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    write_articles(options.work / "articles", options.articles, rng)
    for name in ("plain", "killed"):
        (options.work / name).mkdir(parents=True, exist_ok=True)
    plain, killed = Trial(options.work / "plain", options), Trial(options.work / "killed", options)
    start = time.monotonic()
    plain.finish(plain.start(), set())
    seconds = time.monotonic() - start
    print(f"undisturbed: {seconds:.0f} s, {plain.translated:,} sentences translated", flush=True)
    start = time.monotonic()
    rounds = survive(killed, seconds, rng)
    print(
        f"{options.kills} kills, {rounds} times to the end: {time.monotonic() - start:.0f} s,"
        f" {killed.translated:,} sentences given to the model"
    )
    faults = plain.faults + killed.faults
    one, other = plain.content(), killed.content()
    if one != other or len(one) != options.articles:
        differing = [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)]
        faults.append(f"{len(differing)} of {len(one)} files differ: {sorted(differing)[:3]}")
    else:
        print(f"{len(one)} files, the same byte for byte; nothing else lies there")
    for fault in faults:
        print(fault)
    return int(bool(faults))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--translate"]:
        translate(*sys.argv[2:])
    else:
        sys.exit(main())
