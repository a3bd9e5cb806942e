"""Measure sentence alignment on Text+Berg: strict and lax F1, with noise, and calibration.

    python scripts/measure_alignment.py BITEXT_FOLDER [--part dev] [--json FILE]

BITEXT_FOLDER holds Text+Berg as `scripts/bitext_sets.py` says. Each row is a translation that
comes with Bleualign (tiny and full phrase-based, Google of 2010), none at all, or both directions
of one, aligned with the preset that the program chooses; "foreign" rows have sentences of other
documents inserted at random into the target, as a share of its own. Strict and lax are counted as
vecalign's scorer does, "paired" leaves out null beads. Below stand, by preset, the probabilities
that beads were given and how many of them were right. Takes a minute or two on one core.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bitext_sets import TRANSLATIONS, Gold, text_berg, with_foreign

from align.bitext import Bead
from align.bitext.aligner import Alignment, align
from align.evaluate.beads import Which, bead_interval, score_beads, summed

SEEDS = (1, 2, 3)
SHARES = (0.18, 0.56)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, with the alignments behind it."""

    name: str
    golds: Sequence[Gold]
    found: Sequence[Alignment]

    def record(self) -> dict[str, Any]:
        """Return the figures."""
        scores = [
            score_beads(f.beads, g.beads) for f, g in zip(self.found, self.golds, strict=True)
        ]
        total = summed(scores)
        presets = sorted({alignment.preset for alignment in self.found})
        interval = bead_interval(scores)
        return {
            "name": self.name,
            "presets": presets,
            "strict": round(total.strict().f1, 4),
            "interval": [round(interval.low, 4), round(interval.high, 4)],
            "lax": round(total.lax().f1, 4),
            "strict_paired": round(total.strict(Which.paired).f1, 4),
            "lax_paired": round(total.lax(Which.paired).f1, 4),
        }


def aligned(name: str, golds: Sequence[Gold], which: str, preset: str | None = None) -> Row:
    """Align documents by one translation; "" is none, "both …" is both directions."""
    found = [
        align(
            gold.source,
            gold.target,
            gold.translations.get(which.removeprefix("both ")),
            reverse=gold.reverse.get(which.removeprefix("both ")) if "both" in which else None,
            preset=preset,
        )
        for gold in golds
    ]
    return Row(name, golds, found)


def rows_of(folder: Path, part: str) -> list[Row]:
    """Align everything."""
    golds = text_berg(folder, part)
    rows = [aligned(which, golds, which) for which in TRANSLATIONS]
    rows += [aligned(f"both {which}", golds, f"both {which}") for which in ("tiny", "full")]
    rows.append(aligned("no translation", golds, ""))
    for share in SHARES:
        noisy = [
            with_foreign(gold, _others(golds, number), share, seed)
            for seed in SEEDS
            for number, gold in enumerate(golds)
        ]
        for preset in ("clean", "comparable", None):
            name = f"full, +{share:.0%} foreign, {preset or 'chosen'}"
            rows.append(aligned(name, noisy, "full", preset))
    return rows


def _others(golds: Sequence[Gold], number: int) -> list[str]:
    """Return the target sentences of all other documents (of a lone one, its own)."""
    others = [gold for at, gold in enumerate(golds) if at != number] or golds
    return [text for gold in others for text in gold.target.sentences]


def reliability(rows: Sequence[Row]) -> dict[str, list[tuple[float, int, float, float]]]:
    """Return for each preset (bin, beads, mean probability, share right)."""
    judged: dict[str, list[tuple[float, bool]]] = {}
    for row in rows:
        for alignment, gold in zip(row.found, row.golds, strict=True):
            right = {_numbers(bead) for bead in gold.beads}
            judged.setdefault(alignment.preset, []).extend(
                (bead.score, _numbers(bead) in right) for bead in alignment.beads
            )
    return {preset: _bins(beads) for preset, beads in sorted(judged.items())}


def _bins(beads: Sequence[tuple[float, bool]]) -> list[tuple[float, int, float, float]]:
    table = []
    for place in range(10):
        inside = [bead for bead in beads if min(int(bead[0] * 10), 9) == place]
        if inside:
            means = [sum(column) / len(inside) for column in zip(*inside, strict=True)]
            table.append((place / 10, len(inside), round(means[0], 3), round(means[1], 3)))
    return table


def _numbers(bead: Bead) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return bead.source, bead.target


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--part", choices=("dev", "test"), default="test")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    rows = rows_of(options.folder, options.part)
    records = [row.record() for row in rows]
    print(f"{'translation':34} strict (95 %)         lax    paired strict, lax   preset")
    for record in records:
        low, high = record["interval"]
        print(
            f"{record['name']:34} {record['strict']:.3f} ({low:.3f}-{high:.3f})  "
            f"{record['lax']:.3f}  {record['strict_paired']:.3f}, {record['lax_paired']:.3f}  "
            f"       {', '.join(record['presets'])}"
        )
    tables = reliability([row for row in rows if "chosen" in row.name or "foreign" not in row.name])
    for preset, table in tables.items():
        print(f"\n{preset}: probability from, beads, mean probability, share right")
        for row in table:
            print("  {:.1f} {:6} {:.3f} {:.3f}".format(*row))
    if options.json:
        text = json.dumps({"part": options.part, "rows": records, "reliability": tables}, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
