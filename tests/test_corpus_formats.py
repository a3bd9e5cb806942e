"""Every format of pairs, out and in again, and what is said of files that are broken."""

from __future__ import annotations

import gzip
import io
import json
import lzma
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Timer

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.bitext import Pair
from align.corpus.formats import find_corpora, packed, read_pairs, write_pairs, write_records
from align.errors import InputError, UsageError
from tests.corpus_pairs import ANY, NEWS, some_pairs

LOSSLESS = ("jsonl", "jsonl.gz", "ndjson.xz", "parquet")
NAMES = ("tsv", "tsv.gz", "tsv.xz", "ur", "en.gz", "tmx", "tmx.gz", *LOSSLESS)


def again(pairs: list[Pair], name: str, *, header: bool = False) -> tuple[list[Pair], list[str]]:
    """The pairs written and read, and what was told to have changed."""
    told: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, f"corpus.{name}"))
        assert write_pairs(path, iter(pairs), changed=told.append, header=header) == len(pairs)
        return list(read_pairs(path, header=header)), told


def columns(pair: Pair) -> Pair:
    """A pair as TSV holds it."""
    rest = map(flat, (pair.origin, pair.document, pair.created, pair.bead))
    return Pair(flat(pair.source), flat(pair.target), pair.score, None, *rest)


def flat(text: str) -> str:
    return text.replace("\r\n", " ").replace("\r", " ").replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize("name", LOSSLESS)
@settings(deadline=None)
@given(pairs=some_pairs())
def test_all_fields_come_back(name: str, pairs: list[Pair]) -> None:
    assert again(pairs, name) == (pairs, [])


@settings(deadline=None)
@given(pairs=some_pairs(), header=st.booleans())
def test_tsv_loses_the_translation_and_line_ends_alone(pairs: list[Pair], *, header: bool) -> None:
    found, told = again(pairs, "tsv", header=header)
    assert found == [columns(pair) for pair in pairs]
    kept = [replace(pair, translation=None) for pair in pairs]
    assert bool(told) == (found != kept)


@settings(deadline=None)
@given(pairs=some_pairs())
def test_moses_keeps_the_texts(pairs: list[Pair]) -> None:
    found, told = again(pairs, "ur.gz")
    assert found == [Pair(flat(pair.source), flat(pair.target)) for pair in pairs]
    assert bool(told) == any(
        flat(text) != text for pair in pairs for text in (pair.source, pair.target)
    )


@pytest.mark.parametrize("name", NAMES)
@settings(deadline=None)
@given(text=ANY)
def test_halves_of_surrogates_are_replaced_and_told(name: str, text: str) -> None:
    found, told = again([Pair(text, "x")], name)
    assert len(found) == 1
    is_half = any("\ud800" <= character <= "\udfff" for character in text)
    if is_half:
        assert told
        assert "\ufffd" in found[0].source
    found[0].source.encode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_a_corpus_too(name: str) -> None:
    assert again([], name) == ([], [])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_pairs_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    for folder in ("one", "two"):
        write_pairs(str(tmp_path / folder / f"c.{name}"), NEWS)
    one, two = (sorted((tmp_path / folder).iterdir()) for folder in ("one", "two"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


@pytest.mark.parametrize("name", ["tsv", "ur", "tmx", "parquet"])
def test_what_fails_on_the_way_leaves_no_file(tmp_path: Path, name: str) -> None:
    def broken() -> Iterator[Pair]:
        yield from NEWS
        raise RuntimeError

    path = tmp_path / f"c.{name}"
    write_pairs(str(path), NEWS[:1])
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(RuntimeError):
        write_pairs(str(path), broken())
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_tsv_as_others_write_it(tmp_path: Path) -> None:
    path = tmp_path / "c.tsv"
    path.write_bytes("\ufeffایک\tone\r\n\r\n  \nدو\ttwo\t0.5\r\n\t\nتین\tthree\t\tnews\n".encode())
    assert list(read_pairs(str(path))) == [
        Pair("ایک", "one"),
        Pair("دو", "two", 0.5),
        Pair("", ""),
        Pair("تین", "three", origin="news"),
    ]


def test_a_third_column_without_numbers_is_the_origin(tmp_path: Path) -> None:
    path = tmp_path / "c.tsv"
    rows = "ایک\tone\teveryday\nدو\ttwo\nتین\tthree\tnews\ta-7\t2025-01-02\t0:0\tmore\n"
    path.write_text(rows, encoding="utf-8")
    assert list(read_pairs(str(path))) == [
        Pair("ایک", "one", origin="everyday"),
        Pair("دو", "two"),
        Pair("تین", "three", None, None, "news", "a-7", "2025-01-02", "0:0"),
    ]
    # What the table says further down does not change what it said at its head.
    path.write_text("ایک\tone\tx\n" * 100 + "دو\ttwo\t0.5\n", encoding="utf-8")
    assert [pair.origin for pair in read_pairs(str(path))] == ["x"] * 100 + ["0.5"]


def test_a_log_probability_is_no_chance(tmp_path: Path) -> None:
    """What `align translate --format tsv` wrote, with or without what the machine said."""
    path = tmp_path / "c.tsv"
    row = "ایک\tOne\t-0.2713\t\tnews-1\n"
    path.write_text(f"{row}دو\ttwo\t0.0000\tcorrected\tnews-1\t\nتین\tthree\t-1.5\tlength, "
                    "numbers lost\tnews-2\ttree\n", encoding="utf-8")  # fmt: skip
    assert list(read_pairs(str(path))) == [
        Pair("ایک", "One", document="news-1"),
        Pair("دو", "two", document="news-1"),
        Pair("تین", "three", translation="tree", document="news-2"),
    ]
    path.write_text("BBC\tBBC\t0.0000\t\tnews-1\tBBC\n", encoding="utf-8")
    assert [pair.score for pair in read_pairs(str(path))] == [None]
    # A corpus that comes after it is not taken for the same.
    path.write_text(f"{row * 100}دو\ttwo\t0.5\tnews\ta-7\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"c\.tsv:101: a log-probability .* not '0\.5', as col"):
        list(read_pairs(str(path)))


@pytest.mark.parametrize(
    "row", ["ایک\tone\t-0.3\tnews\ta-7", "ایک\tone\t-0.3", "ایک\tone\t-0.3\t\ta\nدو\ttwo\t0.5"]
)
def test_a_score_below_zero_of_another_program_is_told(tmp_path: Path, row: str) -> None:
    (tmp_path / "c.tsv").write_text(f"{row}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"c\.tsv:1: a score is a number from 0 to 1"):
        list(read_pairs(str(tmp_path / "c.tsv")))


def test_the_corpora_of_this_project_are_read() -> None:
    paths = sorted((Path(__file__).parent.parent / "scripts" / "corpora").glob("*.tsv.xz"))
    firsts = [next(iter(read_pairs(str(path)))) for path in paths]
    assert firsts
    assert all(pair.source and pair.target and pair.score is None for pair in firsts)


def test_a_fault_near_the_head_of_a_table_comes_at_its_place(tmp_path: Path) -> None:
    path = tmp_path / "c.tsv"
    path.write_bytes(b"a\tb\n\xff\xfe\nc\td\n")
    pairs = read_pairs(str(path))
    assert next(pairs) == Pair("a", "b")
    with pytest.raises(InputError, match=r"c\.tsv:2: not UTF-8"):
        next(pairs)


def test_the_header_names_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "c.tsv"
    path.write_text("target\tscore\tsource\tsize\none\t1\tایک\t7\n", encoding="utf-8")
    assert list(read_pairs(str(path), header=True)) == [Pair("ایک", "one", 1.0)]
    path.write_text("left\tright\none\tایک\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"c\.tsv:1: the header names no columns source"):
        list(read_pairs(str(path), header=True))


@pytest.mark.parametrize(
    "record",
    [
        {"ur": "ایک", "en": "one"},
        {"translation": {"ur": "ایک", "en": "one"}, "id": 7},
        {"source": "ایک", "target": "one", "other": [1]},
    ],
)
def test_jsonl_as_others_write_it(tmp_path: Path, record: object) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text(json.dumps(record), encoding="utf-8")
    assert list(read_pairs(str(path))) == [Pair("ایک", "one")]


BROKEN = [
    ("c.tsv", b"a\tb\nc\nd\te\n", ":2: one column", 2),
    (
        "c.tsv",
        b"a\tb\nc\td\tgood\ne\tf\t0.5\n",
        ":2: a score is a number from 0 to 1, not 'good'",
        2,
    ),
    ("c.tsv", b"a\tb\nc\td\t1.5\ne\tf\n", "not '1.5', as column 3", 2),
    ("c.tsv", b"a\tb\n\xff\td\ne\tf\n", ":2: not UTF-8: byte 0xff", 2),
    ("c.tsv", b"a\tb\nc\t" + b"d" * 2**21 + b"\ne\tf\n", ":2: a line of over 1 MB", 2),
    ("c.jsonl", b'{"ur": "a", "en": "b"}\n{\n', ":2: not JSON: the line ends too early", 1),
    ("c.jsonl", b"[" * 100_000 + b'\n{"ur": "a", "en": "b"}\n', ":1: not JSON that", 1),
    ("c.jsonl", b'{"ur": "a", "de": "b"}', r":1: no fields source and target or ur and en", 0),
    ("c.jsonl", b'{"ur": "a", "en": null}', r":1: en is to be text, not NoneType", 0),
    ("c.jsonl", b'{"ur": "a", "en": "b", "score": NaN}', r":1: a score is a number", 0),
    ("c.jsonl", b'{"ur": "a", "en": "b", "bead": 7}', r":1: bead is to be text, not int", 0),
    ("c.jsonl", b"7\n", ":1: not a JSON object", 0),
    ("c.jsonl", b'{"ur": 1' + b"0" * 5000 + b"}", ":1: ", 0),
    ("c.tsv.gz", b"a\tb\n", ":1: no gz file", 0),
    ("c.tsv.xz", b"a\tb\n", ":1: no xz file", 0),
    ("c.parquet", b"a\tb\n", "no Parquet file that can be read", 0),
]


@pytest.mark.parametrize(("name", "content", "reason", "good"), BROKEN)
def test_broken_records_are_named_or_skipped(
    tmp_path: Path, name: str, content: bytes, reason: str, good: int
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        list(read_pairs(str(path)))
    assert f"{path}" in str(caught.value)
    assert reason in str(caught.value)
    told: list[str] = []
    assert len(list(read_pairs(str(path), skipped=told.append))) == good
    assert len(told) == 1
    assert reason in told[0]
    assert "\n" not in told[0]


@pytest.mark.parametrize("name", ["tsv.gz", "tsv.xz", "jsonl.gz", "tmx.gz", "tmx.xz"])
def test_of_a_packed_file_that_is_cut_off_the_beginning_is_kept(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"c.{name}"
    # Random letters, which no packer makes small.
    pairs = [Pair(f"{number * 7919 % 10007:x}" * 9, f"{number}") for number in range(8_000)]
    write_pairs(str(path), pairs)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    told: list[str] = []
    found = list(read_pairs(str(path), skipped=told.append))
    assert 1000 < len(found) < len(pairs)
    assert found == pairs[: len(found)]
    (line,) = told
    assert "the packed file is cut off" in line
    if "tmx" in name:
        assert f"after {len(found):,} whole records" in line
    else:
        assert f"c.{name}:{len(found) + 1}: " in line
    with pytest.raises(InputError, match="cut off"):
        list(read_pairs(str(path)))


def test_moses_of_unequal_length_names_both_counts(tmp_path: Path) -> None:
    (tmp_path / "c.ur").write_text("ایک\nدو\n", encoding="utf-8")
    (tmp_path / "c.en").write_text("one\ntwo\nthree\nfour\nfive\n", encoding="utf-8")
    reason = r"c\.en:3: 5 lines, and .*c\.ur has 2: the two are to have as many"
    with pytest.raises(InputError, match=reason):
        list(read_pairs(str(tmp_path / "c")))
    with pytest.raises(InputError, match=reason):  # and there is no going on
        list(read_pairs(str(tmp_path / "c.ur"), skipped=print))
    (tmp_path / "c.ur").write_text("1\n2\n3\n4\n5\n6\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"c\.ur:6: 6 lines, and .*c\.en has 5"):
        list(read_pairs(str(tmp_path / "c.en")))


def test_moses_keeps_step_over_a_bad_line(tmp_path: Path) -> None:
    (tmp_path / "c.ur").write_bytes(b"1\n\xff\n3\n")
    (tmp_path / "c.en.gz").write_bytes(gzip.compress(b"one\ntwo\nthree\n"))
    told: list[str] = []
    assert list(read_pairs(str(tmp_path / "c"), skipped=told.append)) == [
        Pair("1", "one"),
        Pair("3", "three"),
    ]
    assert told == [f"{tmp_path}/c.ur:2: not UTF-8: byte 0xff; save it as UTF-8"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.tsv", "no such file"),
        ("none", "no such file"),
        ("folder.tsv", "a folder, not a file"),
    ],
)
def test_what_is_not_there_is_said_even_with_skipped(
    tmp_path: Path, name: str, reason: str
) -> None:
    (tmp_path / "folder.tsv").mkdir()
    with pytest.raises(InputError, match=reason):
        list(read_pairs(str(tmp_path / name), skipped=print))


def test_a_missing_side_and_an_unknown_name(tmp_path: Path) -> None:
    (tmp_path / "c.ur").touch()
    with pytest.raises(InputError, match=r"there is no .*c\.en\[\.gz\|\.xz\], its other side"):
        list(read_pairs(str(tmp_path / "c.ur")))
    (tmp_path / "c.txt").touch()
    with pytest.raises(InputError, match=r"a corpus ends in \.tsv, \.jsonl"):
        list(read_pairs(str(tmp_path / "c.txt")))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("c.xlf", "XLIFF is only read"),
        ("c.parquet.gz", "packed in itself"),
        ("c.txt", r"a corpus ends in \.tsv"),
        ("c.csv.gz", r"a corpus ends in \.tsv"),
        ("", "a folder"),
    ],
)
def test_names_that_cannot_be_written(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        write_pairs(f"{tmp_path}/{name}", NEWS)
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot be written"):
        write_pairs(f"{tmp_path}/file/c.tsv", NEWS)


def test_other_languages(tmp_path: Path) -> None:
    path = str(tmp_path / "c.de.xz")
    write_pairs(path, [Pair("eins", "un")], languages=("de", "fr"))
    assert sorted(file.name for file in tmp_path.iterdir()) == ["c.de.xz", "c.fr.xz"]
    assert lzma.decompress((tmp_path / "c.fr.xz").read_bytes()) == b"un\n"
    assert list(read_pairs(path, languages=("fr", "de"))) == [Pair("un", "eins")]


@pytest.mark.parametrize(
    "content", [b"\xd8\xa7\tone\n", b'\n {"ur": "\xd8\xa7", "en": "one"}\n', b""]
)
def test_standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert list(read_pairs("-")) == ([Pair("ا", "one")] if content else [])


@pytest.mark.parametrize("content", [b"\xd8\xa7\tone\n", b'{"ur": "\xd8\xa7", "en": "one"}', b""])
def test_a_pipe_of_a_shell_is_read_as_standard_input(content: bytes) -> None:
    """A shell's `<(…)` is named /dev/fd/63."""
    end, other = os.pipe()
    os.write(other, content)
    os.close(other)
    assert list(read_pairs(f"/dev/fd/{end}")) == ([Pair("ا", "one")] if content else [])
    os.close(end)


def test_a_pipe_waits_for_its_writer_and_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe.tsv"
    os.mkfifo(pipe)
    writer = Timer(0.2, pipe.write_bytes, args=(b"a\tb\n",))
    writer.start()
    assert list(read_pairs(str(pipe))) == [Pair("a", "b")]
    writer.join()
    monkeypatch.setattr(packed, "PATIENCE", 0.1)
    with pytest.raises(InputError, match=r"pipe\.tsv: a pipe to which nobody writes"):
        list(read_pairs(str(pipe)))


def test_a_packed_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.tsv.gz")
    with pytest.raises(InputError, match="a pipe; unpack"):
        list(read_pairs(str(tmp_path / "pipe.tsv.gz")))


def test_parquet_of_others(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"ur": "ایک", "en": "one"}, {"ur": "دو", "en": None}, {"ur": "تین", "en": "three"}]
    path = tmp_path / "c.parquet"
    pq.write_table(pa.table({"id": [1, 2, 3], "translation": rows}), path)
    told: list[str] = []
    found = list(read_pairs(str(path), skipped=told.append))
    assert found == [Pair("ایک", "one"), Pair("تین", "three")]
    assert told == [f"{path}: en is to be text, not NoneType (row 2)"]
    pq.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(InputError, match="no columns source and target or ur and en"):
        list(read_pairs(str(path)))


def test_parquet_holds_facts_and_row_groups(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "c.parquet"
    write_pairs(str(path), (Pair(str(n), "x") for n in range(70_000)), facts={"terms": "CC0"})
    file = pq.ParquetFile(path)
    assert file.num_row_groups == 3
    assert file.schema_arrow.metadata[b"terms"] == b"CC0"


def test_parquet_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from align.errors import MissingExtraError

    path = tmp_path / "c.parquet"
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"pip install '\.\[parquet\]'"):
        write_pairs(str(path), NEWS)
    path.touch()
    with pytest.raises(MissingExtraError, match="Parquet needs the extra 'parquet'"):
        list(read_pairs(str(path)))


def test_corpora_of_a_folder_come_once(tmp_path: Path) -> None:
    for name in ("a.tsv", "b.ur", "b.en", "sub/c.tmx.gz", "d.txt", "e.ur.gz"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = list(find_corpora([f"{tmp_path}", f"{tmp_path}/b", f"{tmp_path}/*.tsv", "-", "-"]))
    good = [one for one in found if isinstance(one, str)]
    assert [Path(one).name for one in good] == ["a.tsv", "b.en", "c.tmx.gz", "-"]
    (error,) = (one for one in found if isinstance(one, InputError))
    assert "there is no" in str(error)
    assert list(find_corpora([f"{tmp_path}/b"])) == [f"{tmp_path}/b"]
    (missing,) = find_corpora([f"{tmp_path}/none"])
    assert isinstance(missing, InputError)


def test_records_with_more_than_pairs(tmp_path: Path) -> None:
    path = str(tmp_path / "c.jsonl.gz")
    assert write_records(path, ['{"source": "a", "target": "b", "why": 1}']) == 1
    assert list(read_pairs(path)) == [Pair("a", "b")]
    with pytest.raises(UsageError, match="is JSON Lines"):
        write_records(str(tmp_path / "c.tsv"), [])


@settings(deadline=None)
@given(st.lists(st.text() | st.text("خa1\t\r \u2028"), max_size=5))
def test_any_line_is_a_pair_or_told(lines: list[str]) -> None:
    text = "\n".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "c.tsv")
        path.write_text(text, encoding="utf-8", newline="")
        told: list[str] = []
        found = list(read_pairs(str(path), skipped=told.append))
    rows = text.removeprefix("\ufeff").split("\n")
    assert len(found) + len(told) == sum(bool(row.strip()) or "\t" in row for row in rows)
    assert all(f"{pair.source}\t{pair.target}" in text for pair in found)
    assert all("\n" not in line for line in told)
