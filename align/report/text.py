"""Translated articles as text, in the layout of the file that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from align.articles.article import Line
from align.pipeline import TranslatedArticle
from align.report.plain import is_plain
from align.report.visible import visible


def lines(texts: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield each text line for line, and nothing between texts."""
    yield from map(article_text, texts)


def text(articles: Iterable[TranslatedArticle]) -> Iterator[str]:
    """Yield each article as `article_text`; of several, each below a line `==> PATH <==`."""
    held: TranslatedArticle | None = None
    count = 0
    for count, translated in enumerate(articles, 1):
        # Whether there are several is known when the second comes.
        if held is not None:
            yield _headed(held, first=count == 2)
        held = translated
    if held is not None:
        yield article_text(held) if count == 1 else _headed(held, first=False)


def article_text(translated: TranslatedArticle) -> str:
    """Return the English article in the layout of `article.text`, ending in a line end.

    Each line of the article is replaced where it stands: title and headline by the English
    headline, a paragraph by its sentences joined by one space. The date, the slug and all blank
    lines stay. Leftovers stay as they were; those within the story move below
    it, but in plain text, where every line stays in its place.
    """
    article = translated.article
    story = _story(translated)
    story_end = max((line.end for line, _ in story), default=0)
    within = [line for line in article.leftovers if line.start < story_end]
    moved = [] if is_plain(article) else within  # plain text stays line for line
    parts = sorted([*story, *((line, "") for line in moved)], key=lambda part: part[0].start)
    starts = [*(line.start for line, _ in parts), len(article.text)]

    pieces = [article.text[: starts[0]]]
    for (line, english), next_start in zip(parts, starts[1:], strict=True):
        if line not in moved:
            pieces.append(english)
            # What follows a moved line goes with it, so that blank lines do not double.
            pieces.append(article.text[line.end : min(next_start, story_end)])
    end = "\r\n" if "\r\n" in article.text else "\n"
    pieces += [f"{end}{end}{line.text}" for line in moved]
    pieces.append(article.text[story_end:] if story else "")
    whole = "".join(pieces)
    return whole if whole.endswith("\n") or not whole else whole + end


def _story(translated: TranslatedArticle) -> list[tuple[Line, str]]:
    """Return the lines that are not leftovers, each with what stands for it in English."""
    article = translated.article
    headline = translated.headline
    story = []
    for line in (article.created_line, article.slug):
        if line is not None:
            story.append((line, article.text[line.start : line.end]))
    for line in (article.title, article.headline):
        if line is not None:
            story.append((line, _one_line(headline.text) if headline is not None else line.text))
    for line, sentences in zip(article.paragraphs, translated.paragraphs, strict=True):
        english = " ".join(_one_line(sentence.translation.text) for sentence in sentences)
        as_read = all(sentence.translation.passed_through for sentence in sentences)
        story.append((line, line.text if as_read else english or line.text))
    return story


def _one_line(english: str) -> str:
    return " ".join(english.split())


def _headed(translated: TranslatedArticle, *, first: bool) -> str:
    article = translated.article
    name = article.path if article.id in article.path else f"{article.path} {article.id}"
    return ("" if first else "\n") + f"==> {visible(name)} <==\n\n{article_text(translated)}"
