"""What a calibration to one's own articles came to, in a few lines."""

from __future__ import annotations

from align.check.recalibration import Recalibration
from align.report.figures import counted


def calibration_lines(found: Recalibration, file: str) -> list[str]:
    """Return what was learnt from, how good the fit is, and whether it is worth using.

    Args:
        found: The fit.
        file: Where it was written.
    """
    fit = found.calibration
    wrong = "labelled mismatch" if found.labels == "given" else "slugs of other articles"
    left = f", {counted(found.left_out, 'article')} left out" if found.left_out else ""
    lines = [
        f"{file}: fitted to {counted(found.articles, 'article')}{left}: {found.right} right,"
        f" {found.wrong} wrong ({wrong})",
        f"area under the curve {found.area:.3f} cross-validated, {found.shipped_area:.3f} with the"
        " fit that comes along",
        f"match from {fit.match:.2f}: {found.right_matched:.0%} of the right and"
        f" {found.wrong_matched:.0%} of the wrong; mismatch up to {fit.mismatch:.2f}:"
        f" {found.right_mismatched:.0%} of the right and {found.wrong_mismatched:.0%} of the wrong",
    ]
    if found.area <= found.shipped_area:
        lines.append("no better than the fit that comes along: there is no need for it here")
    return lines
