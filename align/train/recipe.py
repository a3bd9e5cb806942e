"""`Recipe`: every setting of a training run, as one value that JSON holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from align.errors import UsageError
from align.train.corpora import CorpusSpec
from align.train.presets import DEFAULT_PRESET, PRESETS, Preset
from align.train.schedule import Length

DEVICES: Final = ("auto", "cpu", "cuda")
PRECISIONS: Final = ("auto", "float32", "bfloat16")
OPTIMIZERS: Final = ("muon", "adam")
# Highest rate and steps of warm-up; from scratch, and from a model.
RATES: Final = {
    ("muon", False): (2e-3, 200),
    ("adam", False): (8e-4, 800),
    ("muon", True): (3e-4, 100),
    ("adam", True): (1e-4, 100),
}
FINE_TUNING_EPOCHS: Final = 3.0
BATCH_TOKENS: Final = {"cpu": 1300, "cuda": 16000}  # padded, the larger of source and target
# May differ when a run goes on: they change how fast it is, not what comes out. (A number of
# threads changes the last bits of sums.)
FREE: Final = ("device", "precision", "threads", "save_minutes", "log_every", "testsets")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A run: data, network, how long and how.

    None means the default that the rest decides: see the methods.

    Attributes:
        corpora: As `CorpusSpec.parse` takes them.
        output: The model folder; `OUTPUT.work` beside it is the working folder.
        dev: Development set, a corpus file or `FOLDER/NAME`.
        dev_sentences: The most that are taken of it.
        second: Test set of another kind of text, to see what fine-tuning forgets.
        testsets: Folder of test sets to score the finished model on.
        start: Model to start from; None starts from nothing.
        source, target: Languages.
        preset: A name of `PRESETS`; not with `start`.
        width, heads, feed_forward, vocabulary: In place of the preset's; not with `start`.
        encoder_layers, decoder_layers: In place of the preset's; with `start`, to deepen it.
        separate: A vocabulary for each language; not with `start`.
        dropout: 0 to below 1; None is 0.1, or the model's own.
        smoothing: Of labels, 0 to below 1.
        steps, epochs, minutes: Length of the run; at most one.
        batch_tokens: Padded tokens of a batch, the larger of source and target.
        max_tokens: Longest side of a pair, in pieces.
        optimizer: `muon` or `adam`.
        rate: Highest learning rate.
        warm_up: Steps.
        constant: Part of the run after which the rate falls, 0 to 1.
        clip: Highest norm of the gradient.
        every: Steps between two checkpoints, each validated; None is a tenth of the run, see
            `align.train.schedule.checkpoint_interval`.
        save_minutes: The longest time between two checkpoints.
        log_every: Steps between two lines of the log.
        average: Number of last checkpoints whose weights are averaged.
        seed: Of weights, data and dropout.
        threads: Of torch; None leaves them.
        device: `auto`, `cpu` or `cuda`.
        precision: Of products of matrices: `float32`, `bfloat16`, or the faster one.
        processes: That share the batches, each with its own.
        variations: Name to amount, of `align.train.variations.Variations`.
        lexicon: File of names for some of them.
        terms: What may be done with the model, for its card.
    """

    corpora: tuple[str, ...]
    output: str
    dev: str | None = None
    dev_sentences: int = 300
    second: str | None = None
    testsets: str | None = None
    start: str | None = None
    source: str = "ur"
    target: str = "en"
    preset: str | None = None
    width: int | None = None
    heads: int | None = None
    feed_forward: int | None = None
    encoder_layers: int | None = None
    decoder_layers: int | None = None
    vocabulary: int | None = None
    separate: bool = False
    dropout: float | None = None
    smoothing: float = 0.1
    steps: int | None = None
    epochs: float | None = None
    minutes: float | None = None
    batch_tokens: int | None = None
    max_tokens: int = 256
    optimizer: str = "muon"
    rate: float | None = None
    warm_up: int | None = None
    constant: float = 0.3
    clip: float = 1.0
    every: int | None = None
    save_minutes: float = 10.0
    log_every: int = 50
    average: int = 4
    seed: int = 1
    threads: int | None = None
    device: str = "auto"
    precision: str = "auto"
    processes: int = 1
    variations: Mapping[str, float] = field(default_factory=dict)
    lexicon: str | None = None
    terms: str | None = None

    def __post_init__(self) -> None:
        """Raise UsageError, naming the option, for what makes no sense."""
        if not self.corpora:
            raise UsageError("no corpus: give at least one, as PATH or PATH=WEIGHT")
        for text in self.corpora:
            CorpusSpec.parse(text)
        self._check_numbers()
        self._check_texts()
        self._check_choices()
        self._check_size()

    def _check_numbers(self) -> None:
        for name, lowest, highest in _RANGES:
            value = getattr(self, name)
            if value is not None and not lowest <= value <= highest:  # nor is NaN
                limit = f" and at most {highest}" if highest < MOST or value > MOST else ""
                shown = f"{value:g}" if isinstance(value, float) else str(value)
                shown = shown if len(shown) <= 20 else f"{shown[:17]}..."
                raise UsageError(f"{_option(name)} {shown}: must be at least {lowest}{limit}")
        for name in ("minutes", "epochs", "rate", "save_minutes", "clip"):
            if getattr(self, name) == 0:
                raise UsageError(f"{_option(name)} 0: must be above 0")
        for name in ("smoothing", "dropout"):
            if getattr(self, name) == 1:
                raise UsageError(f"{_option(name)} 1: must be below 1")

    def _check_texts(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) == "":
                raise UsageError(f"{_option(one.name)}: is empty")
        for name in ("source", "target"):
            if not _LANGUAGE.fullmatch(getattr(self, name)):
                raise UsageError(
                    f"{_option(name)} {getattr(self, name)!r}: is no code of a language"
                )
        if self.second is not None and self.start is None:
            raise UsageError(
                "--second-test: shows what --from forgets; for a new model: --testsets"
            )
        for name, amount in self.variations.items():
            if not 0 <= amount <= 1:
                raise UsageError(f"{_option(name)} {amount:g}: must be at least 0 and at most 1")
        if self.variations.get("names") and self.lexicon is None:
            raise UsageError("--names: needs --lexicon, which has them")

    def _check_choices(self) -> None:
        chosen = {"optimizer": OPTIMIZERS, "device": DEVICES, "precision": PRECISIONS}
        if self.preset is not None:
            chosen["preset"] = tuple(PRESETS)
        for name, choices in chosen.items():
            if getattr(self, name) not in choices:
                raise UsageError(
                    f"{_option(name)} {getattr(self, name)!r}: give one of {', '.join(choices)}"
                )
        lengths = [name for name in ("steps", "epochs", "minutes") if getattr(self, name)]
        if len(lengths) > 1:
            raise UsageError(f"{' and '.join(map(_option, lengths))}: give one length, not both")
        if self.source == self.target:
            raise UsageError(f"--source and --target are both {self.source!r}")

    def _check_size(self) -> None:
        given = [name for name in _OF_NEW if getattr(self, name)]
        if self.start is not None:
            if given:
                raise UsageError(f"{_option(given[0])}: --from has its size and vocabulary already")
            return
        size = self.size
        if size.width % size.heads or (size.width // size.heads) % 2:
            raise UsageError(
                f"--width {size.width} --heads {size.heads}: every head needs the same, even width"
            )

    @property
    def size(self) -> Preset:
        """The preset, with what was given in its place."""
        base = PRESETS[self.preset or DEFAULT_PRESET]
        width = self.width or base.width
        heads = self.heads or (base.heads if width == base.width else max(1, width // 64))
        inner = self.feed_forward or (base.feed_forward if width == base.width else 4 * width)
        return Preset(
            base.name,
            width,
            heads,
            inner,
            self.encoder_layers or base.encoder_layers,
            self.decoder_layers or base.decoder_layers,
            self.vocabulary or base.vocabulary,
            base.epochs,
            base.speed,
        )

    @property
    def length(self) -> Length:
        """How long the run is."""
        if self.steps:
            return Length(self.steps, "steps")
        if self.minutes:
            return Length(self.minutes, "minutes")
        default = self.size.epochs if self.start is None else FINE_TUNING_EPOCHS
        return Length(self.epochs or default, "epochs")

    @property
    def highest_rate(self) -> float:
        """The highest learning rate."""
        return self.rate or RATES[self.optimizer, self.start is not None][0]

    @property
    def warm_up_steps(self) -> int:
        """Steps until the highest rate."""
        default = RATES[self.optimizer, self.start is not None][1]
        return default if self.warm_up is None else self.warm_up

    def batch_tokens_on(self, device: str) -> int:
        """Padded tokens of a batch on `cpu` or `cuda`."""
        return self.batch_tokens or BATCH_TOKENS[device]

    def to_json(self) -> str:
        """Return it as JSON, a setting a line."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """Read what `to_json` wrote.

        Raises:
            UsageError: It is no such thing, or a setting makes no sense.
        """
        try:
            settings: dict[str, Any] = json.loads(text)
            settings["corpora"] = tuple(settings["corpora"])
            return cls(**settings)
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f"no recipe: {error}") from error

    def differences(self, other: Recipe) -> list[str]:
        """Name the settings in which another recipe makes another model.

        >>> Recipe(("a.tsv",), "m").differences(Recipe(("a.tsv",), "m", seed=2, threads=1))
        ['--seed (1, now 2)']
        """
        return [
            f"{_option(one.name)} ({getattr(self, one.name)}, now {getattr(other, one.name)})"
            for one in fields(self)
            if one.name not in FREE and getattr(self, one.name) != getattr(other, one.name)
        ]


_LANGUAGE: Final = re.compile(r"[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*")
MOST: Final = 2**40  # of anything; the Trainer counts in 64 bits
_RANGES: Final = (
    ("dev_sentences", 1, MOST),
    ("width", 2, 8192),
    ("heads", 1, 8192),
    ("feed_forward", 1, 65536),
    ("encoder_layers", 1, 100),
    ("decoder_layers", 1, 100),
    ("vocabulary", 300, 1_000_000),
    ("dropout", 0, 1),
    ("smoothing", 0, 1),
    ("steps", 1, MOST),
    ("epochs", 0, MOST),
    ("minutes", 0, MOST),
    ("batch_tokens", 1, MOST),
    ("max_tokens", 2, 512),
    ("rate", 0, 1),
    ("warm_up", 0, MOST),
    ("constant", 0, 1),
    ("clip", 0, MOST),
    ("every", 1, MOST),
    ("save_minutes", 0, MOST),
    ("log_every", 1, MOST),
    ("average", 1, 100),
    ("seed", 0, 2**32 - 1),
    ("threads", 1, 4096),
    ("processes", 1, 1024),
)
_OF_NEW: Final = (
    "preset", "width", "heads", "feed_forward", "vocabulary", "separate",
)  # fmt: skip


def _option(name: str) -> str:
    """Return the option of the command line that sets a field."""
    named = {"start": "--from", "corpora": "corpora", "second": "--second-test"}
    return named.get(name, "--" + name.replace("_", "-"))
