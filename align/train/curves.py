"""The curves of a training run: loss, learning rate and development chrF over the steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from align.errors import MissingExtraError

# Keys of the log, and what they are called in the picture.
_PANELS: Final = (
    ("loss", "loss, nats a token"),
    ("learning_rate", "learning rate"),
    ("chrf", "chrF"),
)

Curve = list[tuple[int, float]]  # step, value


def write_curves(log: Path, target: Path) -> None:
    """Draw the log of a run as SVG, whole or not at all; the same log gives the same file.

    Args:
        log: `log.jsonl`, as `align.train.log.Log` writes it.
        target: The SVG file.

    Raises:
        MissingExtraError: matplotlib is not installed; training can do without the picture.
    """
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError("drawing the curves", "torch") from error
    curves = read_curves(log)
    figure = Figure(figsize=(8, 7), layout="constrained")
    panels = figure.subplots(len(_PANELS), 1, sharex=True)
    for axes, (key, title) in zip(panels, _PANELS, strict=True):
        axes.set_ylabel(title)
        axes.grid(visible=True, alpha=0.3)
        for name, curve in curves[key].items():
            steps, values = zip(*curve, strict=True)
            marker = "." if key == "chrf" else None
            axes.plot(steps, values, linewidth=1.2, marker=marker, label=name)
        if any(curves[key]):
            axes.legend()
    panels[-1].set_xlabel("step")
    partial = target.with_name(f".{target.name}.part")
    # Names of shapes are drawn by chance, and the date is that of today, unless told otherwise.
    with matplotlib.rc_context({"svg.hashsalt": "align", "svg.fonttype": "none"}):
        figure.savefig(partial, format="svg", metadata={"Date": None})
    partial.replace(target)


def read_curves(log: Path) -> dict[str, dict[str, Curve]]:
    """Return `loss`, `learning_rate` and `chrf`, each by development set; "" where there is none.

    A last line that is only half there, of a run that is being written or was killed, is left out.
    """
    curves: dict[str, dict[str, Curve]] = {key: {} for key, _ in _PANELS}
    for text in log.read_text(encoding="utf-8").splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        for key, by_name in curves.items():
            if key in line and "step" in line:
                by_name.setdefault(line.get("dev", ""), []).append((line["step"], line[key]))
    return curves
