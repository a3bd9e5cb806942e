"""`check_article`: one translated article against its slug and headline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from align.articles.article import Article
from align.check.calibration import FITTED, MODEL, probability, verdict
from align.check.evidence import LEAD_SENTENCES, Evidence, Lead, measure
from align.check.result import Check
from align.check.scores import chrf_signature, sentence_bleu, sentence_chrf, sentence_signature
from align.check.slug import spelled, unusable
from align.check.words import prepare
from align.translate.translation import Translation
from align.version import version

# More would bury the rest of the line.
_MOST_NAMED: Final = 6


@cache
def signature() -> str:
    """Return sacrebleu's signature of the sentence BLEU, with what the check adds to it.

    The version of `align` stands for the stems, the table of rarity and the spelling of names.
    """
    fit = f"lead:{LEAD_SENTENCES}|fit:{MODEL}/{FITTED}"
    return f"{sentence_signature()}|{fit}|align:{version()}"


def check_article(
    article: Article, headline: Translation | None, sentences: Sequence[Translation]
) -> Check:
    """Score the translation of `article` against its slug, and its headline where known.

    `headline` translates the headline (or title), `sentences` are the translations of all
    sentences in order; the first `LEAD_SENTENCES` are compared. An article without a usable
    slug or without translation is "unchecked", with the reason.
    """
    slug = article.slug.text if article.slug else None
    title = headline.text.strip() if headline else ""
    reference = article.english_headline
    headline_bleu = sentence_bleu(title, reference) if title and reference else None
    first = sentences[:LEAD_SENTENCES]
    texts = [title, *(each.text for each in first)]
    reason = _untranslated(texts) or unusable(slug, prepare(" ".join(texts)).split())
    if slug is None or reason:
        return Check(
            headline_bleu=headline_bleu,
            reasons=(reason or "no slug",),
            signature=signature(),
            chrf_signature=chrf_signature(),
        )
    slug = spelled(slug)
    source = [each.source for each in ([headline] if headline else []) + list(first)]
    evidence = measure(slug, Lead.of(title, texts[1:], source))
    score = probability(evidence.features)
    return Check(
        slug_bleu=sentence_bleu(title, slug) if title else None,
        slug_chrf=sentence_chrf(title, slug) if title else None,
        slug_recall=evidence.features.lead_recall,
        headline_bleu=headline_bleu,
        score=score,
        verdict=verdict(score),
        reasons=(*_reasons(evidence, title), *_marks(headline, sentences)),
        slug_words=tuple(zip(evidence.words, evidence.translated, strict=True)),
        slug_pair=(title, slug) if title else None,
        signature=signature(),
        chrf_signature=chrf_signature(),
    )


def _untranslated(texts: Sequence[str]) -> str | None:
    return None if any(map(prepare, texts)) else "nothing was translated"


def _reasons(evidence: Evidence, title: str) -> list[str]:
    lost: list[str] = []
    missed: list[str] = []
    for word, here, heard in zip(evidence.words, evidence.translated, evidence.heard, strict=True):
        if not here:
            (lost if heard else missed).append(word)
    reasons = []
    if not title:
        reasons.append("no headline: the first sentences stand in for it")
    elif not evidence.features.headline_recall:
        reasons.append("headline's translation shares no content word with the slug")
    if missed:
        reasons.append(f"slug words not in the translation: {_list(missed)}")
    if lost:
        reasons.append(f"slug words in the Urdu but lost in translation: {_list(lost)}")
    if evidence.features.numbers_missed:
        reasons.append("numbers of the slug are not in the text")
    return reasons


def _list(words: Sequence[str]) -> str:
    rest = len(words) - _MOST_NAMED
    return ", ".join(words[:_MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _marks(headline: Translation | None, sentences: Sequence[Translation]) -> list[str]:
    reasons = []
    if headline and headline.notes:
        reasons.append(f"headline's translation is marked: {', '.join(headline.notes)}")
    marks = Counter(note for each in sentences for note in each.notes)
    if marks:
        counts = ", ".join(f"{note} ({count})" for note, count in marks.items())
        reasons.append(f"of {len(sentences)} sentences marked: {counts}")
    return reasons
