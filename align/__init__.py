"""Urdu news in, checked English and parallel text out.

>>> import align
>>> article = next(align.read_articles(map(str, align.sample_paths())))
>>> article.slug.text
'new canal bridge opens in multan to ease traffic for thousands of residents'
>>> translator = align.load_translator()
>>> [translated] = align.translate_articles([article], translator)
>>> english = [each.translation for part in translated.paragraphs for each in part]
>>> align.check_article(article, translated.headline, english).verdict in ("match", "doubtful")
True

Importing loads nothing else: each name is imported when it is first used, so that the command
line starts fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from align.articles import Article, Fields, read_articles
    from align.check import Check, check_article
    from align.errors import AlignError, InputError
    from align.pipeline import TranslatedArticle, translate_articles
    from align.samples import sample_paths
    from align.text.normalize import normalize
    from align.text.sentences import Sentence, split_sentences
    from align.translate import Translation, Translator, load_translator

__all__ = [
    "AlignError", "Article", "Check", "Fields", "InputError", "Sentence", "TranslatedArticle",
    "Translation", "Translator", "check_article", "load_translator", "normalize", "read_articles",
    "sample_paths", "split_sentences", "translate_articles",
]  # fmt: skip

_HOMES: Final = {
    "align.articles": ("Article", "Fields", "read_articles"),
    "align.check": ("Check", "check_article"),
    "align.errors": ("AlignError", "InputError"),
    "align.pipeline": ("TranslatedArticle", "translate_articles"),
    "align.samples": ("sample_paths",),
    "align.text.normalize": ("normalize",),
    "align.text.sentences": ("Sentence", "split_sentences"),
    "align.translate": ("Translation", "Translator", "load_translator"),
}
_HOME_OF: Final = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a public name from where it lives (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("urdu-align")
    if name not in _HOME_OF:
        raise AttributeError(f"module 'align' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)
