"""How many good pairs the filters drop, and how much of what is spoilt on purpose they find.

    python scripts/measure_filters.py CORPUS.tsv.xz … [--testset FILE …] [--pairs 10000]
        [--model ur-en]

Two Markdown tables. The first: of each corpus, taken as it is, the per cent that each filter
drops at its default threshold (which were chosen by this table; the corpora hold some bad pairs).
The second: pairs of the first corpus spoilt in one way each, and the per cent found: by the filter
that is meant for it, and by any. With --model, sources are translated for the filter `overlap`
(500 of each corpus). About two minutes on one core, without a model.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from align.bitext import Pair
from align.corpus.filters import Filter, LearningFilter, TestSegments, make_filters
from align.corpus.filters.segments import read_segments
from align.corpus.formats import read_pairs

_TRANSLATED = 500
_SPOILT = 1000
_SEED = 1
Spoil = Callable[[Pair, random.Random], Pair]


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", nargs="+")
    parser.add_argument("--pairs", type=int, default=10_000, help="of each corpus")
    parser.add_argument("--testset", nargs="*", default=[])
    parser.add_argument("--model")
    options = parser.parse_args()
    segments = read_segments(options.testset) if options.testset else None
    columns: dict[str, dict[str, str]] = {}
    corpora = {
        Path(path).name.partition(".")[0]: list(islice(read_pairs(path), options.pairs))
        for path in options.corpora
    }
    for name, pairs in corpora.items():
        shown = _translated(pairs, options.model) if options.model else pairs
        columns[f"{name} ({len(pairs):,})"] = _shares(shown, segments)
    print("| per cent dropped |", " | ".join(columns), "|")
    print("| --- |", " | ".join("---:" for _ in columns), "|")
    for name in next(iter(columns.values())):
        print(f"| {name} |", " | ".join(column[name] for column in columns.values()), "|")
    print("\n| spoilt | filter | it finds | any finds |\n| --- | --- | ---: | ---: |")
    _print_spoilt(next(iter(corpora.values())))


def _learned(pairs: Sequence[Pair], segments: TestSegments | None) -> list[Filter]:
    filters = make_filters(segments=segments)
    for one in filters:
        if isinstance(one, LearningFilter):
            one.learn([one.observe(pairs)])
    return filters


def _shares(pairs: Sequence[Pair], segments: TestSegments | None) -> dict[str, str]:
    result, every = {}, np.zeros(len(pairs), dtype=np.bool_)
    for one in _learned(pairs, segments):
        scores = np.asarray(one.scores(pairs), dtype=np.float64)
        drops = one.dropped(scores)
        every |= drops
        judged = int(np.count_nonzero(~np.isnan(scores)))
        result[one.name] = f"{100 * np.count_nonzero(drops) / judged:.2f}" if judged else "–"
    return result | {"**any**": f"**{100 * every.mean():.2f}**"}


def _translated(pairs: Sequence[Pair], model: str) -> list[Pair]:
    from align.translate import load_translator

    some = random.Random(_SEED).sample(range(len(pairs)), min(len(pairs), _TRANSLATED))
    texts = load_translator(model, threads=1).translate([pairs[place].source for place in some])
    result = list(pairs)
    for place, translation in zip(some, texts, strict=True):
        result[place] = replace(pairs[place], translation=translation.text)
    return result


def _print_spoilt(pairs: list[Pair]) -> None:
    chance = random.Random(_SEED)
    sample = chance.sample(pairs, min(len(pairs), _SPOILT))
    held_out = TestSegments((f"{place}", pair.target) for place, pair in enumerate(sample))
    filters = _learned(pairs, held_out)
    for name, wanted, spoil in _ways(pairs):
        spoilt = [(pair, spoil(pair, chance)) for pair in sample]
        bad = [after for before, after in spoilt if after != before]
        some = [one for one in filters if one.name != "leakage" or wanted == "leakage"]
        found = {
            one.name: one.dropped(np.asarray(one.scores(bad), dtype=np.float64)) for one in some
        }
        own, every = found[wanted], np.logical_or.reduce(list(found.values()))
        print(f"| {name} ({len(bad):,}) | {wanted} | {_mean(own)} | {_mean(every)} |")


def _mean(flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> str:
    return f"{100 * float(flags.mean()):.1f}"


def _ways(pairs: list[Pair]) -> Iterator[tuple[str, str, Spoil]]:
    """Yield ways to spoil a pair, with the filter that is meant to find it."""
    yield "another target", "ratio", lambda p, c: replace(p, target=c.choice(pairs).target)
    yield "target cut to a third", "ratio", lambda p, _: replace(p, target=_third(p.target))
    yield "another number", "numbers", lambda p, c: replace(p, target=_renumbered(p.target, c))
    yield "target is the source", "copied", lambda p, _: replace(p, target=p.source)
    yield "source is the target", "copied", lambda p, _: replace(p, source=p.target)
    yield "sides swapped", "source-script", lambda p, _: Pair(p.target, p.source)
    for code in ("cp1252", "latin-1", "cp1256"):
        yield f"UTF-8 read as {code}", "mojibake", partial(_misread, code)
    yield "an entity", "markup", lambda p, _: replace(p, target=p.target.replace(" ", "&nbsp;", 1))
    yield "last word ten times", "repetition", lambda p, _: replace(p, target=_looped(p.target))
    yield "in the test set", "leakage", lambda p, _: replace(p, target=p.target.upper() + "!")
    yield "a word of it changed", "leakage", lambda p, c: replace(p, target=_changed(p.target, c))


def _third(text: str) -> str:
    words = text.split()
    return " ".join(words[: len(words) // 3])


def _renumbered(text: str, chance: random.Random) -> str:
    return re.sub(r"\d+", lambda match: str(int(match[0]) + chance.randint(1, 9)), text, count=1)


def _misread(code: str, pair: Pair, _: random.Random) -> Pair:
    return replace(pair, source=pair.source.encode().decode(code, "replace"))


def _looped(text: str) -> str:
    return f"{text} {' '.join([text.split()[-1]] * 9)}"


def _changed(text: str, chance: random.Random) -> str:
    words = text.split()
    words[chance.randrange(len(words))] = "something"
    return " ".join(words)


if __name__ == "__main__":
    main()
