"""Sources, references and hypotheses as files hold them."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from align.bitext.pair import Pair
from align.corpus.formats import write_pairs
from align.errors import InputError, UsageError
from align.evaluate import TestSet
from align.evaluate.inputs import read_hypotheses, read_test

SOURCES = ("پہلا جملہ۔", "", "تیسرا\u2028جملہ۔")
TARGETS = ("The first.", "", "The third.")
PAIRS = [Pair("ایک۔", "One."), Pair("دو۔", "Two.")]
ARTICLE = {
    "id": "a1",
    "created": "2025-03-04",
    "headline": {"ur": "سرخی", "en": "Headline"},
    "paragraphs": [
        [{"ur": "ایک۔", "en": "One."}, {"ur": "دو۔", "en": "Two."}],
        [{"ur": "تین۔", "en": "Three."}],
    ],
}


def lines(path: Path, *texts: str) -> str:
    path.write_bytes("".join(f"{text}\n" for text in texts).encode())
    return str(path)


def records(path: Path, *values: object) -> str:
    return lines(path, *(json.dumps(value, ensure_ascii=False) for value in values))


def test_plain_files_keep_blank_lines(tmp_path: Path) -> None:
    source, first = lines(tmp_path / "set.txt", *SOURCES), lines(tmp_path / "a", *TARGETS)
    second = tmp_path / "b.xz"
    second.write_bytes(lzma.compress(Path(first).read_bytes()))
    found = read_test(source, [first, str(second)])
    assert found == TestSet("set", SOURCES, (TARGETS, TARGETS))


def test_references_alone(tmp_path: Path) -> None:
    assert read_test(None, [lines(tmp_path / "a.txt", *TARGETS)]) == TestSet("a", (), (TARGETS,))


@pytest.mark.parametrize("name", ["p.tsv", "p.jsonl.gz", "p.tmx", "p.parquet"])
def test_pairs_bring_their_reference(tmp_path: Path, name: str) -> None:
    path = str(tmp_path / name)
    write_pairs(path, PAIRS)
    assert read_test(path, ()) == TestSet("p", ("ایک۔", "دو۔"), (("One.", "Two."),))
    assert read_test(None, [path]) == read_test(path, [path])
    other = lines(tmp_path / "other", "1", "2")
    assert read_test(path, [other]).references == (("1", "2"),)


def test_what_pairs_tell_of_documents(tmp_path: Path) -> None:
    path = str(tmp_path / "p.jsonl")
    write_pairs(path, [Pair("ا", "a", document="d", origin="o", created="2025-01-02"), PAIRS[0]])
    found = read_test(path, ())
    assert (found.documents, found.origins) == (("d", ""), ("o", ""))
    assert found.created == ("2025-01-02", "")


def test_articles(tmp_path: Path) -> None:
    found = read_test(records(tmp_path / "news.jsonl", ARTICLE, ARTICLE | {"id": "a2"}), ())
    assert found.sources == ("سرخی", "ایک۔", "دو۔", "تین۔") * 2
    assert found.references == (("Headline", "One.", "Two.", "Three.") * 2,)
    assert found.documents == ("a1",) * 4 + ("a2",) * 4
    assert found.created == ("2025-03-04",) * 8


def test_hypotheses_as_lines(tmp_path: Path) -> None:
    testset = TestSet("t", SOURCES, (TARGETS,))
    assert read_hypotheses(lines(tmp_path / "h", "a", "", "c"), testset) == ("a", "", "c")


def test_hypotheses_of_a_translation_memory_in_any_order(tmp_path: Path) -> None:
    path = str(tmp_path / "memory.tmx")
    write_pairs(path, [Pair("اور", "and"), Pair("دو۔", "TWO"), Pair("ایک۔", "ONE")])
    testset = TestSet("t", ("ایک۔", " دو۔ ", "", "ایک۔"), (("1", "2", "", "1"),))
    assert read_hypotheses(path, testset) == ("ONE", "TWO", "", "ONE")


def test_hypotheses_in_the_order_of_the_set_may_differ_for_the_same_source(tmp_path: Path) -> None:
    path = str(tmp_path / "p.tsv")
    write_pairs(path, [Pair("ایک", "first"), Pair("ایک", "second")])
    assert read_hypotheses(path, TestSet("t", ("ایک", "ایک"), (("1", "1"),))) == ("first", "second")


def test_hypotheses_as_align_translates_them(tmp_path: Path) -> None:
    sentence = {"start": 0, "end": 3, "score": -0.1, "notes": []}
    record = {
        "path": "a.txt", "id": "a", "headline": "سرخی", "headline_translation": "HEAD",
        "paragraphs": [[sentence | {"source": "ایک۔", "translation": "ONE"}],
                       [sentence | {"source": "دو۔", "translation": "TWO"}]],
    }  # fmt: skip
    path = records(tmp_path / "out.jsonl", record)
    testset = TestSet("t", ("دو۔", "سرخی"), (("2", "h"),))
    assert read_hypotheses(path, testset) == ("TWO", "HEAD")


def test_machine_translations_of_pairs_come_before_their_targets(tmp_path: Path) -> None:
    path = str(tmp_path / "p.jsonl")
    write_pairs(path, [Pair("ایک", "reference", translation="machine")])
    assert read_hypotheses(path, TestSet("t", ("ایک",), (("1",),))) == ("machine",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"one\n", r"h\.txt: 1 segments, but the test set has 2"),
        (b"one\n\xff\n", r"h\.txt:2: not UTF-8: byte 0xff"),
        (b"", r"h\.txt: holds no text"),
        (b"\n\n", r"h\.txt: holds no text"),
    ],
)
def test_bad_hypotheses(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "h.txt"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        read_hypotheses(str(path), TestSet("t", ("a", "b"), (("a", "b"),)))


def test_a_memory_that_lacks_segments(tmp_path: Path) -> None:
    path = str(tmp_path / "m.tmx")
    write_pairs(path, PAIRS)
    with pytest.raises(InputError, match=r"no translation of 1 of 3 .* the first is segment 2"):
        read_hypotheses(path, TestSet("t", ("ایک۔", "نو", "دو۔"), (("1", "9", "2"),)))


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"x: cannot be read: File name too long$"):
        read_test("x" * 5000, ["b"])


def test_unequal_lengths_name_both(tmp_path: Path) -> None:
    source, reference = lines(tmp_path / "s", *SOURCES), lines(tmp_path / "r", "one")
    with pytest.raises(InputError, match=r"r: 1 segments, but .*s has 3"):
        read_test(source, [reference])


def test_no_reference(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no reference"):
        read_test(lines(tmp_path / "s", *SOURCES), ())


@pytest.mark.parametrize(
    ("record", "says"),
    [
        (ARTICLE | {"paragraphs": ["text"]}, r"a\.jsonl:2: an article whose sentences are not"),
        (ARTICLE | {"paragraphs": [[{"ur": "x"}]]}, r"a\.jsonl:2: an article whose sentences"),
        ([1], r"a\.jsonl:2: not JSON of an article"),
        (ARTICLE | {"paragraphs": 5}, r"a\.jsonl:2: not JSON of an article"),
    ],
)
def test_bad_articles(tmp_path: Path, record: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_test(records(tmp_path / "a.jsonl", ARTICLE, record), ())
