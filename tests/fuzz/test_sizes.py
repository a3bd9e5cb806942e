"""Huge, deep and packed input: refused or read in bounded memory and time."""

from __future__ import annotations

import gzip
import lzma
import os
import random
import struct
import threading
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.fuzz.sandbox import Sandbox

MEGABYTE: Final = 2**20
# ALIGN_FUZZ_MEGABYTES=1024 makes lines and archives of a gigabyte.
SIZE: Final = int(os.environ.get("ALIGN_FUZZ_MEGABYTES", "68"))
SECONDS: Final = 20.0 + SIZE / 10
URDU: Final = "لاہور میں بارش ہوئی۔"
PARAGRAPH: Final = f"<p>{URDU * 5}</p>"
PAGE: Final = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>بارش</title></head>'
    f"<body><article>{PARAGRAPH}%s</article></body></html>"
)
UNIT: Final = (
    '<tu><tuv xml:lang="ur"><seg>%s</seg></tuv><tuv xml:lang="en"><seg>News</seg></tuv></tu>'
)
READERS: Final = (
    ("translate", "{}.txt"), ("translate", "--lines", "{}.txt"), ("translate", "{}.jsonl"),
    ("check", "{}.html"), ("split", "{}.txt"), ("normalize", "{}.txt"), ("words", "{}.tsv"),
    ("corpus", "export", "{}.jsonl"), ("corpus", "export", "{}.tmx"), ("corpus", "stats", "{}.ur"),
    ("corpus", "export", "{}.parquet"), ("corpus", "filter", "{}.tsv", "-o", "k.tsv"),
    ("corpus", "build", "{}.jsonl", "-o", "c"), ("memory", "import", "{}.tsv"),
    ("evaluate", "--source", "{}.tsv"), ("evaluate", "--hypothesis", "{}.en", "--reference", "a"),
    ("pair", "{}.txt", "{}.en"), ("train", "{}.tsv", "-o", "m"), ("train", "{}.jsonl", "-o", "m"),
    ("check", "a.txt", "--translation", "{}.jsonl"), ("check", "a.txt", "--calibration", "{}.tsv"),
    ("words", "a.tsv", "--gold", "{}.txt"), ("evaluate", "--testsets-file", "{}.txt", "--list"),
)  # fmt: skip


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every `huge` file is one line of NULs, which takes no room on the disk."""
    folder = tmp_path_factory.mktemp("huge")
    (folder / "huge").touch()
    os.truncate(folder / "huge", SIZE * MEGABYTE)
    for suffix in ("txt", "html", "jsonl", "tsv", "tmx", "ur", "en", "parquet"):
        (folder / f"huge.{suffix}").symlink_to("huge")
    (folder / "a").write_text("One.\n")
    (folder / "a.txt").write_text(f"{URDU}\n{URDU}\n", encoding="utf-8")
    (folder / "a.tsv").write_text("خبر\tnews\n", encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("arguments", READERS, ids=" ".join)
def test_a_huge_line_is_refused(sandbox: Sandbox, huge: Path, arguments: tuple[str, ...]) -> None:
    named = [argument.format("huge") for argument in arguments]
    ran = sandbox.run(*named, folder=huge, cache=huge / "cache", seconds=SECONDS).check(1, 2)
    assert ran.memory < 350 * MEGABYTE
    assert "huge" in ran.told


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("translate",), ("translate", "--lines"), ("check", "--json"), ("split",), ("normalize",),
     ("words",), ("corpus", "stats", "-"), ("evaluate", "--hypothesis", "-", "--reference", "a")],
    ids=" ".join,
)  # fmt: skip
def test_a_huge_line_through_a_pipe_is_refused(
    sandbox: Sandbox, huge: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Of letters, to which there is more than meets the first look."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=_pour, args=[pipe], daemon=True)
    writer.start()
    ran = sandbox.run(*command, stdin=pipe, folder=huge, cache=tmp_path, seconds=SECONDS)
    ran.check(1, 2)
    writer.join(60)


def _pour(pipe: Path) -> None:
    block = "خبر ".encode() * 150_000
    try:
        with pipe.open("wb", buffering=0) as stream:
            for _ in range(SIZE * MEGABYTE // len(block)):
                stream.write(block)
    except BrokenPipeError:
        pass


@pytest.fixture(scope="module")
def exploding(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small archives that hold a great many zeros."""
    folder = tmp_path_factory.mktemp("exploding")
    zeros = bytes(MEGABYTE)
    with gzip.open(folder / "zeros.gz", "wb", 9) as packed:
        for _ in range(SIZE):
            packed.write(zeros)
    with lzma.open(folder / "zeros.xz", "wb", preset=0) as packed:
        for _ in range(SIZE):
            packed.write(zeros)
    for path in list(folder.iterdir()):
        assert path.stat().st_size < SIZE * 2000
        for suffix in ("jsonl", "tsv", "tmx", "txt"):
            (folder / f"z.{suffix}{path.suffix}").symlink_to(path.name)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("packed", [".gz", ".xz"])
@pytest.mark.parametrize(
    "arguments",
    [("translate", "z.jsonl"), ("translate", "z.txt"), ("corpus", "export", "z.tsv"),
     ("corpus", "stats", "z.tmx"), ("corpus", "build", "z.jsonl", "-o", "c"),
     ("evaluate", "--source", "z.jsonl"), ("train", "z.tsv", "-o", "m"),
     ("memory", "import", "z.tsv")],
    ids=" ".join,
)  # fmt: skip
def test_an_archive_that_explodes_is_refused(
    sandbox: Sandbox, exploding: Path, packed: str, arguments: tuple[str, ...]
) -> None:
    named = [f"{a}{packed}" if a.startswith("z.") else a for a in arguments]
    ran = sandbox.run(*named, folder=exploding, cache=exploding / "cache", seconds=SECONDS)
    ran.check(2)
    assert ran.memory < 300 * MEGABYTE


@pytest.mark.parametrize(
    "arguments",
    [("translate", "d.jsonl.xz"), ("translate", "d.txt.xz"), ("corpus", "export", "d.tsv.xz"),
     ("corpus", "stats", "d.tmx.xz"), ("evaluate", "--source", "d.tsv.xz"),
     ("train", "d.tsv.xz", "-o", "m")],
    ids=" ".join,
)  # fmt: skip
def test_an_archive_that_asks_for_gigabytes_is_refused(
    sandbox: Sandbox, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    for suffix in ("jsonl", "txt", "tsv", "tmx"):
        (tmp_path / f"d.{suffix}.xz").write_bytes(_greedy("خبر\tnews\n".encode() * 100))
    ran = sandbox.run(*arguments, folder=tmp_path, cache=tmp_path).check(2)
    assert "emory usage limit" in ran.told


def _greedy(data: bytes) -> bytes:
    """Pack data in an xz file whose header asks for a dictionary of 4 GiB (section 3.1.5)."""
    packed = bytearray(lzma.compress(data))
    size = 4 * (packed[12] + 1)
    block = packed[12 : 12 + size]
    place = block.index(0x21)  # LZMA2, then the size of its properties, then the dictionary's
    block[place + 2] = 40
    block[-4:] = struct.pack("<I", zlib.crc32(block[:-4]))
    packed[12 : 12 + size] = block
    return bytes(packed)


def _bomb() -> str:
    """The billion laughs."""
    steps = zip("abcdefghi", "bcdefghij", strict=True)
    inner = "".join(f'<!ENTITY {outer} "{f"&{one};" * 10}">' for one, outer in steps)
    return f'<!ENTITY a "aaaaaaaaaa">{inner}'


SECRET: Final = "the-secret-of-the-file"


def _document(head: str, body: str) -> str:
    return f'<?xml version="1.0"?>{head}<tmx version="1.4"><header/><body>{body}</body></tmx>'


def _typed(declarations: str, text: str) -> str:
    return _document(f"<!DOCTYPE x [{declarations}]>", UNIT % text)


_INCLUDE: Final = '<i:include xmlns:i="http://www.w3.org/2001/XInclude" parse="text" href="%s"/>'
# Each takes the address of a file that must not be read.
DOCUMENTS: Final[dict[str, Callable[[str], str]]] = {
    "laughs": lambda _: _typed(_bomb(), "&j;"),
    "laughs in an attribute": lambda _: _document(f"<!DOCTYPE x [{_bomb()}]>", '<tu x="&j;"/>'),
    "quadratic": lambda _: _typed(f'<!ENTITY a "{"a" * 60_000}">', "&a;" * 60_000),
    "external": lambda file: _typed(f'<!ENTITY s SYSTEM "{file}">', "&s;"),
    "parameter": lambda file: _typed(f'<!ENTITY % s SYSTEM "{file}"> %s;', "خبر"),
    "subset": lambda file: _document(f'<!DOCTYPE tmx SYSTEM "{file}">', UNIT % "&s;"),
    "network": lambda _: _document('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x">', UNIT % "&s;"),
    "inclusion": lambda file: _document("", UNIT % (_INCLUDE % file)),
    "style sheet": lambda file: _document(f'<?xml-stylesheet href="{file}"?>', UNIT % ""),
    "deep": lambda _: _document("", UNIT % ("<hi>" * 100_000)),
    "wide": lambda _: _document("", UNIT % "خبر" + "<a/>" * 5_000_000),
    "wide record": lambda _: _document("", f"<tu>{'<note/>' * 3_000_000}</tu>"),
    "long texts": lambda _: _document("", f"<tu>{'<note>' + 'x' * 9_000_000 + '</note>'}" * 8),
    "attributes": lambda _: _document("", f"<tu {_attributes(100_000)}/>"),
    "text": lambda _: _document("", UNIT % ("x" * 12_000_000)),
}


def _attributes(count: int) -> str:
    return " ".join(f'a{n}="x"' for n in range(count))


_AS_XLIFF: Final = (
    ('<tmx version="1.4"><header/>',
     '<xliff version="1.2"><file source-language="ur" target-language="en">'),
    ("</tmx>", "</file></xliff>"), ("tu>", "trans-unit>"), ("<tu ", "<trans-unit "),
    ('<tuv xml:lang="ur"><seg>', "<source>"),
    ('</seg></tuv><tuv xml:lang="en"><seg>', "</source><target>"), ("</seg></tuv>", "</target>"),
)  # fmt: skip


@pytest.mark.parametrize("suffix", ["tmx", "xlf"])
@pytest.mark.parametrize("kind", DOCUMENTS)
def test_xml_that_is_an_attack_does_nothing(
    sandbox: Sandbox, tmp_path: Path, kind: str, suffix: str
) -> None:
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    text = DOCUMENTS[kind](secret.as_uri())
    if suffix == "xlf":
        for tmx, xliff in _AS_XLIFF:
            text = text.replace(tmx, xliff, 10)
    (tmp_path / f"x.{suffix}").write_text(text, encoding="utf-8")
    ran = sandbox.run(
        "corpus", "export", f"x.{suffix}", "--json", folder=tmp_path, memory=250 * MEGABYTE
    ).check()
    assert SECRET not in ran.said + ran.told
    assert "aaaaaaaaaa" not in ran.said


def _nested(tag: str, count: int) -> str:
    return PAGE % (f"<{tag}>" * count + PARAGRAPH + f"</{tag}>" * count)


PAGES: Final[dict[str, Callable[[], str]]] = {
    "deep": lambda: _nested("div", 100_000),
    "nested": lambda: _nested("span", 40_000),
    "open": lambda: PAGE % ("<b>" * 100_000),
    "tables": lambda: PAGE % ("<table><tr><td>" * 30_000),
    "forms": lambda: PAGE % ("<form>" * 60_000),
    "lines": lambda: PAGE % ("<br>" * 2_000_000),
    "attributes": lambda: PAGE % f"<p {_attributes(100_000)}>",
    "hidden attributes": lambda: (
        PAGE % ('<p a=x=" b=\'>" ' + " ".join(f"a{n}" for n in range(100_000)) + ">")
    ),
    "scripts": lambda: PAGE % (f"<script>{'x' * 1000}</script>" * 5000),
    "entities": lambda: PAGE % ("&#x202e;&amp;" * 300_000),
    "signs": lambda: PAGE % ("<" * 3_000_000),
    "large": lambda: PAGE % (URDU * 900_000),
    "text": lambda: PAGE % f"<p>{URDU * 60_000}</p>",
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_that_is_an_attack_takes_no_time(
    sandbox: Sandbox, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "x.html").write_text(PAGES[kind](), encoding="utf-8")
    ran = sandbox.run("translate", "x.html", "--json", folder=tmp_path, cache=tmp_path).check()
    if ran.code == 0:
        assert URDU in ran.said  # the story was read


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder with very deep JSON, and records with very many fields."""
    deep = ('{"a":' * 100_000, "[" * 100_000, '{"text": ' + "[" * 50_000)
    wide = '{"text": "' + URDU + '",' + ",".join(f'"f{n}": {n}' for n in range(50_000)) + "}"
    (tmp_path / "x.jsonl").write_text("\n".join((*deep, wide)) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "arguments",
    [("translate", "x.jsonl"), ("check", "x.jsonl", "--json"), ("corpus", "export", "x.jsonl"),
     ("corpus", "build", "x.jsonl", "-o", "c"), ("evaluate", "--source", "x.jsonl"),
     ("train", "x.jsonl", "-o", "m"), ("check", "x.jsonl", "--translation", "x.jsonl")],
    ids=" ".join,
)  # fmt: skip
def test_deep_json_is_refused(sandbox: Sandbox, many: Path, arguments: tuple[str, ...]) -> None:
    sandbox.run(*arguments, folder=many, cache=many / "cache").check(1, 2)


def test_many_segments_that_all_differ_take_a_time(sandbox: Sandbox, tmp_path: Path) -> None:
    """A vocabulary that grows with the segments makes none of them slower."""
    draw = random.Random(7)
    words = ("".join(draw.choices("abcdefgh", k=7)) for _ in range(60_000))
    lines = list(zip(*[words] * 10, strict=True))
    for name, left_out in (("a", None), ("b", -1), ("c", -2)):
        texts = ("the " + " ".join(line[:left_out]) + "\n" for line in lines)
        (tmp_path / name).write_text("".join(texts), encoding="utf-8")
    arguments = ("b", "c", "--reference", "a", "--metrics", "bleu", "--samples", "0")
    ran = sandbox.run("compare", *arguments, "--trials", "0", folder=tmp_path, seconds=15)
    assert ran.check(0).said
