"""The machine a model was trained on, as its card names it."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import Any


def machine_facts(device: str = "cpu") -> dict[str, Any]:
    """Return processor, threads, GPU where `device` is one, and versions.

    Args:
        device: A device of torch: `cpu`, `cuda`, `cuda:0`.
    """
    import torch
    import transformers

    facts: dict[str, Any] = {"cpu": _processor(), "threads": torch.get_num_threads()}
    if device.startswith("cuda") and torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        facts["gpu"] = ", ".join(
            f"{names.count(name)} \N{MULTIPLICATION SIGN} {name}" for name in dict.fromkeys(names)
        )
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    return facts | versions | {"python": platform.python_version(), "system": platform.system()}


def _processor() -> str:
    """Return the model of the processor; on Linux `platform` knows only its architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "model name":
            return " ".join(value.split())
    return platform.processor() or platform.machine()
