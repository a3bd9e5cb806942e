"""Files, folders, patterns and standard input."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from align.articles import Article, read_articles
from align.errors import InputError

URDU = "پل بدھ کو کھول دیا گیا۔"


def write(path: Path, text: str = URDU) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return str(path)


def names(*paths: object) -> list[str]:
    """What each result is called: the file's name, or the reason of its error."""
    return [
        Path(result.path).name if isinstance(result, Article) else result.reason
        for result in read_articles(map(str, paths))
    ]


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_folders_in_order_without_hidden_and_other_files(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a.txt",
        "c/d.TXT",
        "c/b.txt",
        ".hidden.txt",
        ".git/x.txt",
        "z.pdf",
        "x.md",
    ):
        write(tmp_path / name)
    assert names(tmp_path) == ["a.txt", "b.txt", "b.txt", "d.TXT"]
    assert names(tmp_path / "x.md") == ["x.md"], "a file that is named is read whatever its name"


PACK: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("packed", PACK)
def test_every_kind_is_read_packed(tmp_path: Path, packed: str) -> None:
    page = f"<html><body><article><p>{URDU * 9}</p></article></body></html>"
    record = json.dumps({"text": URDU})
    kinds = {"a.txt": URDU, "b.html": page, "c.htm": page, "d.jsonl": record, "e.ndjson": record}
    for name, text in kinds.items():
        (tmp_path / (name + packed)).write_bytes(PACK[packed](text.encode()))
    articles = [each for each in read_articles([str(tmp_path)]) if isinstance(each, Article)]
    assert [article.id for article in articles] == ["a", "b", "c", "d:1", "e:1"]
    assert all(article.paragraphs[0].text.startswith(URDU) for article in articles)


@pytest.mark.parametrize("packed", PACK)
def test_an_archive_that_is_damaged_or_explodes_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str
) -> None:
    whole = PACK[packed](URDU.encode() * 100)
    (tmp_path / f"cut.txt{packed}").write_bytes(whole[:-6])
    (tmp_path / f"none.txt{packed}").write_bytes(URDU.encode())
    for reason in names(tmp_path):
        assert reason.startswith("cannot be unpacked: ")
    monkeypatch.setattr("align.articles.source.MAX_BYTES", 2**20)
    (tmp_path / f"a.txt{packed}").write_bytes(PACK[packed](bytes(2**20 + 1)))
    assert names(tmp_path / f"a.txt{packed}")[0].startswith("larger than 1 MB")


def test_a_folder_tells_of_other_kinds_where_it_has_no_article(tmp_path: Path) -> None:
    assert "not read" not in names(tmp_path)[0]
    for name in ("a.pdf", "b/c.docx", ".hidden"):
        write(tmp_path / name)
    assert names(tmp_path) == [
        "no file here ends in .txt, .html, .htm, .jsonl, .ndjson (also .gz, .xz); not read: 2 of"
        " other kinds"
    ]
    write(tmp_path / "a.txt")
    assert names(tmp_path) == ["a.txt"]


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "self.txt").symlink_to(tmp_path / "in" / "self.txt")
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere")
    first, gone, loop = names(tmp_path)
    assert (first, gone) == ("a.txt", "no such file or folder")
    assert loop.startswith("cannot be read")
    assert names(f"{tmp_path}/**/a.txt") == ["a.txt"]


def test_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("1.txt", "2.txt", "deep/er/3.txt", ".no/4.txt", "[odd].txt"):
        write(tmp_path / name)
    assert names(f"{tmp_path}/?.txt") == ["1.txt", "2.txt"]
    assert names(f"{tmp_path}/**/[0-9].txt") == ["1.txt", "2.txt", "3.txt"]
    assert names(f"{tmp_path}/dee*") == ["3.txt"]
    assert names(f"{tmp_path}/[odd].txt") == ["[odd].txt"], "a file of that very name"
    assert names(f"{tmp_path}/*.html") == ["no file matches this pattern"]
    assert names(f"{tmp_path}/**x") == ["no file matches this pattern"]
    monkeypatch.chdir(tmp_path)
    assert names("?.txt", "deep/**") == ["1.txt", "2.txt", "3.txt"]


def test_a_stray_tag_does_not_make_text_a_page(tmp_path: Path) -> None:
    lines = [URDU, "<p>", "<div class=x>", URDU]
    (article,) = read_articles([write(tmp_path / "a.txt", "\n".join(lines))])
    assert isinstance(article, Article)
    found = [*article.paragraphs, *article.leftovers]
    assert [line.text for line in sorted(found, key=lambda line: line.start)] == lines


def test_errors_stand_in_their_place(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt")
    empty = tmp_path / "empty"
    empty.mkdir()
    (bad := tmp_path / "bad.txt").write_bytes(b"\xff\xff")
    results = list(read_articles([good, str(bad), "", "nowhere", str(empty), good]))
    assert [isinstance(result, Article) for result in results] == [True, *[False] * 4, True]
    for result, path in zip(results[1:5], [str(bad), "", "nowhere", str(empty)], strict=True):
        assert isinstance(result, InputError)
        assert result.path == path


def test_reading_is_lazy(tmp_path: Path) -> None:
    first = write(tmp_path / "first.txt")
    later = tmp_path / "later.txt"
    articles = read_articles([first, str(later)])
    assert isinstance(next(articles), Article)
    write(later)
    assert isinstance(next(articles), Article)


def test_a_file_that_vanishes_meanwhile(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(tmp_path / name)
    results = read_articles([str(tmp_path)])
    next(results)
    (tmp_path / "b.txt").unlink()
    second, third = results
    assert isinstance(second, InputError)
    assert second.reason == "no such file or folder"
    assert isinstance(third, Article)


@pytest.mark.parametrize("name", ["a\nb.txt", "a b'\"$(x).txt", "خبر.txt", "-.txt", "a\udcff.txt"])
def test_odd_names_are_read_and_can_be_printed(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(URDU, "utf-8")
    (article,) = read_articles([str(tmp_path)])
    assert isinstance(article, Article)
    for text in (article.path, article.id):
        text.encode("utf-8")
        assert "\n" not in text
    (tmp_path / name).write_bytes(b"\xff")
    (error,) = read_articles([str(tmp_path / name)])
    assert isinstance(error, InputError)
    str(error).encode("utf-8")
    assert "\n" not in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    write(tmp_path / "closed" / "a.txt")
    write(tmp_path / "b.txt")
    (tmp_path / "b.txt").chmod(0)
    (tmp_path / "closed").chmod(0)
    try:
        assert names(tmp_path) == [
            "cannot be read: permission denied",
            "cannot be listed: permission denied",
        ]
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_standard_input_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    record = json.dumps({"id": "r", "text": URDU})
    for data, ids in (
        (URDU.encode(), ["-"]),
        (URDU.encode("utf-16"), ["-"]),
        (f"<html><body><article><p>{URDU * 9}</p></article></body></html>".encode(), ["-"]),
        (f"{record}\n{record}\n".encode(), ["r", "r"]),
    ):
        give(monkeypatch, data)
        results = list(read_articles(["-"]))
        assert [a.id for a in results if isinstance(a, Article)] == ids
        assert {a.path for a in results} == {"-"}
    give(monkeypatch, b"")
    assert names("-") == ["empty"]


def test_pipes_and_devices_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (tmp_path / "pipe.txt", tmp_path, "/dev/null"):
        (reason,) = names(path)
        assert "a pipe or device" in reason


def test_a_line_too_long_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("align.articles.reader.MAX_BYTES", 100)
    record = json.dumps({"id": "r", "text": "پل"})
    path = tmp_path / "a.jsonl"
    path.write_text(f"{record}\n{'x' * 350}\n{record}", "utf-8")
    first, long, last = read_articles([str(path)])
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert isinstance(long, InputError)
    assert long.line == 2
