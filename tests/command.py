"""The command line run within the test's process."""

from __future__ import annotations

import json
from typing import Any

from typer.testing import CliRunner, Result

from align.cli import app

RUNNER = CliRunner()


def run(*arguments: str, stdin: str | bytes = "", code: int = 0) -> Result:
    """Run `align` with these arguments; it must exit with `code`."""
    result = RUNNER.invoke(app, arguments, input=stdin)
    assert result.exit_code == code, (result.exit_code, result.output, result.exception)
    assert "Traceback" not in result.stderr
    return result


def records(result: Result) -> list[dict[str, Any]]:
    """The lines of JSON that a command printed."""
    return [json.loads(line) for line in result.stdout.splitlines()]
