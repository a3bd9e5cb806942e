"""Reading: articles become texts in the working folder, each cut into sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from align.articles import Article, BilingualFields, Fields, read_articles, read_bilingual
from align.articles.inputs import shown
from align.bitext.side import side_of_article
from align.building.inputs import Input, Sources, find_inputs
from align.building.texts import Text, Texts, write_texts
from align.building.work import Work, key_of
from align.corpus.filtering import Progress
from align.errors import InputError
from align.text.normalize import VERSION as NORMALIZE_VERSION
from align.text.sentences import VERSION as SPLIT_VERSION
from align.version import version

T = TypeVar("T")
_TOLD: Final = 1000  # failures whose messages are kept; the others are only counted
_VERSION: Final = 2  # grows when reading the same file gives something else
_EVERY: Final = 50  # documents between two tellings of progress


@dataclass(slots=True)
class Failures:
    """What could not be read: how many documents or files, and a line about each of the first."""

    count: int = 0
    messages: list[str] = field(default_factory=list)

    def add(self, message: str) -> None:
        """Count one."""
        self.count += 1
        if len(self.messages) < _TOLD:
            self.messages.append(message)


@dataclass(frozen=True, slots=True)
class Collection:
    """What was read: both sides, failures of each, the inputs, and a key of all that.

    Where `paired`, the texts of one number belong together, and the failures are the same.
    """

    source: Texts
    target: Texts
    failures: tuple[Failures, Failures]
    inputs: tuple[tuple[str, Input], ...]
    key: str
    paired: bool

    @property
    def messages(self) -> list[str]:
        """A line about each failure, and how many there are beyond."""
        some = self.failures[:1] if self.paired else self.failures
        lines = [line for failures in some for line in failures.messages]
        more = sum(failures.count - len(failures.messages) for failures in some)
        return [*lines, f"and {more:,} more that could not be read"] if more else lines

    @property
    def failed(self) -> int:
        """How many inputs or documents could not be read."""
        return sum(one.count for one in (self.failures[:1] if self.paired else self.failures))


def collect(sources: Sources, work: Work) -> Collection:
    """Read all documents, unless the same files were read before."""
    if sources.target:
        return _two_sides(sources, work)
    inputs, lost = find_inputs(
        sources.source,
        origin=sources.origin,
        only_records=True,
        outside=(work.corpus, work.folder),
    )
    key = key_of("read pairs", _versions(), repr(sources.bilingual_fields), _named(inputs))
    paths = [work.folder / "texts" / f"{name}.jsonl" for name in ("source", "target")]
    record = work.record("read", key)
    if record is None:
        failures = Failures()
        with write_texts(*paths) as (add_source, add_target):
            found = _pairs(inputs, sources.bilingual_fields, failures)
            for source, target in _told(found, "reading", work.progress):
                add_source(source)
                add_target(target)
        record = _finished(work, "read", key, failures, paths)
    failures = _failures(record, lost)
    named = tuple(("source and target", one) for one in inputs)
    texts = [Texts(path) for path in paths]
    return Collection(texts[0], texts[1], (failures, failures), named, key, paired=True)


def _two_sides(sources: Sources, work: Work) -> Collection:
    texts: list[Texts] = []
    failures: list[Failures] = []
    named: list[tuple[str, Input]] = []
    keys: list[str] = []
    for name, paths, fields, language in (
        ("source", sources.source, sources.fields, "ur"),
        ("target", sources.target, sources.target_fields, "en"),
    ):
        inputs, lost = find_inputs(paths, origin=sources.origin, outside=(work.corpus, work.folder))
        key = key_of("read", language, _versions(), repr(fields), _named(inputs))
        path = work.folder / "texts" / f"{name}.jsonl"
        record = work.record(f"read-{name}", key)
        if record is None:
            failed = Failures()
            found = _texts(inputs, fields, language, failed)
            with write_texts(path) as (add,):
                for text in _told(found, f"reading {name}", work.progress):
                    add(text)
            record = _finished(work, f"read-{name}", key, failed, [path])
        failures.append(_failures(record, lost))
        texts.append(Texts(path))
        named += [(name, one) for one in inputs]
        keys.append(key)
    return Collection(
        texts[0], texts[1], (failures[0], failures[1]), tuple(named), key_of(keys), paired=False
    )


def _versions() -> list[object]:
    return [version(), _VERSION, SPLIT_VERSION, NORMALIZE_VERSION]


def _named(inputs: Sequence[Input]) -> list[list[str]]:
    return [[shown(one.path), one.origin, one.sha256] for one in inputs]


def _finished(
    work: Work, stage: str, key: str, failures: Failures, paths: Iterable[Path]
) -> dict[str, Any]:
    record = {"failed": failures.count, "messages": failures.messages}
    outputs = [file for path in paths for file in (path, path.with_suffix(".index"))]
    return work.finish(stage, key, record, outputs)


def _failures(record: dict[str, Any], lost: list[str]) -> Failures:
    return Failures(record["failed"] + len(lost), [*lost, *record["messages"]])


class _Names:
    """Gives each document of an origin a name that no other has: `a`, then `a#2`."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()

    def name(self, origin: str, id: str) -> str:
        self._seen[origin, id] += 1
        count = self._seen[origin, id]
        return id if count == 1 else self.name(origin, f"{id}#{count}")


def _texts(
    inputs: Sequence[Input], fields: Fields | None, language: str, failures: Failures
) -> Iterator[Text]:
    names = _Names()
    for file in inputs:
        for article in read_articles(file.path, fields=fields, language=language):
            try:
                if isinstance(article, InputError):
                    raise article
                yield _text(article, file.origin, language, names.name(file.origin, article.id))
            except InputError as error:
                failures.add(str(error))


def _pairs(
    inputs: Sequence[Input], fields: BilingualFields | None, failures: Failures
) -> Iterator[tuple[Text, Text]]:
    names = _Names()
    for file in inputs:
        for both in read_bilingual(file.path, fields=fields):
            try:
                if isinstance(both, InputError):
                    raise both
                source, target = both
                name = names.name(file.origin, source.id)
                yield (
                    _text(source, file.origin, "ur", name),
                    _text(target, file.origin, "en", name),
                )
            except InputError as error:
                failures.add(str(error))


def _text(article: Article, origin: str, language: str, name: str) -> Text:
    side = replace(side_of_article(article, language=language), id=name)
    slug = article.slug.text if article.slug else ""
    return Text(side, origin, slug, article.english_headline or "")


def _told(items: Iterable[T], stage: str, progress: Progress) -> Iterator[T]:
    for number, item in enumerate(items):
        if number % _EVERY == 0:
            progress(stage, number, None)
        yield item
