"""Time `align` against plain transformers on the same model, in one run.

    python scripts/benchmark.py [FILE] [--model ur-en] [--loop 40] [--repeat 3]

FILE holds one Urdu sentence a line; without it the sentences of the articles that come with
the package. Printed, as medians of `--repeat` runs where whole processes are timed:
  help, one line   `align --help`; `align translate` of one new sentence, model converted
  align            `align translate --lines --no-memory`, the whole process, start-up included
  plain            `scripts/plain_ctranslate2.py`, the whole process, on an int8 conversion as
                   CTranslate2's own converter makes it
  loop             transformers, beam 4, one sentence at a time, import and loading left out
  batches          transformers, beam 4, batches of 32 sentences sorted by length, likewise
  repeats          align and plain on a file where each sentence comes three times, shuffled, as
                   news agencies' paragraphs do; sentences with their copies
  memory           the peak of the resident memory of align and plain
  split            `split_sentences`, against a regular expression that cuts after `۔؟!` and a
                   blank, and against pySBD where that is installed (pip install pysbd)
The loop runs over `--loop` sentences, evenly drawn. Needs the extra `torch`. Two cores, 1,000
sentences: about four minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
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
from align.translate import Model, find_model

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


def peak_memory(command: list[str]) -> float:
    """Return the peak of the resident memory of a command and its processes, in MB."""
    code = (
        "import resource, subprocess, sys;"
        "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *command], check=True, capture_output=True, encoding="utf-8"
    )
    return int(done.stdout) / 1000  # Linux gives kB


class Files:
    """A file of sentences, and the commands that translate it, from file to file."""

    def __init__(self, folder: Path, sentences: list[str], model: Model, plain: Path) -> None:
        """Write `sentences` into `folder`; `plain` is the conversion for the plain script."""
        lines, english = folder / "lines.txt", folder / "english.txt"
        lines.write_text("\n".join(sentences) + "\n", encoding="utf-8")
        align = ["translate", "--lines", "--no-memory", "--model", str(model.folder), str(lines)]
        script = str(Path(__file__).with_name("plain_ctranslate2.py"))
        threads = str(len(os.sched_getaffinity(0)))
        self.commands = {
            "align": [*ALIGN, *align, "-o", str(english)],
            "plain": [sys.executable, script, str(model.folder), str(plain), str(lines),
                      str(english), threads],
        }  # fmt: skip


def convert_plainly(model: Model, folder: Path) -> Path:
    """Convert as `ct2-transformers-converter --quantization int8` does; return the folder."""
    from ctranslate2.converters import TransformersConverter

    target = folder / "plain"
    TransformersConverter(str(model.folder)).convert(str(target), quantization="int8")
    return target


def compare_programs(sentences: list[str], model: Model, repeat: int, loop: int) -> None:
    """Print how fast each program translates, and how many times as fast `align` is."""
    part = sentences[:: max(1, len(sentences) // loop)][:loop]
    shuffled = random.Random(1).sample(3 * sentences, 3 * len(sentences))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain = convert_plainly(model, folder)
        once = Files(folder, sentences, model, plain).commands
        seconds = {name: time_process(command, "", repeat) for name, command in once.items()}
        rates = {name: len(sentences) / each for name, each in seconds.items()}
        peaks = {name: peak_memory(command) for name, command in once.items()}
        thrice = Files(folder, shuffled, model, plain).commands
        repeats = {name: time_process(command, "", 1) for name, command in thrice.items()}
    rates["loop"] = len(part) / time_transformers(part, model.folder, 1)
    rates["batches"] = len(sentences) / time_transformers(sentences, model.folder, 32)
    for name, rate in rates.items():
        ratio = rates["align"] / rate
        print(f"{name:9} {rate:8.1f} sentences/s   align is {ratio:5.2f} times as fast")
    rate, ratio = len(shuffled) / repeats["align"], repeats["plain"] / repeats["align"]
    print(f"repeats   {rate:8.1f} sentences/s   align is {ratio:5.2f} times as fast as plain")
    print("memory   ", *(f"{peak:8,.0f} MB {name}" for name, peak in peaks.items()))


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
    compare_programs(sentences, model, options.repeat, options.loop)
    compare_splitters(sentences, options.repeat)


if __name__ == "__main__":
    main()
