"""Scraped news: `Article`, and what reads it from text, HTML and JSON Lines."""

from align.articles.article import Article, Leftover, LeftoverKind, Line
from align.articles.jsonl import Fields
from align.articles.reader import read_articles

__all__ = ["Article", "Fields", "Leftover", "LeftoverKind", "Line", "read_articles"]
