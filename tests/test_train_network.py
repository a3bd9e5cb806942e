"""Loss, optimizers, averaging and validation, against plain and slow versions of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from align.errors import ModelError
from tests.marian import URDU, build_marian, sentences

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("cache")


def small_network(seed: int = 1, *, separate: bool = False) -> Any:
    from align.train.network import new_network

    network = new_network(
        40, width=16, heads=2, feed_forward=24, layers=(2, 1), dropout=0.1, seed=seed,
        separate=separate,
    )  # fmt: skip
    return network.eval()


PAIRS = [([5, 6, 7, 0], [8, 9, 0]), ([3, 0], [4, 2, 11, 12, 0]), ([9, 9, 9, 9, 9, 0], [0])]


@pytest.mark.parametrize("separate", [False, True])
@torch.no_grad()  # type: ignore[untyped-decorator]
def test_loss_is_that_of_each_target_token_alone(separate: bool) -> None:  # noqa: FBT001
    from align.train.network import collate

    network = small_network(separate=separate)
    network.final_logits_bias.normal_(generator=torch.Generator().manual_seed(3))
    losses = []
    for source, target in PAIRS:
        for place in range(len(target)):
            logits = network(
                input_ids=torch.tensor([source]),
                decoder_input_ids=torch.tensor([[39, *target[:place]]]),
            ).logits[0, -1, :39]
            chances = logits.log_softmax(0)
            losses.append(-0.9 * chances[target[place]] - 0.1 * chances.mean())
    batch = collate(PAIRS, 39)
    assert network(**batch)["loss"].item() == pytest.approx(
        sum(map(float, losses)) / len(losses), 1e-5
    )


@pytest.mark.parametrize("name", ["muon", "adam"])
def test_the_embedding_of_padding_stays_at_zero(name: str) -> None:
    from align.train.network import collate
    from align.train.optimizer import make_optimizer

    network = small_network().train()
    optimizer = make_optimizer(name, network, 0.01)
    for _ in range(3):
        optimizer.zero_grad()
        network(**collate(PAIRS, 39))["loss"].backward()
        optimizer.step()
    assert network.lm_head.weight[39].tolist() == [0.0] * 16
    assert bool(network.lm_head.weight[:39].any(1).all())


def test_muon_is_what_torch_does_matrix_by_matrix_and_adam_for_the_rest() -> None:
    from align.train import optimizer as ours

    plain, network = small_network(), small_network()
    matrices = [(n, w) for n, w in plain.named_parameters() if ".layers." in n and w.ndim == 2]
    names = {name for name, _ in matrices}
    rest = [w for n, w in plain.named_parameters() if n not in names and w.requires_grad]
    adam = torch.optim.Adam(rest, lr=0.01, betas=(0.9, 0.98))
    muon = torch.optim.Muon(
        [w for _, w in matrices], lr=0.01, weight_decay=0.0, momentum=0.95,
        adjust_lr_fn="match_rms_adamw",
    )  # fmt: skip
    chosen = ours.make_optimizer("muon", network, 0.01)
    generator = torch.Generator().manual_seed(5)
    for _ in range(3):
        for one, other in zip(plain.parameters(), network.parameters(), strict=True):
            if one.requires_grad:
                one.grad = torch.randn(one.shape, generator=generator)
                other.grad = one.grad.clone()
        adam.step()
        muon.step()
        chosen.step()
    for (name, one), other in zip(plain.named_parameters(), network.parameters(), strict=True):
        # torch computes in bfloat16: two digits.
        tolerance = 4e-3 if name in names else 1e-6
        assert torch.allclose(one, other, atol=tolerance), name


def test_orthogonal_keeps_the_singular_vectors_and_evens_out_the_values() -> None:
    from align.train.optimizer import orthogonal

    for shape in ((3, 8, 20), (2, 20, 8)):
        stack = torch.randn(shape, generator=torch.Generator().manual_seed(2))
        for matrix, result in zip(stack, orthogonal(stack), strict=True):
            left, _, right = torch.linalg.svd(matrix, full_matrices=False)
            inner = left.T @ result @ right.T
            assert 0.6 < inner.diagonal().min() < inner.diagonal().max() < 1.25
            assert (inner - inner.diagonal().diag()).abs().max() < 1e-4


@pytest.mark.parametrize("name", ["muon", "adam"])
def test_an_optimizer_goes_on_from_its_state_to_the_last_bit(name: str, tmp_path: Path) -> None:
    from align.train.network import collate
    from align.train.optimizer import make_optimizer

    def steps(network: Any, optimizer: Any, count: int) -> None:
        for _ in range(count):
            optimizer.zero_grad()
            network(**collate(PAIRS, 39))["loss"].backward()
            optimizer.step()

    whole, first, second = small_network(), small_network(), small_network(2)
    steps(whole, make_optimizer(name, whole, 0.01), 6)
    optimizer = make_optimizer(name, first, 0.01)
    steps(first, optimizer, 3)
    torch.save([first.state_dict(), optimizer.state_dict()], tmp_path / "state.pt")
    weights, state = torch.load(tmp_path / "state.pt", weights_only=True)
    second.load_state_dict(weights)
    optimizer = make_optimizer(name, second, 0.5)
    optimizer.load_state_dict(state)
    steps(second, optimizer, 3)
    for one, other in zip(whole.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_average_is_the_mean_of_each_weight(tmp_path: Path) -> None:
    from align.train.averaging import average
    from align.train.network import plain_model, put_weights

    networks = [small_network(seed) for seed in (1, 2, 3)]
    files = []
    for i, network in enumerate(networks):
        network.save_pretrained(tmp_path / str(i))
        files.append(tmp_path / str(i) / "model.safetensors")
    model = plain_model(networks[0], average(files))
    assert type(model).__name__ == "MarianMTModel"
    for name, weight in model.named_parameters():
        mean = sum(dict(one.named_parameters())[name].double() for one in networks) / 3
        assert torch.allclose(weight.double(), mean, atol=1e-7), name
    assert model.lm_head.weight is model.model.encoder.embed_tokens.weight
    with pytest.raises(ModelError, match="weights of another network"):
        put_weights(model, {"strange": torch.zeros(1)})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_marian(tmp_path_factory.mktemp("marian") / "model")


def test_generate_is_the_reference_engine_sentence_by_sentence(folder: Path) -> None:
    from align.train.network import open_network
    from align.train.tokenizer import open_tokenizer
    from align.train.validation import generate
    from align.translate import Decoding, load_engine
    from align.translate.models import find_model

    texts = sentences(URDU, 12, 4, longest=9)
    tokenizer = open_tokenizer(folder)
    network = open_network(folder, tokenizer).train()
    together = generate(network, tokenizer, texts, batch_tokens=30)
    assert network.training
    assert together == [generate(network, tokenizer, [text])[0] for text in texts]
    engine = load_engine(find_model(str(folder)), engine="transformers")
    ended = 0
    for text, ours in zip(texts, together, strict=True):
        pieces = engine.encode([text])
        found = engine.translate(pieces, Decoding(beam=1, no_repeat_ngram=0))[0]
        if len(found.pieces) < 2 * len(pieces[0]) + 10:  # those that end before our limit
            assert ours == engine.decode(found.pieces)
            ended += 1
    assert ended


def test_a_checkpoint_of_opus_mt_is_opened_with_its_bias(folder: Path, tmp_path: Path) -> None:
    from align.train.network import open_network
    from align.train.tokenizer import open_tokenizer

    tokenizer = open_tokenizer(folder)
    network = open_network(folder, tokenizer, dropout=0.3)
    assert network.config.dropout == 0.3
    assert network.final_logits_bias.abs().sum() > 0
    other = open_tokenizer(build_marian(tmp_path / "other", languages=(">>urd<<", ">>pan<<")))
    with pytest.raises(ModelError, match="network and vocabulary differ"):
        open_network(folder, other)
    (tmp_path / "other" / "pytorch_model.bin").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="cannot be loaded"):
        open_network(tmp_path / "other", other)


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("decoder_layers", r"\d+ are missing, as model\.decoder\.layers\.\d"),
        ("encoder_ffn_dim", r"\d+ have another shape than it asks for, as model\.encoder\.layers"),
    ],
)
def test_weights_are_never_set_by_chance(
    setting: str, says: str, folder: Path, tmp_path: Path
) -> None:
    from align.train.network import open_network
    from align.train.tokenizer import open_tokenizer

    shutil.copytree(folder, tmp_path / "model")
    config = tmp_path / "model" / "config.json"
    settings = json.loads(config.read_text())
    config.write_text(json.dumps(settings | {setting: settings[setting] + 1}))
    with pytest.raises(ModelError, match=f"the weights are not those of config.json: {says}") as e:
        open_network(tmp_path / "model", open_tokenizer(folder))
    assert "\n" not in str(e.value)
