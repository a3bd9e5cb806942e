"""A run on a cluster, from what one article costs: how long it takes, and what is the limit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from costs import ArticleCosts, PairCosts

from align.corpus.minhash import BANDS

ARTICLES = 10_000_000
PAIRS = 100_000_000
_ACTORS = (2, 16, 64, 256, 1024, 4096)
_BAND_BITS = 31  # of the 32 of a band one is always set
_ENTRY = 16  # bytes of a number and its pair, in the group-by


@dataclass(frozen=True, slots=True)
class Model:
    """Seconds of `rows` windows more: `rows * max(work / actors, read, driver)`.

    `work` is what an actor needs for a window, `read` the reading process, and `driver` the
    process that asks, keeps and writes, Ray's own share included. The three run beside each other.
    """

    work: float
    read: float
    driver: float

    def seconds(self, rows: float, actors: int) -> float:
        """Return how much longer a run takes for so many windows more."""
        return rows * max(self.work / actors, self.read, self.driver)

    def limit(self, actors: int) -> str:
        """Return which of the three holds it up."""
        parts = {
            "actors": self.work / actors,
            "reading process": self.read,
            "driver": self.driver,
        }
        return max(parts, key=lambda name: parts[name])

    @property
    def most(self) -> float:
        """How many actors it takes until another is the limit."""
        return self.work / max(self.read, self.driver)


def article_plan(costs: ArticleCosts, model: Model, window: int) -> Iterator[str]:
    """Yield lines of Markdown: ten million articles."""
    sentences = ARTICLES * costs.sentences
    hours = ARTICLES * costs.translate / 3600
    rows = ARTICLES / window
    yield f"| {ARTICLES:,} articles of {costs.sentences:.0f} sentences | |"
    yield "| --- | ---: |"
    yield f"| sentences | {sentences / 1e6:,.0f} million |"
    yield f"| processor hours in all | {hours:,.0f} |"
    yield f"| processor hours per million sentences | {hours / sentences * 1e6:,.1f} |"
    yield f"| sentences a second, an actor | {costs.sentences / costs.translate:,.1f} |"
    yield f"| reading process, a thousand articles | {1000 * costs.read:,.2f} s |"
    driver = 1000 * model.driver / window
    yield f"| driver, a thousand articles, with Ray's share | {driver:,.2f} s |"
    for name, size in (
        ("input, JSON Lines", costs.bytes_read),
        ("working folder", costs.bytes_kept),
        ("output, JSON Lines", costs.bytes_written),
        ("between nodes", costs.bytes_read + costs.bytes_kept),
    ):
        yield f"| {name} | {ARTICLES * size / 1e9:,.0f} GB |"
    yield ""
    yield "| actors | hours | articles a second | MB a second between nodes | limit |"
    yield "| ---: | ---: | ---: | ---: | --- |"
    for actors in _ACTORS:
        seconds = model.seconds(rows, actors)
        rate = ARTICLES / seconds
        network = rate * (costs.bytes_read + costs.bytes_kept) / 1e6
        yield (
            f"| {actors:,} | {seconds / 3600:,.1f} | {rate:,.0f} | {network:,.1f} "
            f"| {model.limit(actors)} |"
        )
    yield ""
    yield f"The driver, or the reading process, is the limit from {model.most:,.0f} actors on."


def pair_plan(costs: PairCosts) -> Iterator[str]:
    """Yield lines of Markdown: a hundred million pairs, filtered and without duplicates."""
    numbers = 1 + BANDS
    yield f"| {PAIRS:,} pairs | |"
    yield "| --- | ---: |"
    yield f"| processor hours of scoring, all filters | {PAIRS * costs.score / 3600:,.1f} |"
    yield f"| processor hours of signatures | {PAIRS * costs.sign / 3600:,.1f} |"
    yield f"| processor hours of comparing what is linked | {PAIRS * costs.match / 3600:,.1f} |"
    yield f"| signatures in the working folder | {PAIRS * costs.bytes_signed / 1e9:,.0f} GB |"
    yield f"| numbers that the group-by moves | {PAIRS * numbers * _ENTRY / 1e9:,.0f} GB |"
    yield f"| memory of the driver, sets of pairs | {PAIRS * 5 * 8 / 1e9:,.1f} GB |"
    links = BANDS * PAIRS / 2**_BAND_BITS
    yield f"| links of a pair that are chance, `--side both` | {links:.2f} |"
    most = 2**_BAND_BITS / BANDS
    yield f"| pairs at which chance would link all to all | {most / 1e6:,.0f} million |"
