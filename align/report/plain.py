"""Telling plain text from scraped articles."""

from __future__ import annotations

from align.articles.article import Article


def is_plain(article: Article) -> bool:
    """Tell whether the input was text without any of the marks of a scraped article."""
    marks = (article.title, article.created_line, article.slug, article.headline)
    return all(mark is None for mark in marks)
