"""Every reader on broken files: what it raises is meant, and what it reads is all that is there."""

from __future__ import annotations

import lzma
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from align.articles import read_articles
from align.articles.reader import read_bilingual
from align.articles.xz import open_xz
from align.bitext.bead_lines import parse_beads
from align.check.calibration_file import read_calibration
from align.corpus.formats import read_pairs, write_pairs
from align.corpus.ledger import read_ledger
from align.corpus.verdicts import read_verdicts
from align.errors import AlignError, InputError
from align.evaluate.inputs import read_segments
from align.evaluate.registry import read_registry
from align.evaluate.testsets import read_testset
from align.evaluate.word_links import read_gold_links
from align.report.translations import read_translations
from align.train.corpora import CorpusSpec, read_corpus
from align.train.lexicon import read_lexicon
from tests.corpus_pairs import NEWS
from tests.fuzz.conftest import thorough
from tests.fuzz.mutations import Mutation, mutations

Reader = Callable[[str], Any]


def _pairs(path: str) -> list[Any]:
    """All pairs of a file, the broken records left out."""
    return list(read_pairs(path, skipped=lambda line: _one_line(line)))


def _one_line(message: str) -> None:
    assert message
    assert "\n" not in message


def _beads(path: str) -> Any:
    return parse_beads(Path(path).read_bytes().decode("utf-8", "replace"), path=path)


READERS: dict[str, tuple[Reader, ...]] = {
    "article.txt": (lambda path: list(read_articles(path)),),
    "page.html": (lambda path: list(read_articles(path)),),
    "articles.jsonl": (lambda path: list(read_articles(path)), read_segments),
    "articles.jsonl.gz": (lambda path: list(read_articles(path)),),
    "articles.jsonl.xz": (lambda path: list(read_articles(path)),),
    "both.jsonl": (lambda path: list(read_bilingual(path)), read_segments),
    "pairs.tsv": (_pairs, read_testset, lambda p: read_corpus(CorpusSpec(p)), read_segments),
    "pairs.jsonl": (_pairs, read_testset, lambda p: read_corpus(CorpusSpec(p)), read_segments,
                    lambda path: list(read_verdicts(path))),
    "pairs.jsonl.xz": (_pairs, lambda p: read_corpus(CorpusSpec(p)), read_segments),
    "pairs.tsv.gz": (_pairs, read_testset, lambda p: read_corpus(CorpusSpec(p))),
    "pairs.tmx": (_pairs, read_segments),
    "pairs.tmx.gz": (_pairs,),
    "pairs.xlf": (_pairs, read_segments),
    "pairs.parquet": (_pairs, read_segments),
    "moses.ur": (_pairs, read_testset, lambda p: read_corpus(CorpusSpec(p))),
    "calibration.json": (read_calibration, lambda path: read_ledger(path)),
    "testsets.toml": (lambda path: read_registry([path]),),
    "translations.jsonl": (read_translations,),
    "gold.pharaoh": (read_gold_links,),
    "side.beads": (_beads,),
    "lexicon.tsv": (read_lexicon,),
}  # fmt: skip


@pytest.mark.parametrize("name", READERS)
def test_a_broken_file_is_read_or_refused(name: str, seeds: Path, tmp_path: Path) -> None:
    data = (seeds / name).read_bytes()
    if name.startswith("moses"):
        (tmp_path / "moses.en").write_bytes((seeds / "moses.en").read_bytes())
    path = tmp_path / name

    @thorough(30)
    @given(mutations())
    def check(change: Mutation) -> None:
        path.write_bytes(change(data))
        for reader in READERS[name]:
            try:
                found = reader(str(path))
            except AlignError as error:
                _one_line(str(error))
                continue
            for item in found if isinstance(found, list) else []:
                if isinstance(item, InputError):
                    _one_line(str(item))

    check()
    path.write_bytes(data)
    found = READERS[name][0](str(path))
    assert found  # the good one is read
    assert not any(
        isinstance(item, InputError) for item in (found if isinstance(found, list) else ())
    )


@thorough(40)
@given(
    st.lists(st.sampled_from(("pair", "bad", "blank", "binary", "long")), max_size=6),
    st.sampled_from((".tsv", ".jsonl", ".tsv.gz", ".jsonl.xz")),
)
def test_no_record_is_lost_in_silence(kinds: list[str], suffix: str) -> None:
    """What was written is what is read and what was complained of."""
    json = "jsonl" in suffix
    lines = {
        "pair": '{"source": "خبر", "target": "news"}' if json else "خبر\tnews",
        "bad": '{"source": "خبر"}' if json else "one column",
        "blank": "",
        "binary": "\udcff\udcfe",
        "long": "x" * 2**20 + "\t",
    }
    text = "".join(lines[kind] + "\n" for kind in kinds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"c{suffix}"
        path.write_bytes(_packed(text.encode("utf-8", "surrogateescape"), suffix))
        told: list[str] = []
        found = list(read_pairs(str(path), skipped=told.append))
    assert len(found) == kinds.count("pair")
    assert len(told) == len(kinds) - kinds.count("pair") - kinds.count("blank")


def _packed(data: bytes, suffix: str) -> bytes:
    import gzip

    if suffix.endswith(".gz"):
        return gzip.compress(data, mtime=0)
    return lzma.compress(data) if suffix.endswith(".xz") else data


@thorough(40)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(0, 9), st.data())
def test_xz_is_unpacked_as_by_the_standard_library(
    parts: list[bytes], padding: int, data: st.DataObject
) -> None:
    """Several streams, padding between them, cut at any place."""
    import io

    packed = b"".join(lzma.compress(part) + bytes(4 * padding) for part in parts)
    assert open_xz(io.BytesIO(packed)).read() == b"".join(parts)
    single = lzma.compress(parts[0])
    cut = single[: data.draw(st.integers(0, len(single) - 1))]
    with pytest.raises((EOFError, lzma.LZMAError)):
        open_xz(io.BytesIO(cut)).read()
    with pytest.raises(lzma.LZMAError):
        open_xz(io.BytesIO(single + b"rubbish")).read()


@pytest.mark.parametrize("suffix", ["tsv", "jsonl", "tmx", "tsv.gz", "tmx.xz", "jsonl.gz"])
def test_what_stands_before_a_cut_is_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"c.{suffix}"
    write_pairs(str(path), NEWS * 50)
    whole = list(read_pairs(str(path)))
    data = path.read_bytes()
    for share in range(1, 10):
        path.write_bytes(data[: len(data) * share // 10])
        told: list[str] = []
        try:
            found = list(read_pairs(str(path), skipped=told.append))
        except InputError as error:
            found = []
            told.append(str(error))
        assert found[:-1] == whole[: max(0, len(found) - 1)]  # the last may be half a line
        assert told or found
