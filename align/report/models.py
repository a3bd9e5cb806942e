"""Models: a table of all, everything about one, and their JSON records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from align.report.figures import NONE
from align.report.jsonl import Record
from align.report.terminal import facts_table
from align.report.visible import visible
from align.translate.models import ModelInfo

if TYPE_CHECKING:
    from rich.table import Table


def models_table(infos: Sequence[ModelInfo]) -> Table:
    """Return a table with a model a row."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("Model", no_wrap=True)
    table.add_column("Size", justify="right", no_wrap=True)
    table.add_column("Parameters", justify="right", no_wrap=True)
    table.add_column("Layers", no_wrap=True)
    table.add_column("Folder", overflow="fold")
    for info in infos:
        table.add_row(
            Text(visible(info.model.identity)),
            _megabytes(info.size),
            _millions(info.parameters),
            f"{info.encoder}+{info.decoder}",
            Text(visible(str(info.model.folder))),
        )
    return table


def model_view(info: ModelInfo, verified: int) -> Table:
    """Return all about one model; `verified` files were held against its own list."""
    conversion = info.conversion
    inside = f"CTranslate2 {conversion['quantization']}, in the folder" if conversion else NONE
    rows = [
        ("model", info.model.identity),
        ("folder", str(info.model.folder)),
        ("checkpoint", _megabytes(info.size)),
        ("parameters", _millions(info.parameters)),
        ("shape", f"{info.encoder} encoder, {info.decoder} decoder layers of width {info.width}"),
        ("vocabulary", f"{info.vocabulary:,} pieces"),
        ("conversion", inside),
        ("verified", f"{verified} files as listed" if verified else "the model lists no files"),
    ]
    rows += _training_rows(info.training)
    for number, (testset, scores) in enumerate(info.scores.items()):
        rows.append(("" if number else "scores", f"{testset}: {_scores(scores)}"))
    return facts_table(rows)


def model_record(info: ModelInfo) -> Record:
    """Return the record of `align models list --json`; `size` in bytes."""
    return {
        "model": info.model.identity,
        "name": info.model.name,
        "content": info.model.content,
        "folder": str(info.model.folder),
        "size": info.size,
        "parameters": info.parameters,
        "vocabulary": info.vocabulary,
        "encoder": info.encoder,
        "decoder": info.decoder,
        "width": info.width,
        "conversion": info.conversion,
        "scores": info.scores,
        "training": info.training,
    }


def _training_rows(training: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return when, how long and from what it was trained; the record of another program is not."""
    run = [str(training[key]) for key in ("date",) if key in training]
    run += [f"from {training['base']}"] if training.get("base") else []
    for key, noun in (("steps", "step"), ("tokens", "target token"), ("minutes", "minute")):
        if isinstance(training.get(key), int | float):
            count = f"{training[key]:,.0f}"
            run.append(f"{count} {noun}" if count == "1" else f"{count} {noun}s")
    machine = training.get("machine")
    if isinstance(machine, dict):
        run += [str(machine[key]) for key in ("gpu", "cpu") if key in machine][:1]
    rows = [("trained", ", ".join(run))] if run else []
    corpora = training.get("corpora")
    listed = corpora if isinstance(corpora, list) else []
    names = [_corpus(one) for one in listed if isinstance(one, dict)]
    return rows + ([("data", ", ".join(names))] if names else [])


def _corpus(corpus: Mapping[str, Any]) -> str:
    """Return a corpus with its passes an epoch, `news ×4`, `bible ×0.4 to 0.05`."""
    weight = str(corpus.get("weight", 1)).removesuffix(".0")
    if corpus.get("final_weight") is not None:
        weight += f" to {corpus['final_weight']}"
    return f"{corpus.get('name', '?')} \N{MULTIPLICATION SIGN}{weight}"


def _scores(scores: object) -> str:
    """Return the scores of one test set, `bleu 23.2, chrf 43.5`, in whatever form a card has."""
    if not isinstance(scores, dict):
        return str(scores)
    return ", ".join(
        f"{name} {value}"
        + (f" ({scores[name + '_signature']})" if f"{name}_signature" in scores else "")
        for name, value in scores.items()
        if not str(name).endswith("_signature")
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _millions(count: int) -> str:
    return f"{count / 1e6:.1f} M"
