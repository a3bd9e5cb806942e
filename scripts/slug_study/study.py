"""How good a judge of translations is the slug? The figures and pictures of `README.md` here.

    python scripts/slug_study/study.py SHARED --model now=models/ur-en --model first=OLD --write

SHARED is the folder that has `documents/` and `testsets/`; the first `--model NAME=FOLDER` is the
one that is studied, greedy and damaged too, and the others are compared with it. Prints the
tables; `--write` puts them and the pictures into the page. Translating the 218 articles takes
some two minutes a model on one free core, and is remembered (`ALIGN_CACHE`); the rest takes three.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import page
import plots
from articles import Story, read_stories, sample
from correlation import Correlation, of_articles, of_systems
from faults import detect
from measures import REFERENCES, SLUGS, Table, tables
from power import Power, powers
from systems import System, systems
from window import areas

# Articles that the models have seen in training, and articles that they have not.
SEEN = "documents/news-articles.jsonl.xz"
SEEN_COUNT = 60
SAMPLE_SEED = 1
UNSEEN = ("testsets/news-articles-dev.jsonl.xz", "testsets/news-articles-test.jsonl.xz")
# Pairs of models for the power curve are chosen that are about so far apart.
APART = (0.5, 1.0, 2.0, 4.0, 8.0)  # chrF

Scores = Mapping[str, Mapping[str, Table]]  # of each system, each measure


def main() -> None:
    """Translate, measure, print, write."""
    options = _options()
    start = time.perf_counter()
    unseen = [
        story
        for name in UNSEEN[: 1 if options.without_test else 2]
        for story in read_stories(options.shared / name)
    ]
    seen = sample(read_stories(options.shared / SEEN), SEEN_COUNT, SAMPLE_SEED)
    stories = [*unseen, *seen]
    models = dict(options.model)
    done = list(systems(stories, models, options.work))
    scores = {system.name: tables(system, stories) for system in done}
    _say(f"{len(stories)} articles, {len(done)} systems", start)
    pictures = options.page.parent if options.write else None
    parts = study(stories, len(unseen), done, scores, options.samples, pictures)
    for name, lines in parts.items():
        print(f"\n## {name}\n{lines}")
    if options.write:
        page.write_page(parts, options.page)
    _say("in all", start)


def study(
    stories: Sequence[Story],
    unseen: int,
    done: Sequence[System],
    scores: Scores,
    samples: int,
    pictures: Path | None,
) -> dict[str, str]:
    """Return the tables of the page by the names of their marks; draw the pictures, if told to.

    The first `unseen` stories are those that the models have not seen; `samples` are drawn for
    each interval.
    """
    cut = [System(each.name, each.model, each.outputs[:unseen]) for each in done]
    new, old = (
        {name: _part(by, side) for name, by in scores.items()}
        for side in (slice(0, unseen), slice(unseen, None))
    )
    whole, first = [system.name for system in done if not system.is_damaged], done[0].name
    curves, gaps = _curves(new, whole, samples)
    damaged = [each for each in cut if each.is_damaged]
    found = detect(stories[:unseen], cut[0], damaged, samples)
    if pictures:
        plots.write_systems(
            pictures / "systems.svg",
            {
                name: [(by["chrF"].whole(), by[name].whole()) for by in new.values()]
                for name in SLUGS
            },
            [system.is_damaged for system in done],
        )
        plots.write_power(pictures / "power.svg", curves)
        plots.write_faults(pictures / "faults.svg", found)
    return {
        "systems": page.system_lines(new, old),
        "articles": page.correlation_lines(of_the_articles(new[first], samples)),
        "ranking": page.correlation_lines(of_the_systems(new, whole, samples)),
        "ranking all": page.correlation_lines(of_the_systems(new, list(new), samples)),
        "power": page.power_lines(curves, gaps),
        "faults": page.fault_lines(found),
        "window": page.window_lines(areas(stories[:unseen], cut[0])),
    }


def _curves(
    scores: Scores, names: Sequence[str], samples: int
) -> tuple[dict[str, dict[str, Power]], dict[str, float]]:
    """Return for some pairs of systems the power of each measure, and how far apart they are."""
    contests = {
        (better, worse, name): (scores[better][name], scores[worse][name])
        for better, worse in chosen_pairs(scores, names)
        for name in (*REFERENCES, *SLUGS)
    }
    curves: dict[str, dict[str, Power]] = {}
    gaps: dict[str, float] = {}
    for (better, worse, name), curve in powers(contests, max(samples // 5, 1)).items():
        pair = f"{better} \u2013 {worse}"
        curves.setdefault(pair, {})[name] = curve
        gaps[pair] = scores[better]["chrF"].whole() - scores[worse]["chrF"].whole()
    return curves, gaps


def of_the_articles(
    measures: Mapping[str, Table], samples: int
) -> dict[str, dict[str, Correlation]]:
    """Correlate each slug score with each reference score, over the articles of one system."""
    return {
        name: {
            reference: of_articles(
                measures[name].single,
                measures[reference].total(measures[reference].counts),
                samples,
            )
            for reference in REFERENCES
        }
        for name in SLUGS
    }


def of_the_systems(
    scores: Scores, names: Sequence[str], samples: int
) -> dict[str, dict[str, Correlation]]:
    """Correlate each slug score with each reference score, over systems."""
    return {
        name: {
            reference: of_systems(
                [scores[each][name] for each in names],
                [scores[each][reference] for each in names],
                samples,
            )
            for reference in REFERENCES
        }
        for name in SLUGS
    }


def chosen_pairs(scores: Scores, names: Sequence[str]) -> list[tuple[str, str]]:
    """Return pairs of systems, the better by chrF first, as far apart as `APART` as can be."""
    chrf = {name: scores[name]["chrF"].whole() for name in names}
    pairs = [
        (left, right) if chrf[left] > chrf[right] else (right, left)
        for left, right in combinations(names, 2)
    ]
    chosen: dict[tuple[str, str], None] = {}
    for wanted in APART:
        left = [pair for pair in pairs if pair not in chosen]
        if left:
            chosen[min(left, key=lambda pair: abs(chrf[pair[0]] - chrf[pair[1]] - wanted))] = None
    return list(chosen)


def _part(measures: Mapping[str, Table], places: slice) -> dict[str, Table]:
    """Return the tables of some of the stories."""
    return {
        name: Table(each.counts[places], each.single[places], each.total)
        for name, each in measures.items()
    }


def _say(what: str, start: float) -> None:
    print(f"{what}: {time.perf_counter() - start:.0f} s", file=sys.stderr)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--model", type=_named, action="append", required=True, metavar="NAME=FOLDER"
    )
    parser.add_argument("--work", type=Path, default=Path("slug-study"), help="for noisy models")
    parser.add_argument("--without-test", action="store_true", help="leave the test articles alone")
    parser.add_argument("--write", action="store_true", help="put tables and pictures in the page")
    parser.add_argument("--page", type=Path, default=page.PAGE, help="which page")
    parser.add_argument("--samples", type=int, default=1000, help="drawn for each interval")
    return parser.parse_args()


def _named(text: str) -> tuple[str, Path]:
    name, mark, folder = text.partition("=")
    if not (name and mark and folder):
        raise argparse.ArgumentTypeError(f"NAME=FOLDER, not {text!r}")
    return name, Path(folder)


if __name__ == "__main__":
    main()
