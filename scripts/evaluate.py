"""Score a model on test sets (`NAME.ur` with `NAME.en` or `NAME.en.0`, `NAME.en.1`, ...).

    python scripts/evaluate.py TESTSETS_FOLDER [NAME ...] [--model ur-en] [--engine ctranslate2]
        [--quantization int8] [--threads 2] [--card models/ur-en/model.json]

BLEU and chrF through sacrebleu, with signatures, for the translations that `align translate`
gives: normalised source, beam 4, retries of suspicious output included. `--plain` leaves the
retries out, which compares engines. `--card` writes the scores into the model's manifest.
Two cores, int8, all five sets: about three minutes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from align.evaluate import Evaluation, evaluate, read_testset
from align.translate import load_engine
from align.translate.layout import read_json, write_json

NAMES = ("flores200-devtest", "tico19-test", "news-test", "wiki-test", "tatoeba-v2021-08-07")


def record(evaluation: Evaluation) -> dict[str, object]:
    """Return the line that is printed for a test set."""
    scores = evaluation.scores
    return {
        "testset": evaluation.testset,
        **scores.record(),
        "sentences_per_second": round(scores.segments / evaluation.seconds, 1),
    }


def main() -> None:
    """Read the command line, evaluate, print a line of JSON for each test set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--engine", default="ctranslate2")
    parser.add_argument("--quantization")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--plain", action="store_true", help="the engine alone, no retries")
    parser.add_argument("--card", type=Path, help="model.json to write the scores into")
    options = parser.parse_args()
    engine = load_engine(
        options.model,
        engine=options.engine,
        quantization=options.quantization,
        threads=options.threads,
    )
    print(f"# {engine.model} {engine.signature}", flush=True)
    scores = {}
    for name in options.names:
        found = evaluate(engine, read_testset(options.folder / name), retries=not options.plain)
        scores[name] = found.scores.record()
        print(json.dumps(record(found)), flush=True)
    if options.card:
        write_json(options.card, read_json(options.card) | {"scores": scores})


if __name__ == "__main__":
    main()
