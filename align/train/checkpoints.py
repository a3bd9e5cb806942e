"""Checkpoints: which of them are whole, which to go on from, which to throw away.

The trainer writes `checkpoint-STEP/`; what makes it one is `checkpoint.json`, written last and
renamed into place, with the size and SHA-256 of every other file. What has none was cut off by a
kill or a full disk and does not count; neither does one whose files are not what it says.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from align.errors import ModelError
from align.translate.layout import digest, read_json, write_json

RECORD: Final = "checkpoint.json"
WEIGHTS: Final = "model.safetensors"
_PREFIX: Final = "checkpoint-"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint on disk.

    `regular` ones come at fixed steps, so that they are the same in every run; the others were
    written by the clock or when the run was stopped. `resumable` is False of those that have
    nothing but their weights left. `chrf` is that of the development set, None if it was not
    translated then. `state` is what the trainer wants to know when it goes on.
    """

    folder: Path
    step: int
    regular: bool
    resumable: bool
    chrf: float | None
    state: dict[str, Any]

    @property
    def weights(self) -> Path:
        """The file of the weights."""
        return self.folder / WEIGHTS


def folder_of(parent: Path, step: int) -> Path:
    """Return where transformers' Trainer writes the checkpoint of a step."""
    return parent / f"{_PREFIX}{step}"


def seal(
    folder: Path, *, step: int, regular: bool, chrf: float | None, state: dict[str, Any]
) -> Checkpoint:
    """Make the files of `folder` a checkpoint; all of them are on the disk first."""
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name != RECORD:
            _flush(path)
            files[path.name] = {"size": path.stat().st_size, "sha256": digest(path)}
    record = {"step": step, "regular": regular, "resumable": True, "chrf": chrf, "state": state}
    _write(folder, record | {"files": files})
    return Checkpoint(folder, step, regular, resumable=True, chrf=chrf, state=state)


def strip(checkpoint: Checkpoint) -> None:
    """Keep nothing but the weights."""
    record = read_json(checkpoint.folder / RECORD)
    files = {WEIGHTS: record["files"][WEIGHTS]}
    _write(checkpoint.folder, record | {"resumable": False, "files": files})
    for path in checkpoint.folder.iterdir():
        if path.name not in (RECORD, WEIGHTS):
            path.unlink()


def whole_checkpoints(parent: Path) -> tuple[list[Checkpoint], list[str]]:
    """Return the whole checkpoints by step, and what is wrong with each other one.

    Reads every file, to hold it against its SHA-256.
    """
    found, damaged = [], []
    for folder in sorted(parent.glob(f"{_PREFIX}*"), key=lambda path: path.name):
        try:
            found.append(_open(folder))
        except ModelError as error:
            damaged.append(str(error))
    return sorted(found, key=lambda one: one.step), damaged


def clear_damaged(parent: Path, whole: list[Checkpoint]) -> None:
    """Remove what whole_checkpoints did not take, and half-written files."""
    kept = {checkpoint.folder for checkpoint in whole}
    for folder in parent.glob(f"{_PREFIX}*"):
        if folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def rotate(checkpoints: list[Checkpoint], *, last: int) -> list[Checkpoint]:
    """Remove what is needed no longer; return what is left, by step.

    Kept are the two newest, whole, to go on from; and the weights of the newest `last` regular
    ones, to average, and of the best.
    """
    by_step = sorted(checkpoints, key=lambda one: one.step)
    newest = [one for one in by_step if one.resumable][-2:]
    regular = [one for one in by_step if one.regular]
    wanted = regular[-last:]
    if best := best_of(regular):
        wanted.append(best)
    left = []
    for one in by_step:
        if one in newest:
            left.append(one)
        elif one in wanted:
            if one.resumable:
                strip(one)
            left.append(_open(one.folder, hashed=False))
        else:
            # Without its record it is none, should this be cut off half way.
            (one.folder / RECORD).unlink(missing_ok=True)
            shutil.rmtree(one.folder, ignore_errors=True)
    return left


def best_of(checkpoints: list[Checkpoint]) -> Checkpoint | None:
    """Return the regular one with the highest chrF, of equals the first; None without any."""
    scored = [one for one in checkpoints if one.regular and one.chrf is not None]
    return max(scored, key=lambda one: (one.chrf or 0.0, -one.step), default=None)


def _open(folder: Path, *, hashed: bool = True) -> Checkpoint:
    """Raises ModelError, naming a file, where it is not whole."""
    record = read_json(folder / RECORD)
    try:
        for name, entry in record["files"].items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != entry["size"]:
                raise ModelError(f"{path}: missing or cut off")
            if hashed and digest(path) != entry["sha256"]:
                raise ModelError(f"{path}: damaged")
        return Checkpoint(
            folder,
            record["step"],
            record["regular"],
            record["resumable"],
            record["chrf"],
            record["state"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{folder / RECORD}: damaged") from error
    except OSError as error:
        raise ModelError(f"{folder}: cannot be read: {error.strerror}") from error


def _write(folder: Path, record: dict[str, Any]) -> None:
    partial = folder / f"{RECORD}.part"
    write_json(partial, record)
    _flush(partial)
    partial.replace(folder / RECORD)


def _flush(path: Path) -> None:
    """Wait until a file is on the disk, so that a power cut takes no more than a kill does."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
