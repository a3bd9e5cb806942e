"""One translation for each text, whatever the text, the engine and the memory do."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from importlib.metadata import version
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from align.text.normalize import normalize
from align.translate.doubts import (
    COPIED,
    EMPTY,
    LEFT_OVER,
    LENGTH,
    NOTES,
    REPETITION,
    UNFINISHED,
    UNTRANSLATED,
)
from align.translate.engine import Decoding
from align.translate.memory import Memory
from align.translate.segments import needs_translation
from align.translate.translation import Translation
from align.translate.translator import CHUNK, SOFT_LIMIT, Translator
from tests.fakes import (
    Fault,
    RuleEngine,
    copy,
    if_longer,
    repeat,
    romanise,
    say_nothing,
    unless_careful,
)

FAULTS = {
    "دہراؤ": repeat,
    "نقل": copy,
    "خاموش": say_nothing,
    "پہلے": unless_careful(repeat),
    "لمبا": if_longer(12, say_nothing),
}
WORDS = ["وہ", "آیا،", "اور", "کتاب", "لاہور", "BBC", "25", "۔", *FAULTS]

urdu_like = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)
texts = st.lists(st.text() | urdu_like, max_size=12)


def one_by_one(engine: RuleEngine, source: list[str]) -> list[Translation]:
    """Translate each text with a translator of its own: slow, and nothing can be mixed up."""
    return [Translator(engine).translate([text])[0] for text in source]


@settings(max_examples=60, deadline=None)
@given(texts)
def test_any_texts_are_translated_one_for_one_in_order(source: list[str]) -> None:
    engine = RuleEngine(FAULTS, max_source_tokens=20)
    results = Translator(engine).translate(source)
    assert [result.source for result in results] == source
    assert results == one_by_one(engine, source)
    for result in results:
        assert result.score <= 0
        assert result.model == engine.model
        assert list(result.notes) == [note for note in NOTES if note in result.notes]


@settings(max_examples=30, deadline=None)
@given(texts, texts)
def test_what_is_remembered_is_what_was_translated(first: list[str], second: list[str]) -> None:
    engine = RuleEngine(FAULTS, max_source_tokens=20)
    expected = one_by_one(engine, first + second)
    with tempfile.TemporaryDirectory() as folder, Memory(Path(folder) / "m") as memory:
        translator = Translator(engine, memory=memory)
        translator.translate(first)
        engine.calls.clear()
        assert translator.translate(first) == expected[: len(first)]
        assert engine.calls == []
        assert translator.translate(first + second) == expected


@pytest.mark.parametrize(
    "text",
    ["", " \t", "\n", "۔۔۔", "-", "؟", "۲۵", "25%", "١٢٣", "BBC News", " 10:30 ", "Café", "\u200f"],
)
def test_what_needs_no_translation_passes_through(text: str) -> None:
    engine = RuleEngine()
    (result,) = Translator(engine).translate([text])
    assert result == Translation(text, text, 0.0, engine.model, ())
    assert result.passed_through
    assert engine.calls == []


def test_other_scripts_pass_through_with_a_note() -> None:
    (result,) = Translator(RuleEngine()).translate(["हिन्दी समाचार"])
    assert (result.text, result.notes) == ("हिन्दी समाचार", (UNTRANSLATED,))


@given(st.text().filter(lambda text: not needs_translation(normalize(text))))
def test_any_text_without_arabic_letters_passes_through(text: str) -> None:
    (result,) = Translator(RuleEngine()).translate([text])
    assert (result.text, result.score) == (text, 0.0)


def test_the_model_sees_normalised_text_and_the_source_is_as_read() -> None:
    engine = RuleEngine()
    read = "\ufeffكراچی  ميں\u200c ۲۵ افراد"
    (result,) = Translator(engine).translate([read])
    assert result.source == read
    assert [text for text, _ in engine.calls] == ["کراچی میں 25 افراد"]


def test_undecodable_bytes_do_not_stop_it(tmp_path: Path) -> None:
    broken = "کراچی".encode() + b"\xff"
    text = broken.decode("utf-8", "surrogateescape")
    with Memory(tmp_path / "m") as memory:
        (result,) = Translator(RuleEngine(), memory=memory).translate([text])
    assert result.source == text
    assert result.text.startswith(romanise("کراچی"))


def test_equal_texts_are_translated_once() -> None:
    engine = RuleEngine()
    Translator(engine).translate(["کتاب ہے", "كتاب  ہے", "قلم ہے"] * 10)
    assert sorted(text for text, _ in engine.calls) == sorted(["کتاب ہے", "قلم ہے"])


def sentence(size: int) -> str:
    """Make `size` different words with a comma after each seventh."""
    letters = "ابپتٹجچدرز"
    numbered = (
        letters[i // 10 % 10] + letters[i % 10] + ("،" if i % 7 == 6 else "") for i in range(size)
    )
    return " ".join(numbered)


@pytest.mark.parametrize("limit", [10, 50, 500])
def test_a_long_sentence_is_cut_at_clauses_and_joined(limit: int) -> None:
    engine = RuleEngine(max_source_tokens=limit)
    long = sentence(95) + " " + sentence(95)
    (result,) = Translator(engine).translate([long])
    assert result.text == romanise(long)
    assert result.notes == ()
    sizes = [len(text.split()) for text, _ in engine.calls]
    assert sum(sizes) == 190
    assert max(sizes) <= min(limit, SOFT_LIMIT)
    if limit >= 50:
        assert sum(not text.endswith("،") for text, _ in engine.calls) <= 2  # where sentences end
    mean = sum((size + 1) * -size / 100 for size in sizes) / sum(size + 1 for size in sizes)
    assert result.score == pytest.approx(mean, abs=1e-4)


CURED = [
    ("repetition", unless_careful(repeat)),
    ("copying", unless_careful(copy)),
    ("silence", unless_careful(say_nothing)),
    ("repetition unless short", if_longer(12, repeat)),
    ("silence unless short", if_longer(12, say_nothing)),
]


@pytest.mark.parametrize("fault", [fault for _, fault in CURED], ids=[name for name, _ in CURED])
def test_a_fault_that_can_be_cured_is(fault: Fault) -> None:
    text = f"برا {sentence(20)}"
    engine = RuleEngine({"برا": fault, "اا": fault})
    (result,) = Translator(engine).translate([text])
    assert (result.text, result.notes) == (romanise(text), ())


@pytest.mark.parametrize(
    ("fault", "notes"),
    [
        (repeat, {REPETITION, LENGTH, UNFINISHED}),
        (copy, {COPIED, LEFT_OVER}),
        (say_nothing, {EMPTY}),
    ],
)
def test_a_fault_that_stays_is_marked(fault: Fault, notes: set[str]) -> None:
    engine = RuleEngine({"برا": fault})
    (result, right) = Translator(engine).translate(["برا دن", "اچھا دن"])
    assert set(result.notes) == notes
    assert (result.text == "") == (notes == {EMPTY})
    assert right.notes == ()


def test_an_output_with_fewer_doubts_is_kept_and_something_is_kept_before_nothing() -> None:
    engine = RuleEngine(
        {
            "الف": lambda pieces, decoding: (
                copy(pieces, decoding) if decoding.no_repeat_ngram else repeat(pieces, decoding)
            ),
            "ب": lambda pieces, decoding: (
                say_nothing(pieces, decoding)
                if decoding.no_repeat_ngram
                else copy(pieces, decoding)
            ),
        }
    )
    fewer, something = Translator(engine).translate(["الف آیا", "ب آیا"])
    assert fewer.notes == (COPIED, LEFT_OVER)
    assert something.notes == (COPIED, LEFT_OVER)


def test_right_output_is_not_translated_again() -> None:
    engine = RuleEngine()
    Translator(engine).translate(["کتاب ہے", sentence(50)])
    assert [decoding.no_repeat_ngram for _, decoding in engine.calls] == [0, 0]


def test_at_most_two_retries() -> None:
    engine = RuleEngine({"برا": say_nothing})
    Translator(engine).translate(["برا دن"])
    assert len(engine.calls) == 2  # too short to cut into clauses
    engine.calls.clear()
    Translator(engine).translate([f"برا {sentence(30)}"])
    whole = [text for text, _ in engine.calls if len(text.split()) == 31]
    assert len(whole) == 2
    parts = [text for text, _ in engine.calls if text not in whole]
    assert " ".join(parts) == whole[0]


def test_the_target_may_be_longer_than_the_source_within_the_decoding() -> None:
    engine = RuleEngine()
    Translator(engine, decoding=Decoding(max_tokens=100)).translate(["دن", sentence(90)])
    assert [decoding.max_tokens for _, decoding in engine.calls] == [100, 100]
    assert [Decoding(max_tokens=100).limit(pieces) for pieces in (1, 16, 17, 90)] == [
        68, 68, 100, 100,
    ]  # fmt: skip


def test_an_output_at_the_limit_is_marked() -> None:
    def ramble(pieces: list[str], decoding: Decoding) -> list[str]:
        return ["a" * (i % 5 + 1) for i in range(99)]

    engine = RuleEngine({"لمبا": ramble})
    (result,) = Translator(engine).translate(["لمبا"])
    assert UNFINISHED in result.notes


def test_threads_share_a_translator(tmp_path: Path) -> None:
    engine = RuleEngine(FAULTS, max_source_tokens=20)
    source = [f"{word} {sentence(i)}" for i in range(1, 20) for word in WORDS]
    expected = Translator(engine).translate(source)
    results: list[list[Translation]] = []
    with Memory(tmp_path / "m") as memory:
        translator = Translator(engine, memory=memory)
        threads = [
            threading.Thread(target=lambda: results.append(translator.translate(source)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [expected] * 4


def test_the_signature_names_all_that_decides() -> None:
    translator = Translator(RuleEngine(), decoding=Decoding(beam=2))
    assert translator.model == "rules@00000000"
    assert translator.signature == (
        "model:rules@00000000|rules:1|beam:2|lp:1|rp:1|ngram:0|max:256"
        f"|normalize:2|translate:2|align:{version('urdu-align')}"
    )


def test_another_model_or_decoding_does_not_find_what_one_kept(tmp_path: Path) -> None:
    with Memory(tmp_path / "m") as memory:
        Translator(RuleEngine(), memory=memory).translate(["کتاب"])
        for engine, decoding in [
            (RuleEngine(model="rules@11111111"), Decoding()),
            (RuleEngine(signature="rules:2"), Decoding()),
            (RuleEngine(), Decoding(beam=1)),
        ]:
            Translator(engine, decoding=decoding, memory=memory).translate(["کتاب"])
            assert len(engine.calls) == 1


KILLED = """
import sys, time
from pathlib import Path
from align.translate.memory import Memory
from align.translate.translator import Translator
from tests.fakes import RuleEngine
from tests.test_translator import MANY

class Stalls(RuleEngine):
    def translate(self, batch, decoding):
        if self.calls:
            print("stalls", flush=True)
            time.sleep(600)
        return super().translate(batch, decoding)

with Memory(Path(sys.argv[1])) as memory:
    Translator(Stalls(), memory=memory).translate(MANY)
"""
MANY = [
    sentence(3) + " " + " ".join("ابپتٹجچدرز"[int(c)] for c in str(i)) for i in range(1000, 2500)
]


def test_a_killed_run_resumes(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, tmp_path / "m"],
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"stalls\n"
        process.kill()
    engine = RuleEngine()
    with Memory(tmp_path / "m") as memory:
        results = Translator(engine, memory=memory).translate(MANY)
    assert len(engine.calls) == len(MANY) - CHUNK
    assert results == Translator(RuleEngine()).translate(MANY)
