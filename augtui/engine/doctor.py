"""What the engine finds on this machine, as data."""

from __future__ import annotations

from typing import Any

import torch
import torchvision

from augtui.engine.device import choose_environment, describe, usable_cores
from augtui.engine.policies.imgaug_compat import imgaug_mend, imgaug_problem


def examine() -> dict[str, Any]:
    """Versions, devices with their memory in bytes, and whether the imgaug reference can be imported.

    Returns:
        {"torch", "torchvision", "cuda", "cores", "devices": [{"device", "name", "memory", "free"}], "chosen",
        "imgaug": "" or why not, "imgaug_mend": "" or what mends it}
    """
    devices: list[dict[str, Any]] = [
        {"device": f"cuda:{gpu}", **describe(f"cuda:{gpu}"), "free": torch.cuda.mem_get_info(gpu)[0]}
        for gpu in range(torch.cuda.device_count())
    ]
    if torch.backends.mps.is_available():
        devices.append({"device": "mps", **describe("mps"), "free": None})
    devices.append({"device": "cpu", **describe("cpu"), "free": None})
    chosen = choose_environment("auto", "auto")
    return {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "cuda": torch.version.cuda,
        "cores": usable_cores(),
        "devices": devices,
        "chosen": {"device": chosen.device, "precision": chosen.precision},
        "imgaug": imgaug_problem(),
        "imgaug_mend": imgaug_mend(),
    }
