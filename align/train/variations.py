"""Variations of the pairs of an epoch, each an option of its own that starts at 0, off.

They work on normalised texts before these are encoded, pair by pair and by chance, so that a
pair is seen as it is in one epoch and varied in another; only `names` adds pairs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from random import Random
from typing import Final, Self

from align.errors import UsageError
from align.train.corpora import Corpus
from align.train.lexicon import Entry
from align.train.noise import add_slips, scramble
from align.train.segmentation import SPELLED
from align.train.substitution import Substitution

Texts = tuple[str, str]

MAX_JOINED: Final = 500  # characters of a side of joined pairs, some 150 pieces
_SENTENCE_END: Final = ("\u06d4", "؟", "!", ".", "?", '"', "'")
# Marks that part words or sentences; within words and figures (10.5, F-16) they stay.
_MARK: Final = re.compile(r"[\u06d4\u060c\u061f\u061b!?;\"()\[\]]|[.,:'\-](?!\w)|(?<!\w)[.,:'\-]")
_CARRIERS: Final = 20  # pairs that are looked through for a sentence to put a name in


@dataclass(frozen=True, slots=True)
class Variations:
    """What is varied, and how much: shares are chances, from 0 to 1, of a drawn pair.

    Attributes:
        concatenation: The pair is followed by one or two others, its next ones or any.
        unpunctuated: Both sides lose their punctuation.
        lower_case: The same, and the target is in lower case without apostrophes, as slugs are.
        sampling: Alpha of subword regularisation, above 0 (0.1 strong, 0.5 weak); 0 is off.
        substitution: Names, places, figures and dates give way to others, on both sides.
        names: Added pairs, as a share of those drawn: names of `lexicon`, alone and in
            sentences, cut into characters on one side or both.
        noise: The source gets the slips of scraped text.
        lexicon: For `names` and `substitution`; without it only figures and dates give way.
    """

    concatenation: float = 0.0
    unpunctuated: float = 0.0
    lower_case: float = 0.0
    sampling: float = 0.0
    substitution: float = 0.0
    names: float = 0.0
    noise: float = 0.0
    lexicon: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        """Raise UsageError for an amount out of range, or names without a lexicon."""
        for name in AMOUNTS:
            amount = getattr(self, name)
            if not (math.isfinite(amount) and 0 <= amount <= 1):
                raise UsageError(f"variation {name} {amount:g}: amounts are from 0 to 1")
        if self.names and not self.lexicon:
            raise UsageError("variation names: needs a lexicon")

    @classmethod
    def of(cls, amounts: Mapping[str, float], lexicon: tuple[Entry, ...] = ()) -> Self:
        """Make them of names and amounts.

        Raises:
            UsageError: There is no such variation, or see above.
        """
        unknown = [name for name in amounts if name not in AMOUNTS]
        if unknown:
            raise UsageError(f"variation {unknown[0]!r}: there are {', '.join(AMOUNTS)}")
        return cls(**amounts, lexicon=lexicon)


AMOUNTS: Final = tuple(f.name for f in fields(Variations) if f.name != "lexicon")


@dataclass(slots=True)
class Drawn:
    """Pairs of an epoch: `same` by their number in the corpus, `changed` as texts."""

    same: list[int]
    changed: list[Texts]


class Varying:
    """Varies the pairs of corpora by given variations."""

    def __init__(self, variations: Variations) -> None:
        """Prepare the lexicon, once for a run."""
        self._variations = variations
        self._substitution = Substitution.of(variations.lexicon)

    def vary(
        self, corpus: Corpus, drawn: Sequence[int], rng: Random, *, scrambled: bool = False
    ) -> Drawn:
        """Vary the pairs `drawn` (numbers) from `corpus`.

        `scrambled` says that every source is to be scrambled: back-translation for a model
        that has no tag for it.
        """
        changes = self._changes(corpus, rng)
        if scrambled:
            changes.append((1.0, lambda pair, _: (scramble(pair[0], rng), pair[1])))
        same, changed = [], []
        for i in drawn:
            pair = corpus.pairs[i]
            for share, change in changes:
                if rng.random() < share:
                    varied = change(pair, i)
                    pair = varied if varied and all(varied) else pair  # never an empty side
            if pair is corpus.pairs[i]:
                same.append(i)
            else:
                changed.append(pair)
        count = round(self._variations.names * len(drawn)) if self._substitution.names else 0
        return Drawn(same, changed + [self._name(corpus, rng) for _ in range(count)])

    def _changes(
        self, corpus: Corpus, rng: Random
    ) -> list[tuple[float, Callable[[Texts, int], Texts | None]]]:
        """Return chance and change of the variations that are on, in the order they are made."""
        chosen = self._variations
        changes: list[tuple[float, Callable[[Texts, int], Texts | None]]] = [
            (chosen.substitution, lambda pair, _: self._substitution.replace(pair, rng)),
            (chosen.concatenation, lambda pair, i: concatenate(pair, i, corpus, rng)),
            (chosen.unpunctuated, lambda pair, _: without_marks(pair)),
            (chosen.lower_case, lambda pair, _: as_slug(pair)),
            (chosen.noise, lambda pair, _: (add_slips(pair[0], rng), pair[1])),
        ]
        return [(share, change) for share, change in changes if share]

    def _name(self, corpus: Corpus, rng: Random) -> Texts:
        """Return a name, alone or in a sentence of `corpus`, spelled on one side or both."""
        entry = rng.choice(self._substitution.names)
        sides = rng.choice(((True, True), (True, False), (False, True)))
        texts = (entry.source, entry.target)
        written = tuple(
            spelled(text) if chosen else text for text, chosen in zip(texts, sides, strict=True)
        )
        pair = written[0], written[1]
        if rng.random() < 0.5:
            return pair
        for _ in range(_CARRIERS):
            carrier = self._substitution.insert(rng.choice(corpus.pairs), entry, pair)
            if carrier:
                return carrier
        return pair


def spelled(text: str) -> str:
    """Mark every word of `text` as one to be cut into characters."""
    return " ".join(SPELLED + word for word in text.split())


def concatenate(pair: Texts, i: int, corpus: Corpus, rng: Random) -> Texts | None:
    """Join pair `i` of `corpus`, maybe varied, with one or two whole sentences, its next or any.

    None where it is no whole sentence, or they would be longer than `MAX_JOINED`.
    """
    count, pairs = rng.choice((1, 2)), corpus.pairs
    if rng.random() < 0.5:
        others = list(pairs[i + 1 : i + 1 + count])
    else:
        others = [rng.choice(pairs) for _ in range(count)]
    joined = pair
    for other in others:
        longer = f"{joined[0]} {other[0]}", f"{joined[1]} {other[1]}"
        whole = joined[0].endswith(_SENTENCE_END) and other[0].endswith(_SENTENCE_END)
        if not whole or max(map(len, longer)) > MAX_JOINED:
            break
        joined = longer
    return joined if joined is not pair else None


def without_marks(pair: Texts) -> Texts | None:
    """Return a pair without punctuation, but within words and figures; None where none is left.

    >>> without_marks(("نیپرا: 4.34 روپے، کل!", "Nepra: Rs4.34, 'tomorrow'."))
    ('نیپرا 4.34 روپے کل', 'Nepra Rs4.34 tomorrow')
    """
    source, target = (" ".join(_MARK.sub(" ", text).split()) for text in pair)
    if not source or not target or (source, target) == pair:
        return None
    return source, target


def as_slug(pair: Texts) -> Texts | None:
    """Return a pair without punctuation, the target in lower case, as words of an address are.

    >>> as_slug(("سری لنکا کی معیشت۔", "Sri Lanka's economy: a well-known story"))
    ('سری لنکا کی معیشت', 'sri lankas economy a well known story')
    """
    source, target = without_marks(pair) or pair
    target = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", target.lower().replace("'", ""))
    target = " ".join(target.split())
    return (source, target) if target else None
