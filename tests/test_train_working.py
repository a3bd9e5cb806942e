"""The working folder of a run: what of another run it lets go, and what it keeps."""

from __future__ import annotations

from pathlib import Path

import pytest

from align.errors import UsageError
from align.train.checkpoints import folder_of, seal
from align.train.corpora import Corpus, CorpusSpec
from align.train.recipe import Recipe
from align.train.working import Working


def make(tmp_path: Path, *corpora: str) -> tuple[Working, Recipe]:
    recipe = Recipe(corpora, str(tmp_path / "model"))
    working = Working.of(recipe.output)
    working.folder.mkdir(exist_ok=True)
    return working, recipe


def add_checkpoint(working: Working) -> None:
    folder = folder_of(working.checkpoints, 1)
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_text("weights")
    seal(folder, step=1, regular=True, chrf=None, state={})


def corpus(digest: str) -> Corpus:
    return Corpus(CorpusSpec("a.tsv"), "a", (("ا", "a"),), 1, {}, digest)


def test_a_slip_is_mended_by_giving_the_right_command(tmp_path: Path) -> None:
    working, wrong = make(tmp_path, "none.tsv")
    working.agree(wrong)
    working.tokenizer.mkdir()
    _, right = make(tmp_path, "a.tsv")
    working.agree(right)
    assert Recipe.from_json(working.recipe.read_text()) == right
    assert not working.tokenizer.exists()  # it was made of other corpora


def test_what_was_trained_is_not_given_up(tmp_path: Path) -> None:
    working, recipe = make(tmp_path, "a.tsv")
    working.agree(recipe)
    working.agree_on_data([corpus("1")], None)
    add_checkpoint(working)
    _, other = make(tmp_path, "b.tsv")
    with pytest.raises(UsageError, match="that run has another recipe"):
        working.agree(other)
    with pytest.raises(UsageError, match="this corpus changed"):
        working.agree_on_data([corpus("2")], None)
    working.agree(recipe)
    working.agree_on_data([corpus("1")], None)


def test_a_corpus_may_be_mended_before_the_first_checkpoint(tmp_path: Path) -> None:
    working, recipe = make(tmp_path, "a.tsv")
    working.agree(recipe)
    working.agree_on_data([corpus("1")], None)
    working.tokenizer.mkdir()
    working.agree_on_data([corpus("1")], None)
    assert working.tokenizer.exists()
    assert working.agree_on_data([corpus("2")], None)[0]["sha256"] == "2"
    assert not working.tokenizer.exists()


def test_a_model_of_another_run_is_not_replaced(tmp_path: Path) -> None:
    working, recipe = make(tmp_path, "a.tsv")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    for _ in range(2):
        with pytest.raises(UsageError, match="holds a model that is not of this run"):
            working.agree(recipe)
    (tmp_path / "model" / "config.json").unlink()
    working.agree(recipe)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"corpora": 3}', '{"corpora": [], "new": 1}', "\udcff"]
)
def test_a_damaged_recipe_is_named(tmp_path: Path, text: str) -> None:
    working, recipe = make(tmp_path, "a.tsv")
    working.recipe.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=r"recipe\.json: damaged"):
        working.agree(recipe)
