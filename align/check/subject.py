"""`Subject`: a translated article as far as the check looks at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from align.articles.article import Article
from align.check.evidence import TEXT_SENTENCES, Evidence, Lead, measure
from align.check.health import health
from align.check.slug import spelled, unusable
from align.check.words import prepare
from align.translate.translation import Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Slug and lead of a translated article.

    Attributes:
        place: Path and id, for messages.
        slug: The words of the slug; "" where there is none.
        label: What somebody says of slug and article, `match` or `mismatch`; None if nobody does.
        lead: What the slug is compared with.
        title: The English headline; "" for none.
        unusable: Why nothing can be compared, as a short phrase; None where it can.
    """

    place: str
    slug: str
    label: str | None
    lead: Lead
    title: str
    unusable: str | None

    @classmethod
    def of(
        cls, article: Article, headline: Translation | None, sentences: Sequence[Translation]
    ) -> Subject:
        """Prepare an article; `headline` and `sentences` as for `check_article`."""
        raw = article.slug.text if article.slug else None
        title = headline.text.strip() if headline else ""
        head = [headline] if headline else []
        first = sentences[:TEXT_SENTENCES]
        texts = [title, *(each.text for each in first)]
        source = [each.source for each in (*head, *first)]
        whole = [(each.source, each.text) for each in (*head, *sentences)]
        translated = any(map(prepare, texts))
        reason = unusable(raw, prepare(" ".join(texts)).split())
        return cls(
            place=f"{article.path} ({article.id})",
            slug=spelled(raw or ""),
            label=article.label,
            lead=Lead.of(title, texts[1:], source, health(whole)),
            title=title,
            unusable=reason if translated else "nothing was translated",
        )

    def evidence(self) -> Evidence:
        """Measure the own slug, which has to be usable."""
        return measure(self.slug, self.lead)
