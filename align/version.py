"""The version of `align`, also where it is not installed but lies on the path."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path


def version() -> str:
    """Return the installed version, or that of the checkout this file belongs to.

    >>> version().count(".")
    2
    """
    try:
        return importlib.metadata.version("urdu-align")
    except importlib.metadata.PackageNotFoundError:
        import tomllib

        project = Path(__file__).resolve().parents[1] / "pyproject.toml"
        if not project.is_file():
            return "unknown"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])
