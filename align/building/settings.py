"""`Settings`: what decides how a corpus is built, beside its inputs, the model and the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from align.bitext.matching import DAYS, MIN_SCORE
from align.bitext.parallel import THRESHOLD
from align.corpus.duplicates import DEFAULT_THRESHOLD, Side
from align.errors import UsageError

MATCHED: Final = THRESHOLD
# Who put both sides into one record knows that they belong together; free and abridged
# translations are to stay. Of two abridged Quran commentaries, 3 to 15 % of the right
# pairs are below it, and half of the wrong ones where the translation is not that free.
PAIRED: Final = 0.1
# Suffixes of corpora that can be written, and `moses`, a file a language.
FORMATS: Final = ("tsv", "jsonl", "tmx", "parquet", "moses")
_PACKABLE: Final = ("tsv", "jsonl", "tmx")

DEFAULT_SHARE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a corpus is built.

    Attributes:
        days: How far apart the dates of matched documents may be; None for any distance.
        min_match: What a match of documents must score, 0 to 1.
        preset: Of the alignment, "clean" or "comparable"; None to choose by document.
        min_parallelism: From which parallelism (see `Alignment`) on documents count as
            translations of each other; others are left out. None: `MATCHED` where documents were
            matched here, `PAIRED` where records held both sides.
        side: Which side makes pairs duplicates, as in `find_duplicates`.
        near: Similarity of near duplicates; None for exact ones only.
        dev, test: Pairs (1 or more) or a share of them (below 1). Where no document is as small
            as `DEFAULT_SHARE` asks, there are none.
        newest_as_test: Whether the newest documents are test; else chance decides.
        seed: Of chance.
        formats: What the parts are written as: of `FORMATS`, some also with .gz or .xz.
        title: Of the data card.
        facts: What figures do not tell, for the card: terms, contact.
    """

    days: int | None = DAYS
    min_match: float = MIN_SCORE
    preset: str | None = None
    min_parallelism: float | None = None
    side: Side = "both"
    near: float | None = DEFAULT_THRESHOLD
    dev: float = DEFAULT_SHARE
    test: float = DEFAULT_SHARE
    newest_as_test: bool = False
    seed: int = 0
    formats: tuple[str, ...] = ("tsv",)
    title: str = "Corpus"
    facts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse formats that there are not."""
        for name in self.formats:
            kind, _, packed = name.partition(".")
            if kind not in FORMATS or (packed and kind not in _PACKABLE):
                known = ", ".join(FORMATS)
                raise UsageError(
                    f"format {name!r}: there are {known}; {'.gz, '.join(_PACKABLE)}.gz"
                )
            if packed not in ("", "gz", "xz"):
                raise UsageError(f"format {name!r}: packed is .gz or .xz")
        if not self.formats:
            raise UsageError("no format: name one of " + ", ".join(FORMATS))

    def settled(self, *, paired: bool) -> Self:
        """Return the settings with a parallelism, for records that were `paired` or not."""
        if self.min_parallelism is not None:
            return self
        return replace(self, min_parallelism=PAIRED if paired else MATCHED)

    @property
    def least(self) -> float:
        """The least parallelism, of settled settings."""
        return MATCHED if self.min_parallelism is None else self.min_parallelism

    @property
    def record(self) -> dict[str, Any]:
        """The settings as JSON holds them."""
        return asdict(self) | {"formats": list(self.formats), "facts": dict(self.facts)}
