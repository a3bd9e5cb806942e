"""`check_article`: one translated article against its slug and headline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import Final

from align.articles.article import Article
from align.check.calibration import SHIPPED, Calibration
from align.check.evidence import LEAD_SENTENCES, TEXT_SENTENCES, Evidence
from align.check.result import Check
from align.check.scores import chrf_signature, sentence_bleu, sentence_chrf, sentence_signature
from align.check.subject import Subject
from align.translate.translation import Translation
from align.version import version

# More would bury the rest of the line.
_MOST_NAMED: Final = 6


@cache
def signature(calibration: Calibration = SHIPPED) -> str:
    """Return sacrebleu's signature of the sentence BLEU, with what the check adds to it.

    The version of `align` stands for the stems, the table of rarity and the spelling of names.
    """
    fit = f"lead:{LEAD_SENTENCES}|text:{TEXT_SENTENCES}|fit:{calibration.name}"
    return f"{sentence_signature()}|{fit}|align:{version()}"


def check_article(
    article: Article,
    headline: Translation | None,
    sentences: Sequence[Translation],
    *,
    calibration: Calibration = SHIPPED,
) -> Check:
    """Score the translation of `article` against its slug, and its headline where known.

    `headline` translates the headline (or title), `sentences` are the translations of all
    sentences in order. The first `TEXT_SENTENCES` are compared with the slug; what is to be seen
    wrong with any of them counts too. An article without a usable slug or without translation is
    "unchecked", with the reason. `calibration` makes score and verdict of what was found.
    """
    subject = Subject.of(article, headline, sentences)
    title, slug, reference = subject.title, subject.slug, article.english_headline
    headline_bleu = sentence_bleu(title, reference) if title and reference else None
    if subject.unusable:
        return Check(
            headline_bleu=headline_bleu,
            reasons=(subject.unusable,),
            signature=signature(calibration),
            chrf_signature=chrf_signature(),
        )
    evidence = subject.evidence()
    score = calibration.probability(evidence.features)
    return Check(
        slug_bleu=sentence_bleu(title, slug) if title else None,
        slug_chrf=sentence_chrf(title, slug) if title else None,
        slug_recall=evidence.features.text_recall,
        headline_bleu=headline_bleu,
        score=score,
        verdict=calibration.verdict(score),
        reasons=(*_reasons(evidence, title), *_marks(headline, sentences)),
        slug_words=tuple(zip(evidence.words, evidence.translated, strict=True)),
        slug_pair=(title, slug) if title else None,
        signature=signature(calibration),
        chrf_signature=chrf_signature(),
    )


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
    quoted = ", ".join(f'"{word}"' for word in words[:_MOST_NAMED])
    return quoted + (f" and {rest} more" if rest > 0 else "")


def _marks(headline: Translation | None, sentences: Sequence[Translation]) -> list[str]:
    reasons = []
    if headline and headline.doubts:
        reasons.append(f"headline's translation is marked: {', '.join(headline.doubts)}")
    marks = Counter(note for each in sentences for note in each.doubts)
    if marks:
        counts = ", ".join(f"{note} ({count})" for note, count in marks.items())
        reasons.append(f"of {len(sentences)} sentences marked: {counts}")
    return reasons
