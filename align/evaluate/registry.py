"""Test sets by name: a TOML file that says which files they are, and the checksum of each.

    ["my-news"]                          # the name
    title = "News of March, two translators"
    languages = ["ur", "en"]
    source = "my-news.ur"                # or pairs: my-news.tsv, and then no references are needed
    references = ["my-news.en.0", "my-news.en.1"]
    terms = "ours"                       # optional, as are home (a web address) and segments
    ["my-news".sha256]                   # of the files as they are when unpacked
    "my-news.ur" = "4b37…"
    …

Looked for in this order: files that are asked for, `testsets.toml` in the user's folder, the list
that comes with `align`, which holds no texts. Files stand beside the TOML file, or in
`ALIGN_TESTSETS`, or in `testsets/` of the user's folder; packed ones (`.gz`, `.xz`) count too.
"""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from align.articles.packed import DAMAGE
from align.articles.source import read_bytes
from align.corpus.formats.names import holds_pairs
from align.corpus.formats.packed import damage, find_packed, read_packed
from align.errors import InputError, UsageError
from align.evaluate.inputs import read_test
from align.evaluate.testsets import TestSet, read_testset

_NAME: Final = "testsets.toml"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_BLOCK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Entry:
    """A registered test set.

    Attributes:
        name: By which it is asked for.
        source: File of the sources, or of pairs.
        references: Files of translations; none where the source holds pairs.
        sha256: Checksum by file.
        folder: Where the TOML file stands; None for those that come with `align`.
        languages: Codes of source and target.
        title: What it is.
        terms: Of use.
        home: Where it is to be had.
        segments: How many there are; None where nobody said.
    """

    name: str
    source: str
    references: tuple[str, ...]
    sha256: Mapping[str, str]
    folder: Path | None = None
    languages: tuple[str, str] = ("ur", "en")
    title: str = ""
    terms: str = ""
    home: str = ""
    segments: int | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """All its files."""
        return (self.source, *self.references)


def config_folder() -> Path:
    """Return the user's folder for settings: `ALIGN_CONFIG`, or that of the system."""
    from platformdirs import user_config_path

    chosen = os.environ.get("ALIGN_CONFIG")
    return Path(chosen) if chosen else user_config_path("align", appauthor=False)


def read_registry(paths: Iterable[Path | str] = ()) -> dict[str, Entry]:
    """Read the registered test sets by name: of `paths`, then of the user, then our own.

    Raises:
        InputError: A file is not there, no TOML, or an entry is not what it should be.
    """
    entries: dict[str, Entry] = {}
    users = config_folder() / _NAME
    for path in (*map(Path, paths), *([users] if users.is_file() else [])):
        for name, entry in _read_file(path).items():
            entries.setdefault(name, entry)
    own = (files("align.evaluate") / _NAME).read_text(encoding="utf-8")
    for name, entry in _parse(own, path=_NAME).items():
        entries.setdefault(name, entry)
    return entries


def read_registered(
    name: str, registry: Mapping[str, Entry], *, languages: tuple[str, str] = ("ur", "en")
) -> TestSet:
    """Read a test set: `NAME` of the registry, or `FOLDER/NAME`, or a file of pairs.

    The files of a registered name must have its checksums, also in a folder that is given.

    Raises:
        InputError: It is not there, cannot be read, or a checksum is off.
        UsageError: Nothing of that name is registered.
    """
    folder, _, stem = name.rpartition("/")
    entry = registry.get(stem)
    is_here = _is_there(name, languages)
    if not folder and entry is None and not is_here:
        known = ", ".join(sorted(registry))
        raise UsageError(f"--testset {name}: no such test set; there are {known}, or FOLDER/NAME")
    if entry is None:
        if holds_pairs(name):
            return read_test(name, (), languages=languages)
        return read_testset(name, source=languages[0], target=languages[1])
    if folder or is_here:
        entry = replace(entry, folder=Path(folder))
    given = bool(folder) or is_here
    paths = [_find(entry, file, only_there=given) for file in entry.files]
    for path, file in zip(paths, entry.files, strict=True):
        _verify(path, entry.sha256[file], entry.name)
    source, *references = map(str, paths)
    testset = read_test(source, references, languages=entry.languages, name=entry.name)
    if entry.segments not in (None, len(testset.references[0])):
        raise InputError(source, f"not the {entry.segments:,} segments of {entry.name}")
    return testset


def entry_toml(
    name: str,
    source: Path,
    references: Sequence[Path],
    *,
    languages: tuple[str, str] = ("ur", "en"),
) -> str:
    """Return what registers a test set, to be put into a `testsets.toml` beside its files.

    Raises:
        InputError: A file cannot be read.
        UsageError: The name cannot be one, or there are no references.
    """
    if not name or "/" in name or not name.isprintable():
        raise UsageError(f"{name!r}: the name of a test set is printable and has no /")
    if not (references or holds_pairs(source.name)):
        raise UsageError("no reference: give --reference FILE, or pairs as --source")
    paths = (source, *references)
    codes = ", ".join(map(_quoted, languages))
    lines = [f"[{_quoted(name)}]", f"languages = [{codes}]", f"source = {_quoted(source.name)}"]
    lines.append(f"references = [{', '.join(_quoted(path.name) for path in references)}]")
    lines.append(f"\n[{_quoted(name)}.sha256]")
    lines += [f"{_quoted(path.name)} = {_quoted(read_digest(path))}" for path in paths]
    return "\n".join(lines) + "\n"


def read_digest(path: Path) -> str:
    """Return the SHA-256 of a file, of a packed one that of what is packed.

    Raises:
        InputError: It is not there, or damaged.
    """
    digest = hashlib.sha256()
    with read_packed(str(path)) as stream:
        try:
            while block := stream.read(_BLOCK):
                digest.update(block)
        except DAMAGE as error:
            raise InputError(str(path), damage(error, str(path), begun=True)) from None
    return digest.hexdigest()


def _is_there(name: str, languages: tuple[str, str]) -> bool:
    return Path(name).is_file() or find_packed(f"{name}.{languages[0]}") is not None


def _find(entry: Entry, file: str, *, only_there: bool) -> Path:
    folders = [] if entry.folder is None else [entry.folder]
    if not only_there:
        chosen = os.environ.get("ALIGN_TESTSETS")
        folders += [Path(chosen)] if chosen else []
        folders.append(config_folder() / "testsets")
    for folder in folders:
        if path := find_packed(str(folder / file)):
            return Path(path)
    where = folders[0] if entry.folder else folders[-1]
    more = "" if only_there else ", set ALIGN_TESTSETS to a folder that has it, or give FOLDER/NAME"
    home = f" (to be had from {entry.home})" if entry.home else ""
    raise InputError(str(where / file), f"not there; {entry.name} needs it{home}{more}")


def _verify(path: Path, expected: str, name: str) -> None:
    found = read_digest(path)
    if found != expected:
        raise InputError(
            str(path),
            f"is not that of {name}: its SHA-256 is {found[:12]}…, not {expected[:12]}…; to score "
            "against it all the same, give it as --reference or under another name",
        )


def _read_file(path: Path) -> dict[str, Entry]:
    try:
        text = read_bytes(str(path)).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(str(path), f"not UTF-8: byte 0x{error.object[error.start]:02x}") from None
    return {
        name: replace(entry, folder=path.parent)
        for name, entry in _parse(text, path=str(path)).items()
    }


def _parse(text: str, *, path: str) -> dict[str, Entry]:
    try:
        tables = tomllib.loads(text)
    except RecursionError:
        raise InputError(path, "no TOML that can be read: too deep") from None
    except ValueError as error:  # of more than its own kind: a number may be too long
        raise InputError(path, f"no TOML: {error}") from None
    try:
        return {name: _entry(name, table) for name, table in tables.items()}
    except ValueError as error:
        raise InputError(path, str(error)) from None


def _entry(name: str, table: Any) -> Entry:
    """Check a table; raises ValueError that says what is wrong with it."""
    if not isinstance(table, dict) or "/" in name:
        raise ValueError(f"{name}: a test set is a table, its name without /")
    known = {*Entry.__dataclass_fields__} - {"name", "folder"}
    if unknown := sorted(table.keys() - known):
        raise ValueError(f"{name}: unknown {unknown[0]}; there are {', '.join(sorted(known))}")
    texts, lists = _texts(name, table), _lists(name, table)
    codes = tuple(lists["languages"]) or ("ur", "en")
    segments, sums = table.get("segments"), table.get("sha256", {})
    if len(codes) != 2:
        raise ValueError(f"{name}: languages are to be two codes")
    if segments is not None and type(segments) is not int:
        raise ValueError(f"{name}: segments is to be a number")
    if not texts["source"] or not (lists["references"] or holds_pairs(texts["source"])):
        raise ValueError(f"{name}: needs source and, unless that holds pairs, references")
    entry = Entry(
        name,
        texts["source"],
        tuple(lists["references"]),
        sums,
        languages=codes,
        title=texts["title"],
        terms=texts["terms"],
        home=texts["home"],
        segments=segments,
    )
    for file in entry.files:
        value = sums.get(file) if isinstance(sums, dict) else None
        if not (isinstance(value, str) and _DIGEST.fullmatch(value)):
            raise ValueError(f"{name}: sha256 has no checksum of {file}, 64 hexadecimal digits")
    return entry


def _texts(name: str, table: Mapping[str, Any]) -> dict[str, str]:
    texts = {key: table.get(key, "") for key in ("source", "title", "terms", "home")}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise ValueError(f"{name}: {key} is to be text")
    return texts


def _lists(name: str, table: Mapping[str, Any]) -> dict[str, list[str]]:
    lists = {key: table.get(key, []) for key in ("references", "languages")}
    for key, value in lists.items():
        if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
            raise ValueError(f"{name}: {key} is to be a list of texts")
    return lists


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
