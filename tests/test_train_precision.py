"""Products in bfloat16 change the last digits of the loss; weights are float32 all along."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.training import TINY, curve, train_here, word_for_word, write_tsv

torch = pytest.importorskip("torch")


@pytest.mark.slow
def test_either_precision_has_the_same_losses_and_weights_in_float32(tmp_path: Path) -> None:
    corpus = write_tsv(tmp_path / "words.tsv", word_for_word(150, 1))
    losses = {}
    for precision in ("float32", "bfloat16"):
        output = tmp_path / precision
        train_here(corpus, *TINY, "--steps=6", f"--precision={precision}", "-o", output)
        work = output.with_name(f"{precision}.work")
        losses[precision] = [line["loss"] for line in curve(work / "log.jsonl") if "loss" in line]
        facts = json.loads((output / "model.json").read_text())["training"]
        assert facts["machine"]["precision"] == precision
        last = work / "checkpoints" / "checkpoint-6"
        state = torch.load(last / "optimizer.pt", weights_only=True)["state"]
        kept = [one for of_weight in state.values() for one in of_weight.values()]
        assert {one.dtype for one in kept} == {torch.float32}
    assert losses["float32"] != losses["bfloat16"]
    assert losses["float32"] == pytest.approx(losses["bfloat16"], rel=0.01)
