"""Corpora of training: each format, what is refused with its line, what is dropped and counted."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import json
import lzma
import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from align.errors import InputError, UsageError
from align.evaluate.pairs import MAX_LINE
from align.text.normalize import normalize
from align.train import filters
from align.train.corpora import (
    Corpus,
    CorpusSpec,
    draw_indices,
    quick_normalize,
    read_corpus,
)
from align.train.filters import reason_against
from align.train.lexicon import Entry, read_lexicon

PAIRS = (
    ("كراچی میں بارش ہوئی .", "It rained in Karachi."),
    ("سی آئی اے (CIA) کا بیان", "Statement of the CIA"),
    ("آئی فون 15 کی قیمت ۲۵٪ کم", "iPhone 15 price down 25%"),
    ("لاہور", "Lahore"),
)
NORMAL = tuple((normalize(source), normalize(target)) for source, target in PAIRS)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".xz": lzma.compress,
}


def tsv(pairs: tuple[tuple[str, str], ...] = PAIRS, end: str = "\n") -> bytes:
    return "".join(f"{source}\t{target}{end}" for source, target in pairs).encode()


def records(source: str, target: str, *, inside: bool = False) -> bytes:
    rows: list[object] = [{"id": 1, source: left, target: right} for left, right in PAIRS]
    rows = [{"translation": row} for row in rows] if inside else rows
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def write(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    return str(path)


def refusal(path: str, **languages: str) -> InputError:
    with pytest.raises(InputError) as caught:
        read_corpus(CorpusSpec(path), **languages)
    assert "\n" not in str(caught.value)
    return caught.value


CONTENTS = {
    "a.tsv": tsv(),
    "columns.tsv": "".join(f"{s}\t{t}\t0.9\tnews\n" for s, t in PAIRS).encode(),
    "windows.tsv": b"\xef\xbb\xbf" + tsv(end="\r\n"),
    "unended.tsv": tsv().rstrip(b"\n"),
    "a.jsonl": records("source", "target"),
    "b.ndjson": records("ur", "en"),
    "opus.jsonl": records("ur", "en", inside=True),
}


@pytest.mark.parametrize("packed", PACKERS)
@pytest.mark.parametrize("name", CONTENTS)
def test_every_format_gives_the_same_pairs(name: str, packed: str, tmp_path: Path) -> None:
    path = write(tmp_path / (name + packed), PACKERS[packed](CONTENTS[name]))
    corpus = read_corpus(CorpusSpec(path))
    assert corpus.pairs == NORMAL
    assert (corpus.name, corpus.read, corpus.dropped) == (name.split(".")[0], 4, {})
    assert corpus.sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()


@pytest.mark.parametrize("packed", PACKERS)
@pytest.mark.parametrize("asked", ["", ".ur", ".en"])
def test_moses_pairs_go_by_their_prefix_or_either_file(
    asked: str, packed: str, tmp_path: Path
) -> None:
    for side, code in enumerate(("ur", "en")):
        text = "".join(pair[side] + "\n" for pair in PAIRS)
        write(tmp_path / f"News.en-ur.{code}{packed}", PACKERS[packed](text.encode()))
    corpus = read_corpus(CorpusSpec(f"{tmp_path}/News.en-ur{asked}{packed if asked else ''}"))
    assert (corpus.pairs, corpus.name) == (NORMAL, "News.en-ur")


def test_other_languages_go_by_their_codes_and_have_no_script(tmp_path: Path) -> None:
    write(tmp_path / "a.de", b"Guten Tag.\nHallo\n")
    write(tmp_path / "a.fr", b"Bonjour.\nSalut\n")
    corpus = read_corpus(
        CorpusSpec(str(tmp_path / "a")), source_language="de", target_language="fr"
    )
    assert corpus.pairs == (("Guten Tag.", "Bonjour."), ("Hallo", "Salut"))


# name, content, line, what the message says
BAD = [
    ("one column", "a.tsv", tsv() + "لاہور Lahore\n".encode() + tsv(), 5, "one column"),
    ("Windows-1256", "a.tsv", tsv() + "لاہ\tb\n".encode("utf-16"), 5, "not UTF-8"),
    ("empty", "a.tsv", b"", None, "empty"),
    ("empty gz", "a.tsv.gz", gzip.compress(b"", mtime=0), None, "empty"),
    ("no bytes for a gz", "a.tsv.gz", b"", None, "empty"),
    ("no bytes for an xz", "a.tsv.xz", b"", 1, "cut off"),
    ("not gz", "a.tsv.gz", tsv(), 1, "no gz file"),
    ("not xz", "a.tsv.xz", tsv(), 1, "no xz file"),
    ("broken JSON", "a.jsonl", records("ur", "en") + b'{"ur": "a\n', 5, "not JSON"),
    ("a list", "a.jsonl", records("ur", "en") + b"[1, 2]\n", 5, "not a JSON object"),
    ("other fields", "a.jsonl", b'{"de": "x", "en": "y"}\n', 1, "(there: de, en)"),
    ("no text", "a.jsonl", b'{"ur": 5, "en": "y"}\n', 1, "are to be text"),
    ("deep", "a.jsonl", b"[" * 30_000 + b"\n", 1, "not JSON"),
    ("other kind", "a.csv", tsv(), None, "a corpus ends in .tsv"),
    ("other packer", "a.tsv.bz2", bz2.compress(tsv()), None, "a corpus ends in .tsv"),
]


@pytest.mark.parametrize(("name", "data", "line", "says"), [bad[1:] for bad in BAD], ids=str)
def test_what_is_no_corpus_is_one_line_with_its_place(
    name: str, data: bytes, line: int | None, says: str, tmp_path: Path
) -> None:
    error = refusal(write(tmp_path / name, data))
    assert (error.path, error.line) == (str(tmp_path / name), line)
    assert says in error.reason


@pytest.mark.parametrize("packed", [".gz", ".xz"])
@pytest.mark.parametrize("how", ["cut off", "damaged"])
def test_a_cut_or_damaged_packed_file_names_the_line(packed: str, how: str, tmp_path: Path) -> None:
    rng = random.Random(1)  # so that it does not pack into one block
    rows = tuple((f"لاہور {rng.random()}", f"Lahore {rng.random()}") for _ in range(5000))
    data = bytearray(PACKERS[packed](tsv(rows)))
    middle = len(data) // 2
    data[middle : middle + 64 if how == "damaged" else None] = b""
    error = refusal(write(tmp_path / f"a.tsv{packed}", bytes(data)))
    assert error.line is not None
    assert 1 < error.line <= 5001
    # Damage may show in the text, before the packer has come to its checksum.
    assert how in error.reason or (how == "damaged" and "not UTF-8" in error.reason)


def test_what_is_not_there_is_told_apart_from_what_cannot_be_a_corpus(tmp_path: Path) -> None:
    assert "no such file" in refusal(str(tmp_path / "a.tsv")).reason
    assert f"{tmp_path}/a.ur[.gz|.xz]" in refusal(str(tmp_path / "a")).reason
    assert "a folder" in refusal(str(tmp_path)).reason
    (tmp_path / "b.tsv").mkdir()
    assert "a folder" in refusal(str(tmp_path / "b.tsv")).reason
    assert "give a file" in refusal("-").reason
    assert refusal("a\0b.tsv").reason
    os.mkfifo(tmp_path / "pipe.tsv")
    assert "a pipe" in refusal(str(tmp_path / "pipe.tsv")).reason


def test_half_a_moses_pair_names_the_missing_half(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ur", b"x\n")
    assert f"{tmp_path}/a.en" in refusal(path).reason


@pytest.mark.parametrize(("ur", "en", "longer"), [(3, 2, "a.ur"), (2, 3, "a.en")])
def test_moses_files_of_different_length_name_the_first_line_too_many(
    ur: int, en: int, longer: str, tmp_path: Path
) -> None:
    write(tmp_path / "a.ur", "لاہور\n".encode() * ur)
    write(tmp_path / "a.en", b"Lahore\n" * en)
    error = refusal(str(tmp_path / "a"))
    assert (error.path, error.line) == (str(tmp_path / longer), 3)


DROPS = [
    (filters.EMPTY, "", "Lahore"),
    (filters.EMPTY, "\u200f \u00a0", "Lahore"),
    (filters.TOO_LONG, "لاہور " * 400, "Lahore " * 300),
    (filters.IDENTICAL, "کراچی", "كراچي"),
    (filters.SOURCE_SCRIPT, "Main ghar ja raha hun.", "I am going home."),
    (filters.SOURCE_SCRIPT, "25 - 30", "25 to 30"),
    (filters.TARGET_SCRIPT, "میں گھر جا رہا ہوں", "مجھے گھر جانا ہے OK"),
    (filters.LOPSIDED, "لاہور", "Lahore is a city of ten million people in Punjab"),
    (filters.DUPLICATE, *PAIRS[0]),
]


@pytest.mark.parametrize(("reason", "source", "target"), DROPS)
def test_bad_pairs_are_counted_under_their_reason(
    reason: str, source: str, target: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.tsv", tsv((*PAIRS, (source, target))))
    corpus = read_corpus(CorpusSpec(path))
    assert (corpus.pairs, corpus.read, corpus.dropped) == (NORMAL, 5, {reason: 1})


@pytest.mark.parametrize("size", [MAX_LINE - 1, MAX_LINE, MAX_LINE + 1, 3 * MAX_LINE, 10 * 2**20])
@pytest.mark.parametrize("at", [0, 2, 4])
def test_a_huge_line_is_one_drop_wherever_it_stands(size: int, at: int, tmp_path: Path) -> None:
    lines = tsv().splitlines(keepends=True)
    lines.insert(at, b"x" * (size - 2) + b"\ty\n")
    corpus = read_corpus(CorpusSpec(write(tmp_path / "a.tsv", b"".join(lines))))
    assert (corpus.pairs, corpus.read, sum(corpus.dropped.values())) == (NORMAL, 5, 1)


def test_swapped_columns_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", tsv(tuple((en, ur) for ur, en in NORMAL)))
    assert refusal(path).reason.endswith("; its columns are the other way round")


def test_the_side_that_is_missing_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ur", "لاہور\n".encode())
    for asked in (path, path.removesuffix(".ur")):
        assert refusal(asked).reason.startswith(f"there is no {tmp_path}/a.en")


@pytest.mark.parametrize("path", ["a=b.tsv", "run=2/a.tsv", "a=b.tsv.xz", "x=1/m.ur"])
def test_a_path_may_have_an_equals_sign(path: str) -> None:
    assert CorpusSpec.parse(path) == CorpusSpec(path)
    assert CorpusSpec.parse(f"{path}=2") == CorpusSpec(path, 2.0)


def test_where_nothing_is_left_the_message_says_why(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tsv", tsv((("a", "b"), ("c", "d"), ("", "e"))))
    assert refusal(path).reason == (
        "no pair is left of 3: empty side 1, source not in its script 2"
    )


@pytest.mark.parametrize(
    ("source", "target"),
    [
        *NORMAL,
        ("BBC، CNN اور AFP کے مطابق", "According to BBC, CNN and AFP"),
        ("ٹیسلا Model 3 Long Range AWD", "Tesla Model 3 Long Range AWD"),
        ("1,50,000 روپے", "Rs150,000"),
        ("ہاں", "He said yes, as he had always done"),
        ("اردو لفظ 'قلم'", "The Urdu word قلم means pen"),
    ],
)
def test_what_stands_in_news_is_kept(source: str, target: str) -> None:
    assert reason_against(source, target, source_language="ur", target_language="en") is None


@given(st.text(alphabet=st.characters(max_codepoint=127), max_size=12) | st.text(max_size=9))
@example("a `b`")
@example("a''b")
@example("a  b")
@example("a ?")
def test_the_quick_way_to_normalise_comes_to_the_same(text: str) -> None:
    assert quick_normalize(text) == normalize(text)


LINES = st.lists(
    st.tuples(
        st.text(alphabet="ابپ ab۔1\u200f", max_size=6), st.text(alphabet="ab ا1.", max_size=6)
    ),
    min_size=1,
    max_size=12,
)


@given(lines=LINES)
def test_kept_and_dropped_make_what_was_read(
    lines: list[tuple[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = (*lines, *NORMAL)
    path = write(tmp_path_factory.mktemp("corpus") / "a.tsv", tsv(rows))
    corpus = read_corpus(CorpusSpec(path))
    assert len(corpus.pairs) + sum(corpus.dropped.values()) == corpus.read == len(rows)
    assert set(corpus.dropped) <= set(filters.REASONS)
    assert len(set(corpus.pairs)) == len(corpus.pairs)
    assert all(pair == (normalize(pair[0]), normalize(pair[1])) for pair in corpus.pairs)
    assert set(NORMAL) <= set(corpus.pairs)


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("news.tsv.xz", CorpusSpec("news.tsv.xz")),
        ("news.tsv.xz=4", CorpusSpec("news.tsv.xz", 4.0)),
        ("a=b/news.tsv=.5", CorpusSpec("a=b/news.tsv", 0.5)),
        ("bible.tsv=0.4..0.05", CorpusSpec("bible.tsv", 0.4, 0.05)),
        ("bible.tsv=1..0", CorpusSpec("bible.tsv", 1.0, 0.0)),
        ("back.tsv=2@bt", CorpusSpec("back.tsv", 2.0, back=True)),
        ("back.tsv@bt", CorpusSpec("back.tsv", back=True)),
    ],
)
def test_a_corpus_is_asked_for_by_path_and_weight(text: str, spec: CorpusSpec) -> None:
    assert CorpusSpec.parse(text) == spec


@pytest.mark.parametrize(
    "text", ["", "=2", "a=", "a=x", "a=-1", "a=nan", "a=0", "a=0..0", "a=1e9", "a=1..", "a=9999"]
)
def test_a_weight_that_is_none_is_named(text: str) -> None:
    with pytest.raises(UsageError, match="corpus"):
        CorpusSpec.parse(text)


def test_weights_move_in_a_line() -> None:
    spec = CorpusSpec("a", 0.5, 0.1)
    assert [round(spec.weight_at(at), 9) for at in (0, 0.25, 1, 2)] == [0.5, 0.4, 0.1, 0.1]
    assert CorpusSpec("a", 3).weight_at(0.7) == 3


@given(weight=st.floats(0, 4), seed=st.integers(0, 99))
def test_an_epoch_is_whole_passes_and_a_part_without_repetition(weight: float, seed: int) -> None:
    pairs = tuple((str(i), str(i)) for i in range(20))
    corpus = Corpus(CorpusSpec("a", weight), "a", pairs, 20, {}, "")
    drawn = draw_indices(corpus, 0.5, random.Random(seed))
    assert abs(len(drawn) - 20 * weight) <= 0.5
    counts = {drawn.count(i) for i in range(20)}
    assert counts <= {int(weight), int(weight) + 1}


def test_a_lexicon_is_read_once_for_each_entry(tmp_path: Path) -> None:
    rows = "لاہور\tLahore\tplace\n\nكراچی\tKarachi\tplace\tx\nلاہور\tLahore\tplace\n"
    path = write(tmp_path / "lexicon.tsv.xz", lzma.compress(rows.encode()))
    assert read_lexicon(path) == (
        Entry("لاہور", "Lahore", "place"),
        Entry("کراچی", "Karachi", "place"),
    )


@pytest.mark.parametrize(("data", "line"), [(b"", None), ("لاہور\tLahore\n".encode(), 1)])
def test_what_is_no_lexicon_is_one_line(data: bytes, line: int | None, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_lexicon(write(tmp_path / "a.tsv", data))
    assert caught.value.line == line


def test_a_lexicon_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "a.tsv"):
        with pytest.raises(InputError, match=r"a folder|no such file"):
            read_lexicon(str(path))
