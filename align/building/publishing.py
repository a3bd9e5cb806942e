"""Publishing: the parts in every format, the data card, the account, and last the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from align.building.refining import DROPPED, DUPLICATES, LEDGERS, Refined
from align.building.settings import Settings
from align.building.work import MANIFEST, Work, key_of
from align.corpus.drafts import whole, write_text
from align.corpus.formats import write_pairs
from align.corpus.formats.names import corpus_to_write
from align.corpus.split import PARTS
from align.corpus.statistics import gather
from align.report.data_card import DataCard, data_card_markdown
from align.report.data_card_html import data_card_html

DOCUMENTS: Final = "documents.jsonl"
_CARDS: Final = ("card.md", "card.html")
_LANGUAGES: Final = ("ur", "en")


def publish(
    manifest: dict[str, Any],
    documents: Callable[[], Iterable[str]],
    refined: Refined,
    settings: Settings,
    work: Work,
) -> dict[str, Any]:
    """Write what is published, unless it is there, and return the manifest with all files."""
    key = key_of("publish", refined.key, manifest)
    record = work.record("publish", key)
    if record is not None:
        return dict(record["manifest"])
    folder = work.corpus
    work.unpublish()
    _clear(work)
    files = [folder / name for name in (DROPPED, DUPLICATES, *LEDGERS)]
    files += _write_parts(refined, settings, work)
    work.progress("writing the card", 0, None)
    files += _write_cards(refined, settings, manifest, folder)
    with whole(folder / DOCUMENTS) as file:
        for line in documents():
            file.write(line.encode("utf-8", "backslashreplace"))
    files.append(folder / DOCUMENTS)
    complete = manifest | {"files": [_described(path) for path in sorted(files)]}
    text = json.dumps(complete, ensure_ascii=False, indent=2) + "\n"
    names = sorted(path.name for path in files)
    write_text(work.folder / "published.json", json.dumps(names))
    write_text(folder / MANIFEST, text)
    work.finish("publish", key, {"manifest": complete}, [*files, folder / MANIFEST])
    return complete


def _clear(work: Work) -> None:
    """Remove the parts that were published before, which may not be written again."""
    place = work.folder / "published.json"
    if place.is_file():
        parts = tuple(f"{part}." for part in PARTS)
        for name in json.loads(place.read_text("utf-8")):
            if name.startswith(parts):
                (work.corpus / name).unlink(missing_ok=True)


def _write_parts(refined: Refined, settings: Settings, work: Work) -> list[Path]:
    facts = _facts(settings, {})
    written: list[Path] = []
    for index, part in enumerate(PARTS):
        if not refined.split[part]["pairs"]:
            continue
        for name in settings.formats:
            path = str(work.corpus / (part if name == "moses" else f"{part}.{name}"))
            work.progress(f"writing {Path(path).name}", 0, None)
            write_pairs(
                path, refined.pairs(index), languages=_LANGUAGES, facts=facts, changed=work.warn
            )
            written += map(Path, corpus_to_write(path, _LANGUAGES).paths)
    return written


def _write_cards(
    refined: Refined, settings: Settings, manifest: dict[str, Any], folder: Path
) -> list[Path]:
    statistics = gather(refined.pairs())
    facts = _facts(settings, manifest)
    card = DataCard(settings.title, statistics, _LANGUAGES, facts, refined.ledger)
    paths = [folder / name for name in _CARDS]
    for path, text in zip(
        paths, ("".join(data_card_markdown(card)), data_card_html(card)), strict=True
    ):
        write_text(path, text)
    return paths


def _facts(settings: Settings, manifest: dict[str, Any]) -> dict[str, str]:
    """Return the facts that were given, and how the corpus was made."""
    made = {}
    if manifest:
        documents, pairs = manifest["documents"]["matched"], manifest["pairs"]
        made = {
            "made by": f"align {manifest['align']} with the model {manifest['model']}",
            "aligned": f"{documents['parallel']:,} of {documents['read']:,} matched documents"
            f" are translations, {pairs['aligned']:,} pairs",
            "duplicates": f"{pairs['exact_duplicates']:,} exact and"
            f" {pairs['near_duplicates']:,} near ones dropped",
            "parts": ", ".join(f"{pairs[part]:,} {part}" for part in PARTS)
            + f"; {pairs['left_out']:,} left out",
        }
    return dict(settings.facts) | made


def _described(path: Path) -> dict[str, object]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"name": path.name, "bytes": file.tell(), "sha256": digest}
