"""Everything that `align` raises on purpose.

AlignError
├── InputError            an input that cannot be read or is not what it should be
├── ModelError            a model that cannot be used
│   └── ModelNotFoundError    no such model here, and how to get it
├── MissingExtraError     a part of the package that is not installed
├── UsageError            options that do not fit together
├── NothingError          inputs of which nothing came
├── ClusterError          a cluster that failed
└── LedgerError           an account that does not add up

Every message is one line, and says what was found, where, and what to do.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from json import JSONDecodeError


class AlignError(Exception):
    """Base of all errors that are told in one line."""


class InputError(AlignError):
    """An input that cannot be read, with its `path`, `line` (from 1, None for the whole file)."""

    def __init__(self, path: str, reason: str, *, line: int | None = None) -> None:
        """Make `PATH:LINE: reason`, or `PATH: reason`."""
        self.path, self.reason, self.line = path, reason, line
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: {reason}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it was made from: errors are results, and go from process to process."""
        return partial(type(self), line=self.line), (self.path, self.reason)


class ModelError(AlignError):
    """A model folder that is damaged, of the wrong kind, or was not made for this version."""


class ModelNotFoundError(ModelError):
    """A model that is neither embedded, nor a folder, nor to be had from the hub now."""


class MissingExtraError(AlignError):
    """A package that this call needs and that one of the extras of `align` installs."""

    def __init__(self, what: str, extra: str) -> None:
        """Say that `what` needs the extra `extra`, with the command that installs it."""
        self.what, self.extra = what, extra
        super().__init__(
            f"{what} needs the extra {extra!r}: pip install '.[{extra}]' in the folder of align"
        )

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by what it was made from."""
        return type(self), (self.what, self.extra)


class UsageError(AlignError):
    """Options or arguments that do not fit together."""


class NothingError(AlignError):
    """Inputs of which nothing came: no documents, no matches, no pairs."""


class ClusterError(AlignError):
    """A cluster that cannot be started, or what was computed there failed."""


class LedgerError(AlignError):
    """What came out is not what went in: the one error that is a defect of `align` itself."""


def one_line(error: BaseException) -> str:
    r"""Return what an error of another package says, on one line of at most 200 characters.

    >>> one_line(ValueError("bad\n  header"))
    'bad header'
    """
    return " ".join(str(error).split())[:200] or type(error).__name__


def not_json(error: JSONDecodeError) -> str:
    """Return why a line is no JSON: what is wrong in which column, or that its end is missing.

    >>> from json import JSONDecodeError
    >>> not_json(JSONDecodeError("Expecting value", '{"a": [', 7))
    'not JSON: the line ends too early, at column 7'
    """
    end = len(error.doc.rstrip())
    if error.pos >= end or error.msg.startswith("Unterminated string"):
        return f"not JSON: the line ends too early, at column {end}"
    return f"not JSON: {error.msg} at column {error.colno}"
