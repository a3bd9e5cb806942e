"""Scraped news: `Article`, and what reads it from text, HTML and JSON Lines."""

from align.articles.article import Article, Leftover, LeftoverKind, Line
from align.articles.jsonl import BilingualFields, Fields
from align.articles.reader import read_articles, read_bilingual

__all__ = [
    "Article", "BilingualFields", "Fields", "Leftover", "LeftoverKind", "Line", "read_articles",
    "read_bilingual",
]  # fmt: skip
