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
import time
from pathlib import Path

from align.text.normalize import normalize
from align.translate import Decoding, Engine, Translator, load_engine
from align.translate.layout import read_json, write_json

NAMES = ("flores200-devtest", "tico19-test", "news-test", "wiki-test", "tatoeba-v2021-08-07")


def read_lines(path: Path) -> list[str]:
    """Read one segment a line."""
    return path.read_text(encoding="utf-8").splitlines()


def references(folder: Path, name: str) -> list[list[str]]:
    """Return the references of a test set, one list of segments for each."""
    single = folder / f"{name}.en"
    paths = [single] if single.exists() else sorted(folder.glob(f"{name}.en.[0-9]"))
    return [read_lines(path) for path in paths]


def plain(engine: Engine, sources: list[str]) -> list[str]:
    """Translate with the engine alone: no retries, no cutting of long sentences."""
    pieces = [p[: engine.max_source_tokens] for p in engine.encode(list(map(normalize, sources)))]
    return [engine.decode(h.pieces) for h in engine.translate(pieces, Decoding())]


def evaluate(engine: Engine, folder: Path, name: str, *, retries: bool) -> dict[str, object]:
    """Translate a test set and score it."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    sources = read_lines(folder / f"{name}.ur")
    start = time.monotonic()
    if retries:
        hypotheses = [t.text for t in Translator(engine).translate(sources)]
    else:
        hypotheses = plain(engine, sources)
    seconds = time.monotonic() - start
    result: dict[str, object] = {"testset": name, "segments": len(sources)}
    for metric_name, metric in (("bleu", BLEU()), ("chrf", CHRF())):
        score = metric.corpus_score(hypotheses, references(folder, name))
        result[metric_name] = round(score.score, 1)
        result[f"{metric_name}_signature"] = str(metric.get_signature())
    result["sentences_per_second"] = round(len(sources) / seconds, 1)
    return result


def main() -> None:
    """Read the command line, evaluate, print a line of JSON for each test set."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*", default=NAMES)
    parser.add_argument("--model", default="ur-en")
    parser.add_argument("--engine", default="ctranslate2")
    parser.add_argument("--quantization", default="int8")
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
    scores = []
    for name in options.names:
        scores.append(evaluate(engine, options.folder, name, retries=not options.plain))
        print(json.dumps(scores[-1]), flush=True)
    if options.card:
        manifest = read_json(options.card)
        manifest["scores"] = {
            str(score.pop("testset")): {
                name: value for name, value in score.items() if name != "sentences_per_second"
            }
            for score in scores
        }
        write_json(options.card, manifest)


if __name__ == "__main__":
    main()
