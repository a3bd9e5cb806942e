"""What holds for the package as a whole: its version, its public names, what importing costs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import align

ROOT = Path(__file__).parent.parent
HEAVY = ("ctranslate2", "jinja2", "lxml", "numpy", "rapidfuzz", "ray", "sacrebleu", "sentencepiece",
         "torch", "trafilatura", "transformers")  # fmt: skip


def loaded_after(code: str) -> set[str]:
    """Names of the heavy packages that a fresh interpreter has loaded after `code`."""
    report = f"import sys; print(*[n for n in {HEAVY!r} if n in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def test_changelog_names_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert released[0] == version("urdu-align") == align.__version__


def test_public_names_exist_and_are_documented() -> None:
    for name in align.__all__:
        assert getattr(align, name).__doc__
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(\w+)`", readme.split("## From Python")[1].split("\n## ")[0]))
    assert named >= set(align.__all__)


def test_the_example_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## From Python")[1]
    code = section.split("```python\n")[1].split("```")[0]
    (tmp_path / "scrapes").mkdir()
    for path in align.sample_paths():
        shutil.copy(path, tmp_path / "scrapes")
    (tmp_path / "scrapes" / "empty.txt").touch()
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})  # our own example
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7
    assert [line for line in lines if line.startswith("skipped: scrapes/empty.txt")]
    assert "mobile-library unchecked None" in lines


def test_importing_loads_nothing_heavy() -> None:
    assert loaded_after("import align") == set()


@pytest.mark.parametrize("arguments", ["--help", "translate --help", "check --help", "--version"])
def test_help_loads_nothing_heavy(arguments: str) -> None:
    code = f"import sys; sys.argv = ['align', *{arguments.split()}]\nfrom align.cli import main\n"
    leave = "try: main()\nexcept SystemExit as leave: assert leave.code == 0"
    assert loaded_after(f"{code}{leave}") == set()
