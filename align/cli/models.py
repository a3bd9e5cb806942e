"""`align models`: which models are here, what they are, and getting more."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from align.cli.options import DEFAULT_MODEL, Json, Quantization
from align.cli.streams import complain, print_rich, write_output
from align.errors import UsageError

if TYPE_CHECKING:
    from align.report.jsonl import Record
    from align.translate.models import Model

app = typer.Typer(help="List, show, install and convert models.", no_args_is_help=True)

Name = Annotated[
    str, typer.Argument(metavar="MODEL", help="ur-en, a model folder, or a Hugging Face name.")
]
Shown = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="ur-en, a model folder, or a Hugging Face name.",
        envvar="ALIGN_MODEL",
    ),
]


Precision = Annotated[
    Quantization, typer.Option("--quantization", help="Precision of the weights.")
]


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the embedded models, and all others that were ever converted here."""
    from align.report.models import model_record, models_table
    from align.translate.models import list_models as all_models
    from align.translate.models import model_info

    infos = [model_info(model) for model in all_models()]
    if json:
        _write_records(model_record(info) for info in infos)
    elif infos:
        print_rich(models_table(infos), None)
    else:
        complain("no models here; align models install NAME fetches one")


@app.command("info")
def info(model: Shown = DEFAULT_MODEL, json: Json = False) -> None:
    """Show what a model is: size, shape, scores of its card; hold its files against its list."""
    from align.report.models import model_record, model_view
    from align.translate.models import find_model, model_info, verify

    found = find_model(model, download=False)
    about, verified = model_info(found), verify(found)
    if json:
        _write_records([model_record(about) | {"verified_files": verified}])
    else:
        print_rich(model_view(about, verified), None)


@app.command("install")
def install(model: Name, quantization: Precision = Quantization.int8, json: Json = False) -> None:
    """Fetch a model by its Hugging Face name and convert it, so that it is here for good.

    Needs a network once, and the extra `torch`.
    """
    from align.translate.conversion import converted
    from align.translate.models import find_model

    found = find_model(model)
    folder = converted(found, quantization=quantization.value)
    if json:
        _write_records([_conversion_record(found, folder)])
    else:
        print(f"{found.identity} is ready: align translate --model {model}")


@app.command("convert")
def convert(
    model: Name,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Where to write it; default: the cache."
        ),
    ] = None,
    quantization: Precision = Quantization.int8,
    json: Json = False,
) -> None:
    """Convert a model for CTranslate2 and print the folder; needs the extra `torch`."""
    from align.translate.conversion import convert as convert_to
    from align.translate.conversion import converted
    from align.translate.layout import read_conversion
    from align.translate.models import find_model

    found = find_model(model, download=False)
    if output is None:
        folder = converted(found, quantization=quantization.value)
    else:
        is_free = not output.exists() or (output.is_dir() and not any(output.iterdir()))
        if not is_free and read_conversion(output) is None:
            raise UsageError(f"{output}: holds other files, which a conversion would replace")
        folder = convert_to(found, Path(os.path.realpath(output)), quantization=quantization.value)
    if json:
        _write_records([_conversion_record(found, folder)])
    else:
        print(folder)


def _conversion_record(model: Model, folder: Path) -> Record:
    return {"model": model.identity, "folder": str(folder)}


def _write_records(records: Iterable[Record]) -> None:
    from align.report.jsonl import json_line

    write_output(None, map(json_line, records))
