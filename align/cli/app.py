"""The application: its commands, and what every one of them does about errors.

Exit codes: 0 done; 1 done, but the check or some input failed; 2 bad usage, or nothing that
could be read; 130 interrupted; 141 the reader of a pipe went away; 143 terminated.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from align.cli.commands import LazyCommands
from align.cli.streams import complain, discard, prepare_streams
from align.errors import AlignError

_REMEMBERING = frozenset(("translate", "check", "pair", "evaluate", "compare"))
_REMEMBERED = "; what is in the translation memory is not translated again"


class _Commands(LazyCommands):
    """Commands whose errors are one line on standard error."""

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except AlignError as error:
            complain(error)
            raise typer.Exit(2) from error
        except MemoryError as error:
            complain("this takes more memory than there is")
            raise typer.Exit(2) from error
        except KeyboardInterrupt as error:
            remembers = ctx.invoked_subcommand in _REMEMBERING
            complain(f"interrupted{_REMEMBERED if remembers else ''}")
            raise typer.Exit(130) from error
        except BrokenPipeError as error:
            discard(sys.stdout)
            raise typer.Exit(141) from error
        except OSError as error:
            discard(sys.stdout)
            complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
            raise typer.Exit(2) from error
        return result


def _stop(number: int, _: object) -> None:
    """Leave through the clean-up, where the default would leave half-written files."""
    sys.exit(128 + number)


def _print_version(wanted: bool) -> None:
    if wanted:
        from align.version import version

        print(f"align {version()}", flush=True)
        raise typer.Exit


app = typer.Typer(
    name="align",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Urdu news in, checked English out.

    Every command reads files, folders, globs or standard input (-), and writes
    to standard output or to -o FILE. Exit codes: 0 done; 1 done, but the check
    or some input failed; 2 bad usage, or nothing that could be read; 130
    interrupted.
    """


def _has_folder() -> bool:
    """Tell whether the current folder is there; without it the engine ends the whole process."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


def main() -> None:
    """Run the command `align`."""
    signal.signal(signal.SIGTERM, _stop)
    prepare_streams()
    if not _has_folder():
        complain("the current folder has been removed; change to another one")
        sys.exit(2)
    try:
        app()
    except OSError as error:  # help and version are printed before any command is invoked
        complain(f"standard output: {error.strerror or error}")
        discard(sys.stdout)
        sys.exit(2)
