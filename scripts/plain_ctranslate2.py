"""Translate a file with CTranslate2 and nothing else: what `scripts/benchmark.py` compares with.

    python scripts/plain_ctranslate2.py MODEL CONVERSION INPUT OUTPUT THREADS

What a careful user writes after reading CTranslate2's pages: int8, a worker a thread, token
batches of sorted sentences, beam 4. No splitting, no doubts, no memory. MODEL is a checkpoint
folder, CONVERSION what `ct2-transformers-converter --quantization int8` made of it, INPUT a
sentence a line.
"""

from __future__ import annotations

import sys
from pathlib import Path

import ctranslate2
import sentencepiece


def main(model: str, conversion: str, source: str, target: str, threads: str) -> None:
    """Read, translate, write."""
    folder = Path(model)
    encoder = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    decoder = sentencepiece.SentencePieceProcessor(model_file=str(folder / "target.spm"))
    translator = ctranslate2.Translator(
        conversion, compute_type="int8", inter_threads=int(threads), intra_threads=1
    )
    lines = Path(source).read_text(encoding="utf-8").splitlines()
    pieces = [[*row, "</s>"] for row in encoder.encode(lines, out_type=str)]
    order = sorted(range(len(pieces)), key=lambda i: len(pieces[i]), reverse=True)
    results = translator.translate_batch(
        [pieces[i] for i in order], beam_size=4, max_batch_size=2048, batch_type="tokens"
    )
    english = [""] * len(lines)
    for i, result in zip(order, results, strict=True):
        english[i] = decoder.decode(result.hypotheses[0])
    Path(target).write_text("".join(f"{line}\n" for line in english), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
