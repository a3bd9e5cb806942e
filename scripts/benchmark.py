"""Time `align translate` against plain transformers on the same model, in one run.

    python scripts/benchmark.py [FILE] [--model ur-en] [--loop 40] [--repeat 3]

FILE holds one Urdu sentence a line; without it the sentences of the articles that come with
the package. What is timed:
  align     `align translate --lines --no-memory` as a whole process, start-up included
  loop      transformers, beam 4, one sentence at a time, import and loading left out
  batches   transformers, beam 4, batches of 32 sentences sorted by length, likewise
The loop runs over the first `--loop` sentences only. Prints seconds, sentences a second and the
ratios. Needs the extra `torch`. Two cores, 1,000 sentences: about five minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from align.articles import Article, read_articles
from align.samples import sample_paths
from align.text.normalize import normalize
from align.text.sentences import split_sentences
from align.translate import find_model


def sample_sentences() -> list[str]:
    """Return the sentences of the sample articles."""
    articles = [a for a in read_articles(map(str, sample_paths())) if isinstance(a, Article)]
    return [
        sentence.text
        for article in articles
        for paragraph in article.paragraphs
        for sentence in split_sentences(paragraph.text)
    ]


def time_align(sentences: list[str], model: str, repeat: int) -> float:
    """Return the median of the seconds that the whole process takes."""
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "lines.txt"
        lines.write_text("\n".join(sentences) + "\n", encoding="utf-8")
        english = str(Path(folder) / "english.txt")
        command = [sys.executable, "-m", "align", "translate", "--lines", "--no-memory"]
        command += ["--model", model, str(lines), "-o", english]
        seconds = []
        for _ in range(repeat + 1):  # the first run converts the model and warms the disk
            start = time.monotonic()
            subprocess.run(command, check=True)
            seconds.append(time.monotonic() - start)
    return statistics.median(seconds[1:])


def time_transformers(sentences: list[str], folder: Path, size: int) -> float:
    """Return the seconds for `sentences` in batches of `size`, longest last."""
    import torch
    from transformers import MarianMTModel, MarianTokenizer

    tokenizer: Any = MarianTokenizer.from_pretrained(folder)
    model: Any = MarianMTModel.from_pretrained(folder).float().eval()
    texts = sorted(map(normalize, sentences), key=len)
    with torch.inference_mode():
        model.generate(**tokenizer(texts[:1], return_tensors="pt"), num_beams=4, max_length=200)
        start = time.monotonic()
        for i in range(0, len(texts), size):
            batch = tokenizer(
                texts[i : i + size], return_tensors="pt", padding=True, truncation=True
            )
            model.generate(**batch, num_beams=4, max_length=200)
        return time.monotonic() - start


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--loop", type=int, default=40)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    sentences = (
        options.file.read_text(encoding="utf-8").splitlines()
        if options.file
        else sample_sentences()
    )
    model = find_model(options.model)
    part = sentences[:: max(1, len(sentences) // options.loop)][: options.loop]
    rates = {
        "align": len(sentences) / time_align(sentences, options.model, options.repeat),
        "loop": len(part) / time_transformers(part, model.folder, 1),
        "batches": len(sentences) / time_transformers(sentences, model.folder, 32),
    }
    print(f"{model.identity}, {len(sentences)} sentences, {os.cpu_count()} cores,"
          f" {platform.python_implementation()} {platform.python_version()}")  # fmt: skip
    for name, rate in rates.items():
        ratio = rates["align"] / rate
        print(f"{name:8} {rate:8.1f} sentences/s   align is {ratio:5.1f} times as fast")


if __name__ == "__main__":
    main()
