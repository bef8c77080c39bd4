"""Which slots this machine offers, found out without importing torch where that is possible."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from augtui.jobs import call


def local_devices(asked: str, slots: int | None) -> list[str]:
    """The device of each local slot: GPUs with free memory first, or one for each CPU core.

    A machine without any accelerator's device file needs no engine process to say so.

    Raises:
        AugtuiError: the device asked for does not exist.
    """
    if asked == "cpu" or (asked == "auto" and not _may_have_accelerator()):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return ["cpu"] * (slots or cores)
    arguments = ["augtui.engine", "slots", "--device", asked]
    devices: list[str] = call(arguments + (["--slots", str(slots)] if slots else []))["devices"]
    return devices


def _may_have_accelerator() -> bool:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return sys.platform == "darwin"
    return sys.platform == "darwin" or any(Path("/dev").glob("nvidia[0-9]*")) or Path("/dev/kfd").exists()
