"""`align` with an engine of rules, in a process of its own, for tests that kill or stop it.

Run as `python -m tests.surviving SECONDS translate …`; each batch takes so many seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from align.cli import main
from align.translate import engines
from tests.fakes import RuleEngine

ROOT = Path(__file__).parent.parent


def start(cache: Path, seconds: float, *arguments: object) -> subprocess.Popen[str]:
    """Start `align` with these arguments and a memory in `cache`."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.surviving", str(seconds), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, "ALIGN_CACHE": str(cache), "PYTHONPATH": str(ROOT)},
    )


if __name__ == "__main__":
    delay = float(sys.argv.pop(1))
    engines.load_engine = lambda *_, **__: RuleEngine(delay=delay)  # type: ignore[assignment]
    main()
