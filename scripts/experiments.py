"""What helps a small model: each option of `align train` as a short run, with and without.

    python scripts/experiments.py CORPORA_FOLDER --work DIR --list
    python scripts/experiments.py CORPORA_FOLDER --work DIR --dev TESTSETS/news-dev [--minutes 6]
        [--only NAME ...] [--base models/ur-en | --scratch] [--scratch-minutes 30]

CORPORA_FOLDER holds the corpora of `MIX` as NAME.tsv.xz and `flores200-dev-part.tsv.xz`. All
runs start from the same model with the same seed, take the same steps (as many as fit in
`--minutes` without any option) on one thread, and translate the development sets greedily.
Architectures start from nothing, with a baseline of their own. Printed, and kept in DIR as
`results.md` and `results.jsonl`: BLEU and chrF by sacrebleu, and the difference to the run
without, with the 95 % interval of a paired bootstrap. What is done is not done again: the same
command goes on. `--list` shows the runs with what they cost.
"""

from __future__ import annotations

import argparse
import json
import lzma
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from experiment_list import EXPERIMENTS, GREEDY, Experiment, by_name, chosen
from experiment_table import result, table_lines
from experiment_testsets import read_development

from align.errors import AlignError, UsageError
from align.text.normalize import normalize
from align.train.log import Log
from align.train.recipe import Recipe
from align.train.run import train
from align.train.working import Working, write_whole
from align.translate import Decoding, load_engine

# Passes an epoch, as in stage 1 of scripts/train-ur-en.
MIX: Final = {
    "news": "4", "sentences": "3", "news-lexicon": "3", "tico19-dev": "3", "mozilla-web": "2",
    "ms-docs-mt": "1", "books-mt": "1", "xnli": "1", "wiki-dev": "1", "wiki-dict": "0.4",
    "bible": "0.4", "quran": "0.03", "quran-words-dict": "0.1",
}  # fmt: skip
BACK: Final = ("news", "sentences")  # whose English is translated back
LEXICON: Final = "news-lexicon"
NAMED: Final = {"names", "substitution"}  # variations that need it
# A weight moves, and chance varies a pair anew, from epoch to epoch: let a short run have several.
# From nothing there must be enough of an epoch to make a vocabulary of.
SCALE: Final = {"base": 0.02, "scratch": 0.25}
SPEED_STEPS: Final = 60
OTHER_MINUTES: Final = 3.0  # to read the corpora and to translate the test sets, on one core


class Laboratory:
    """The runs in one working folder; `say` takes lines for people."""

    def __init__(self, options: argparse.Namespace, say: Callable[[str], None]) -> None:
        """Take the command line; refuses a folder with runs of other settings."""
        self.options, self.say = options, say
        self.work: Path = options.work
        self.work.mkdir(parents=True, exist_ok=True)
        self._agree()
        self.testsets = read_development(options.corpora, options.dev)

    def _agree(self) -> None:
        names = (
            "base", "scratch", "minutes", "scratch_minutes", "steps", "seed", "preset",
            "batch_tokens", "reverse", "reverse_minutes",
        )  # fmt: skip
        now = {name: getattr(self.options, name) for name in names}
        kept = self.work / "settings.json"
        if not kept.exists():
            kept.write_text(json.dumps(now, indent=2) + "\n")
        before = json.loads(kept.read_text())
        if before != now:
            differing = [name for name in names if before.get(name) != now[name]]
            raise UsageError(f"{self.work}: has runs with another --{', --'.join(differing)}")

    def hypotheses(self, experiment: Experiment) -> dict[str, list[str]]:
        """Return test set to translations, made now if they are not there yet."""
        kept = self.work / f"{experiment.name}.json"
        found: dict[str, list[str]] = json.loads(kept.read_text()) if kept.exists() else {}
        missing = [one for one in self.testsets if one.name not in found]
        if missing:
            folder = self.model(experiment)
            for testset in missing:
                self.say(f"{experiment.name}: translating {testset.name}")
                found[testset.name] = translate(folder, testset.sources, experiment.decoding)
                write_whole(kept, json.dumps(found, ensure_ascii=False, indent=0) + "\n")
        return found

    def model(self, experiment: Experiment) -> Path:
        """Return the model folder of an experiment, trained now if it is not there yet."""
        if experiment.model is not None:
            return self.model(by_name(experiment.model))
        mix = {**MIX, **experiment.mix}
        scratch = experiment.scratch or self.options.scratch
        corpora = [
            f"{self._corpus(name)}={scaled(weight, scratch=scratch)}"
            for name, weight in mix.items()
            if weight
        ]
        if experiment.back:
            corpora.append(f"{self._back_translated()}={scaled('1', scratch=scratch)}@bt")
        output = self.work / experiment.name
        recipe = self._recipe(corpora, output, experiment, self._steps(experiment))
        train(recipe, self.say)
        return output

    def _recipe(
        self, corpora: Sequence[str], output: Path, experiment: Experiment, steps: int
    ) -> Recipe:
        options = self.options
        settings = dict(experiment.settings)
        if NAMED & set(settings.get("variations", {})):
            settings["lexicon"] = str(self._corpus(LEXICON))
        scratch = experiment.scratch or options.scratch
        if not scratch:
            settings["start"] = str(options.base)
        elif options.preset:
            settings.setdefault("preset", options.preset)
        return Recipe(
            corpora=tuple(corpora), output=str(output), steps=steps, every=steps, average=1,
            seed=options.seed, threads=1, device="cpu", batch_tokens=options.batch_tokens,
            **settings,
        )  # fmt: skip

    def _corpus(self, name: str) -> Path:
        folder: Path = self.options.corpora
        return folder / f"{name}.tsv.xz"

    def _steps(self, experiment: Experiment) -> int:
        """Return how many steps fit in the minutes of the baseline."""
        if self.options.steps:
            return int(self.options.steps)
        scratch = experiment.scratch
        minutes = self.options.scratch_minutes if scratch else self.options.minutes
        return self._fitting(minutes, by_name("scratch" if scratch else "base"))

    def _fitting(self, minutes: float, baseline: Experiment) -> int:
        """Measure the speed of a baseline once, in a run of its own."""
        kept = self.work / f"speed-{baseline.name}.json"
        if not kept.exists():
            output = self.work / f"speed-{baseline.name}"
            scratch = baseline.scratch or self.options.scratch
            corpora = [f"{self._corpus(name)}={scaled(MIX[name], scratch=scratch)}" for name in MIX]
            recipe = self._recipe(corpora, output, baseline, SPEED_STEPS)
            train(recipe, self.say)
            lines = Log(Working.of(recipe.output).log).read()
            times = [line["minutes"] for line in lines if "minutes" in line]
            seconds = 60 * times[-1] / SPEED_STEPS
            write_whole(kept, json.dumps({"seconds_per_step": seconds}) + "\n")
            for folder in (output, Working.of(recipe.output).folder):
                shutil.rmtree(folder)
        speed: dict[str, float] = json.loads(kept.read_text())
        return max(1, round(minutes * 60 / speed["seconds_per_step"]))

    def _back_translated(self) -> Path:
        """Return `urdu by a model<TAB>english` of BACK; made now if it is not there yet."""
        target = self.work / "back.tsv"
        if target.exists():
            return target
        folder = self.options.reverse or self._reverse_model()
        texts = [normalize(row[1]) for name in BACK for row in read_rows(self._corpus(name))]
        self.say(f"back-translation of {len(texts):,} sentences")
        lines = zip(translate(folder, texts, GREEDY), texts, strict=True)
        write_whole(target, "".join(f"{urdu}\t{english}\n" for urdu, english in lines if urdu))
        return target

    def _reverse_model(self) -> Path:
        """Return a model from English to Urdu, of the same corpora with their sides exchanged."""
        output = self.work / "reverse"
        corpora = []
        for name, weight in MIX.items():
            path = self.work / "exchanged" / f"{name}.tsv"
            path.parent.mkdir(exist_ok=True)
            if not path.exists():
                rows = read_rows(self._corpus(name))
                write_whole(path, "".join(f"{row[1]}\t{row[0]}\n" for row in rows))
            corpora.append(f"{path}={scaled(weight, scratch=True)}")
        steps = self.options.steps or self._fitting(
            self.options.reverse_minutes, by_name("scratch")
        )
        baseline = Experiment("reverse", "English to Urdu", scratch=True)
        settings = asdict(self._recipe(corpora, output, baseline, int(steps)))
        train(Recipe(**settings | {"source": "en", "target": "ur"}), self.say)
        return output

    def report(self) -> str:
        """Write results.jsonl and results.md from all that is done; return the latter."""
        done: dict[str, dict[str, list[str]]] = {}
        for one in EXPERIMENTS:
            kept = self.work / f"{one.name}.json"
            if kept.exists():
                done[one.name] = json.loads(kept.read_text())
        records = [
            record
            for one in EXPERIMENTS
            for testset in self.testsets
            if (record := result(one, testset, done)) is not None
        ]
        text = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        write_whole(self.work / "results.jsonl", text)
        table = "\n".join(table_lines(records)) + "\n"
        write_whole(self.work / "results.md", table)
        return table


def scaled(weight: str, *, scratch: bool) -> str:
    """Return a weight of MIX for epochs short enough that a run has several."""
    scale = SCALE["scratch" if scratch else "base"]
    return "..".join(f"{scale * float(part):.6f}" for part in weight.split(".."))


def translate(folder: Path, sources: Sequence[str], decoding: Decoding) -> list[str]:
    """Translate with the reference engine, without retries."""
    engine = load_engine(str(folder), engine="transformers", threads=1)
    texts = engine.encode([normalize(source) for source in sources])
    pieces = [row[: engine.max_source_tokens] for row in texts]
    return [engine.decode(found.pieces) for found in engine.translate(pieces, decoding)]


def read_rows(path: Path) -> list[list[str]]:
    """Read the columns of a corpus."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines]


def cost(experiment: Experiment, options: argparse.Namespace) -> float:
    """Return about how many minutes a run takes on one core."""
    minutes = OTHER_MINUTES
    if experiment.model is None:
        each = options.scratch_minutes if experiment.scratch else options.minutes
        minutes += each * experiment.cost
    if experiment.back:
        minutes += 0 if options.reverse else options.reverse_minutes
        minutes += 8  # for the sentences
    return minutes


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("corpora", type=Path, help="folder with NAME.tsv.xz")
    parser.add_argument("--work", type=Path, required=True, help="folder for models and results")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these, and their baselines")
    parser.add_argument("--list", action="store_true", help="show the runs and leave")
    parser.add_argument("--dev", type=Path, action="append", default=[], help="more test sets")
    parser.add_argument("--base", default="models/ur-en", help="model that runs start from")
    parser.add_argument("--scratch", action="store_true", help="start all runs from nothing")
    parser.add_argument("--preset", help="size of what starts from nothing")
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--scratch-minutes", type=float, default=30, help="of architectures")
    parser.add_argument("--reverse", type=Path, help="model from English to Urdu that there is")
    parser.add_argument("--reverse-minutes", type=float, default=40, help="of the one to train")
    parser.add_argument("--steps", type=int, help="of every run, in place of minutes")
    parser.add_argument("--batch-tokens", type=int, default=1300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    options.reverse = None if options.reverse is None else str(options.reverse)
    return options


def show_list(experiments: Sequence[Experiment], options: argparse.Namespace) -> None:
    """Print the runs, what they cost, and which are done."""
    left = 0.0
    for one in experiments:
        done = (options.work / f"{one.name}.json").exists()
        left += 0 if done else cost(one, options)
        state = "done" if done else f"{cost(one, options):.0f} min"
        print(f"{one.name:18} {state:>7}  {one.about}, against {one.against or 'nothing'}")
    print(f"{'to do':18} {left:.0f} min  on one core")


def main() -> int:
    """Read the command line, run, print; 2 for a slip or a bad input."""
    options = parse()
    try:
        experiments = chosen(options.only)
        if options.list:
            show_list(experiments, options)
            return 0
        laboratory = Laboratory(options, lambda line: print(line, file=sys.stderr, flush=True))
        for number, one in enumerate(experiments, 1):
            laboratory.say(f"# {number} of {len(experiments)}: {one.name}, {one.about}")
            laboratory.hypotheses(one)
            laboratory.report()
        print(laboratory.report())
    except AlignError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
