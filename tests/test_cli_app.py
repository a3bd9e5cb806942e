"""The pipes, and what all commands do about errors, terminals, locales and readers that leave."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from align.cli.commands import COMMANDS, load_command
from align.cli.options import given
from align.errors import UsageError
from tests.command import records, run

pytestmark = pytest.mark.usefixtures("cache")
SENTENCE = "یہ ایک جملہ ہے۔"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the current one, with a plain text."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "plain.txt").write_text(f"{SENTENCE}\n\n{SENTENCE}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_says_of_commands_what_they_say_themselves(name: str) -> None:
    first, _, _ = load_command(name).help.partition("\n\n")
    assert " ".join(first.split()) == COMMANDS[name]


def test_help_loads_no_command() -> None:
    code = (
        "import sys; from align.cli import app; from typer.testing import CliRunner\n"
        "assert 'Translate scraped' in CliRunner().invoke(app, ['--help']).stdout\n"
        "print([n for n in sys.modules if n.startswith('align.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "align.cli.app" in done.stdout
    assert not any(f"'align.cli.{name}'" in done.stdout for name in COMMANDS)


def test_split() -> None:
    text = f"{SENTENCE} {SENTENCE}\n\n{SENTENCE}"
    assert run("split", stdin=text).stdout == f"{SENTENCE}\n" * 3
    sentences = records(run("split", "--json", stdin=text))
    assert [sentence["paragraph"] for sentence in sentences] == [0, 0, 1]
    assert all(text[s["start"] : s["end"]] == s["text"] == SENTENCE for s in sentences)


def test_split_english() -> None:
    out = run("split", "--language", "en", stdin="Dr. Khan came. He left.").stdout
    assert out == "Dr. Khan came.\nHe left.\n"


def test_normalize_line_by_line() -> None:
    text = "۲۵  كراچي .\r\n\nA\n"
    assert run("normalize", stdin=text).stdout == "25 کراچی۔\n\nA\n"
    lines = records(run("normalize", "--json", stdin=text))
    assert [(line["line"], line["text"], line["normalized"]) for line in lines] == [
        (1, "۲۵  كراچي .", "25 کراچی۔"),
        (2, "", ""),
        (3, "A", "A"),
    ]


@pytest.mark.parametrize("command", ["split", "normalize"])
def test_nothing_in_nothing_out(command: str) -> None:
    assert run(command, stdin="").stdout == ""


@pytest.mark.parametrize("command", ["split", "normalize"])
def test_errors_of_files(folder: Path, command: str) -> None:
    (folder / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    result = run(command, "binary.txt", "news/plain.txt", "--json", code=1)
    error, *rest = records(result)
    assert error["path"] == "binary.txt"
    assert error["error"]
    assert len(rest) >= 2
    assert result.stderr.startswith("binary.txt: ")
    run(command, "binary.txt", code=2)


def test_utf_16_is_read_and_utf_8_written() -> None:
    out = run("normalize", stdin=SENTENCE.encode("utf-16"))
    assert out.stdout_bytes.decode("utf-8") == SENTENCE + "\n"


def test_a_terminal_is_not_waited_for() -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", Terminal())
        with pytest.raises(UsageError, match="nothing to read"):
            given([])


def test_names_cannot_forge_lines_or_colours(folder: Path) -> None:
    hostile = "a\x1b[31m\nb\u202e.txt"
    (folder / hostile).write_text("")
    result = run("translate", hostile, code=2)
    assert result.stderr.count("\n") == 1
    assert not re.search("[\x1b\u202e]", result.stderr)


def test_model_that_is_not_there() -> None:
    result = run("translate", "--model", "nosuch", stdin=SENTENCE, code=2)
    assert result.stdout == ""
    assert result.stderr.startswith("nosuch: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("output", ["news/plain.txt/x", "news"])
def test_output_that_cannot_be_written(folder: Path, output: str) -> None:
    result = run("normalize", "-o", output, stdin="A", code=2)
    assert result.stderr.startswith(output)
    assert result.stderr.count("\n") == 1
    assert sorted(path.name for path in folder.rglob("*")) == ["news", "plain.txt"]


@pytest.mark.parametrize("command", ["split", "normalize"])
def test_what_nothing_could_be_read_for_stays_as_it_is(folder: Path, command: str) -> None:
    (folder / "out.txt").write_text("of yesterday")
    run(command, "nosuch", "-o", "out.txt", code=2)
    assert (folder / "out.txt").read_text() == "of yesterday"
    run(command, "nosuch", "news", "-o", "out.txt", code=1)
    assert (folder / "out.txt").read_text(encoding="utf-8").count(SENTENCE) == 2


def test_links_that_go_round(folder: Path) -> None:
    (folder / "there").symlink_to("back")
    (folder / "back").symlink_to("there")
    assert "there: cannot be read" in run("split", "there", code=2).stderr
    assert run("split", "news", "-o", "there/x", code=2).stderr.count("\n") == 1
    run("split", "news", "-o", "there")
    assert (folder / "there").read_text(encoding="utf-8") == f"{SENTENCE}\n" * 2


def align(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "align", *arguments], capture_output=True, check=False, **options
    )


def test_version() -> None:
    assert re.fullmatch(rb"align \d+\.\d+\.\d+\S*\n", align("--version").stdout)


def test_output_is_utf_8_in_any_locale() -> None:
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    done = align("normalize", input=SENTENCE.encode(), env=environment)
    assert done.stdout.decode("utf-8") == SENTENCE + "\n"


@pytest.fixture(params=["buffered", "unbuffered"])
def buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways in which Python writes to its streams; errors then come at different times."""
    if request.param == "buffered":
        monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    else:
        monkeypatch.setenv("PYTHONUNBUFFERED", "1")


@pytest.mark.usefixtures("buffering")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize(
    "arguments", ["--help", "--version", "normalize news", "split --json news", "models list"]
)
def test_no_room_for_the_output(folder: Path, arguments: str) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "align", *arguments.split()]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b"standard output: No space left on device\n"
    assert done.returncode == 2


@pytest.mark.usefixtures("buffering")
@pytest.mark.skipif(os.name != "posix", reason="needs a shell of POSIX")
@pytest.mark.parametrize(
    ("command", "code", "output"),
    [
        ("normalize <&-", 0, ""),
        ("normalize news >&-", 0, ""),
        ("normalize nosuch news 2>&-", 1, f"{SENTENCE}\n\n{SENTENCE}\n"),
        ("normalize nosuch news 2>/dev/full", 1, f"{SENTENCE}\n\n{SENTENCE}\n"),
    ],
)
def test_streams_that_are_closed(folder: Path, command: str, code: int, output: str) -> None:
    shell = f'"{sys.executable}" -m align {command}'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (code, output, b"")


def test_a_current_folder_that_was_removed(folder: Path) -> None:
    shell = f'mkdir gone; cd gone; rmdir ../gone; "{sys.executable}" -m align translate "$0"'
    command = ["sh", "-c", shell, f"{folder}/news/plain.txt"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "the current folder has been removed; change to another one\n"


def test_reader_that_goes_away() -> None:
    command = [sys.executable, "-m", "align", "split"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write((SENTENCE + "\n").encode() * 20_000)
        process.stdin.close()
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 141


@pytest.fixture
def pty_output() -> Callable[..., str]:
    """Run the command with standard error, or output too, on a terminal; give what it shows."""
    pty = pytest.importorskip("pty")

    def show(*arguments: str, stdin: str) -> str:
        main, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "align", *arguments],
            stdin=subprocess.PIPE, stdout=terminal, stderr=terminal,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100"},
        )  # fmt: skip
        os.close(terminal)
        process.communicate(stdin.encode())
        shown = b""
        try:
            while chunk := os.read(main, 65536):
                shown += chunk
        except OSError:  # the end of a terminal
            pass
        os.close(main)
        return shown.decode()

    return show


def test_terminal_gets_no_raw_control_characters(pty_output: Callable[..., str]) -> None:
    shown = pty_output("split", "no\x1b]0;such\x07", stdin="")
    assert "\x07" not in shown
    assert "\\x1b]0;such" in shown
