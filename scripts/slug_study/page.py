"""The tables of the page, in Markdown, put between the marks that it has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from correlation import Correlation
from faults import DETECTORS, Found
from measures import REFERENCES, SLUGS, Table
from power import SIZES, Power

PAGE = Path(__file__).parent / "README.md"
_MARK = "<!-- {} (study.py --write) -->\n"
_END = "<!-- end -->"


def system_lines(
    unseen: Mapping[str, Mapping[str, Table]], seen: Mapping[str, Mapping[str, Table]]
) -> str:
    """Return a row a system: all measures over all stories unseen, and chrF of those seen."""
    rows = [
        [
            name,
            *(_figure(measure, by[measure].whole()) for measure in (*REFERENCES, *SLUGS)),
            _figure("chrF", seen[name]["chrF"].whole()),
        ]
        for name, by in unseen.items()
    ]
    return table(["system", *REFERENCES, *SLUGS, "chrF, articles seen in training"], rows)


def correlation_lines(rows: Mapping[str, Mapping[str, Correlation]]) -> str:
    """Return a row a slug score: its rank correlations with BLEU and chrF, with intervals."""
    head = [f"{name}, {kind}" for name in REFERENCES for kind in ("Spearman", "Kendall")]
    cells = [
        [name, *(cell for reference in REFERENCES for cell in _correlation(by[reference]))]
        for name, by in rows.items()
    ]
    return table(["", *head], cells)


def power_lines(
    contests: Mapping[str, Mapping[str, Power]], differences: Mapping[str, float]
) -> str:
    """Return a row a pair of systems: the articles that each measure needs."""
    names = (*REFERENCES, *SLUGS)
    rows = [
        [pair, f"{differences[pair]:.1f}", *(_needed(measures[name]) for name in names)]
        for pair, measures in contests.items()
    ]
    return table(["better and worse", "chrF apart", *names], rows)


def fault_lines(found: Sequence[Found]) -> str:
    """Return a row a fault: the area under the curve of each detector."""
    areas = {(each.fault, each.detector): each for each in found}
    faults = dict.fromkeys(each.fault for each in found)
    rows = [[fault, *(f"{areas[fault, name].area:.3f}" for name in DETECTORS)] for fault in faults]
    return table(["what is wrong", *DETECTORS], rows)


def window_lines(areas: Mapping[int, tuple[float, float]]) -> str:
    """Return a row a size of the text: the areas against a random slug and the likest one."""
    rows = [
        [
            "headline alone" if not size else f"and {size} sentence{'s' * (size > 1)}",
            *(f"{each:.3f}" for each in both),
        ]
        for size, both in areas.items()
    ]
    return table(["looked at", "random slug", "likest slug"], rows)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown; all columns but the first are numbers.

    >>> print(table(["a", "b"], [["x", "1"]]))
    | a | b |
    | --- | ---: |
    | x | 1 |
    """
    rule = ["---", *(["---:"] * (len(head) - 1))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, rule, *rows))


def write_page(parts: Mapping[str, str], page: Path = PAGE) -> None:
    """Put each part between its mark and the next end.

    Raises:
        ValueError: The page has no such mark.
    """
    text = page.read_text(encoding="utf-8")
    for name, lines in parts.items():
        before, mark, rest = text.partition(_MARK.format(name))
        if not mark or _END not in rest:
            raise ValueError(f"{page}: no mark {mark or _MARK.format(name).strip()}")
        text = f"{before}{mark}{lines}\n{_END}{rest.partition(_END)[2]}"
    page.write_text(text, encoding="utf-8")


def _figure(measure: str, value: float) -> str:
    return f"{value:.2f}" if measure in ("slug_recall", "score") else f"{value:.1f}"


def _correlation(each: Correlation) -> tuple[str, str]:
    return (
        f"{each.spearman:.2f} ({each.spearman_low:.2f} to {each.spearman_high:.2f})",
        f"{each.kendall:.2f} ({each.kendall_low:.2f} to {each.kendall_high:.2f})",
    )


def _needed(each: Power) -> str:
    if each.needed is not None:
        return f"{round(each.needed):,}"
    return "wrong way" if each.wrong[-1] > each.shares[-1] else f"over {SIZES[-1]:,}"
