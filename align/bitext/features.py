"""Features of sentences: words, their beginnings and letter 4-grams, numbers, names.

Words, prefixes of five letters and 4-grams make a soft overlap: what translation and target
spell a little differently they still share in part. Numbers are compared by value, so `25 لاکھ`
meets "2.5 million", and names by their sound, so پشاور meets "Peshawar": evidence from the
source itself, which holds where the translation is bad or missing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from align.bitext.bags import Bags, Floats, Ints, collect, ragged, stack
from align.bitext.evidence import Rows, shared_numbers, shared_sounds

_TOKEN: Final = re.compile(r"\w+|[^\w\s]")
_MARKS: Final = str.maketrans("؟،؛۔٪’‘”“«»", '?,;.%\'\'""""')
_CHUNK: Final = 4096  # sentences at once, so that memory is bounded
_NUMBER_WEIGHT: Final = 6.0  # a word counts by its prefix and 4-grams too, a number is one feature
_NAME_WEIGHT: Final = 4.0
_LONGEST: Final = 1000  # letters of a word whose 4-grams count: some languages write no blanks


class Vocabulary:
    """Numbers of features, and of the words of each language; a word brings several features."""

    def __init__(self) -> None:
        self.features: dict[str, int] = {}
        self.parts: list[list[int]] = []  # features of each word
        self.words = {language: _Words(language, self) for language in ("s", "t")}

    def feature(self, name: str) -> int:
        """Return the number of a feature, a new one if it was not seen before."""
        return self.features.setdefault(name, len(self.features))


class _Words(dict[str, int]):
    """Numbers of words; a missing one is entered when it is asked for."""

    def __init__(self, language: str, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._language, self._vocabulary = language, vocabulary

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self._vocabulary.parts)
        names = _word_features(word, self._language)
        self._vocabulary.parts.append([self._vocabulary.feature(name) for name in names])
        return number


def _word_features(word: str, language: str) -> Iterator[str]:
    yield f"{language} {word}"
    if not word[0].isalnum():
        return
    if len(word) > 3:
        yield f"{language}^{word[:5]}"
    padded = f" {word[:_LONGEST]} "
    for at in range(len(padded) - 3):
        yield f"{language}~{padded[at : at + 4]}"


@dataclass(frozen=True, slots=True)
class Featured:
    """Both sides as bags over one set of features.

    Attributes:
        source: Bags of the source.
        target: Bags of the target.
        weights: [features] how much each feature tells.
        names: The name of each feature: language and kind in two letters, then the text.
    """

    source: Bags
    target: Bags
    weights: Floats
    names: tuple[str, ...]


def featurize(
    source: Sequence[str],
    target: Sequence[str],
    translation: Sequence[str] | None,
    reverse: Sequence[str] | None,
) -> Featured:
    """Return the features of both sides; languages that no translation joins are left out.

    Source and translation are of one length, target and reverse too.
    """
    vocabulary = Vocabulary()
    lefts, rights = [], []
    if translation is not None:
        lefts.append((translation, "t"))
        rights.append((target, "t"))
    if reverse is not None:
        lefts.append((source, "s"))
        rights.append((reverse, "s"))
    translated = bool(lefts)
    if not translated:  # languages of one alphabet share names and cognates
        lefts, rights = [(source, "t")], [(target, "t")]
    numbers, names = shared_numbers(source, target), shared_sounds(source, target)
    source_bags = _bags(lefts, numbers[0], names[0], vocabulary)
    target_bags = _bags(rights, numbers[1], names[1], vocabulary)
    labels = tuple(vocabulary.features)
    if not translated:  # that the rest differs tells nothing
        source_bags, target_bags = _shared(source_bags, target_bags, labels)
    weights = _weights(source_bags, target_bags, labels)
    return Featured(source_bags, target_bags, weights, labels)


def _shared(source: Bags, target: Bags, labels: tuple[str, ...]) -> tuple[Bags, Bags]:
    """Return the bags with only the features that occur on both sides, and all numbers."""
    kept = np.bincount(source.features, minlength=len(labels)) > 0
    kept &= np.bincount(target.features, minlength=len(labels)) > 0
    kept |= np.array([label.startswith("= ") for label in labels], np.bool_)
    return source.select(kept), target.select(kept)


def _bags(
    texts: list[tuple[Sequence[str], str]],
    numbers: Rows,
    names: Rows,
    vocabulary: Vocabulary,
) -> Bags:
    extra = [
        [vocabulary.feature(f"= {value}") for value in values]
        + [vocabulary.feature(f"& {key}") for key in keys]
        for values, keys in zip(numbers, names, strict=True)
    ]
    parts = []
    for start in range(0, len(extra), _CHUNK):
        size = min(_CHUNK, len(extra) - start)
        entries = [
            _text_entries(side[start : start + size], language, vocabulary)
            for side, language in texts
        ]
        entries.append(_flat(extra[start : start + size]))
        sentences, features = (np.concatenate(arrays) for arrays in zip(*entries, strict=True))
        parts.append(collect(sentences, features.astype(np.int32), size))
    return stack(parts)


def _text_entries(texts: Sequence[str], language: str, vocabulary: Vocabulary) -> tuple[Ints, Ints]:
    """Return the sentence and the feature of each entry."""
    number_of = vocabulary.words[language].__getitem__
    words = [list(map(number_of, tokens(text))) for text in texts]
    sentences, numbers = _flat(words)
    used, places = np.unique(numbers, return_inverse=True)
    lengths = np.array([len(vocabulary.parts[word]) for word in used], np.int64)
    features = np.array(
        list(chain.from_iterable(vocabulary.parts[word] for word in used)), np.int64
    )
    owner, where = ragged((np.cumsum(lengths) - lengths)[places], lengths[places])
    return sentences[owner], features[where]


def _flat(rows: list[list[int]]) -> tuple[Ints, Ints]:
    lengths = np.array([len(row) for row in rows], np.int64)
    values = np.fromiter(chain.from_iterable(rows), np.int64, int(lengths.sum()))
    return np.repeat(np.arange(len(rows)), lengths), values


def tokens(text: str) -> list[str]:
    """Return words in lower case and marks.

    >>> tokens("Rs12,000 — کیا؟")
    ['rs12', ',', '000', '—', 'کیا', '?']
    """
    return _TOKEN.findall(text.translate(_MARKS).lower())


def _weights(source: Bags, target: Bags, names: tuple[str, ...]) -> Floats:
    """Return ln(1 + S / df) of each feature, S and df being sentences of both sides."""
    frequency = sum(
        np.bincount(bags.features, minlength=len(names)).astype(np.float64)
        for bags in (source, target)
    )
    weights = np.log1p((len(source) + len(target)) / np.maximum(frequency, 1.0))
    kinds = Counter({"= ": _NUMBER_WEIGHT, "& ": _NAME_WEIGHT})
    factors = np.array([kinds[name[:2]] or 1.0 for name in names], np.float64)
    return np.asarray(weights * factors, np.float64)
