"""From bytes to text: encodings, and files that are none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles import source
from align.articles.source import decode, read_source
from align.errors import InputError

URDU = "پاکستان میں بارش ہوئی۔\r\nدوسری سطر، “اقتباس”\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"],
)
def test_encodings_give_the_text_with_its_line_ends(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(URDU.encode(encoding))
    assert read_source(str(path)) == URDU


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x6FF, exclude_categories=["Cs"])))
def test_utf_8_is_never_taken_for_utf_16(text: str) -> None:
    try:
        assert decode(text.encode(), path="a") == text
    except InputError as error:
        assert not text.strip() or "Latin-1" in error.reason  # noqa: PT017


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", None, "empty"),
        (b" \n\t", None, "empty"),
        ("\ufeff".encode(), None, "empty"),
        (URDU.encode("cp1256", "ignore"), 1, "not UTF-8: byte 0x81; it looks like Windows-1256"),
        ("اول\nدوم".encode() + b"\xff", 2, "not UTF-8: byte 0xff"),
        (("اول\n\n" + URDU[:28]).encode()[:-1], 4, "ends in the middle of a character"),
        (URDU.encode("utf-16")[:-1], 2, "ends in the middle of a character of UTF-16"),
        ("اول\n\0".encode(), 2, "NUL"),
        (bytes(range(256)) * 4, 3, "not UTF-8"),
        (("سن\n" + "پاک بارش خبر " * 9).encode().decode("cp1252", "ignore").encode(), 1, "Latin-1"),
        ("پاک".encode().decode("latin-1").encode(), 1, "Latin-1"),
        (b"%PDF-1.7 ...", None, "PDF"),
        (b"\x1f\x8b\x08\0", None, "gzip"),
    ],
)
def test_reasons(data: bytes, line: int | None, reason: str) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        decode(data, path="a.txt")
    assert (caught.value.path, caught.value.line) == ("a.txt", line)
    assert "\n" not in str(caught.value)


def test_a_page_is_decoded_as_it_declares() -> None:
    text = '<html><meta charset="windows-1256"><p>پاکستان</p></html>'
    assert decode(text.encode("cp1256"), path="a.html") == text
    with pytest.raises(InputError, match="not UTF-8"):
        decode(text.replace("windows-1256", "klingon").encode("cp1256"), path="a.html")


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, reason in (
        ("pipe", "a pipe or device"),
        ("missing", "no such file"),
        ("loop", "cannot be read"),
        ("", "a folder"),
        ("nul\0", "cannot be read"),
    ):
        with pytest.raises(InputError, match=reason):
            read_source(str(tmp_path / name) if name != "" else str(tmp_path))
    with pytest.raises(InputError, match="a pipe or device"):
        read_source("/dev/zero")


def test_too_large(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(source.MAX_BYTES + 1)
    with pytest.raises(InputError, match="larger than 64 MB"):
        read_source(str(path))
