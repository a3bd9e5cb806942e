"""Corpora: what to train on, how much of each, and what was left out for which reason."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Final

from align.errors import InputError, UsageError
from align.text.normalize import normalize
from align.train import filters
from align.train.formats import digest_of, find_files, read_lines

MAX_WEIGHT: Final = 1000.0  # passes; more is a slip of the pen
_BACK: Final = "@bt"
_REMEMBERED: Final = 2**16  # texts; some corpora have one source with several targets
_SETTLED: Final = re.compile("[!-_a-~]+(?: [!-_a-~]+)*")  # all but the backtick
_OF_PATH: Final = re.compile(r"[/\\]|\.(?:tsv|jsonl|ndjson|gz|xz)$")  # no weight: "a=b.tsv"
_WEIGHT: Final = re.compile(r"(?P<start>[0-9]*\.?[0-9]+)(?:\.\.(?P<end>[0-9]*\.?[0-9]+))?")


@dataclass(frozen=True, slots=True)
class CorpusSpec:
    """A corpus as it is asked for: its `path`, and how many passes over it make an epoch.

    The weight moves in a line from `weight` to `final_weight` (None: stays) over the run.
    `back` says that the source side was translated by a machine, and is to be marked so.
    """

    path: str
    weight: float = 1.0
    final_weight: float | None = None
    back: bool = False

    @classmethod
    def parse(cls, text: str) -> CorpusSpec:
        """Read `PATH`, `PATH=WEIGHT` or `PATH=START..END`, each with `@bt` for back-translation.

        Raises:
            UsageError: The weight is no number from 0 to 1000, or is 0 throughout.

        >>> CorpusSpec.parse("bible.tsv.xz=0.4..0.05")
        CorpusSpec(path='bible.tsv.xz', weight=0.4, final_weight=0.05, back=False)
        """
        back = text.endswith(_BACK)
        whole = text.removesuffix(_BACK)
        path, equals, given = whole.rpartition("=")
        if not equals or _OF_PATH.search(given):
            path, given = whole, "1"
        match = _WEIGHT.fullmatch(given)
        if match is None:
            raise UsageError(
                f"corpus {text!r}: weight {given!r} is no number; give PATH, PATH=WEIGHT or "
                "PATH=START..END (of a path with an equals sign PATH=1)"
            )
        weights = [float(match["start"]), float(match["end"] or match["start"])]
        if not path:
            raise UsageError(f"corpus {text!r}: there is no path")
        if not max(weights) or max(weights) > MAX_WEIGHT:
            raise UsageError(f"corpus {text!r}: weights are above 0 and at most {MAX_WEIGHT:g}")
        return cls(path, weights[0], weights[1] if match["end"] else None, back)

    def weight_at(self, progress: float) -> float:
        """Return the passes over the corpus in an epoch at `progress` (0 to 1) of the run."""
        if self.final_weight is None:
            return self.weight
        return self.weight + (self.final_weight - self.weight) * min(1.0, max(0.0, progress))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The pairs of a corpus, normalised (source, target), none twice.

    `read` counts lines and `dropped` those of them left out, by reason (`filters.REASONS`):
    kept and dropped make what was read. `sha256` is of the files as they lie (of two: of their
    own, a line each); `name` is the file's without suffixes.
    """

    spec: CorpusSpec
    name: str
    pairs: tuple[tuple[str, str], ...]
    read: int
    dropped: dict[str, int]
    sha256: str


def read_corpus(
    spec: CorpusSpec, *, source_language: str = "ur", target_language: str = "en"
) -> Corpus:
    """Read, normalise and filter a corpus.

    `spec.path` is a TSV file (source, target; further columns ignored), JSON Lines (fields
    source and target or the language codes, also inside `translation`), or the prefix or either
    file of a Moses pair (`.ur` and `.en`, by the language codes), each plain, .gz or .xz.

    Raises:
        InputError: It is not there or of another kind; a line is undecodable or of another
            shape; nothing is left of it.
    """
    languages = {"source_language": source_language, "target_language": target_language}
    files = find_files(spec.path, **languages)
    clean = lru_cache(_REMEMBERED)(quick_normalize)
    kept: dict[tuple[str, str], None] = {}
    dropped: Counter[str] = Counter()
    read = turned = 0
    for line in read_lines(files, **languages):
        read += 1
        if line is None:
            dropped[filters.HUGE] += 1
            continue
        pair = clean(line[0]), clean(line[1])
        if reason := filters.reason_against(*pair, **languages):
            dropped[reason] += 1
            turned += not filters.reason_against(*pair[::-1], **languages)
        elif pair in kept:
            dropped[filters.DUPLICATE] += 1
        else:
            kept[pair] = None
    counts = {reason: dropped[reason] for reason in filters.REASONS if dropped[reason]}
    if not read:
        raise InputError(spec.path, "empty")
    if not kept:
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in counts.items())
        hint = "; its columns are the other way round" if 2 * turned > read else ""
        raise InputError(spec.path, f"no pair is left of {read:,}: {reasons}{hint}")
    return Corpus(spec, files.name, tuple(kept), read, counts, digest_of(files))


def quick_normalize(text: str) -> str:
    """Return `normalize(text)`, at once for plain ASCII without anything to change."""
    if text.isascii() and "''" not in text and _SETTLED.fullmatch(text):
        return text
    return normalize(text)


def draw_indices(corpus: Corpus, progress: float, rng: Random) -> list[int]:
    """Return the pairs of an epoch by number: whole passes in order, then a fresh random part."""
    part, whole = math.modf(corpus.spec.weight_at(progress))
    count = len(corpus.pairs)
    return [*range(count)] * int(whole) + rng.sample(range(count), round(part * count))
