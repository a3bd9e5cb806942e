"""Scraped news: `Article`, and what reads it from text, HTML and JSON Lines."""

from align.articles.article import LEFTOVER_KINDS, Article, Leftover, Line
from align.articles.jsonl import Fields
from align.articles.reader import read_articles

__all__ = ["LEFTOVER_KINDS", "Article", "Fields", "Leftover", "Line", "read_articles"]
