"""Mutilated copies of articles: what scrapers, editors and disks do to files."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

Mutilation = Callable[[bytes, random.Random], bytes]


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def cut_bytes(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data))]


def cut_lines(data: bytes, rng: random.Random) -> bytes:
    lines = _lines(data)
    first = rng.randrange(len(lines))
    return b"".join(lines[first : rng.randrange(first, len(lines)) + 1])


def shuffle_lines(data: bytes, rng: random.Random) -> bytes:
    lines = _lines(data)
    rng.shuffle(lines)
    return b"".join(lines)


def drop_lines(data: bytes, rng: random.Random) -> bytes:
    return b"".join(line for line in _lines(data) if rng.random() < 0.6)


def repeat_lines(data: bytes, rng: random.Random) -> bytes:
    return b"".join(line * rng.choice((1, 1, 2, 3)) for line in _lines(data))


def join_lines(data: bytes, rng: random.Random) -> bytes:
    return b"".join(line.rstrip(b"\n") if rng.random() < 0.3 else line for line in _lines(data))


def re_encode(data: bytes, rng: random.Random) -> bytes:
    encoding = rng.choice(
        ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "latin-1", "ascii")
    )
    return data.decode().encode(encoding, rng.choice(("replace", "ignore", "xmlcharrefreplace")))


def mojibake(data: bytes, rng: random.Random) -> bytes:
    return data.decode("latin-1").encode()


def decompose(data: bytes, rng: random.Random) -> bytes:
    return unicodedata.normalize("NFD", data.decode()).encode()


def other_line_ends(data: bytes, rng: random.Random) -> bytes:
    return data.replace(b"\n", rng.choice((b"\r\n", b"\r", "\u2028".encode(), b"\n\r")))


def noise_bytes(data: bytes, rng: random.Random) -> bytes:
    noisy = bytearray(data)
    for _ in range(rng.randint(1, 20)):
        noisy[rng.randrange(len(noisy))] = rng.randrange(256)
    return bytes(noisy)


def noise_letters(data: bytes, rng: random.Random) -> bytes:
    text = list(data.decode())
    for _ in range(rng.randint(1, 60)):
        text[rng.randrange(len(text))] = chr(rng.choice((rng.randrange(1, 128), 0x6D4, 0x1F600)))
    return "".join(text).encode()


def control_marks(data: bytes, rng: random.Random) -> bytes:
    marks = "\u200e\u200f\u200b\u200c\u202a\u202b\u202c\u2066\u2069\ufeff\u00ad\x07\x0c\x1f\x85"
    text = data.decode()
    for _ in range(rng.randint(1, 200)):
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(marks) + text[at:]
    return text.encode()


def swap_blocks(data: bytes, rng: random.Random) -> bytes:
    first, second = sorted(rng.randrange(len(data)) for _ in range(2))
    return data[second:] + data[first:second] + data[:first]


def empty(data: bytes, rng: random.Random) -> bytes:
    return rng.choice((b"", b"\n \n", b"\0" * 100, "\ufeff".encode(), "\u200f\n".encode()))


MUTILATIONS: tuple[Mutilation, ...] = (
    cut_bytes,
    cut_lines,
    shuffle_lines,
    drop_lines,
    repeat_lines,
    join_lines,
    re_encode,
    mojibake,
    decompose,
    other_line_ends,
    noise_bytes,
    noise_letters,
    control_marks,
    swap_blocks,
    empty,
)


def write_mutilated(samples: Sequence[Path], folder: Path, *, count: int, seed: int) -> list[Path]:
    """Write `count` mutilated copies into `folder`; every tenth is mutilated twice.

    Each way of mutilating has its turn; the same seed gives the same files.
    """
    rng = random.Random(seed)
    written = []
    for number in range(count):
        sample = samples[rng.randrange(len(samples))]
        ways = [MUTILATIONS[number % len(MUTILATIONS)]]
        if number % 10 == 9:
            ways.insert(0, rng.choice((shuffle_lines, repeat_lines, drop_lines)))
        data = sample.read_bytes()
        for way in ways:
            data = way(data, rng) if data else data
        path = folder / f"{number:03}-{ways[-1].__name__}-{sample.stem}.txt"
        path.write_bytes(data)
        written.append(path)
    return written
