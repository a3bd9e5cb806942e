"""The experiments of `experiments.py`: what each changes, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from align.errors import UsageError
from align.translate import Decoding

GREEDY: Final = Decoding(beam=1)


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
