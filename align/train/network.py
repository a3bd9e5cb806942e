"""`Network`: transformers' MarianMT with a loss that looks at target tokens alone."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import MarianConfig, MarianMTModel

from align.errors import ModelError, one_line
from align.translate.layout import LOCAL
from align.translate.quiet import quiet_transformers

if TYPE_CHECKING:
    from align.train.batches import Pair
    from align.train.tokenizer import Tokenizer

MAX_POSITIONS: Final = 512


class Network(MarianMTModel):  # type: ignore[misc]  # transformers has no annotations
    """A MarianMT that gives its own loss when it is handed the target."""

    smoothing: float = 0.1

    def forward(
        self,
        input_ids: Tensor | None = None,
        attention_mask: Tensor | None = None,
        decoder_input_ids: Tensor | None = None,
        target: Tensor | None = None,
        **options: Any,
    ) -> Any:
        """Return `{"loss": …}` where there is a `target`, else what MarianMTModel does.

        The loss is the cross-entropy of the target tokens that are no padding, in nats, with
        label smoothing (Szegedy et al. 2016). Computing logits only where there is a token, and
        none for `<pad>`, takes a third less time than transformers' own loss over everything.

        Args:
            input_ids: Source, [batch, source length].
            attention_mask: 1 where `input_ids` is a token, 0 where it is padding.
            decoder_input_ids: The target moved right by one, [batch, target length].
            target: [batch, target length].
            options: What else MarianMTModel takes.
        """
        if target is None:
            return super().forward(
                input_ids=input_ids,
                attention_mask=attention_mask,
                decoder_input_ids=decoder_input_ids,
                **options,
            )
        pad = self.config.pad_token_id
        counted = target != pad
        hidden = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            decoder_input_ids=decoder_input_ids,
            use_cache=False,
        ).last_hidden_state[counted]  # [target tokens, width]
        logits = self.logits(hidden, pad)
        loss = cross_entropy(logits.float(), target[counted], label_smoothing=self.smoothing)
        return {"loss": loss}

    def logits(self, hidden: Tensor, pad: int) -> Tensor:
        """Return [tokens, pad]: scores of all pieces but `<pad>`, the last."""
        # The bias of OPUS-MT's checkpoints; one that was trained here has none.
        bias = self.final_logits_bias[0, :pad]
        return torch.nn.functional.linear(hidden, self.lm_head.weight[:pad], bias)

    @torch.no_grad()
    def clear_start(self) -> None:
        """Set the embedding of `<pad>`, with which decoding starts, to zero, as Marian has it.

        Training leaves it there: nothing of the loss depends on it.
        """
        pad = self.config.pad_token_id
        for side in (self.model.encoder, self.model.decoder):
            side.embed_tokens.weight[pad].zero_()


def new_network(  # noqa: PLR0913 the size of a network is so many numbers
    pieces: int,
    *,
    width: int,
    heads: int,
    feed_forward: int,
    layers: tuple[int, int],
    dropout: float,
    seed: int,
    separate: bool = False,
) -> Network:
    """Return an untrained network, the same for the same arguments.

    Args:
        pieces: Rows of the vocabulary; `</s>` is 0, `<unk>` 1 and `<pad>` the last.
        width: Of every layer.
        heads: Of attention; divides `width`.
        feed_forward: Inner width of the feed-forward parts.
        layers: Of encoder and decoder.
        dropout: Share of activations that are dropped.
        seed: Of the first weights.
        separate: Whether source and target have embeddings of their own, of `pieces` rows each.
    """
    torch.manual_seed(seed)
    config = MarianConfig(
        vocab_size=pieces,
        decoder_vocab_size=pieces,
        d_model=width,
        encoder_layers=layers[0],
        decoder_layers=layers[1],
        encoder_attention_heads=heads,
        decoder_attention_heads=heads,
        encoder_ffn_dim=feed_forward,
        decoder_ffn_dim=feed_forward,
        dropout=dropout,
        activation_function="swish",
        scale_embedding=True,
        max_position_embeddings=MAX_POSITIONS,
        pad_token_id=pieces - 1,
        eos_token_id=0,
        forced_eos_token_id=0,
        decoder_start_token_id=pieces - 1,
        share_encoder_decoder_embeddings=not separate,
    )
    network = Network(config)
    network.clear_start()
    return network


def open_network(folder: Path, tokenizer: Tokenizer, *, dropout: float | None = None) -> Network:
    """Load the network of a MarianMT folder, at full precision.

    Args:
        folder: As Hugging Face, OPUS-MT or `align train` lay it out.
        tokenizer: Of that folder.
        dropout: In place of the model's own; None keeps it.

    Raises:
        ModelError: It is damaged, lacks weights that its config.json asks for, or is not of the
            tokenizer's size.
    """
    options = {} if dropout is None else {"dropout": dropout}
    try:
        with quiet_transformers():
            network: Network
            network, found = Network.from_pretrained(
                str(folder),
                dtype=torch.float32,
                **LOCAL,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # they are told below, in fewer words
                **options,
            )
    except Exception as error:  # there is nothing that a damaged file does not raise
        raise ModelError(f"{folder}: cannot be loaded: {one_line(error)}") from error
    _check_loading(folder, found)
    rows, pad = network.lm_head.weight.shape[0], network.config.pad_token_id
    if rows != tokenizer.target_size or pad != tokenizer.pad or pad != rows - 1:
        raise ModelError(
            f"{folder}: network and vocabulary differ: {rows:,} rows with <pad> {pad}, "
            f"{tokenizer.target_size:,} pieces with <pad> {tokenizer.pad}, which must be the last"
        )
    network.clear_start()
    # from_pretrained calls them trainable, though no gradient reaches them and no file has them.
    for side in (network.model.encoder, network.model.decoder):
        side.embed_positions.weight.requires_grad = False
    return network


def _check_loading(folder: Path, found: Mapping[str, Any]) -> None:
    """Raise ModelError for weights that transformers has set by chance, going by what it found."""
    if mismatched := sorted(found["mismatched_keys"]):
        name, there, asked = mismatched[0]
        shapes = " and ".join("x".join(map(str, shape)) for shape in (there, asked))
        what = f"{len(mismatched):,} have another shape than it asks for, as {name}, {shapes}"
    elif missing := sorted(found["missing_keys"]):
        what = f"{len(missing):,} are missing, as {missing[0]}"
    else:
        return
    raise ModelError(f"{folder}: the weights are not those of config.json: {what}")


def put_weights(network: MarianMTModel, weights: Mapping[str, Tensor]) -> None:
    """Put `weights`, as a checkpoint's `model.safetensors` holds them, into a network.

    Raises:
        ModelError: They are of another network.
    """
    try:
        found = network.load_state_dict(weights, strict=False)
    except RuntimeError as error:  # shapes
        raise ModelError(f"weights of another network: {one_line(error)}") from error
    # A file holds tied weights once, and position tables never.
    tied = ("embed_tokens.weight", "embed_positions.weight", "shared.weight", "lm_head.weight")
    missing = [name for name in found.missing_keys if not name.endswith(tied)]
    if missing or found.unexpected_keys:
        raise ModelError(f"weights of another network: {[*missing, *found.unexpected_keys][:3]}")


def plain_model(network: Network, weights: Mapping[str, Tensor]) -> MarianMTModel:
    """Return `weights` as a MarianMTModel on the CPU, of the shape of `network`."""
    model = MarianMTModel(copy.deepcopy(network.config))
    put_weights(model, weights)
    model.generation_config = copy.deepcopy(network.generation_config)
    return model.eval()


def collate(batch: Sequence[Pair], pad: int) -> dict[str, Tensor]:
    """Return a batch as `Network.forward` takes it, padded to its longest sides."""
    source = padded([source for source, _ in batch], pad)
    target = padded([target for _, target in batch], pad)
    start = torch.full((len(batch), 1), pad)
    return {
        "input_ids": source,
        "attention_mask": (source != pad).long(),
        "decoder_input_ids": torch.cat([start, target[:, :-1]], dim=1),
        "target": target,
    }


def padded(rows: Sequence[Sequence[int]], value: int) -> Tensor:
    """Return [rows, longest] with `value` after the end of each row.

    >>> padded([[1, 2], [3]], 9).tolist()
    [[1, 2], [3, 9]]
    """
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])
