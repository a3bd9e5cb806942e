"""Deepening a network, and the head that a trained one aligns with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from align.errors import UsageError
from tests.training import TINY, train_here, word_for_word, write_tsv

torch = pytest.importorskip("torch")


def _network(layers: tuple[int, int]) -> Any:
    from align.train.network import new_network

    return new_network(
        50, width=16, heads=2, feed_forward=32, layers=layers, dropout=0.0, seed=1
    ).eval()


def _logits(network: Any) -> Any:
    generator = torch.Generator().manual_seed(2)
    source, target = torch.randint(1, 49, (2, 3, 7), generator=generator)
    with torch.inference_mode():
        return network(input_ids=source, decoder_input_ids=target).logits


@pytest.mark.slow
@pytest.mark.parametrize("counts", [(3, None), (None, 5), (7, 2)])
def test_layers_that_are_added_change_nothing_at_first(
    counts: tuple[int | None, int | None],
) -> None:
    from align.train.depth import deepen

    network = _network((2, 2))
    expected = _logits(network)  # its norms are still those of a new one, which do nothing twice
    deepen(network, *counts)
    encoder, decoder = (len(side.layers) for side in (network.model.encoder, network.model.decoder))
    assert (encoder, decoder) == (counts[0] or 2, counts[1] or 2)
    assert (network.config.encoder_layers, network.config.decoder_layers) == (encoder, decoder)
    assert _logits(network) == pytest.approx(expected, abs=1e-3)
    # Each layer is one of its own, and learns.
    loss = network(
        input_ids=torch.tensor([[3, 4]]), decoder_input_ids=torch.tensor([[49, 5]]),
        target=torch.tensor([[5, 6]]),
    )["loss"]  # fmt: skip
    loss.backward()
    for side in (network.model.encoder, network.model.decoder):
        for layer in side.layers:
            assert layer.fc2.weight.grad.abs().sum() > 0
    with pytest.raises(UsageError, match="--encoder-layers 1: the model of --from has"):
        deepen(network, 1, None)


@pytest.mark.slow
@pytest.mark.usefixtures("cache")
def test_a_run_deepens_the_model_it_starts_from(tmp_path: Path) -> None:
    pairs = word_for_word(300, 3)
    corpus = write_tsv(tmp_path / "words.tsv", pairs)
    train_here(corpus, *TINY, "--steps=4", "-o", tmp_path / "shallow")
    train_here(
        corpus, "--from", tmp_path / "shallow", "--encoder-layers=3", "--steps=4", "--threads=1",
        "--device=cpu", "-o", tmp_path / "deep",
    )  # fmt: skip
    config = json.loads((tmp_path / "deep" / "config.json").read_text())
    assert (config["encoder_layers"], config["decoder_layers"]) == (3, 1)
    assert set(config["alignment_head"]) == {"layer", "head", "lag"}
    from align.translate import load_engine

    engine = load_engine(str(tmp_path / "deep"), threads=1)
    exact: Any = load_engine(str(tmp_path / "deep"), engine="transformers", threads=1)
    source, target = engine.encode([pairs[0][0]]), engine.encode_target([pairs[0][1]])
    fast, slow = engine.attend(source, target)[0], exact.attend(source, target)[0]
    assert fast == pytest.approx(slow, abs=0.05)
    # The head that is chosen is that of the checkpoint, wherever in its layer it stands.
    others = exact.attentions(source, target)[0]
    assert sum(
        abs(others[layer, head, lag : lag + len(slow)] - slow).max() < 1e-6
        for layer in range(others.shape[0]) for head in range(others.shape[1]) for lag in (0, 1)
    ) == 1  # fmt: skip


@pytest.mark.slow
def test_the_head_that_copies_is_the_one_that_is_chosen() -> None:
    """A head that looks at the piece with the same number is found among others."""
    import numpy as np

    from align.train import alignment_head

    class Tokenizer:
        def encode_source(self, texts: list[str]) -> list[list[int]]:
            return [[*map(ord, text), 0] for text in texts]

        encode_target = encode_source

    class Model:
        class config:  # noqa: N801
            decoder_layers, decoder_attention_heads, max_position_embeddings = 2, 3, 99

    def seen(_: Any, source: list[int], target: list[int]) -> Any:
        found = np.random.default_rng(len(source)).random((2, 3, len(target) + 1, len(source)))
        for i in range(len(target)):
            found[1, 2, i + 1, i] = 2
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment_head, "cross_attentions", seen)
        pairs = [("abcdef", "ghijkl"), ("", "x"), ("mnop", "qrst"), ("y" * 200, "z")]
        chosen = alignment_head.choose_head(Model, Tokenizer(), pairs)  # type: ignore[arg-type]
    assert (chosen.layer, chosen.head, chosen.lag) == (1, 2, 1)
