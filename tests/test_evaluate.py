"""Test sets as they lie in files, and scores held against sacrebleu's own command."""

from __future__ import annotations

import gzip
import json
import lzma
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.errors import InputError, UsageError
from align.evaluate import TestSet, evaluate, read_testset, read_testsets, score
from align.evaluate.pairs import MAX_LINE
from align.translate import Translator
from tests.fakes import RuleEngine

SOURCES = ["پہلا جملہ۔", "دوسرا جملہ۔", "تیسرا\u2028جملہ۔"]  # U+2028 ends no line
TARGETS = ["The first sentence.", "The second one.", "Number three."]


def write(path: Path, lines: list[str]) -> Path:
    data = "".join(f"{line}\n" for line in lines).encode()
    opener = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix, open)
    with opener(path, "wb") as file:  # type: ignore[operator]
        file.write(data)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "one.ur", SOURCES)
    write(tmp_path / "one.en", TARGETS)
    write(tmp_path / "two.ur.xz", SOURCES)
    write(tmp_path / "two.en.0", TARGETS)
    write(tmp_path / "two.en.1.gz", TARGETS[::-1])
    return tmp_path


def test_files_a_language(folder: Path) -> None:
    expected = TestSet("one", tuple(SOURCES), (tuple(TARGETS),))
    assert read_testset(folder / "one") == expected
    assert read_testset(folder / "one.ur") == expected


def test_several_references_packed_or_not(folder: Path) -> None:
    expected = TestSet("two", tuple(SOURCES), (tuple(TARGETS), tuple(TARGETS[::-1])))
    assert read_testset(folder / "two") == read_testset(folder / "two.ur.xz") == expected


def test_all_of_a_folder(folder: Path) -> None:
    assert [testset.name for testset in read_testsets(folder)] == ["one", "two"]


@pytest.mark.parametrize("name", ["set.tsv", "set.tsv.xz", "set.tsv.gz"])
def test_a_corpus_file(tmp_path: Path, name: str) -> None:
    rows = ["\t".join(row) for row in zip(SOURCES, TARGETS, ["news"] * 3, strict=True)]
    testset = read_testset(write(tmp_path / name, rows))
    assert testset == TestSet("set", tuple(SOURCES), (tuple(TARGETS),))


@pytest.mark.parametrize("names", [("source", "target"), ("ur", "en")])
def test_json_lines(tmp_path: Path, names: tuple[str, str]) -> None:
    pairs = [dict(zip(names, row, strict=True)) for row in zip(SOURCES, TARGETS, strict=True)]
    rows = [json.dumps(pair) for pair in pairs[:-1]] + [json.dumps({"translation": pairs[-1]})]
    testset = read_testset(write(tmp_path / "set.jsonl", rows))
    assert testset == TestSet("set", tuple(SOURCES), (tuple(TARGETS),))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('{"ur": "یہ"}', r"no fields ur and en or source and target \(there: ur\)"),
        ('{"ur": "یہ", "en": 1}', "ur and en are to be text"),
        ('{"ur": "یہ", "en": null}', "a side is empty"),
        ("[1]", "not a JSON object"),
        ("یہ", "not JSON"),
        ("[" * 9000, "not JSON"),
        (f'{{"ur": "{"x" * MAX_LINE}"}}', "a line of over 65,536 bytes"),
    ],
)
def test_json_without_both_sides_is_one_line(tmp_path: Path, row: str, says: str) -> None:
    with pytest.raises(InputError, match=rf"set\.jsonl:1: {says}"):
        read_testset(write(tmp_path / "set.jsonl", [row]))


def test_either_side_names_the_set(folder: Path) -> None:
    assert read_testset(folder / "one.en") == read_testset(folder / "one")


def test_another_direction(folder: Path) -> None:
    testset = read_testset(folder / "one", source="en", target="ur")
    assert (testset.sources, testset.references) == (tuple(TARGETS), (tuple(SOURCES),))


def test_a_byte_order_mark_is_no_text(folder: Path) -> None:
    path = folder / "one.ur"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_testset(path).sources == tuple(SOURCES)


def damage(folder: Path, how: str) -> Path:
    """Make one test set bad, and give what to ask for."""
    if how == "missing":
        return folder / "three"
    if how == "no reference":
        (folder / "one.en").unlink()
    elif how == "short":
        write(folder / "one.en", TARGETS[:2])
    elif how == "undecodable":
        (folder / "one.en").write_bytes(b"fine\n\xff\xfe\nfine\n")
    elif how == "empty":
        write(folder / "one.ur", [])
    elif how == "cut off":
        whole = (folder / "two.ur.xz").read_bytes()
        (folder / "two.ur.xz").write_bytes(whole[: len(whole) // 2])
        return folder / "two"
    elif how == "one column":
        return write(folder / "set.tsv", ["یہ\tthis", "only one"])
    return folder / "one"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("missing", "three: no such test set"),
        ("no reference", "one.ur: there is no one.en"),
        ("short", "one.en: 2 segments, but one.ur has 3"),
        ("undecodable", "one.en:2: not UTF-8: byte 0xff"),
        ("empty", "one.ur: holds no text"),
        ("cut off", "two.ur.xz:1: the packed file is cut off"),
        ("one column", "set.tsv:2: one column; a row is source<TAB>target"),
    ],
)
def test_what_cannot_be_read_is_one_line(folder: Path, how: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        read_testset(damage(folder, how))
    assert str(caught.value).startswith(f"{folder}/{message}")
    assert "\n" not in str(caught.value)


def test_a_folder_without_test_sets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no test set"):
        read_testsets(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        read_testsets(tmp_path / "none")


def sacrebleu_says(folder: Path, hypotheses: list[str], references: list[list[str]]) -> list[dict]:  # type: ignore[type-arg]
    """Run the command `sacrebleu`; two metrics, unrounded."""
    paths = [write(folder / f"ref{i}", lines) for i, lines in enumerate(references)]
    done = subprocess.run(
        [sys.executable, "-m", "sacrebleu", *paths, "-i", write(folder / "hyp", hypotheses),
         "-m", "bleu", "chrf", "-w", "10"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("count", [1, 2])
def test_scores_are_those_of_the_command(tmp_path: Path, count: int) -> None:
    hypotheses = ["The first sentence is here.", "second one", ""]
    references = [TARGETS, ["Sentence the first.", "A second one.", "The third."]][:count]
    ours = score(hypotheses, references)
    bleu, chrf = sacrebleu_says(tmp_path, hypotheses, references)
    assert ours.bleu.value == pytest.approx(bleu["score"], abs=1e-9)
    assert ours.chrf.value == pytest.approx(chrf["score"], abs=1e-9)
    assert (ours.bleu.signature, ours.chrf.signature) == (bleu["signature"], chrf["signature"])
    assert ours.segments == 3


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["C"])), min_size=1))
def test_a_score_lies_between_0_and_100(texts: list[str]) -> None:
    scores = score(texts, [texts])
    assert 0 <= scores.bleu.value <= 100 + 1e-9
    assert 0 <= scores.chrf.value <= 100 + 1e-9


@pytest.mark.parametrize(
    ("hypotheses", "references"), [([], [[]]), (["a"], []), (["a"], [["a", "b"]])]
)
def test_nothing_to_score(hypotheses: list[str], references: list[list[str]]) -> None:
    with pytest.raises(UsageError, match="nothing to score"):
        score(hypotheses, references)


def test_a_record_has_a_signature_for_each_figure() -> None:
    record = score(TARGETS, [TARGETS]).record()
    figures = {name for name in record if f"{name}_signature" in record}
    assert figures == {"bleu", "chrf"}
    assert record["segments"] == 3


def test_evaluate_takes_what_the_translator_gives() -> None:
    engine = RuleEngine()
    testset = TestSet("set", tuple(SOURCES), (tuple(TARGETS),))
    found = evaluate(engine, testset)
    expected = [pair.text for pair in Translator(engine).translate(SOURCES)]
    assert list(found.hypotheses) == expected
    assert found.scores == score(expected, [TARGETS])
    assert len(evaluate(engine, testset, retries=False).hypotheses) == 3
