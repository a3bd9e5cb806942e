"""Epochs: which pairs, varied how, encoded, and packed into batches of like lengths."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

from align.errors import UsageError
from align.train.corpora import Corpus, draw_indices
from align.train.tokenizer import Tokenizer
from align.train.variations import Variations, Varying

Pair = tuple[list[int], list[int]]  # rows of source and target, each ending in </s>
_JITTER: Final = 1.0  # pieces; so that batches are not of the same pairs in every epoch


class Batches:
    """The batches of a run. An epoch depends on seed, number and progress alone.

    `dropped` counts the pairs of the last epoch that were too long.
    """

    def __init__(
        self,
        corpora: Sequence[Corpus],
        tokenizer: Tokenizer,
        *,
        batch_tokens: int,
        seed: int,
        variations: Variations,
        max_tokens: int = 256,
        tell_dropped: Callable[[int, int], None] | None = None,
    ) -> None:
        """Take corpora and how to draw from them.

        Args:
            corpora: At least one.
            tokenizer: Of the model.
            batch_tokens: A batch's most padded tokens: pairs times the longest of their sides.
            seed: Of all draws.
            variations: How pairs are varied.
            max_tokens: The most pieces of a side; longer pairs are dropped.
            tell_dropped: Takes how many are, of the first epoch drawn, and that limit.
        """
        self._corpora, self._tokenizer = tuple(corpora), tokenizer
        self._varying, self._alpha = Varying(variations), variations.sampling
        self._batch_tokens, self._seed = batch_tokens, seed
        self._longest = min(max_tokens, batch_tokens)
        self._option = "--batch-tokens" if batch_tokens < max_tokens else "--max-tokens"
        self._tell_dropped = tell_dropped
        self._encoded: list[dict[int, Pair]] = [{} for _ in corpora]
        self.dropped = 0

    def epoch(self, number: int, progress: float) -> list[list[Pair]]:
        """Return the batches of epoch `number` at `progress` (0 to 1) of the run, shuffled.

        Raises:
            UsageError: Every pair is too long.
        """
        pairs: list[Pair] = []
        for place, corpus in enumerate(self._corpora):
            pairs += self._draw(place, corpus, number, progress)
        kept = [pair for pair in pairs if max(map(len, pair)) <= self._longest]
        self.dropped = len(pairs) - len(kept)
        if pairs and not kept:
            raise UsageError(
                f"all {len(pairs):,} pairs of an epoch are over {self._longest} pieces: give a "
                f"higher {self._option}"
            )
        if self.dropped and self._tell_dropped is not None:
            self._tell_dropped(self.dropped, self._longest)
        self._tell_dropped = None
        return pack(kept, self._batch_tokens, random.Random(f"{self._seed} {number} batches"))

    def _draw(self, place: int, corpus: Corpus, number: int, progress: float) -> list[Pair]:
        rng = random.Random(f"{self._seed} {number} {place}")  # a string: by its digest
        tag = self._tokenizer.tag if corpus.spec.back else None
        scrambled = corpus.spec.back and tag is None
        drawn = self._varying.vary(
            corpus, draw_indices(corpus, progress, rng), rng, scrambled=scrambled
        )
        if self._alpha:
            texts = [corpus.pairs[i] for i in drawn.same] + drawn.changed
            return self._encode(texts, tag, rng.getrandbits(63))
        cache = self._encoded[place]
        new = [i for i in dict.fromkeys(drawn.same) if i not in cache]
        cache.update(zip(new, self._encode([corpus.pairs[i] for i in new], tag), strict=True))
        return [cache[i] for i in drawn.same] + self._encode(drawn.changed, tag)

    def _encode(
        self, texts: Sequence[tuple[str, str]], tag: str | None, seed: int = 0
    ) -> list[Pair]:
        sources = [f"{tag} {source}" if tag else source for source, _ in texts]
        targets = [target for _, target in texts]
        alpha = self._alpha
        return list(
            zip(
                self._tokenizer.encode_source(sources, alpha=alpha, seed=seed),
                self._tokenizer.encode_target(targets, alpha=alpha, seed=seed + 1),
                strict=True,
            )
        )


def pack(pairs: list[Pair], batch_tokens: int, rng: random.Random) -> list[list[Pair]]:
    """Pack pairs of like lengths into batches of at most `batch_tokens` padded tokens, shuffled.

    A longer pair is a batch of its own. By the longer side first, nine tenths of the padded
    tokens are tokens; by the target first, as is usual, two thirds.
    """
    order = sorted(
        pairs, key=lambda pair: (max(map(len, pair)), len(pair[1]) + rng.random() * _JITTER)
    )
    batches: list[list[Pair]] = [[]]
    longest = 0
    for pair in order:
        longest = max(longest, len(pair[0]), len(pair[1]))
        if batches[-1] and longest * (len(batches[-1]) + 1) > batch_tokens:
            batches.append([])
            longest = max(len(pair[0]), len(pair[1]))
        batches[-1].append(pair)
    rng.shuffle(batches)
    return batches if batches[0] else []
