"""Train the embedded model `models/ur-en` from a folder of corpora (`NAME.tsv.xz`).

    python scripts/train_ur_en.py CORPORA_FOLDER models/ur-en --work WORK --minutes 100

Needs the extra `torch`. Two cores, 100 minutes: about 10 million target tokens. The learning
rate follows the clock, not the steps, so a busy machine gives a smaller model run, not an
unfinished one. WORK keeps the tokenizer and a checkpoint; the same command goes on from there.
The model is MarianMT: 3 encoder and 2 decoder layers of width 256, one vocabulary of 8,000
sentencepiece unigrams with byte fallback, shared by source, target and output layer.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import sentencepiece
import torch
from torch.nn.functional import cross_entropy
from transformers import MarianConfig, MarianMTModel

from align.text.normalize import normalize
from align.translate.conversion import convert
from align.translate.models import find_model, write_manifest

# Passes over each corpus in one epoch; below 1, a fresh random part each time. News is the
# domain; scripture is most of the words and none of the domain.
MIX: Final = {
    "news": 4.0,
    "sentences": 3.0,
    "news-lexicon": 3.0,
    "tico19-dev": 3.0,
    "mozilla-web": 2.0,
    "ms-docs-mt": 1.0,
    "books-mt": 1.0,
    "xnli": 1.0,
    "wiki-dev": 1.0,
    "wiki-dict": 0.4,
    "bible": 0.4,
    "quran": 0.03,
    "quran-words-dict": 0.1,
}
VOCABULARY: Final = 8000
BATCH_TOKENS: Final = 1300  # padded, the larger of source and target
PEAK_RATE: Final = 8e-4
WARM_UP: Final = 800  # steps
CONSTANT: Final = 0.3  # of the time, before the rate falls to zero in a line
SMOOTHING: Final = 0.1
SEED: Final = 1

Pair = tuple[list[int], list[int]]


def read_corpus(path: Path) -> list[tuple[str, str]]:
    """Read `urdu<TAB>english` lines, normalised, without empty, endless or lopsided ones."""
    pairs = []
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            urdu, english = map(normalize, line.rstrip("\n").split("\t")[:2])
            longer, shorter = sorted((len(urdu), len(english)), reverse=True)
            if shorter and longer < 600 and (longer < 40 or longer < 3 * shorter):
                pairs.append((urdu, english))
    return pairs


def sample(corpora: dict[str, list[Any]], rng: random.Random) -> list[Any]:
    """Draw one epoch of MIX."""
    epoch = []
    for name, pairs in corpora.items():
        whole, part = divmod(MIX[name], 1)
        epoch += pairs * int(whole)
        epoch += rng.sample(pairs, round(part * len(pairs)))
    return epoch


def train_tokenizer(
    corpora: dict[str, list[tuple[str, str]]], model: Path, vocabulary: int
) -> None:
    """Train one sentencepiece model on both sides of one epoch."""
    pairs = sample(corpora, random.Random(SEED))
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([side for pair in pairs for side in pair]),
        model_prefix=str(model.with_suffix("")),
        vocab_size=vocabulary,
        character_coverage=0.9999,
        byte_fallback=True,
        split_digits=True,  # numbers are copied digit by digit, whatever their length
        user_defined_symbols=list("\u06d4\u060c\u061f\u061b"),  # else they stick to the words
        bos_id=-1,
        minloglevel=1,
    )


def new_model(vocabulary: int) -> MarianMTModel:
    """Return an untrained model; `</s>` is 0, `<unk>` 1 and `<pad>` the last, as in OPUS-MT."""
    torch.manual_seed(SEED)
    model = MarianMTModel(
        MarianConfig(
            vocab_size=vocabulary,
            d_model=256,
            encoder_layers=3,
            decoder_layers=2,
            encoder_attention_heads=4,
            decoder_attention_heads=4,
            encoder_ffn_dim=1024,
            decoder_ffn_dim=1024,
            dropout=0.1,
            activation_function="swish",
            scale_embedding=True,
            max_position_embeddings=512,
            pad_token_id=vocabulary - 1,
            eos_token_id=0,
            forced_eos_token_id=0,
            decoder_start_token_id=vocabulary - 1,
        )
    )
    clear_start(model)
    return model


@torch.no_grad()
def clear_start(model: MarianMTModel) -> None:
    """Keep the embedding of `<pad>`, with which decoding starts, at zero, as Marian does."""
    model.model.shared.weight[model.config.pad_token_id].zero_()


def vocabulary_of(processor: sentencepiece.SentencePieceProcessor) -> dict[str, int]:
    """Return Marian's vocabulary: `</s>`, `<unk>`, the pieces, `<pad>`."""
    pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
    order = ["</s>", "<unk>", *(p for p in pieces if p not in ("</s>", "<unk>")), "<pad>"]
    return {piece: i for i, piece in enumerate(order)}


def batches(pairs: list[Pair], rng: random.Random) -> Iterator[list[Pair]]:
    """Yield batches of like lengths in random order, BATCH_TOKENS padded tokens each."""
    pairs = sorted(pairs, key=lambda p: (len(p[1]) + rng.random() * 3, len(p[0])))
    pool: list[list[Pair]] = [[]]
    longest = 0
    for pair in pairs:
        longest = max(longest, len(pair[0]), len(pair[1]))
        if pool[-1] and longest * (len(pool[-1]) + 1) > BATCH_TOKENS:
            pool.append([])
            longest = max(len(pair[0]), len(pair[1]))
        pool[-1].append(pair)
    rng.shuffle(pool)
    yield from pool


def padded(rows: list[list[int]], value: int) -> torch.Tensor:
    """Return [rows, longest] with `value` after the end of each row."""
    width = max(map(len, rows))
    return torch.tensor([row + [value] * (width - len(row)) for row in rows])


def loss_of(model: MarianMTModel, batch: list[Pair]) -> torch.Tensor:
    """Return the cross-entropy over the target tokens alone: a third faster than over padding."""
    pad = model.config.pad_token_id
    source = padded([s for s, _ in batch], pad)
    target = padded([t for _, t in batch], pad)
    shifted = torch.cat([torch.full((len(batch), 1), pad), target[:, :-1]], dim=1)
    hidden = model.model(
        input_ids=source,
        attention_mask=(source != pad).long(),
        decoder_input_ids=shifted,
        use_cache=False,
    ).last_hidden_state[target != pad]  # [target tokens, width]
    logits = model.lm_head(hidden)[:, :pad]  # <pad>, the last, is no possible output
    return cross_entropy(logits, target[target != pad], label_smoothing=SMOOTHING)


def rate_at(step: int, fraction: float) -> float:
    """Return the learning rate: warm-up by steps, then constant, then down by the clock."""
    falling = min(1.0, (1.0 - fraction) / (1.0 - CONSTANT))
    return PEAK_RATE * min(1.0, (step + 1) / WARM_UP) * max(0.0, falling)


def train(model: MarianMTModel, corpora: dict[str, list[Pair]], work: Path, seconds: float) -> None:
    """Train until `seconds` of training are used up, over all runs; save every five minutes."""
    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), fused=True)
    checkpoint, log = work / "checkpoint.pt", work / "log.jsonl"
    step, used, tokens, epoch = 0, 0.0, 0, 0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, used, tokens, epoch = (state[k] for k in ("step", "used", "tokens", "epoch"))

    def save() -> None:
        partial = checkpoint.with_suffix(".part")
        torch.save(
            {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step,
             "used": used, "tokens": tokens, "epoch": epoch}, partial)  # fmt: skip
        partial.replace(checkpoint)

    model.train()
    mean, saved = 0.0, used
    while used < seconds:
        epoch += 1
        rng = random.Random(f"{SEED} {epoch} {step}")
        for batch in batches(sample(corpora, rng), rng):
            start = time.monotonic()
            optimizer.param_groups[0]["lr"] = rate_at(step, used / seconds)
            loss = loss_of(model, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            clear_start(model)
            mean = 0.99 * mean + 0.01 * loss.item() if mean else loss.item()
            step, tokens = step + 1, tokens + sum(len(t) for _, t in batch)
            used += time.monotonic() - start
            if step % 100 == 0:
                line = {"step": step, "epoch": epoch, "minutes": round(used / 60, 2),
                        "tokens": tokens, "loss": round(mean, 4)}  # fmt: skip
                with log.open("a") as file:
                    print(json.dumps(line), file=file)
            if used - saved > 300:
                save()
                saved = used
            if used >= seconds:
                break
    save()


def export(model: MarianMTModel, vocabulary: dict[str, int], spm: Path, folder: Path) -> None:
    """Write the checkpoint in the layout of OPUS-MT, in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    pad = model.config.pad_token_id
    generation = model.generation_config
    generation.max_length, generation.num_beams, generation.bad_words_ids = 512, 4, [[pad]]
    # In memory the model stays as it is: the file alone is half precision.
    model.half().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # made for its owner only, but shipped to all
    for name in ("source.spm", "target.spm"):
        (folder / name).write_bytes(spm.read_bytes())
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False) + "\n")
    tokenizer = {"tokenizer_class": "MarianTokenizer", "source_lang": "ur", "target_lang": "en",
                 "model_max_length": 512, "separate_vocabs": False}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer, indent=2) + "\n")


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("corpora", type=Path, help="folder with NAME.tsv.xz")
    parser.add_argument("folder", type=Path, help="model folder to write")
    parser.add_argument("--work", type=Path, required=True, help="folder for tokenizer, checkpoint")
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--vocabulary", type=int, default=VOCABULARY, help="pieces and bytes")
    parser.add_argument("--export-only", action="store_true", help="write the checkpoint at hand")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.work.mkdir(parents=True, exist_ok=True)
    spm = options.work / "joint.model"
    texts: dict[str, list[tuple[str, str]]] = {}
    if not (options.export_only and spm.exists()):
        texts = {name: read_corpus(options.corpora / f"{name}.tsv.xz") for name in MIX}
    if not spm.exists():
        train_tokenizer(texts, spm, options.vocabulary)
    processor = sentencepiece.SentencePieceProcessor(model_file=str(spm))
    vocabulary = vocabulary_of(processor)
    model = new_model(len(vocabulary))
    if options.export_only:
        state = torch.load(options.work / "checkpoint.pt", weights_only=True)
        model.load_state_dict(state["model"])
    else:

        def encode(text: str) -> list[int]:
            pieces = processor.encode(text, out_type=str)
            return [*(vocabulary.get(piece, 1) for piece in pieces), 0][:256]

        coded = {name: [(encode(u), encode(e)) for u, e in pairs] for name, pairs in texts.items()}
        train(model, coded, options.work, options.minutes * 60)
    export(model, vocabulary, spm, options.folder)
    folder = options.folder.resolve()
    convert(find_model(str(folder)), folder / "ctranslate2")
    write_manifest(folder)


if __name__ == "__main__":
    main()
