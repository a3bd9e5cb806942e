"""A calibration of one's own as a JSON file."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any, Final

from align.articles.source import read_bytes
from align.check.calibration import Calibration
from align.check.evidence import Features
from align.check.recalibration import FOLDS, Recalibration
from align.errors import InputError
from align.version import version

FORMAT: Final = "align check calibration"
_NOT_OURS: Final = "not a calibration, which `align check --calibrate` writes"


def calibration_json(found: Recalibration) -> str:
    """Return what `read_calibration` reads: the fit, what it was made of, and how good it is."""
    fit = found.calibration
    shares = ("right_matched", "right_mismatched", "wrong_matched", "wrong_mismatched")
    record = {
        "format": FORMAT,
        "align": version(),
        "model": fit.model,
        "fitted": fit.fitted,
        "intercept": fit.intercept,
        "coefficients": dict(zip(Features._fields, fit.coefficients, strict=True)),
        "match": fit.match,
        "mismatch": fit.mismatch,
        "labels": found.labels,
        "counts": {
            name: getattr(found, name) for name in ("articles", "left_out", "right", "wrong")
        },
        "cross_validation": {
            "folds": FOLDS,
            "auc": round(found.area, 4),
            "auc_as_shipped": round(found.shipped_area, 4),
            **{name: round(value, 4) for name, value in asdict(found).items() if name in shares},
        },
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def read_calibration(path: str) -> Calibration:
    """Read a calibration.

    Raises:
        InputError: The file cannot be read, is no calibration, or one of other features than
            this version has.
    """
    try:
        record = json.loads(read_bytes(path))
    except (ValueError, RecursionError) as error:
        raise InputError(path, _NOT_OURS) from error
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise InputError(path, _NOT_OURS)
    coefficients = record.get("coefficients")
    if not isinstance(coefficients, dict) or set(coefficients) != set(Features._fields):
        made = record.get("align", "another version")
        raise InputError(
            path, f"of other features than here; calibrate anew (made by align {made})"
        )
    try:
        return Calibration(
            intercept=_number(record["intercept"]),
            coefficients=tuple(_number(coefficients[name]) for name in Features._fields),
            match=_share(record["match"]),
            mismatch=_share(record["mismatch"]),
            model=str(record["model"]),
            fitted=str(record["fitted"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise InputError(path, f"damaged calibration: {error}") from error


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def _share(value: Any) -> float:
    if not 0 <= _number(value) <= 1:
        raise ValueError(f"{value!r} is not between 0 and 1")
    return float(value)
