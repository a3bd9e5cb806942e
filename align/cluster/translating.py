"""`translate_on_cluster`: as `align.pipeline.translate_articles`, on the nodes of a cluster."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from align.articles.jsonl import Fields
from align.articles.reader import parse_unread
from align.cluster.corrections import Corrections
from align.cluster.packing import packed
from align.cluster.results import Results
from align.cluster.session import Session
from align.cluster.stage import Row, Worker, results
from align.cluster.windows import Windows, items_of
from align.errors import ClusterError, InputError
from align.pipeline import WINDOW, TranslatedArticle, translate_articles

# What a model is found by, and which arithmetic a processor does: nodes do as the driver does.
_VARIABLES: Final = ("ALIGN_MODELS", "CT2_FORCE_CPU_ISA", "CT2_USE_MKL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides a translation besides its source; see `align.translate.load_translator`."""

    model: str
    engine: str
    quantization: str | None = None
    beam: int
    device: str
    fields: Fields | None = None
    corrections: Corrections | None = None
    environment: Mapping[str, str] = field(
        default_factory=lambda: {name: os.environ[name] for name in _VARIABLES & os.environ.keys()}
    )

    def scope(self) -> str:
        """Name all of it, with the content of the model and the versions of the programs here.

        Raises:
            ModelError: There is no such model here.
        """
        from importlib.metadata import version as installed

        from align.text.normalize import VERSION as NORMALIZE_VERSION
        from align.text.sentences import VERSION as SPLIT_VERSION
        from align.translate.models import find_model
        from align.translate.translator import VERSION as TRANSLATE_VERSION
        from align.version import version

        corrected = self.corrections.corrected if self.corrections else ""
        return repr((
            find_model(self.model).identity, self.engine, installed(self.engine),
            self.quantization, self.beam, self.device, NORMALIZE_VERSION, SPLIT_VERSION,
            TRANSLATE_VERSION, version(), self.fields, corrected, sorted(self.environment.items()),
        ))  # fmt: skip


class Translating(Worker):
    """An actor that holds the model."""

    def begin(self, settings: Settings, scope: str) -> None:
        """Load the model, on one thread.

        Raises:
            ClusterError: Model or programs are not those of the driver.
        """
        from align.translate import load_translator

        os.environ.update(settings.environment)
        if settings.scope() != scope:
            raise ClusterError(
                f"a node has another model or other versions than the driver: {settings.scope()}"
                f" there, {scope} here"
            )
        self._fields = settings.fields
        self._translator = load_translator(
            settings.model,
            engine=settings.engine,
            quantization=settings.quantization,
            beam=settings.beam,
            threads=1,
            device=settings.device,
            memory=settings.corrections,
        )

    def row(self, row: Row) -> Row:
        """Translate a window."""
        articles = (
            item if isinstance(item, InputError) else parse_unread(item, fields=self._fields)
            for item in items_of(row)
        )
        # As many as there are: a window of whatever size is one call.
        found = list(translate_articles(articles, self._translator, window=sys.maxsize))
        data = packed(found) if found else b""
        return {"number": row["number"], "digest": row["digest"], "result": data}


def translate_on_cluster(
    sources: tuple[str, ...],
    settings: Settings,
    session: Session,
    kept: Results,
    *,
    window: int = WINDOW,
) -> Iterator[TranslatedArticle | InputError]:
    """Translate articles; see `align.pipeline.translate_articles`.

    Args:
        sources: What is read here: files, folders, patterns; `-` lies in the folder of `kept`.
        settings: The model, and how it translates.
        session: The cluster.
        kept: Gets each shard when it is finished; those that are there are not computed.
        window: As of `translate_articles`: results depend on it in the last digit of a score.

    Yields:
        One result for each input, in order; what is finished too early waits on disk.

    Raises:
        ModelError: There is no such model here.
        ClusterError: The cluster failed, or a node is not like this one.
    """
    scope = settings.scope()
    windows = Windows(sources, scope, kept.folder.absolute(), window)
    arguments = {"settings": settings, "scope": scope}
    waiting: dict[int, str] = {}
    signatures: set[str] = set()
    number = 0
    gpus = settings.device == "cuda"
    for row in results(session, windows, Translating, arguments, gpus=gpus):
        if row["result"]:
            kept.write(row["digest"], row["result"])
        waiting[row["number"]] = row["digest"]
        while number in waiting:
            for item in kept.read(waiting.pop(number)):
                if not isinstance(item, InputError):
                    signatures.add(item.signature)
                    _check_signatures(signatures)
                yield item
            number += 1


def _check_signatures(signatures: set[str]) -> None:
    if len(signatures) > 1:
        raise ClusterError(f"nodes translate in different ways: {', '.join(sorted(signatures))}")
