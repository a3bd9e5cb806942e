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
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from align.errors import AlignError, UsageError
from align.evaluate import Difference, TestSet, difference, read_testset, score
from align.text.normalize import normalize
from align.train.log import Log
from align.train.recipe import Recipe
from align.train.run import train
from align.train.working import Working
from align.translate import Decoding, load_engine

# Passes an epoch, as in stage 1 of scripts/train-ur-en.
MIX: Final = {
    "news": "4", "sentences": "3", "news-lexicon": "3", "tico19-dev": "3", "mozilla-web": "2",
    "ms-docs-mt": "1", "books-mt": "1", "xnli": "1", "wiki-dev": "1", "wiki-dict": "0.4",
    "bible": "0.4", "quran": "0.03", "quran-words-dict": "0.1",
}  # fmt: skip
BACK: Final = ("news", "sentences")  # whose English is translated back
DEV: Final = "flores200-dev-part"
LEXICON: Final = "news-lexicon"
NAMED: Final = {"names", "substitution"}  # variations that need it
# A weight moves, and chance varies a pair anew, from epoch to epoch: let a short run have several.
# From nothing there must be enough of an epoch to make a vocabulary of.
SCALE: Final = {"base": 0.02, "scratch": 0.25}
SPEED_STEPS: Final = 60
GREEDY: Final = Decoding(beam=1)
OTHER_MINUTES: Final = 3.0  # to read the corpora and to translate the test sets, on one core


@dataclass(frozen=True, slots=True)
class Experiment:
    """A run and what it is held against; `model` is another run's, where nothing is trained."""

    name: str
    about: str
    against: str | None = "base"
    settings: Mapping[str, Any] = field(default_factory=dict)
    mix: Mapping[str, str] = field(default_factory=dict)  # in place of MIX; "" leaves out
    decoding: Decoding = GREEDY
    model: str | None = None
    back: bool = False
    scratch: bool = False
    cost: float = 1.0  # times that of the baseline, at equal steps


def varied(name: str, about: str, **amounts: float) -> Experiment:
    """Return an experiment on one option of the data."""
    return Experiment(name, about, settings={"variations": amounts})


def decoded(name: str, about: str, **options: Any) -> Experiment:
    """Return an experiment on searching, with the model of the baseline."""
    return Experiment(name, about, decoding=Decoding(**{"beam": 1} | options), model="base")


def sized(name: str, about: str, against: str | None = "scratch", **size: Any) -> Experiment:
    """Return an experiment on the architecture."""
    cost = size.pop("cost", 1.0)
    return Experiment(name, about, against=against, settings=size, scratch=True, cost=cost)


EXPERIMENTS: Final = (
    Experiment("base", "no option", against=None),
    varied("concatenation", "a sixth of the pairs followed by others", concatenation=0.15),
    varied("unpunctuated", "a tenth of the pairs without punctuation", unpunctuated=0.1),
    varied("lower-case", "the same, the target in lower case", lower_case=0.1),
    varied("sampling-weak", "subword regularisation, alpha .5", sampling=0.5),
    varied("sampling-strong", "subword regularisation, alpha .1", sampling=0.1),
    varied("substitution", "names, places, figures, dates exchanged in a fifth", substitution=0.2),
    varied("names", "names of the lexicon by characters, 5 % more pairs", names=0.05),
    varied("noise", "slips of scraped text in a tenth of the sources", noise=0.1),
    Experiment(
        "scripture-falls", "scripture down to a twentieth over the run",
        mix={"bible": "0.4..0.02", "quran": "0.03..0.001", "quran-words-dict": "0.1..0"},
    ),
    Experiment(
        "no-scripture", "none at all", mix={"bible": "", "quran": "", "quran-words-dict": ""}
    ),
    Experiment("back-translation", "news and sentences once more, Urdu by a model", back=True),
    decoded("no-repeat-4", "no 4-gram of pieces twice", no_repeat_ngram=4),
    decoded("no-repeat-3", "no 3-gram of pieces twice", no_repeat_ngram=3),
    decoded("repetition-1.1", "repetition penalty 1.1", repetition_penalty=1.1),
    decoded("repetition-1.2", "repetition penalty 1.2", repetition_penalty=1.2),
    decoded("beam-4", "beam 4 in place of greedy", beam=4),
    sized("scratch", "3+2 layers of 256, one vocabulary of 8,000", against=None),
    sized(
        "deep-encoder", "6+2 layers of 216, 8,000 pieces", cost=1.3,
        width=216, heads=4, feed_forward=864, encoder_layers=6, decoder_layers=2,
    ),
    sized(
        "deep-encoder-wide", "6+2 layers of 192, 14,000 pieces", cost=1.3,
        width=192, heads=4, feed_forward=768, encoder_layers=6, decoder_layers=2,
        vocabulary=14000,
    ),
    sized("separate", "a vocabulary of 4,000 for each side", separate=True, vocabulary=4000),
)  # fmt: skip


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


def result(
    experiment: Experiment, testset: TestSet, done: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, Any] | None:
    """Return scores, and differences where the baseline is done; None if the run is not."""
    found = done.get(experiment.name, {}).get(testset.name)
    if found is None:
        return None
    record: dict[str, Any] = {
        "experiment": experiment.name, "about": experiment.about, "against": experiment.against,
        "testset": testset.name, "decoding": str(experiment.decoding),
        **score(found, testset.references).record(),
    }  # fmt: skip
    baseline = done.get(experiment.against or "", {}).get(testset.name)
    if baseline is not None:
        for metric in ("bleu", "chrf"):
            change = difference(baseline, found, testset.references, metric)
            record[f"{metric}_difference"] = asdict(change)
    return record


def table_lines(records: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a Markdown table a test set, and the signatures."""
    for testset in dict.fromkeys(record["testset"] for record in records):
        yield f"\n**{testset}**\n"
        yield "| run | | BLEU | difference | chrF | difference |"
        yield "| --- | --- | --- | --- | --- | --- |"
        chosen = [record for record in records if record["testset"] == testset]
        for one in chosen:
            cells = [one["experiment"], one["about"]]
            for metric in ("bleu", "chrf"):
                cells += [f"{one[metric]:.1f}", shown(one.get(f"{metric}_difference"))]
            yield f"| {' | '.join(cells)} |"
        yield f"\nBLEU `{chosen[0]['bleu_signature']}`, chrF `{chosen[0]['chrf_signature']}`"


def shown(change: Mapping[str, float] | None) -> str:
    """Return `+0.4 (+0.1 to +0.7)`, in bold where the interval leaves zero out."""
    if change is None:
        return ""
    found = Difference(**change)
    text = f"{found.value:+.1f} ({found.low:+.1f} to {found.high:+.1f})"
    return f"**{text}**" if found.low > 0 or found.high < 0 else text


def scaled(weight: str, *, scratch: bool) -> str:
    """Return a weight of MIX for epochs short enough that a run has several."""
    scale = SCALE["scratch" if scratch else "base"]
    return "..".join(f"{scale * float(part):.6f}" for part in weight.split(".."))


def read_development(corpora: Path, more: Sequence[Path]) -> list[TestSet]:
    """Read the development sets; of the first also two sentences at once, and no punctuation."""
    first = read_testset(corpora / f"{DEV}.tsv.xz")
    return [first, *map(read_testset, more), joined(first), bare(first)]


def joined(testset: TestSet) -> TestSet:
    """Return every two segments as one: what sentence concatenation is for."""

    def pairs(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(" ".join(texts[i : i + 2]) for i in range(0, len(texts), 2))

    references = tuple(map(pairs, testset.references))
    return TestSet(f"{testset.name}, by twos", pairs(testset.sources), references)


def bare(testset: TestSet) -> TestSet:
    """Return it without punctuation: what unpunctuated copies are for."""

    def strip(texts: Sequence[str]) -> tuple[str, ...]:
        return tuple(
            " ".join("".join(c for c in text if unicodedata.category(c)[0] != "P").split())
            for text in texts
        )

    references = tuple(map(strip, testset.references))
    return TestSet(f"{testset.name}, unpunctuated", strip(testset.sources), references)


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


def write_whole(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def by_name(name: str) -> Experiment:
    """Return an experiment.

    Raises:
        UsageError: There is none of that name.
    """
    for one in EXPERIMENTS:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in EXPERIMENTS)
    raise UsageError(f"no experiment {name!r}; there are {names}")


def chosen(names: Sequence[str] | None) -> list[Experiment]:
    """Return the experiments asked for, each after what it is held against."""
    wanted: dict[str, Experiment] = {}
    for one in map(by_name, names) if names else EXPERIMENTS:
        for name in (one.model, one.against, one.name):
            if name:
                wanted[name] = by_name(name)
    return list(wanted.values())


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
