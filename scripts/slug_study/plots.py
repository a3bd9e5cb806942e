"""The pictures of the page: SVG that follows the reader's light or dark mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from faults import DETECTORS, Found
from power import SIZES, WANTED, Power

# Drawn in the light colour; the style sheet in the picture turns them where dark is preferred.
_COLOURS = {
    "#1d1f23": "#e7e6e2",  # ink
    "#17529c": "#8fbcff",
    "#a3211c": "#ffa59d",
    "#146c37": "#84dca3",
    "#7a4f00": "#f3c56b",
    "#6b2d8c": "#d7a8f0",
    "#5a606b": "#a6acb8",
    "#00708a": "#6fd3ea",
}
INK, *SERIES = _COLOURS
_MARKS = "osD^vXP"
_COLUMNS = 3


def write_systems(
    path: Path, points: Mapping[str, Sequence[tuple[float, float]]], damaged: Sequence[bool]
) -> None:
    """Draw a panel a slug score: its value over chrF against the full English, a dot a system."""
    figure, axes = _figure(len(points), height=2.6)
    for panel, (name, pairs) in zip(axes, points.items(), strict=True):
        for is_damaged, label in ((False, "a model"), (True, "damaged on purpose")):
            here = [pair for pair, each in zip(pairs, damaged, strict=True) if each == is_damaged]
            if here:
                panel.scatter(
                    *zip(*here, strict=True), label=label, s=28, color=SERIES[is_damaged],
                    marker=_MARKS[is_damaged],
                )  # fmt: skip
        panel.set_title(name)
        panel.set_xlabel("chrF, full English")
    axes[0].legend(fontsize=8, frameon=False, labelcolor=INK)
    _write(figure, path)


def write_power(path: Path, contests: Mapping[str, Mapping[str, Power]]) -> None:
    """Draw a panel a pair of systems: power over the number of articles, a line a measure."""
    figure, axes = _figure(len(contests), height=2.8)
    for panel, (pair, measures) in zip(axes, contests.items(), strict=True):
        for place, (name, power) in enumerate(measures.items()):
            panel.plot(
                SIZES, power.shares, label=name, color=SERIES[place % len(SERIES)],
                marker=_MARKS[place % len(_MARKS)], markersize=4, linewidth=1.4,
                linestyle="-" if name in ("BLEU", "chrF") else "--",
            )  # fmt: skip
        panel.axhline(WANTED, color=INK, linewidth=0.6, linestyle=":")
        panel.set_xscale("log")
        panel.set_ylim(0, 1.02)
        panel.set_title(pair, fontsize=9)
        panel.set_xlabel("articles")
    for panel in axes[::_COLUMNS]:
        panel.set_ylabel("told apart, share of samples")
    figure.legend(
        *axes[0].get_legend_handles_labels(), fontsize=8, loc="outside upper center", ncols=7,
        frameon=False, labelcolor=INK,
    )  # fmt: skip
    _write(figure, path)


def write_faults(path: Path, found: Sequence[Found]) -> None:
    """Draw a row a fault: the area under the curve of each detector, with its interval."""
    names = list(dict.fromkeys(each.fault for each in found))
    figure, (panel,) = _figure(1, height=0.8 + 0.42 * len(names))
    for place, detector in enumerate(DETECTORS):
        here = [each for each in found if each.detector == detector]
        rows = [names.index(each.fault) + 0.11 * (place - 2.5) for each in here]
        below, above = zip(
            *((each.area - each.low, each.high - each.area) for each in here), strict=True
        )
        panel.errorbar(
            [each.area for each in here], rows, xerr=[below, above],
            fmt=_MARKS[place], markersize=4, linewidth=1, color=SERIES[place], label=detector,
        )  # fmt: skip
    panel.set_yticks(range(len(names)), names, fontsize=9)
    panel.invert_yaxis()
    panel.axvline(0.5, color=INK, linewidth=0.6, linestyle=":")
    panel.set_xlabel("area under the curve (0.5: chance)")
    figure.legend(fontsize=8, loc="outside upper center", ncols=6, frameon=False, labelcolor=INK)
    _write(figure, path)


def _figure(panels: int, *, height: float) -> tuple[Any, list[Any]]:
    import matplotlib
    from matplotlib.figure import Figure

    columns = min(panels, _COLUMNS)
    rows = -(-panels // columns)
    keys = ("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color")
    style: Any = dict.fromkeys(keys, INK)
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(9.0, height * rows), layout="constrained")
        figure.patch.set_alpha(0)
        axes = [figure.add_subplot(rows, columns, place + 1) for place in range(panels)]
    for panel in axes:
        panel.patch.set_alpha(0)
        panel.grid(visible=True, alpha=0.25, color=INK, linewidth=0.5)
        panel.title.set_color(INK)
    return figure, axes


def _write(figure: Any, path: Path) -> None:
    import io

    import matplotlib

    page = io.StringIO()
    # Names of shapes are drawn by chance, and the date is that of today, unless told otherwise.
    with matplotlib.rc_context({"svg.hashsalt": "align", "svg.fonttype": "none"}):
        figure.savefig(page, format="svg", metadata={"Date": None})
    text = page.getvalue()
    for number, light in enumerate(_COLOURS):
        text = text.replace(light, f"var(--c{number})")
    light, dark = (
        "".join(f"--c{number}: {colour};" for number, colour in enumerate(colours))
        for colours in (_COLOURS, _COLOURS.values())
    )
    style = (
        f"<style>:root {{{light} font-family: system-ui, sans-serif}}"
        f"@media (prefers-color-scheme: dark) {{:root {{{dark}}}}}</style>"
    )
    head, mark, rest = text.partition("<defs>")
    path.write_text(f"{head}{style}{mark}{rest}", encoding="utf-8")
