"""Reading bytes and telling their encoding: the file as read, or the reason why not."""

from __future__ import annotations

import codecs
import os
import re
import stat
from typing import IO, Final

from align.articles.lines import line_number
from align.articles.packed import DAMAGE, PACKED, unpacked
from align.errors import InputError
from align.text.language import arabic_letters

MAX_BYTES: Final = 64 * 2**20  # of one article; a newspaper page has some 10 kB

_BOMS: Final = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC: Final = (
    (b"%PDF", "a PDF file; extract its text first"),
    (b"PK\x03\x04", "a ZIP or office file; extract its text first"),
    (b"\x1f\x8b", "gzip data; unpack it first, or let its name end in .gz"),
    (b"\xfd7zXZ", "xz data; unpack it first, or let its name end in .xz"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"SQLite format 3", "a database"),
)
# Only these: some of Python's codecs decode anything.
_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?((?:windows-|iso-8859-|cp)\d{1,5})", re.I
)
# Urdu letters in UTF-8 are two bytes, D8..DB and 80..BF; read as Latin-1 or Windows-1252 they
# show as one of these capitals and a sign.
_MOJIBAKE: Final = re.compile(
    "[\u00d8-\u00db][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)


def read_regular(path: str) -> IO[bytes]:
    """Open a regular file for reading; devices, pipes and folders are refused.

    Raises:
        InputError: it is missing, no regular file, or may not be read.
    """
    try:
        # Without O_NONBLOCK, opening a pipe waits for its writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        raise InputError(path, "no such file or folder") from None
    except (OSError, ValueError) as error:
        raise InputError(path, f"cannot be read: {_reason(error)}") from None
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        kind = "a folder" if stat.S_ISDIR(mode) else "a pipe or device"
        raise InputError(path, f"{kind}, not a file (standard input is read as -)")
    return os.fdopen(descriptor, "rb")


def read_bytes(path: str) -> bytes:
    """Read a regular file of at most `MAX_BYTES`, unpacked where its name ends in .gz or .xz.

    Raises:
        InputError: it cannot be opened, read or unpacked, is larger, or changed meanwhile.
    """
    with read_regular(path) as stream:
        before = os.fstat(stream.fileno())
        content = unpacked(stream, path)
        try:
            data = content.read(MAX_BYTES + 1)
        except DAMAGE as error:
            what = "unpacked" if path.lower().endswith(PACKED) else "read"
            raise InputError(path, f"cannot be {what}: {_reason(error)}") from None
        after = os.fstat(stream.fileno())
    check_size(data, path=path)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise InputError(path, "changed while it was read; again, please, when it is whole")
    return data


def read_source(path: str) -> str:
    """Read a text file: see `decode`.

    Raises:
        InputError: it cannot be read, is too large, or is no text.
    """
    return decode(read_bytes(path), path=path)


def check_size(data: bytes, *, path: str) -> None:
    """Raise InputError where `data` is longer than `MAX_BYTES`."""
    if len(data) > MAX_BYTES:
        raise InputError(
            path, f"larger than {MAX_BYTES // 2**20} MB, too large for one article; split it"
        )


def decode(data: bytes, *, path: str) -> str:
    r"""Decode text: by its byte-order mark (taken off), as UTF-16 if it looks so, else UTF-8.

    An HTML page that is not UTF-8 is decoded as its `<meta charset>` says. Line ends stay.

    Raises:
        InputError: empty, binary, or in another encoding, with the line where it shows.

    >>> decode("\ufeffخبر\r\n".encode("utf-16-be"), path="a.txt")
    'خبر\r\n'
    """
    if not data.strip():
        raise InputError(path, "empty")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise InputError(path, f"not text but {what}")
    bom = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), None)
    encoding = bom[1] if bom else _utf_16(data) or "utf-8"
    body = data[len(bom[0]) :] if bom else data
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as error:
        declared = _declared(body)
        if declared is None:
            raise _wrong(body, encoding, error, path) from None
        text = declared
    _check_text(text, path)
    return text


def _utf_16(data: bytes) -> str | None:
    """Name the byte order of UTF-16 without a mark; None where it is not UTF-16.

    Of Urdu and Latin text in UTF-16, every other byte is 06 or 00, or now and then 20.
    """
    head = data[:8192]
    for encoding, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if high and sum(high.count(byte) for byte in (0x00, 0x06)) >= 0.9 * len(high):
            return encoding
    return None


def _declared(data: bytes) -> str | None:
    """Decode a page with the charset that it declares; None if none or if it does not fit."""
    match = _CHARSET.search(data[:4096])
    if match is None:
        return None
    try:
        return data.decode(match[1].decode("ascii"))
    except (LookupError, ValueError):
        return None


def _wrong(data: bytes, encoding: str, error: UnicodeDecodeError, path: str) -> InputError:
    """Say where the bytes stop being `encoding`, and what they may be instead."""
    line = line_number(data[: error.start].decode(encoding, "replace"))
    name = encoding.upper()
    reason = f"not {name}: byte 0x{data[error.start]:02x}"
    if "unexpected end" in error.reason or "truncated" in error.reason:
        return InputError(path, f"ends in the middle of a character of {name}: cut off?", line=line)
    if encoding == "utf-8" and arabic_letters(data.decode("cp1256")) > len(data) / 2:
        reason += "; it looks like Windows-1256: iconv -f WINDOWS-1256 -t UTF-8"
    else:
        reason += "; save it as UTF-8"
    return InputError(path, reason, line=line)


def _check_text(text: str, path: str) -> None:
    """Refuse what decodes but is no text: nothing but white space, NULs, mojibake."""
    if not text.strip():
        raise InputError(path, "empty")
    if (at := text.find("\0")) >= 0:
        raise InputError(path, "binary data (a NUL character)", line=line_number(text, at))
    garbled = _MOJIBAKE.search(text)
    if garbled and len(_MOJIBAKE.findall(text)) > arabic_letters(text):
        line = line_number(text, garbled.start())
        shown = text[garbled.start() :][:6].splitlines()[0]
        raise InputError(
            path, f"UTF-8 that was once read as Latin-1 ({shown!r}): save it again", line=line
        )


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or "damaged").lower()
