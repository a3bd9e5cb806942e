"""A data card: what a corpus holds, where it is from and what was done to it, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from align.corpus.statistics import Lengths, Origin, Statistics, quantile
from align.report.figures import NONE, counted_thousands
from align.report.templates import direction
from align.report.text_tables import Row, markdown
from align.report.visible import prose

_QUANTILES: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class DataCard:
    """What a card tells.

    Attributes:
        title: Name of the corpus.
        statistics: Its figures.
        languages: Codes of source and target.
        facts: What figures do not tell, by name: terms, contact, how it was made.
        ledger: The account of the filters, as `Ledger.record`; None where there is none.
    """

    title: str
    statistics: Statistics
    languages: tuple[str, str] = ("ur", "en")
    facts: Mapping[str, str] = field(default_factory=dict)
    ledger: Mapping[str, Any] | None = None

    @property
    def directions(self) -> tuple[str, str]:
        """The directions in which source and target are written, `rtl` or `ltr`."""
        source, target = self.languages
        return direction(source), direction(target)

    @property
    def summary(self) -> str:
        """The card in a sentence."""
        statistics = self.statistics
        text = f"{counted_thousands(statistics.pairs, 'pair')} of {' and '.join(self.languages)}"
        if statistics.documents:
            text += f" from {counted_thousands(statistics.documents, 'document')}"
        if named := [name for name in statistics.origins if name]:
            text += f" of {counted_thousands(len(named), 'origin')}"
        if statistics.first:
            text += f", {prose(statistics.first)} to {prose(statistics.last)}"
        return text

    def counts(self) -> list[Row]:
        """Return rows of name and figure."""
        statistics = self.statistics
        rows: list[Row] = [
            ("pairs", f"{statistics.pairs:,}"),
            ("repeated to the letter", share(statistics.repeated, statistics.pairs)),
            ("with an empty side", share(self._empty, statistics.pairs)),
            ("with a score", share(sum(statistics.scores), statistics.pairs)),
        ]
        beads = statistics.beads.most_common(6)
        of = statistics.beads.total()
        return rows + [(f"{shape} sentences", share(count, of)) for shape, count in beads]

    @property
    def _empty(self) -> int:
        return self.statistics.source.empty + self.statistics.target.empty

    def sides(self) -> list[Row]:
        """Return a row a side: language, words, characters, words of a text as quantiles."""
        sides = zip(self.languages, (self.statistics.source, self.statistics.target), strict=True)
        return [(code, *_lengths(lengths)) for code, lengths in sides]

    def origins(self) -> list[Row]:
        """Return a row for each origin, the largest first."""
        ordered = sorted(self.statistics.origins.items(), key=lambda one: (-one[1].pairs, one[0]))
        return [_origin(name, origin, self.statistics.pairs) for name, origin in ordered]

    def filters(self) -> list[Row]:
        """Return a row for each filter that dropped something, most first."""
        ledger = self.ledger or {}
        entries = [one for one in ledger.get("filters", ()) if one.get("dropped")]
        entries.sort(key=lambda one: -int(one["dropped"]))
        return [
            (
                str(one.get("filter", "")),
                str(one.get("rule", "")),
                share(int(one["dropped"]), int(ledger.get("read", 0))),
                f"{int(one.get('alone', 0)):,}",
                str(one.get("reason", "")),
            )
            for one in entries
        ]

    def sums(self) -> str:
        """Return the sum of the ledger in a sentence, "" where there is none."""
        if self.ledger is None:
            return ""
        read, kept, dropped = (int(self.ledger.get(k, 0)) for k in ("read", "kept", "dropped"))
        text = f"{read:,} read = {kept:,} kept + {dropped:,} dropped"
        unreadable = int(self.ledger.get("unreadable", 0))
        return f"{text}; {unreadable:,} unreadable" if unreadable else text


SIDE_TITLES: Final = ("", "words", "characters", "5 %", "median", "95 %", "longest")
ORIGIN_TITLES: Final = (
    "Origin", "pairs", "documents", "source words", "target words", "from", "to", "mean score",
)  # fmt: skip
FILTER_TITLES: Final = ("Filter", "keeps", "dropped", "it alone", "reason")


def share(part: int, whole: int) -> str:
    """Return a count with its share of the whole.

    >>> share(5, 1000), share(0, 0)
    ('5 (0.5 %)', '0')
    """
    return f"{part:,} ({100 * part / whole:.1f} %)" if part and whole else f"{part:,}"


def _lengths(lengths: Lengths) -> Row:
    histogram = lengths.histogram
    quantiles = [f"{quantile(histogram, part):,}" for part in _QUANTILES]
    longest = max(histogram, default=0)
    return (f"{lengths.words:,}", f"{lengths.characters:,}", *quantiles, f"{longest:,}")


def _origin(name: str, origin: Origin, pairs: int) -> Row:
    return (
        prose(name) or "(none)",
        share(origin.pairs, pairs),
        f"{len(origin.documents):,}" if origin.documents else NONE,
        f"{origin.source_words:,}",
        f"{origin.target_words:,}",
        prose(origin.first) or NONE,
        prose(origin.last) or NONE,
        NONE if origin.score is None else f"{origin.score:.3f}",
    )


def data_card_markdown(card: DataCard) -> Iterator[str]:
    """Yield the parts of the card; right-to-left texts are marked as such."""
    yield f"# {markdown(card.title)}\n{markdown(card.summary)}.\n"
    if card.facts:
        yield "\n"
        for name, value in card.facts.items():
            yield f"- **{markdown(name)}**: {markdown(value)}\n"
    yield "\n## Counts\n" + _table(("", ""), card.counts())
    yield "\n## Sides\n" + _table(SIDE_TITLES, card.sides())
    yield "Words are what stands between blanks; the quantiles are words of a text.\n"
    yield "\n## Origins\n" + _table(ORIGIN_TITLES, card.origins())
    if card.ledger is not None:
        yield f"\n## Ledger\n{card.sums()}.\n"
        if card.filters():
            yield "\n" + _table(FILTER_TITLES, card.filters())
    if any(card.statistics.scores):
        yield "\n## Scores\n" + _table(("score", "pairs"), list(_scores(card.statistics)))
    yield "\n## Samples\nDrawn by a hash of their texts.\n\n" + _samples(card)


def _scores(statistics: Statistics) -> Iterator[Row]:
    bins = len(statistics.scores)
    for number, count in enumerate(statistics.scores):
        yield f"{number / bins:.2f} to {(number + 1) / bins:.2f}", f"{count:,}"


def _samples(card: DataCard) -> str:
    rows = []
    for pair in card.statistics.samples:
        texts = [
            f'<span lang="{markdown(code)}" dir="{direction}">{markdown(text)}</span>'
            for code, direction, text in zip(
                card.languages, card.directions, (pair.source, pair.target), strict=True
            )
        ]
        score = NONE if pair.score is None else f"{pair.score:.2f}"
        rows.append((*texts, score, markdown(pair.origin)))
    return _raw_table((*map(markdown, card.languages), "score", "origin"), rows)


def _table(titles: Sequence[str], rows: Sequence[Row]) -> str:
    return _raw_table(titles, [tuple(map(markdown, row)) for row in rows])


def _raw_table(titles: Sequence[str], rows: Sequence[Row]) -> str:
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
