"""Whatever happens to a file, each of its lines is accounted for, or the file is an error."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from align.articles import Article, LeftoverKind, read_articles
from align.errors import InputError
from align.samples import sample_paths
from tests.mutilate import MUTILATIONS, write_mutilated


def accounted(article: Article) -> str:
    """The text with all that stands in a field taken out."""
    fields = [article.title, article.created_line, article.slug, article.headline]
    lines = [*filter(None, fields), *article.paragraphs, *article.leftovers]
    rest = list(article.text)
    for line in lines:
        assert all(rest[line.start : line.end]), "two fields share a character"
        rest[line.start : line.end] = [""] * (line.end - line.start)
        if line is not article.slug:
            assert article.text[line.start : line.end] == line.text
    assert list(article.paragraphs) == sorted(article.paragraphs, key=lambda line: line.start)
    assert {leftover.kind for leftover in article.leftovers} <= set(get_args(LeftoverKind))
    return "".join(rest)


def decoded(path: Path) -> str:
    """The file by the encodings that the mutilations write, in the order of their marks."""
    data = path.read_bytes()
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"),
        (b"\xff\xfe", "utf-16"),
        (b"\xef\xbb\xbf", "utf-8-sig"),
    ):
        if data.startswith(mark):
            return data.decode(encoding)
    for encoding in ("utf-16-le", "utf-16-be"):
        if data[:1000].count(b"\x06") > 300 and "\u06d4" in data.decode(encoding, "ignore"):
            return data.decode(encoding)
    return data.decode("utf-8")


@pytest.mark.parametrize("seed", [1, 2])
def test_every_line_of_200_mutilated_files_is_accounted_for(tmp_path: Path, seed: int) -> None:
    files = write_mutilated(sample_paths(), tmp_path, count=200, seed=seed)
    results = list(read_articles([str(tmp_path)]))

    assert len(results) == 200
    read: Counter[str] = Counter()
    for path, result in zip(files, results, strict=True):
        if isinstance(result, InputError):
            assert result.path == str(path)
            assert result.reason
            assert "\n" not in str(result)
        else:
            assert result.path == str(path)
            assert result.text == decoded(path)
            assert accounted(result).strip() == "", path.name
        read[path.name.split("-")[1]] += isinstance(result, Article)
    # Not by refusing everything: these leave an article an article.
    harmless = ("shuffle_lines", "repeat_lines", "decompose", "other_line_ends", "control_marks")
    assert all(read[name] == len([f for f in files if name in f.name]) for name in harmless)
    assert read["mojibake"] == 0
    assert len({path.name.split("-")[1] for path in files}) == len(MUTILATIONS)


def test_harmless_changes_leave_the_fields_as_they_were(tmp_path: Path) -> None:
    for sample in sample_paths():
        text = sample.read_text("utf-8")
        (plain,) = read_articles([str(sample)])
        assert isinstance(plain, Article)
        for name, data in (
            ("crlf", text.replace("\n", "\r\n").encode()),
            ("utf-16", text.encode("utf-16")),
            ("utf-16-le", text.encode("utf-16-le")),
            ("bom", text.encode("utf-8-sig")),
            ("nfd", unicodedata.normalize("NFD", text).encode()),
            ("marks", "".join(f"\u200f{line}\n" for line in text.splitlines() if line).encode()),
        ):
            path = tmp_path / f"{sample.stem}-{name}.txt"
            path.write_bytes(data)
            (article,) = read_articles([str(path)])
            assert isinstance(article, Article)
            assert article.created == plain.created
            assert (article.slug and article.slug.text) == (plain.slug and plain.slug.text)
            for field in ("title", "headline"):
                ours, theirs = getattr(article, field), getattr(plain, field)
                composed = unicodedata.normalize("NFC", ours.text).lstrip("\u200f")
                assert composed == theirs.text
            assert len(article.paragraphs) == len(plain.paragraphs)
            assert [x.kind for x in article.leftovers] == [x.kind for x in plain.leftovers]
