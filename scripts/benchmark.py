"""Time `align` against plain transformers on the same model, in one run.

    python scripts/benchmark.py [FILE] [--model ur-en] [--loop 40] [--repeat 3]

FILE holds one Urdu sentence a line; without it the sentences of the articles that come with
the package. Printed, as medians of `--repeat` runs where whole processes are timed:
  help, one line   `align --help`; `align translate` of one new sentence, model converted
  align            `align translate --lines --no-memory`, the whole process, start-up included
  loop             transformers, beam 4, one sentence at a time, import and loading left out
  batches          transformers, beam 4, batches of 32 sentences sorted by length, likewise
  split            `split_sentences`, against a regular expression that cuts after `۔؟!` and a
                   blank, and against pySBD where that is installed (pip install pysbd)
The loop runs over `--loop` sentences, evenly drawn. Needs the extra `torch`. Two cores, 1,000
sentences: about four minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from align.articles import Article, read_articles
from align.samples import sample_paths
from align.text.normalize import normalize
from align.text.sentences import split_sentences
from align.translate import find_model

ALIGN = [sys.executable, "-m", "align"]
SENTENCE = "وزیر اعلیٰ نے اجلاس کے بعد صحافیوں کو بتایا کہ نئے اسپتال پر کام اگلے ماہ شروع ہوگا۔\n"


def sample_sentences() -> list[str]:
    """Return the sentences of the sample articles."""
    articles = [a for a in read_articles(map(str, sample_paths())) if isinstance(a, Article)]
    return [
        sentence.text
        for article in articles
        for paragraph in article.paragraphs
        for sentence in split_sentences(paragraph.text)
    ]


def time_process(command: list[str], text: str, repeat: int) -> float:
    """Return the median of the seconds that a command takes, after one run to warm up."""
    seconds = []
    for _ in range(repeat + 1):
        start = time.monotonic()
        subprocess.run(command, input=text, encoding="utf-8", check=True, stdout=subprocess.DEVNULL)
        seconds.append(time.monotonic() - start)
    return statistics.median(seconds[1:])


def time_align(sentences: list[str], model: str, repeat: int) -> float:
    """Return the seconds that `align translate` takes for a file of sentences."""
    with tempfile.TemporaryDirectory() as folder:
        lines, english = Path(folder) / "lines.txt", Path(folder) / "english.txt"
        lines.write_text("\n".join(sentences) + "\n", encoding="utf-8")
        options = ["--lines", "--no-memory", "--model", model, str(lines), "-o", str(english)]
        return time_process([*ALIGN, "translate", *options], "", repeat)


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


def words_per_second(split: Callable[[str], object], text: str, repeat: int) -> float:
    """Return the median speed of a splitter."""
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        split(text)
        seconds.append(time.perf_counter() - start)
    return len(text.split()) / statistics.median(seconds)


def compare_splitters(sentences: list[str], repeat: int) -> None:
    """Print the speed of the splitters on the sentences as paragraphs of four."""
    text = "\n".join(" ".join(sentences[i : i + 4]) for i in range(0, len(sentences), 4))
    text *= max(1, 20_000 // len(text.split()))
    ours = words_per_second(split_sentences, text, repeat)
    print(f"split     {ours:12,.0f} words/s")
    others: dict[str, Callable[[str], object]] = {
        "regex": re.compile(r"(?<=[۔؟!])\s+").split,
    }
    if find_spec("pysbd"):
        import pysbd

        others["pySBD"] = pysbd.Segmenter(language="ur").segment
    for name, split in others.items():
        rate = words_per_second(split, text, repeat)
        print(f"  {name:7} {rate:12,.0f} words/s   align is {ours / rate:5.2f} times as fast")


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
    print(f"{model.identity}, {len(sentences)} sentences, {os.cpu_count()} cores,"
          f" {platform.python_implementation()} {platform.python_version()}")  # fmt: skip
    line = [*ALIGN, "translate", "--lines", "--no-memory", "--model", options.model, "-"]
    print(f"help      {time_process([*ALIGN, '--help'], '', options.repeat):8.2f} s")
    print(f"one line  {time_process(line, SENTENCE, options.repeat):8.2f} s")
    part = sentences[:: max(1, len(sentences) // options.loop)][: options.loop]
    rates = {
        "align": len(sentences) / time_align(sentences, options.model, options.repeat),
        "loop": len(part) / time_transformers(part, model.folder, 1),
        "batches": len(sentences) / time_transformers(sentences, model.folder, 32),
    }
    for name, rate in rates.items():
        ratio = rates["align"] / rate
        print(f"{name:9} {rate:8.1f} sentences/s   align is {ratio:5.1f} times as fast")
    compare_splitters(sentences, options.repeat)


if __name__ == "__main__":
    main()
