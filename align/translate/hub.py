"""Checkpoints from the Hugging Face hub: only if asked for by name, only the files needed."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from align.errors import MissingExtraError, ModelError, ModelNotFoundError, one_line
from align.translate.layout import (
    CARD,
    OPTIONAL,
    REQUIRED,
    decisive_files,
    file_names,
    missing_files,
)

NAME: Final = re.compile(r"\w[\w.-]*/\w[\w.-]*")


def fetch_checkpoint(name: str, *, download: bool = True) -> Path:
    """Return the folder of the checkpoint `owner/name` in the hub's own cache on this machine.

    A complete copy there is used as it is, without asking the hub.
    `HF_ENDPOINT`, `HF_HOME` and `HF_HUB_OFFLINE` hold, as everywhere.

    Raises:
        ModelNotFoundError: Not here and not to be had.
        ModelError: The hub has it, but it is no MarianMT checkpoint.
        MissingExtraError: huggingface_hub is not installed.
    """
    try:
        import huggingface_hub  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(f"the Hugging Face model {name}", "torch") from error
    folder = _cached(name)
    if folder is not None:
        return folder
    if not download:
        raise ModelNotFoundError(f"{name}: not on this machine; {_advice(name)}")
    if not sys.stderr.isatty():
        from huggingface_hub.utils.tqdm import disable_progress_bars

        disable_progress_bars()
    return _download(name)


def _cached(name: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(
            snapshot_download(name, local_files_only=True, allow_patterns=[*REQUIRED, *OPTIONAL])
        )
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return None if missing_files(file_names(folder)) else folder


def _download(name: str) -> Path:
    from huggingface_hub import HfApi, constants, snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        RepositoryNotFoundError,
    )

    # HTTPError of httpx or httpx2, by version.
    transport: type[Exception] = HfHubHTTPError.__mro__[1]
    try:
        # Unlike `list_repo_files`, this does not try for half a minute where nothing answers.
        siblings = HfApi().model_info(name, timeout=20).siblings or []
        names = [sibling.rfilename for sibling in siblings]
        missing = missing_files(names)
        if missing:
            raise ModelError(f"{name}: no MarianMT checkpoint: the hub has no {', '.join(missing)}")
        return Path(snapshot_download(name, allow_patterns=[*decisive_files(names), CARD]))
    except GatedRepoError as error:
        raise ModelNotFoundError(
            f"{name}: its owner asks for consent on {constants.ENDPOINT}/{name} first"
        ) from error
    except (RepositoryNotFoundError, HFValidationError) as error:
        raise ModelNotFoundError(
            f"{name}: no such folder, and {constants.ENDPOINT} has no such public model; "
            "check the name"
        ) from error
    except (transport, OSError) as error:
        reason = "HF_HUB_OFFLINE is set" if constants.HF_HUB_OFFLINE else one_line(error)
        raise ModelNotFoundError(
            f"{name}: not on this machine, and {constants.ENDPOINT} cannot be reached "
            f"({reason}); {_advice(name)}"
        ) from error


def _advice(name: str) -> str:
    return f"run `align models install {name}` where there is a network, or give a folder"
