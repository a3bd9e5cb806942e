"""A checkpoint laid out exactly as Helsinki-NLP/opus-mt-ur-en is, with seeded random weights.

Two sentencepiece models, one vocabulary (`</s>` 0, `<unk>` 1, the pieces, `<pad>` last), and a
configuration of the time: `bad_words_ids`, `forced_eos_token_id` and `num_beams` in config.json,
`final_logits_bias`, tied copies and position tables among the weights. Width 32, so the model
takes no time; the scale of the weights and the bias of `</s>` are such that some sentences end
and others run into the limit.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Literal

WIDTH, LAYERS, HEADS, POSITIONS = 32, 2, 4, 128
_URDU = (
    "پاکستان حکومت وزیر اعظم نے کہا کہ شہر میں بارش ہوئی لوگ سڑک پر آئے اور کراچی کے اسکول بند "
    "رہے پولیس عدالت فیصلہ عوام پانی بجلی قیمت اضافہ ملک خبر کے مطابق ہے تھا گا۔ کو سے نہیں"
)
_ENGLISH = (
    "Pakistan government prime minister said that the city saw rain people came on road and "
    "schools of Karachi were closed police court decision public water electricity price rise "
    "country according to news is was will not from for ."
)
URDU, ENGLISH = _URDU.split(), _ENGLISH.split()

Weights = Literal["pytorch_model.bin", "model.safetensors"]


def sentences(words: list[str], count: int, seed: int, *, longest: int = 12) -> list[str]:
    """Return `count` lines of random words, of all lengths up to `longest`, with some numbers."""
    rng = random.Random(seed)
    pool = [*words, "25", "3.5", "2024"]
    return [" ".join(rng.choices(pool, k=rng.randint(1, longest))) for _ in range(count)]


def build_marian(
    folder: Path,
    *,
    weights: Weights = "pytorch_model.bin",
    tied: bool = True,
    half: bool = False,
    languages: tuple[str, ...] = (),
    seed: int = 1,
) -> Path:
    """Write the checkpoint to `folder`; `languages` are `>>xxx<<` tokens of a multi-target one."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces: list[str] = list(languages)
    for name, words in (("source", URDU), ("target", ENGLISH)):
        pieces += _train_spm(folder / f"{name}.spm", sentences(words, 400, seed))
    order = list(dict.fromkeys(["</s>", "<unk>", *pieces, "<pad>"]))
    _write(folder / "vocab.json", {piece: i for i, piece in enumerate(order)})
    _write(folder / "tokenizer_config.json", {"source_lang": "ur", "target_lang": "en"})
    _write_configs(folder, len(order), tied=tied)
    _write_weights(folder, weights, seed, half=half)
    return folder


def _train_spm(path: Path, lines: list[str]) -> list[str]:
    import sentencepiece

    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(lines),
        model_prefix=str(path.with_suffix("")),
        vocab_size=160,
        hard_vocab_limit=False,
        bos_id=-1,
        minloglevel=2,
    )
    path.with_suffix(".model").rename(path)
    path.with_suffix(".vocab").unlink()
    processor = sentencepiece.SentencePieceProcessor(model_file=str(path))
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def _write_configs(folder: Path, size: int, *, tied: bool) -> None:
    pad = size - 1
    generation = {
        "bad_words_ids": [[pad]],
        "bos_token_id": 0,
        "decoder_start_token_id": pad,
        "eos_token_id": 0,
        "forced_eos_token_id": 0,
        "max_length": 512,
        "num_beams": 6,
        "pad_token_id": pad,
    }
    sides = {
        f"{side}_{what}": value
        for side in ("encoder", "decoder")
        for what, value in (
            ("attention_heads", HEADS),
            ("ffn_dim", 64),
            ("layerdrop", 0.0),
            ("layers", LAYERS),
        )
    }
    _write(
        folder / "config.json",
        {
            "activation_dropout": 0.0,
            "activation_function": "swish",
            "add_bias_logits": False,
            "add_final_layer_norm": False,
            "architectures": ["MarianMTModel"],
            "attention_dropout": 0.0,
            "classifier_dropout": 0.0,
            "d_model": WIDTH,
            "dropout": 0.1,
            "init_std": 0.02,
            "is_encoder_decoder": True,
            "max_position_embeddings": POSITIONS,
            "model_type": "marian",
            "normalize_before": False,
            "normalize_embedding": False,
            "num_hidden_layers": LAYERS,
            "scale_embedding": True,
            "static_position_embeddings": True,
            "tie_word_embeddings": tied,
            "use_cache": True,
            "vocab_size": size,
            **sides,
            **generation,
        },
    )
    _write(folder / "generation_config.json", {"_from_model_config": True, **generation})


def _write_weights(folder: Path, weights: Weights, seed: int, *, half: bool) -> None:
    import torch
    from safetensors.torch import save_file
    from transformers import MarianConfig, MarianMTModel

    config = MarianConfig.from_pretrained(folder)
    torch.manual_seed(seed)
    model = MarianMTModel(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            embedding = any(part in name for part in ("shared", "embed_tokens", "lm_head"))
            if "layer_norm" not in name and "embed_positions" not in name:
                parameter.normal_(0.0, 0.3 if embedding else 1.2)
            if embedding:
                parameter[config.pad_token_id].zero_()
        model.final_logits_bias.normal_(0.0, 0.3)
        model.final_logits_bias[0, 0] = 5.0 if config.tie_word_embeddings else 1.0
        model.final_logits_bias[0, -1] = 0.0
    state: dict[str, Any] = model.half().state_dict() if half else model.state_dict()
    if weights == "pytorch_model.bin":
        torch.save(state, folder / weights)
    else:
        state = {name: tensor.clone() for name, tensor in state.items()}  # tied ones apart
        save_file(state, folder / weights, metadata={"format": "pt"})


def _write(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
