"""Word alignment: words, pieces, symmetrization, attention, the error rate, the command."""

from __future__ import annotations

import shutil
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.bitext.attention import align_words, between_words
from align.bitext.pieces import cut_words
from align.bitext.symmetrization import METHODS, symmetrize
from align.bitext.tokens import read_words, split_words
from align.bitext.word_alignment import WordAlignment, WordLink
from align.errors import InputError, ModelError
from align.evaluate.word_links import GoldLinks, parse_gold_links, score_links
from align.report.words import word_pairs, words_page
from align.text.normalize import normalize
from align.translate import load_engine
from align.translate.alignment_head import alignment_head
from tests.command import records, run

PAIR = (
    "وزیر اعظم نے لاہور میں کہا کہ حکومت 25 سکول کھولے گی۔",
    "The prime minister said in Lahore that the government will open 25 schools.",
)
LINKS = st.frozensets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12)


def _links(text: str) -> frozenset[tuple[int, int]]:
    return parse_gold_links(text, "-", 1).sure


def test_symmetrization_is_that_of_atools() -> None:
    # What the atools of fast_align made of eflomal's links between Romanian and English.
    rows = Path(__file__).with_name("data").joinpath("symmetrized.tsv").read_text().splitlines()
    for row in rows:
        forward, backward, *expected = map(_links, row.split("\t"))
        for method, links in zip(
            ("grow-diag", "grow-diag-final", "grow-diag-final-and"), expected, strict=True
        ):
            assert symmetrize(forward, backward, method) == links
    assert len(rows) == 40


@given(LINKS, LINKS)
def test_each_method_holds_the_more_careful_one(
    forward: frozenset[tuple[int, int]], backward: frozenset[tuple[int, int]]
) -> None:
    found = {method: symmetrize(forward, backward, method) for method in METHODS}
    assert found["intersection"] <= found["grow-diag"]
    for method in ("grow-diag-final-and", "grow-diag-final"):
        assert found["grow-diag"] <= found[method] <= found["union"]
    linked = {source for source, _ in found["grow-diag-final"]}
    assert linked == {source for source, _ in forward | backward}


@given(st.text(st.sampled_from("ab ا۔ًک،.-’'5,0(\u200c\n\t"), max_size=30))
def test_words_are_the_text_without_its_spaces(text: str) -> None:
    words = split_words(text)
    joined = ["".join(chunk) for chunk in words.chunks]
    # A mark of no letter before it, as at the start, is no word: all else is kept in its place.
    assert "".join(joined) == "".join("".join(text.split()))
    assert len(words.words) == len(words.glued)
    assert all(words.words)


@given(st.lists(st.text(st.characters(exclude_categories=("Z", "C")), min_size=1), max_size=8))
def test_words_that_are_parted_already_stay_as_they_are(words: list[str]) -> None:
    assert read_words(" ".join(words)).words == tuple(words)


@pytest.fixture(scope="module")
def engine() -> Any:
    return load_engine(threads=1)


@given(
    st.lists(
        st.text(st.sampled_from("خبریں لاہورtest25,%.۔ۂ☃\u064b"), min_size=1, max_size=12),
        max_size=6,
    )
)
def test_pieces_belong_to_words(engine: Any, texts: list[str]) -> None:
    sides = [split_words(text) for text in texts]
    for side, (pieces, shares) in zip(sides, cut_words(sides, engine.encode), strict=True):
        assert shares.shape == (len(side.words), len(pieces))
        assert (shares >= 0).all()
        assert (shares.sum(axis=0) <= 1 + 1e-6).all()
        # As whole words have it: the pieces are those of the text between the same spaces.
        chunks = engine.encode([normalize("".join(chunk)) for chunk in side.chunks])
        assert pieces == list(chain.from_iterable(chunks))


def test_pieces_of_a_word_are_those_that_spell_it(engine: Any) -> None:
    side = split_words("Rawalpindi, (25%) ☃")
    pieces, shares = cut_words([side], engine.encode_target)[0]
    spelled = [
        "".join(piece for piece, share in zip(pieces, row, strict=True) if share).replace("▁", "")
        for row in shares
    ]
    assert spelled[:4] == ["Rawalpindi", ",", "(", "25"]
    assert spelled[4].startswith("%")  # the vocabulary may hold "%)" as one piece
    assert shares[-1].sum() == 3  # the bytes of a character that the vocabulary lacks


def test_attention_between_words_is_the_plain_sum() -> None:
    rng = np.random.default_rng(1)
    attention = rng.random((4, 6))
    source, target = [[0, 1], [2], [3, 4]], [[0], [1, 2, 3]]
    shares = [np.zeros((3, 5)), np.zeros((2, 4))]
    for side, words in zip(shares, (source, target), strict=True):
        for word, pieces in enumerate(words):
            side[word, pieces] = 1
    found = between_words(attention, shares[0], shares[1])
    for i, ours in enumerate(target):
        for j, theirs in enumerate(source):
            plain = sum(attention[a, b] for a in ours for b in theirs) / len(ours)
            assert found[i, j] == pytest.approx(plain)


def test_the_embedded_model_links_what_translates_what(engine: Any) -> None:
    pairs = [
        (split_words(PAIR[0]), split_words(PAIR[1])),
        (split_words(""), split_words("Nothing")),
        (split_words("لفظ " * 600), split_words("word")),
    ]
    found, empty, long = align_words(pairs, engine)
    assert found is not None
    linked = {(found.source[link.source], found.target[link.target]) for link in found.links}
    assert {
        ("لاہور", "Lahore"), ("25", "25"), ("سکول", "schools"), ("حکومت", "government"),
        ("کہا", "said"),
    } <= linked  # fmt: skip
    assert ("لاہور", "schools") not in linked
    assert all(0 < link.strength <= 1 for link in found.links)
    assert empty == WordAlignment((), ("Nothing",), ())
    assert long is None


@pytest.mark.slow
def test_both_engines_look_at_the_same(engine: Any) -> None:
    pytest.importorskip("torch")
    reference = load_engine(engine="transformers", threads=1)
    sources = engine.encode([PAIR[0], "ہاں۔"])
    targets = engine.encode_target([PAIR[1], "Yes, of course."])
    for fast, exact in zip(
        engine.attend(sources, targets), reference.attend(sources, targets), strict=True
    ):
        assert fast.shape == exact.shape
        assert fast.sum(axis=1) == pytest.approx(1, abs=0.01)
        assert fast == pytest.approx(exact, abs=0.1)  # int8 against float32
    # What was looked at changes nothing of what is translated.
    from align.translate import Decoding

    assert reference.translate(sources[:1], Decoding(beam=1))[0].pieces


def test_a_model_may_name_its_head() -> None:
    config = {"decoder_layers": 2, "decoder_attention_heads": 4}
    named = {**config, "alignment_head": {"layer": 0, "head": 3, "lag": 1}}
    assert (alignment_head(named).layer, alignment_head(named).head) == (0, 3)
    wrongs: tuple[Any, ...] = (
        {"layer": 2, "head": 0, "lag": 0}, {"layer": 0, "head": 0, "lag": 2}, [], {},
    )  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(ModelError, match="no such head"):
            alignment_head({**config, "alignment_head": wrong})


def test_error_rate_counts_as_och_and_ney_do() -> None:
    gold = [
        GoldLinks(_links("0-0 1-1"), _links("0-0 1-1 2-2 2-1")),
        GoldLinks(_links(""), _links("")),
    ]
    scores = score_links([_links("0-0 2-2 5-5"), _links("")], gold)
    # |A| = 3, |S| = 2, |A and S| = 1, |A and P| = 2
    assert scores.error_rate == pytest.approx(1 - 3 / 5)
    assert scores.precision == pytest.approx(2 / 3)
    assert scores.recall == 0.5
    perfect = score_links([one.sure for one in gold], gold)
    assert (perfect.error_rate, perfect.precision, perfect.recall) == (0, 1, 1)
    assert parse_gold_links("1-2 2p3", "g", 1, first=1) == GoldLinks(
        frozenset({(0, 1)}), frozenset({(0, 1), (1, 2)})
    )
    for wrong in ("1", "a-b", "0-1", "1-1-1", "-1-1"):
        with pytest.raises(InputError, match=r"^g:7: "):
            parse_gold_links(wrong, "g", 7, first=1)


def test_word_pairs_are_counted_with_their_shares() -> None:
    one = WordAlignment(("کتاب",), ("Book", "the"), (WordLink(0, 0), WordLink(0, 1)))
    two = WordAlignment(("کتاب",), ("book",), (WordLink(0, 0),))
    assert list(word_pairs([one, two])) == [
        "کتاب\tbook\t2\t0.6667\t1.0000\n",
        "کتاب\tthe\t1\t0.3333\t1.0000\n",
    ]


def test_a_picture_runs_no_script_and_hides_nothing() -> None:
    hostile = "<script>\u202e"
    found = WordAlignment((hostile, "کتاب"), ("book",), (WordLink(1, 0, 0.9),))
    page = words_page([found], languages=("ur", "en"))
    assert "<script" not in page
    assert "\u202e" not in page
    assert page.count('class="l4"') == 1
    assert 'dir="rtl"' in page


@pytest.mark.parametrize("languages", [("ur", "en"), ("en", "ur")])
def test_a_picture_never_turns_urdu_and_shows_both_sentences(languages: tuple[str, str]) -> None:
    texts = {"ur": ("ہاں", "، ", "کتاب", "۔"), "en": ("Yes", ",", "a", "book", ".")}
    source, target = (tuple(map(str.strip, texts[language])) for language in languages)
    link = WordLink(source.index("کتاب"), 3) if languages[0] == "ur" else WordLink(3, 2)
    page = words_page([WordAlignment(source, target, (link,))], languages=languages)
    assert '<p class="sentence ur" lang="ur" dir="rtl">ہاں، کتاب۔</p>' in page
    assert '<p class="sentence" lang="en" dir="ltr">Yes, a book.</p>' in page
    assert page.count('<th scope="row" class="ur" lang="ur" dir="rtl">') == 4
    assert page.count('<th scope="col" class="turned" lang="en">') == 5
    assert '<td class="l4" title="کتاب – book">' in page


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.tsv"
    path.write_text(f"{PAIR[0]}\t{PAIR[1]}\nہاں۔\tYes.\n", encoding="utf-8")
    return path


def test_command_prints_links_that_its_tokens_number(corpus: Path, tmp_path: Path) -> None:
    lines = run("words", str(corpus)).stdout.splitlines()
    tokens = run("words", str(corpus), "--format", "tokens").stdout.splitlines()
    found = records(run("words", str(corpus), "--json"))
    for line, token, record in zip(lines, tokens, found, strict=True):
        assert line.split() == [f"{i}-{j}" for i, j, _ in record["links"]]
        assert token == " ||| ".join(
            " ".join(record[side]) for side in ("source_words", "target_words")
        )
    again = tmp_path / "tokens.tsv"
    again.write_text("".join(line.replace(" ||| ", "\t") + "\n" for line in tokens))
    assert run("words", str(again), "--tokenized").stdout.splitlines() == lines
    (tmp_path / "gold.txt").write_text("\n".join(lines) + "\n")
    scored = run("words", str(corpus), "--gold", str(tmp_path / "gold.txt"))
    assert "alignment error rate 0.000 (precision 1.000, recall 1.000;" in scored.stderr
    page = tmp_path / "words.html"
    run("words", str(corpus), "-o", str(page))
    assert page.read_text(encoding="utf-8").count("<article>") == 2


def test_command_writes_over_neither_side_of_its_input(tmp_path: Path) -> None:
    for code in ("ur", "en"):
        (tmp_path / f"c.{code}").write_text("x\n", encoding="utf-8")
    result = run("words", f"{tmp_path}/c", "-o", f"{tmp_path}/c.en", code=2)
    assert "is also an input" in result.stderr
    assert "two languages" in run("words", "x.tsv", "--source-language", "en", code=2).stderr


def test_command_tells_what_is_wrong_with_its_input(corpus: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.tsv"
    long.write_text("لفظ " * 700 + "\tword\n" + corpus.read_text(encoding="utf-8"))
    result = run("words", str(long), code=1)
    assert result.stdout.splitlines()[0] == ""
    assert len(result.stdout.splitlines()) == 3
    assert "pair 1: no links: a side has over 511 pieces" in result.stderr
    (tmp_path / "gold.txt").write_text("0-0\n")
    assert (
        "1 lines for 2 pairs"
        in run("words", str(corpus), "--gold", str(tmp_path / "gold.txt"), code=2).stderr
    )
    (tmp_path / "empty.tsv").write_text("")
    assert "no pairs" in run("words", str(tmp_path / "empty.tsv"), code=2).stderr
    assert "none.tsv" in run("words", str(tmp_path / "none.tsv"), code=2).stderr
    run("words", str(corpus), "--json", "--format", "tsv", code=2)


def _program(folder: Path, body: str) -> None:
    folder.mkdir()
    path = folder / "eflomal-align"
    path.write_text(f"#!{sys.executable}\n{body}")
    path.chmod(0o755)


def test_eflomal_is_a_program_that_may_be_missing_or_fail(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    arguments = ("words", str(corpus), "--aligner", "eflomal")
    assert "eflomal-align is not installed" in run(*arguments, code=2).stderr
    _program(tmp_path / "bin", "import sys; sys.exit('Traceback\\nValueError: no luck')")
    assert "eflomal-align failed: ValueError: no luck" in run(*arguments, code=2).stderr
    shutil.rmtree(tmp_path / "bin")
    # Links the first word of each line to the first, and the backward side all words to it.
    _program(
        tmp_path / "bin",
        "import sys\n"
        "name = dict(zip(sys.argv[1::2], sys.argv[2::2]))\n"
        "lines = [line.split() for line in open(name['-s'])]\n"
        "open(name['-f'], 'w').writelines('0-0\\n' for _ in lines)\n"
        "open(name['-r'], 'w').writelines(\n"
        "    ' '.join(f'{i}-0' for i in range(len(line))) + '\\n' for line in lines)\n",
    )
    assert run(*arguments, "--method", "intersection").stdout == "0-0\n0-0\n"
    assert run(*arguments, "--method", "backward").stdout.splitlines()[1] == "0-0 1-0"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("eflomal-align"), reason="eflomal is not installed")
def test_eflomal_learns_words_from_the_corpus_alone(tmp_path: Path) -> None:
    from align.bitext.eflomal import align_corpus
    from tests.training import word_for_word

    pairs = word_for_word(300, 1)
    found = align_corpus([(read_words(s), read_words(t)) for s, t in pairs])
    gold = [
        GoldLinks(links, links)
        for links in (frozenset((i, i) for i in range(len(s.split()))) for s, _ in pairs)
    ]
    links = [[link[:2] for link in one.links] for one in found]
    assert score_links(links, gold).error_rate < 0.1
