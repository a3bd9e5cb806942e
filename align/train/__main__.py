"""`python -m align.train`, and `align train`: the options of a run."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from importlib.util import find_spec
from typing import Any, Final, NoReturn

from align.errors import AlignError
from align.train.presets import DEFAULT_PRESET, PRESETS, preset_table
from align.train.recipe import (
    BATCH_TOKENS,
    DEVICES,
    FINE_TUNING_EPOCHS,
    OPTIMIZERS,
    PRECISIONS,
    RATES,
    Recipe,
)
from align.train.schedule import EVERY

INTERRUPTED: Final = 130
NEEDED: Final = ("torch", "transformers", "accelerate", "sentencepiece", "numpy", "sacrebleu")
_VARIATIONS: Final = (
    ("concatenation", "pairs that are followed by others, so that long sentences work"),
    ("unpunctuated", "pairs that lose their punctuation, as headlines do"),
    ("lower-case", "the same, and the target in lower case, as slugs are"),
    ("substitution", "names, places, figures and dates give way to others on both sides"),
    ("names", "added pairs of names of the lexicon, alone and in sentences"),
    ("noise", "sources that get the slips of scraped text"),
)
_ABOUT: Final = """\
Train a MarianMT model from parallel corpora, or go on training one (--from).

A corpus is a TSV file (source, target), JSON Lines, or the prefix of two files of lines
(corpus.ur, corpus.en), each plain, .gz or .xz. PATH=WEIGHT passes over it WEIGHT times in an
epoch (0.1: a tenth of it, another each time); PATH=START..END moves the weight over the run.

The same command goes on where it was stopped, by Ctrl-C, a kill or a full disk, from the last
checkpoint in OUTPUT.work; with --steps or --epochs, on the same processor and with the same
--threads, it ends with the same model as if it had not been stopped.
"""
_EXAMPLES: Final = """\
examples:
  align train news.tsv.xz=4 bible.tsv.xz=0.4..0.05 --dev dev.tsv.xz -o models/mine
  align train mine.tsv --from Helsinki-NLP/opus-mt-ur-en --dev mine-dev.tsv \\
      --second-test flores200-dev.tsv.xz -o models/opus-mine
  align train news.tsv.xz --minutes 60 --preset base --processes 2 -o models/hour
  torchrun --nproc-per-node 4 -m align.train news.tsv.xz --preset base -o models/four
"""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Leave with one line, where argparse would show every option first."""
        self.exit(2, f"{self.prog}: {_visible(message)}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; each is named for the setting that it makes."""
    made = _Parser(
        prog="align train",
        description=_ABOUT,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument(
        "--list-presets", action="version", version=preset_table(), help="show sizes and leave"
    )
    _add_data(made)
    _add_network(made)
    _add_training(made)
    _add_variations(made)
    _add_running(made)
    return made


def _add_data(made: argparse.ArgumentParser) -> None:
    made.add_argument("corpora", nargs="+", metavar="CORPUS", help="PATH, PATH=WEIGHT, …")
    made.add_argument(
        "-o", "--output", required=True, metavar="FOLDER", help="model folder to write"
    )
    group = made.add_argument_group("data")
    group.add_argument(
        "--dev", metavar="PATH",
        help="development set: translated at each checkpoint to keep the best",
    )  # fmt: skip
    group.add_argument(
        "--dev-sentences", type=int, metavar="N", help="the most taken of it (default 300)"
    )
    group.add_argument(
        "--second-test", dest="second", metavar="PATH",
        help="another set, scored before and after --from: what is forgotten",
    )  # fmt: skip
    group.add_argument(
        "--testsets", metavar="FOLDER",
        help="NAME.ur with NAME.en, to score the finished model on, for its card",
    )  # fmt: skip
    group.add_argument("--source", metavar="LANGUAGE", help="default ur")
    group.add_argument("--target", metavar="LANGUAGE", help="default en")
    group.add_argument("--lexicon", metavar="FILE", help="names for --substitution and --names")
    group.add_argument("--terms", metavar="TEXT", help="what may be done with it, for its card")


def _add_network(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("model", "sizes of a new one, in place of the preset's")
    group.add_argument(
        "--from", dest="start", metavar="MODEL",
        help="go on from ur-en, a model folder or a Hugging Face name; it keeps its vocabulary",
    )  # fmt: skip
    group.add_argument(
        "--preset", metavar="NAME",
        help=f"{', '.join(PRESETS)} (default {DEFAULT_PRESET}); see --list-presets",
    )  # fmt: skip
    group.add_argument("--width", type=int, metavar="N", help="of every layer")
    group.add_argument("--heads", type=int, metavar="N", help="of attention")
    group.add_argument("--feed-forward", type=int, metavar="N", help="inner width")
    group.add_argument("--encoder-layers", type=int, metavar="N", help="with --from: deepens it")
    group.add_argument("--decoder-layers", type=int, metavar="N", help="likewise")
    group.add_argument("--vocabulary", type=int, metavar="N", help="pieces")
    group.add_argument(
        "--separate", action="store_const", const=True,
        help="a vocabulary for each language (no int8 conversion of such a model)",
    )  # fmt: skip


def _add_training(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("training")
    scratch = ", ".join(f"{p.name} {p.epochs:g}" for p in PRESETS.values())
    length = group.add_mutually_exclusive_group()
    length.add_argument("--steps", type=int, metavar="N", help="length of the run, in batches")
    length.add_argument(
        "--epochs", type=float, metavar="N",
        help=f"in passes over the data (default: {scratch}; --from {FINE_TUNING_EPOCHS:g})",
    )  # fmt: skip
    length.add_argument(
        "--minutes", type=float, metavar="M",
        help="by the clock, over all restarts: another run of it gives another model",
    )  # fmt: skip
    group.add_argument("--optimizer", metavar="NAME", help=f"{' or '.join(OPTIMIZERS)}")
    rates = ", ".join(
        f"{name} {rate:g}{' --from' if tuned else ''}" for (name, tuned), (rate, _) in RATES.items()
    )
    group.add_argument("--rate", type=float, metavar="R", help=f"highest (default: {rates})")
    group.add_argument("--warm-up", type=int, metavar="N", help="steps until it is reached")
    group.add_argument(
        "--constant", type=float, metavar="PART", help="of the run, then it falls (default 0.3)"
    )
    tokens = ", ".join(f"{count:,} on {device}" for device, count in BATCH_TOKENS.items())
    group.add_argument(
        "--batch-tokens", type=int, metavar="N", help=f"padded, of a batch (default {tokens})"
    )
    group.add_argument("--max-tokens", type=int, metavar="N", help="of a side (default 256)")
    group.add_argument("--dropout", type=float, metavar="PART", help="default 0.1")
    group.add_argument("--smoothing", type=float, metavar="PART", help="of labels (default 0.1)")
    group.add_argument("--clip", type=float, metavar="NORM", help="of gradients (default 1)")
    group.add_argument("--seed", type=int, metavar="N", help="default 1")
    group.add_argument(
        "--average", type=int, metavar="N", help="checkpoints at the end (default 4; 1: none)"
    )


def _add_variations(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("variations", "shares of the pairs, 0 to 1 (default 0)")
    for name, text in _VARIATIONS:
        group.add_argument(f"--{name}", type=float, metavar="PART", help=text)
    group.add_argument(
        "--sampling", type=float, metavar="ALPHA",
        help="subword regularisation: 0.1 is strong, 0.5 weak",
    )  # fmt: skip


def _add_running(made: argparse.ArgumentParser) -> None:
    group = made.add_argument_group("running")
    group.add_argument("--device", metavar="NAME", help=f"{', '.join(DEVICES)}; default auto")
    group.add_argument(
        "--precision", metavar="NAME",
        help=f"of computing: {', '.join(PRECISIONS)}; auto is the faster, weights are float32",
    )  # fmt: skip
    group.add_argument("--threads", type=int, metavar="N", help="of each process")
    group.add_argument(
        "--processes", type=int, metavar="N",
        help="that train together here, each with a batch of its own (default 1; on a processor, "
        "one a core is faster than threads)",
    )  # fmt: skip
    group.add_argument(
        "--every", type=int, metavar="N",
        help="steps between checkpoints, each validated (default: a tenth of the run, from "
        f"{EVERY[0]} to {EVERY[1]:,}; with --minutes {EVERY[1]:,})",
    )  # fmt: skip
    group.add_argument(
        "--save-minutes", type=float, metavar="M", help="longest without one (default 10)"
    )
    group.add_argument("--log-every", type=int, metavar="N", help="steps (default 50)")


def recipe_of(arguments: Sequence[str] | None) -> Recipe:
    """Read the options; corpora may stand before, between and after them.

    Raises:
        UsageError: They make no sense together.
        SystemExit: They cannot be read (2), or help was asked for (0).
    """
    found = vars(parser().parse_intermixed_args(arguments))
    given: dict[str, Any] = {name: value for name, value in found.items() if value is not None}
    names = [name.replace("-", "_") for name, _ in _VARIATIONS] + ["sampling"]
    variations = {name: given.pop(name) for name in names if name in given}
    known = {one.name for one in fields(Recipe)}
    settings = {name: value for name, value in given.items() if name in known}
    settings["corpora"] = tuple(settings["corpora"])
    return Recipe(**settings, variations=variations)


def say(line: str) -> None:
    """Say a line to people, on standard error; training goes on where nobody reads it."""
    with suppress(OSError, ValueError, AttributeError):  # full, closed, none
        sys.stderr.write(_visible(line) + "\n")
        sys.stderr.flush()


def _visible(text: str) -> str:
    """Return `text` as one line, with what cannot be printed (of a file's name) as an escape."""
    return "".join(
        mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in text
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train; return the exit code: 0 done, 2 an input or option at fault, 130 interrupted."""
    try:
        recipe = recipe_of(arguments)
        if missing := [name for name in NEEDED if find_spec(name) is None]:
            say(f"align train: training needs {', '.join(missing)}: not installed here")
            return 2
        from align.train.run import train

        train(recipe, say)
    except AlignError as error:
        say(f"align train: {error}")
        return 2
    except OSError as error:
        say(f"align train: {error.filename or recipe.output}: {error.strerror or error}")
        return 2
    except KeyboardInterrupt:
        say("align train: interrupted")
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
