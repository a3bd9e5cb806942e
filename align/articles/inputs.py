"""What the paths of a command line stand for: files, folders, patterns."""

from __future__ import annotations

import os
from collections.abc import Iterator
from glob import has_magic
from pathlib import Path, PurePath

from align.articles.packed import PACKED
from align.errors import InputError


def list_files(path: str, suffixes: tuple[str, ...]) -> Iterator[str | InputError]:
    """List the files that a path stands for; nothing found is an InputError.

    In folders only names that end in one of `suffixes` count; hidden ones never do, and links
    to folders are not followed. `-` stands for itself.
    """
    if path == "-" or os.path.lexists(path):
        yield from _walk(path, suffixes) if _is_folder(path) else [path]
        return
    if PurePath(path).name == "**":  # for pathlib the folders only
        yield from list_files(str(PurePath(path).parent), suffixes)
        return
    found = _matches(path) if has_magic(path) else []
    for one in found:
        if not _is_folder(one):
            yield one
        elif "**" not in path:  # which finds what is in folders by itself
            yield from _walk(one, suffixes)
    if not found:
        what = "no file matches this pattern" if has_magic(path) else "no such file or folder"
        yield InputError(shown(path), what)


def shown(path: str) -> str:
    r"""Return a path that can be printed on one line: odd bytes and control characters escaped.

    >>> shown("a\nb\udcff.txt"), shown("خبر.txt")
    ('a\\nb\\udcff.txt', 'خبر.txt')
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii")
        for c in path
    )


def _matches(pattern: str) -> list[str]:
    """Find what a pattern fits, in order.

    By pathlib: the `**` of `glob.glob` follows links to folders, round and round.
    """
    parts = PurePath(pattern).parts
    first = next(i for i, part in enumerate(parts) if has_magic(part))
    root, rest = Path(*parts[:first]), parts[first:]
    try:
        found = sorted(root.glob("/".join(rest)))
    except (OSError, ValueError, NotImplementedError):
        return []
    hidden_wanted = any(part.startswith(".") for part in rest)
    return [
        str(match)
        for match in found
        if hidden_wanted or not any(p.startswith(".") for p in match.relative_to(root).parts)
    ]


def _walk(folder: str, suffixes: tuple[str, ...]) -> Iterator[str | InputError]:
    """List the files below a folder, its own first, in order of names."""
    empty, others = True, 0
    pending = [folder]
    while pending:
        here = pending.pop()
        try:
            with os.scandir(here) as entries:
                visible = sorted(e.name for e in entries if not e.name.startswith("."))
        except OSError as error:
            yield InputError(shown(here), f"cannot be listed: {(error.strerror or '').lower()}")
            empty = False
            continue
        below = [os.path.join(here, name) for name in visible]  # noqa: PTH118 keeps odd bytes
        folders = {path for path in below if _is_folder(path)}
        for path in below:
            if path in folders:
                continue
            if path.lower().endswith(suffixes):
                yield path
                empty = False
            else:
                others += 1
        linked = {path for path in folders if os.path.islink(path)}  # noqa: PTH114
        pending += sorted(folders - linked, reverse=True)
    if empty:
        yield InputError(shown(folder), _nothing(suffixes, others))


def _nothing(suffixes: tuple[str, ...], others: int) -> str:
    plain = [suffix for suffix in suffixes if not suffix.endswith(PACKED)]
    reason = f"no file here ends in {', '.join(plain)}"
    if len(plain) < len(suffixes):
        reason += f" (also {', '.join(PACKED)})"
    return reason + (f"; not read: {others:,} of other kinds" if others else "")


def _is_folder(path: str) -> bool:
    # Path.is_dir raises where a folder on the way may not be entered.
    return os.path.isdir(path)  # noqa: PTH112
