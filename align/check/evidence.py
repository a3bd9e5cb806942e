"""What speaks for slug and article belonging together: the features of the score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from align.check.health import SOUND, Health
from align.check.scores import sentence_chrf
from align.check.words import content_words, matching, prepare, sounds_like, stem, weight
from align.text.normalize import normalize
from align.text.numbers import find_numbers

# Stories are summed up in their first sentences, and slugs mostly retell one of those; single
# words of a slug stand further below. Of much longer texts any slug has some words.
LEAD_SENTENCES: Final = 5
TEXT_SENTENCES: Final = 12
_WORD: Final = re.compile(r"[^\W_]+")


class Features(NamedTuple):
    """What the score is computed from, each from 0 to 1; see `measure`.

    Recall is of the slug's content words, each with the weight of its rarity. BLEU of headline and
    slug, and recall among the Urdu words, were tried, and told nothing beside the others
    (`scripts/slug_study`).
    """

    slug_chrf: float  # slug against translated headline
    headline_recall: float
    sentence_chrf: float  # slug against the best of the first sentences
    sentence_recall: float
    text_recall: float  # slug against headline and text as a whole
    numbers_missed: float  # share of the slug's numbers that neither side has
    numbers_lost: float  # these two of the whole translation, see `align.check.health`
    doubtful: float


# What each feature may do to the score: raise it (1) or lower it (-1).
_LOWERING: Final = frozenset(("numbers_missed", "numbers_lost", "doubtful"))
SIGNS: Final = tuple(-1.0 if name in _LOWERING else 1.0 for name in Features._fields)


@dataclass(frozen=True, slots=True)
class Lead:
    """Headline and beginning of an article, prepared for comparison with many slugs.

    `headline` (none or one) and `sentences` hold prepared English, each with its stems, `stems`
    those of more sentences, `source` distinct normalised Urdu words, `numbers` the values on
    either side, and `health` that of the whole translation.
    """

    headline: tuple[tuple[str, frozenset[str]], ...]
    sentences: tuple[tuple[str, frozenset[str]], ...]
    stems: frozenset[str]
    source: tuple[str, ...]
    numbers: frozenset[Decimal]
    health: Health = SOUND

    @classmethod
    def of(
        cls,
        headline: str,
        sentences: Sequence[str],
        source: Sequence[str],
        health: Health = SOUND,
    ) -> Lead:
        """Prepare a translated headline ("" for none), translated sentences and Urdu texts.

        Only the first `TEXT_SENTENCES` of `sentences` count; `source` is what headline and those
        sentences were translated from; `health` is that of all there is.
        """
        english = (headline, *sentences[:TEXT_SENTENCES])
        return cls(
            headline=_with_stems([headline]),
            sentences=_with_stems(sentences[:LEAD_SENTENCES]),
            stems=frozenset().union(*(stems for _, stems in _with_stems(english))),
            source=tuple(dict.fromkeys(_WORD.findall(normalize(" ".join(source))))),
            numbers=frozenset(
                number.value for text in (*english, *source) for number in find_numbers(text)
            ),
            health=health,
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """The features, and for each content word of the slug whether each side has it."""

    features: Features
    words: tuple[str, ...]
    translated: tuple[bool, ...]  # in the English headline or text
    heard: tuple[bool, ...]  # in the Urdu of these, by sound


def measure(slug: str, lead: Lead) -> Evidence:
    """Compare a usable slug with the lead of an article.

    Where no headline was translated, the first sentences stand in for it.

    >>> lead = Lead.of("Bridge of Gilgit closed", ["Repairs take 3 weeks."], ["گلگت کا پل بند"])
    >>> found = measure("gilgit bridge shut for repairs", lead)
    >>> dict(zip(found.words, found.translated, strict=True))
    {'gilgit': True, 'bridge': True, 'shut': False, 'repairs': True}
    >>> dict(zip(found.words, found.heard, strict=True))
    {'gilgit': True, 'bridge': False, 'shut': False, 'repairs': False}
    >>> round(found.features.headline_recall, 2), round(found.features.text_recall, 2)
    (0.47, 0.75)
    """
    reference = prepare(slug)
    words = content_words(reference)
    found = [matching(word, lead.stems) for word in words]
    heard = tuple(any(sounds_like(each, word) for each in lead.source) for word in words)
    translated = tuple(bool(each) for each in found)

    def recall(stems: frozenset[str]) -> float:
        return _share(words, [not stems.isdisjoint(each) for each in found])

    titles = lead.headline or lead.sentences
    sentences = lead.sentences or lead.headline
    features = Features(
        slug_chrf=max(sentence_chrf(text, reference) / 100 for text, _ in titles),
        headline_recall=max(recall(stems) for _, stems in titles),
        sentence_chrf=max(sentence_chrf(text, reference) / 100 for text, _ in sentences),
        sentence_recall=max(recall(stems) for _, stems in sentences),
        text_recall=_share(words, translated),
        numbers_missed=_numbers_missed(reference, lead.numbers),
        numbers_lost=lead.health.numbers_lost,
        doubtful=lead.health.doubtful,
    )
    return Evidence(features, words, translated, heard)


def _numbers_missed(slug: str, numbers: frozenset[Decimal]) -> float:
    wanted = [number.value in numbers for number in find_numbers(slug)]
    return wanted.count(False) / len(wanted) if wanted else 0.0


def _share(words: Sequence[str], have: Sequence[bool]) -> float:
    weights = [weight(word) for word in words]
    got = sum(each for each, here in zip(weights, have, strict=True) if here)
    return got / sum(weights) if words else 0.0


def _with_stems(texts: Sequence[str]) -> tuple[tuple[str, frozenset[str]], ...]:
    prepared = filter(None, map(prepare, texts))
    return tuple((text, frozenset(map(stem, text.split()))) for text in prepared)
