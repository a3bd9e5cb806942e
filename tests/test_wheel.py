"""The built wheel in an empty environment: the core alone, outside the checkout, offline."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with nothing but the wheel and what the core needs."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, str(folder), str(ROOT)], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True)
    python, constraints = folder / "env" / "bin" / "python", ROOT / "constraints.txt"
    install = [str(python), "-m", "pip", "install", "-q", "-c", str(constraints), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    return folder


@pytest.fixture
def run(installed: Path, tmp_path: Path) -> Run:
    """Run a command of that environment in an empty folder with an empty home."""
    environment = {
        "PATH": f"{installed / 'env' / 'bin'}:/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
        # Nothing may ask the network: a proxy that is not there answers for it.
        "https_proxy": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    if "LD_LIBRARY_PATH" in os.environ:
        environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]

    def run_command(*command: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            input=text,
            capture_output=True,
            encoding="utf-8",
            env=environment,
            cwd=tmp_path,
            check=False,
        )

    return run_command


def test_environment_has_no_torch(run: Run) -> None:
    for package in ("torch", "transformers"):
        assert run("python", "-c", f"import {package}").returncode == 1


def test_translates_outside_the_checkout(run: Run) -> None:
    done = run("align", "translate", "--json", "-", text="پاکستان کی حکومت نے کہا ہے۔\n")
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    record = json.loads(line)
    assert record["model"].startswith("ur-en@")
    (sentence,) = record["paragraphs"][0]
    assert "Pakistan" in sentence["translation"]


def test_checks_the_samples_it_carries(run: Run) -> None:
    code = "from align.samples import sample_paths; print(*sample_paths(), sep='\\n')"
    paths = run("python", "-c", code).stdout.split()
    assert len(paths) == 6
    done = run("align", "check", "--json", *paths)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["path"] for record in records] == paths
    assert {record["verdict"] for record in records} >= {"match", "mismatch", "unchecked"}
    assert done.returncode == 1, done.stderr


def test_what_needs_the_extra_says_so(run: Run, tmp_path: Path) -> None:
    done = run("align", "translate", "--engine", "transformers", "-", text="کراچی میں بارش ہوئی۔\n")
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert "extra 'torch'" in line
