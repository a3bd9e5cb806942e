"""The options that commands share, and what they mean together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from align.errors import UsageError

if TYPE_CHECKING:
    from align.articles import Fields
    from align.translate.translator import Translator


class EngineName(StrEnum):
    """The programs that run a model."""

    ctranslate2 = "ctranslate2"
    transformers = "transformers"


class Device(StrEnum):
    """Where a model runs."""

    cpu = "cpu"
    cuda = "cuda"


class Quantization(StrEnum):
    """How precisely CTranslate2 keeps weights and computes."""

    int8 = "int8"
    int8_float16 = "int8_float16"
    float16 = "float16"
    float32 = "float32"


class Language(StrEnum):
    """The languages whose sentences can be split."""

    ur = "ur"
    en = "en"


Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATH",
        help="Files, folders, globs, or - for standard input, which a pipe need not name.",
        show_default=False,
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write here, whole or not at all."),
]
Json = Annotated[bool, typer.Option("--json", help="JSON Lines, one object a result.")]
_MODEL_PANEL = "Model"
# As in `align.translate`, which would be loaded for `--help` if it were asked.
DEFAULT_MODEL = "ur-en"
DEFAULT_BEAM = 4
Model = Annotated[
    str,
    typer.Option(
        "--model",
        envvar="ALIGN_MODEL",
        metavar="MODEL",
        help="ur-en, a model folder, or a Hugging Face name.",
        rich_help_panel=_MODEL_PANEL,
    ),
]
Engine = Annotated[
    EngineName,
    typer.Option("--engine", help="What runs the model.", rich_help_panel=_MODEL_PANEL),
]
Quantized = Annotated[
    Quantization | None,
    typer.Option(
        "--quantization",
        help="Of CTranslate2's arithmetic; those with float16 are for GPUs. [default: int8, on a"
        " GPU int8_float16]",
        show_default=False,
        rich_help_panel=_MODEL_PANEL,
    ),
]
Beam = Annotated[
    int,
    typer.Option(
        "--beam",
        min=1,
        max=64,
        help="Hypotheses that the search keeps; more are slower.",
        rich_help_panel=_MODEL_PANEL,
    ),
]
NoMemory = Annotated[
    bool,
    typer.Option(
        "--no-memory",
        help="Translate anew and remember nothing; an interrupted run starts over.",
        rich_help_panel=_MODEL_PANEL,
    ),
]
Threads = Annotated[
    int,
    typer.Option(
        "--threads", min=0, max=1024, help="CPU threads, 0 for all.", rich_help_panel=_MODEL_PANEL
    ),
]
OnDevice = Annotated[
    Device, typer.Option("--device", help="Where the model runs.", rich_help_panel=_MODEL_PANEL)
]
FieldNames = Annotated[
    str | None,
    typer.Option(
        "--fields",
        metavar="NAME=FIELD,...",
        help="Where JSON records hold what: id, title, created, slug, headline, english_headline,"
        " label, paragraphs. Dots reach into objects: paragraphs=story.body.",
    ),
]


def given(paths: Sequence[str] | None) -> list[str]:
    """Return the paths, or standard input where there are none and it is not a terminal."""
    if paths:
        return list(paths)
    if sys.stdin.isatty():
        raise UsageError("nothing to read: give files, folders, globs, or - for standard input")
    return ["-"]


Chosen = TypeVar("Chosen", bound=StrEnum)
_NAMED: Final = frozenset((".html", ".tmx", ".tsv", ".jsonl"))


def named_format(output: str | None, formats: type[Chosen]) -> Chosen | None:
    """Return the one of `formats` that the name of an output file ends in; None for others.

    >>> named_format("a.tsv", StrEnum("Format", ["tsv"])).value, named_format("a.txt", StrEnum)
    ('tsv', None)
    """
    if output is None or folder_of(output, several=False):
        return None
    suffix = PurePath(output).suffix.lower()
    known = (format for format in formats if f".{format.value}" == suffix)
    return next(known, None) if suffix in _NAMED else None


def check_languages(languages: tuple[str, str], *, may_be_one: bool = False) -> None:
    """Raise UsageError where a code is none, or both are one; codes are parts of file names."""
    for language, option in zip(languages, ("--source-language", "--target-language"), strict=True):
        if not language.replace("-", "").replace("_", "").isalnum():
            raise UsageError(f"{option}: not a language code: {language!r}")
    if languages[0] == languages[1] and not may_be_one:
        raise UsageError(f"source and target are both {languages[0]!r}; name two languages")


def check_outputs(sources: Sequence[str], *outputs: str | None) -> None:
    """Raise UsageError where an output is one of the inputs, or two outputs are the same."""
    from align.articles.inputs import list_files

    files = [Path(output) for output in outputs if output not in (None, "-")]
    if len(set(map(os.path.realpath, files))) < len(files):
        raise UsageError(f"{files[0]}: would be written twice")
    existing = [file for file in files if file.is_file()]
    if not existing:
        return
    for source in sources:
        for path in list_files(source, ("",)):
            for file in existing:
                if isinstance(path, str) and Path(path).is_file() and file.samefile(path):
                    raise UsageError(f"{file}: is also an input; write to another file")


def parsed_fields(names: str | None, *, option: str = "--fields") -> Fields | None:
    """Read `headline=title,paragraphs=body`."""
    if names is None:
        return None
    from align.articles import Fields

    known = {field.name for field in fields(Fields)}
    return Fields(**parsed_names(names, known, option=option))


def parsed_names(names: str, known: Iterable[str], *, option: str = "--fields") -> dict[str, str]:
    """Read `name=field,...` with names of those that are known."""
    known = sorted(known)
    chosen: dict[str, str] = {}
    for part in names.split(","):
        name, equals, field = (piece.strip() for piece in part.partition("="))
        if not (equals and field and name in known):
            raise UsageError(
                f"{option}: {part!r} is not NAME=FIELD with a name of {', '.join(known)}"
            )
        chosen[name] = field
    return chosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Translating:
    """How to translate: the options of the panel `Model`."""

    model: str
    engine: EngineName
    quantization: Quantization | None
    beam: int
    no_memory: bool
    threads: int
    device: Device

    @contextmanager
    def translator(self, *, sturdy: bool = False, corrections: bool = True) -> Iterator[Translator]:
        """Load the model, `sturdy` for a long run, and open the memory if there is to be one.

        Without `corrections` all translations are the model's, remembered ones too.
        """
        from align.translate import Memory, load_translator

        with nullcontext() if self.no_memory else Memory(corrections=corrections) as memory:
            translator = load_translator(
                self.model,
                engine=self.engine.value,
                quantization=self.quantization and self.quantization.value,
                beam=self.beam,
                threads=self.threads or None,
                device=self.device.value,
                memory=memory,
                sturdy=sturdy,
            )
            try:
                yield translator
            finally:
                translator.close()


def folder_of(output: str, *, several: bool) -> Path | None:
    """Tell whether `-o` names a folder: one that is there, ends in /, or must take several files.

    A name with a suffix (`all.txt`) is a file even for several inputs.
    """
    path = Path(output)
    is_folder = path.is_dir() or output.endswith("/") or (several and not path.suffix)
    return path if is_folder else None
