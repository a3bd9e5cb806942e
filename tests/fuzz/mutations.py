"""Strategies for broken bytes: cut, doubled, shuffled, overwritten, with what readers trip over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

# What has broken readers of text, JSON, XML, tables and archives before.
TOKENS: Final = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\n\n", b"\t", b"\t\t\t\t\t\t\t\t\t",
    b'"', b"{", b"}", b"[" * 3000, b'{"a":' * 3000, b"null", b"true", b"-1", b"1e999", b"NaN",
    b"9" * 5000, b"0.5\t", b"\\ud800", b"\\u0000", b"\xed\xa0\x80", b"\xc0\x80", b"<", b">",
    b"</tu>", b"<tu>", b"</seg>", b"<!--", b"]]>", b"&x;", b"&#0;", b"&#x110000;", b"<?x ?>",
    b"<!DOCTYPE a [", b"\x1b[2J", "\u202e".encode(), "\u2028".encode(), b"\x85", b"\x0c",
    b"0-99999999999", "\u06f4\u06f2".encode(), "۔".encode(), b"1,0:0", b":", b"a" * 70_000,
    "ا".encode() * 600, b"PK\x03\x04", b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"PAR1",
)  # fmt: skip
Mutation = Callable[[bytes], bytes]


@st.composite
def _one(draw: st.DrawFn) -> Mutation:
    """Draw a change; places are shares of the length, so that it fits any bytes."""
    first, second = sorted((draw(st.floats(0, 1)), draw(st.floats(0, 1))))
    kind = draw(st.sampled_from(("cut", "drop", "double", "insert", "replace", "flip", "swap")))
    token = draw(st.sampled_from(TOKENS))
    bit = draw(st.integers(0, 7))

    def change(data: bytes) -> bytes:
        start, end = int(first * len(data)), int(second * len(data))
        head, middle, tail = data[:start], data[start:end], data[end:]
        match kind:
            case "cut":
                return head
            case "drop":
                return head + tail
            case "double":
                return head + middle * 2 + tail
            case "insert":
                return head + token + middle + tail
            case "replace":
                return head + token + (middle + tail)[len(token) :]
            case "swap":
                return middle + head + tail
        return head + bytes([byte ^ 1 << bit for byte in middle[:1]]) + middle[1:] + tail

    return change


@st.composite
def mutations(draw: st.DrawFn) -> Mutation:
    """Draw one to four changes, one after the other."""
    changes = draw(st.lists(_one(), min_size=1, max_size=4))

    def change(data: bytes) -> bytes:
        for one in changes:
            data = one(data)
        return data

    return change
