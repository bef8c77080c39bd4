"""Which slots this machine offers a study, found out without importing torch where that is possible."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from augtui.errors import AugtuiError
from augtui.jobs import call
from augtui.runlog.info import StudyInfo

KINDS = {"cpu": "a CPU", "cuda": "a CUDA GPU", "mps": "an Apple GPU"}


def study_devices(info: StudyInfo) -> list[str]:
    """The device of each slot of a study. The kind of device changes results a little: the one that a study began
    with is kept, whatever else this machine has.

    Raises:
        AugtuiError: the device asked for does not exist, or this machine has none of the study's kind.
    """
    if info.environment is None:
        return local_devices(info.device_asked, info.slots_asked)
    kind = info.environment.device
    try:
        return local_devices(kind if info.device_asked == "auto" else info.device_asked, info.slots_asked)
    except AugtuiError as error:
        raise AugtuiError(
            f"{info.id} was begun on {KINDS[kind]}, and cannot go on here: {error.message}",
            f"resume it on a machine that has {KINDS[kind]} (`augtui doctor` says what torch finds here), "
            "or start a new study with `augtui run`",
        ) from error


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
