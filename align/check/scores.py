"""BLEU and chrF against slugs, through sacrebleu, with signatures that say what was done.

Both sides are spelled as a slug is (`align.check.words.prepare`): lower case (sacrebleu's
`case:lc`) and without punctuation, which sacrebleu has no name for, hence `punct:stripped`.
BLEU of a sentence takes only the orders of n-gram that a short text has (`eff:yes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from align.check.words import prepare

if TYPE_CHECKING:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

_PREPARED: Final = "punct:stripped"


@dataclass(frozen=True, slots=True)
class CorpusScores:
    """BLEU and chrF (0 to 100) of all headlines against their slugs; None without articles."""

    bleu: float | None
    chrf: float | None
    bleu_signature: str
    chrf_signature: str
    articles: int


def sentence_bleu(text: str, reference: str) -> float:
    """Return sentence BLEU, 0 to 100, of `text` against one reference, both any English.

    >>> round(sentence_bleu("Turkey's opposition: holds Istanbul", "turkeys opposition keeps"), 2)
    31.95
    """
    return float(_sentence_bleu().sentence_score(prepare(text), [prepare(reference)]).score)


def sentence_chrf(text: str, reference: str) -> float:
    """Return sentence chrF (chrF2), 0 to 100, of `text` against one reference.

    >>> round(sentence_chrf("Weavers' cooperative: looms return", "weavers get looms back"), 2)
    40.45
    """
    return float(_chrf().sentence_score(prepare(text), [prepare(reference)]).score)


def sentence_signature() -> str:
    """Return the signature of `sentence_bleu`.

    >>> sentence_signature().partition("|version")[0]
    'nrefs:1|case:lc|eff:yes|tok:13a|smooth:exp'
    """
    return f"{_sentence_bleu().get_signature().format()}|{_PREPARED}"


def chrf_signature() -> str:
    """Return the signature of chrF, of a sentence and of a corpus.

    >>> chrf_signature().partition("|version")[0]
    'nrefs:1|case:lc|eff:yes|nc:6|nw:0|space:no'
    """
    return f"{_chrf().get_signature().format()}|{_PREPARED}"


def corpus_scores(slug_pairs: Iterable[tuple[str, str]]) -> CorpusScores:
    """Score translated headlines against slugs: pairs of (headline, slug), one an article.

    Corpus BLEU and chrF sum their counts over all articles, so they are no means of the scores
    of single articles.

    >>> pairs = [("Canal reopens", "canal opens again"), ("Looms return", "looms return")]
    >>> scores = corpus_scores(pairs)
    >>> scores.articles, round(scores.chrf, 2)
    (2, 63.71)
    """
    pairs = [(prepare(headline), prepare(slug)) for headline, slug in slug_pairs]
    headlines, slugs = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    bleu, chrf = _corpus_bleu(), _chrf()
    return CorpusScores(
        bleu=float(bleu.corpus_score(headlines, [slugs]).score) if pairs else None,
        chrf=float(chrf.corpus_score(headlines, [slugs]).score) if pairs else None,
        bleu_signature=f"{bleu.get_signature().format()}|{_PREPARED}",
        chrf_signature=chrf_signature(),
        articles=len(pairs),
    )


# A signature is complete once a metric has seen its references, so each sees a first pair here.


@cache
def _sentence_bleu() -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(lowercase=True, effective_order=True)
    metric.sentence_score("a", ["a"])
    return metric


@cache
def _corpus_bleu() -> BLEU:
    from sacrebleu.metrics.bleu import BLEU

    metric = BLEU(lowercase=True)
    metric.corpus_score(["a"], [["a"]])
    return metric


@cache
def _chrf() -> CHRF:
    from sacrebleu.metrics.chrf import CHRF

    metric = CHRF(lowercase=True)
    metric.sentence_score("a", ["a"])
    return metric
