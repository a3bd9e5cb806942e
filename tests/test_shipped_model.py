"""The model in `models/ur-en`: whole, of one piece with its conversion, and what its card says."""

from __future__ import annotations

import filecmp
from pathlib import Path
from typing import Any

import pytest

from align.articles import Article, read_articles
from align.samples import sample_paths
from align.text.normalize import normalize
from align.text.sentences import split_sentences
from align.translate import Decoding, Model, find_model, load_engine
from align.translate.conversion import convert
from align.translate.models import model_info, verify

MOST_BYTES = 48_000_000


@pytest.fixture(scope="module")
def model() -> Model:
    return find_model("ur-en")


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    """The normalised sentences of the sample articles."""
    articles = list(read_articles(map(str, sample_paths())))
    return [
        normalize(sentence.text)
        for article in articles
        if isinstance(article, Article)
        for line in article.paragraphs
        for sentence in split_sentences(line.text)
    ]


def test_is_whole_and_small(model: Model) -> None:
    assert verify(model) >= 10
    files = [path for path in model.folder.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= MOST_BYTES


def test_card_names_terms_and_the_scores_of_the_manifest(model: Model) -> None:
    card = (model.folder / "README.md").read_text(encoding="utf-8")
    assert "non-commercial" in card
    scores = model_info(model).scores
    assert "flores200-devtest" in scores
    for name, score in scores.items():
        row = next(line for line in card.splitlines() if line.startswith(f"| {name}"))
        cells = [cell.strip() for cell in row.split("|")]
        assert f"{score['bleu']:.1f}" in cells
        assert f"{score['chrf']:.1f}" in cells
        assert score["bleu_signature"] in card
        assert score["chrf_signature"] in card


@pytest.mark.slow
def test_conversion_is_of_the_checkpoint(model: Model, tmp_path: Path) -> None:
    again = convert(model, tmp_path / "ctranslate2")
    assert model.ctranslate2 is not None
    names = ["config.json", "model.bin", "source_vocabulary.json", "target_vocabulary.json"]
    same, _, _ = filecmp.cmpfiles(model.ctranslate2, again, names, shallow=False)
    assert same == names


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")  # of transformers, about sacremoses
def test_loads_with_transformers_as_it_stands(model: Model, sentences: list[str]) -> None:
    from transformers import MarianMTModel, MarianTokenizer

    network: Any = MarianMTModel.from_pretrained(model.folder)
    tokenizer: Any = MarianTokenizer.from_pretrained(model.folder)
    weights = {
        name: weight.numel()
        for name, weight in network.named_parameters()
        if "embed_positions" not in name  # a table of sines
    }
    assert sum(weights.values()) == model_info(model).parameters
    engine = load_engine(model)
    for sentence, pieces in zip(sentences, engine.encode(sentences), strict=True):
        ids = tokenizer(sentence).input_ids
        assert tokenizer.convert_ids_to_tokens(ids) == [*pieces, "</s>"]


@pytest.mark.slow
def test_engines_agree_at_full_precision(
    model: Model, sentences: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALIGN_CACHE", str(tmp_path))
    reference = load_engine(model, engine="transformers")
    fast = load_engine(model, quantization="float32")
    pieces = reference.encode(sentences)[:24]
    wanted = reference.translate(pieces, Decoding())
    got = fast.translate(pieces, Decoding())
    assert [each.pieces for each in got] == [each.pieces for each in wanted]
    for left, right in zip(got, wanted, strict=True):
        assert left.score == pytest.approx(right.score, abs=1e-3)


def test_translates_news(model: Model) -> None:
    engine = load_engine(model)
    pieces = engine.encode(["وزیر اعظم نے کہا کہ حکومت کسانوں کو سستی بجلی فراہم کرے گی۔"])
    [hypothesis] = engine.translate(pieces, Decoding())
    words = {word.strip(".,") for word in engine.decode(hypothesis.pieces).lower().split()}
    assert {"prime", "minister", "government", "cheap", "farmers"} <= words
    assert words & {"power", "electricity"}
