"""Urdu news in, checked English out.

>>> import align
>>> articles = list(align.read_articles(map(str, align.sample_paths())))
>>> articles[0].slug.text
'new canal bridge opens in multan to ease traffic for thousands of residents'
>>> translator = align.load_translator()
>>> results = list(align.check_articles(align.translate_articles(articles, translator)))
>>> [result.translated.article.id for result in results if result.check.verdict == "unchecked"]
['mobile-library']

Importing loads nothing else: each name is imported when it is first used, so that the command
line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from align.articles import Article, Fields, read_articles
    from align.check import Check
    from align.errors import AlignError, InputError
    from align.pipeline import CheckedArticle, TranslatedArticle, check_articles, translate_articles
    from align.samples import sample_paths
    from align.text.normalize import normalize
    from align.text.sentences import Sentence, split_sentences
    from align.translate import Translation, Translator, load_translator

__all__ = [
    "AlignError", "Article", "Check", "CheckedArticle", "Fields", "InputError", "Sentence",
    "TranslatedArticle", "Translation", "Translator", "check_articles", "load_translator",
    "normalize", "read_articles", "sample_paths", "split_sentences", "translate_articles",
]  # fmt: skip

_HOMES: Final = {
    "align.articles": ("Article", "Fields", "read_articles"),
    "align.check": ("Check",),
    "align.errors": ("AlignError", "InputError"),
    "align.pipeline": (
        "CheckedArticle",
        "TranslatedArticle",
        "check_articles",
        "translate_articles",
    ),
    "align.samples": ("sample_paths",),
    "align.text.normalize": ("normalize",),
    "align.text.sentences": ("Sentence", "split_sentences"),
    "align.translate": ("Translation", "Translator", "load_translator"),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives (PEP 562)."""
    if name == "__version__":
        from align.version import version

        return version()
    if name not in _HOME_OF:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
