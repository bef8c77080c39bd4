"""Where tensors live and how numbers are computed: device, precision, threads, determinism."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from pathlib import Path
from typing import Any, Literal

import torch

from augtui.errors import AugtuiError
from augtui.plan.grid import Environment
from augtui.plan.spec import Precision

# Parameters of mallopt, from glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4


def device_kind(asked: str) -> Literal["cpu", "cuda", "mps"]:
    """The kind of device that a request ("auto", "cpu", "cuda", "cuda:1", "mps") comes to here.

    Raises:
        AugtuiError: there is no such device, or no such word.
    """
    kind = asked.partition(":")[0]
    if kind == "auto":
        if torch.cuda.is_available():
            return "cuda"
        return "mps" if torch.backends.mps.is_available() else "cpu"
    if kind == "cpu" and asked == "cpu":
        return "cpu"
    if kind == "mps" and asked == "mps":
        if torch.backends.mps.is_available():
            return "mps"
        raise AugtuiError("--device mps: this machine has no Metal device", 'use "cpu" or "auto"')
    if kind == "cuda":
        if not torch.cuda.is_available():
            raise AugtuiError(
                f"--device {asked}: PyTorch finds no CUDA device",
                '`augtui doctor` says why; "auto" takes what there is',
            )
        number = asked.partition(":")[2]
        if number and (not number.isdecimal() or int(number) >= torch.cuda.device_count()):
            last = torch.cuda.device_count() - 1
            raise AugtuiError(f"--device {asked}: there is no such GPU", f"this machine has cuda:0 to cuda:{last}")
        return "cuda"
    raise AugtuiError(f"--device {asked}: not a device", 'use "auto", "cpu", "cuda", "cuda:0" or "mps"')


def slot_devices(asked: str, slots: int | None) -> list[str]:
    """The device of each slot: GPUs with the most free memory first, or one CPU core each."""
    kind = device_kind(asked)
    if kind == "cpu":
        return ["cpu"] * (slots or usable_cores())
    if kind == "mps" or ":" in asked:
        return [asked if ":" in asked else kind] * (slots or 1)
    free = sorted(range(torch.cuda.device_count()), key=lambda gpu: -torch.cuda.mem_get_info(gpu)[0])
    devices = [f"cuda:{gpu}" for gpu in free]
    return [devices[number % len(devices)] for number in range(slots or len(devices))]


def usable_cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def choose_environment(asked: str, precision: Precision) -> Environment:
    """What a study writes down: chosen by device kind and its capabilities, never by a timing."""
    kind = device_kind(asked)
    if precision == "auto":
        precision = "bf16" if _has_fast_bf16(kind) else "fp32"
    elif precision == "bf16" and kind == "mps":
        raise AugtuiError('train.precision: "bf16" is not supported on mps', 'use "fp32" or "auto"')
    # Metal has neither a fused optimiser nor kernels that gain from channels last.
    tuned = kind != "mps"
    return Environment(device=kind, precision=precision, threads=1, channels_last=tuned, fused=tuned)


def memory_format(environment: Environment) -> torch.memory_format:
    """How networks and batches lie in memory."""
    return torch.channels_last if environment.channels_last else torch.contiguous_format


def _has_fast_bf16(kind: str) -> bool:
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    if kind == "cpu":
        cpuinfo = Path("/proc/cpuinfo")
        flags = cpuinfo.read_text() if cpuinfo.exists() else ""
        return "avx512_bf16" in flags or "amx_bf16" in flags
    return False


def refuse_other_kind(environment: Environment, device: str) -> None:
    """Make sure that a device is of the kind that a study was begun on.

    Raises:
        AugtuiError: it is not.
    """
    if device.partition(":")[0] != environment.device:
        raise AugtuiError(
            f"the study was begun on {environment.device}, and cannot go on on {device}",
            "another kind of device changes results: start a new study with `augtui run`",
        )


def use(environment: Environment) -> None:
    """Set this process up to compute as the study does; called once, before any work."""
    torch.set_num_threads(environment.threads)
    if environment.device == "cpu":
        _keep_freed_memory()
    torch.backends.cudnn.benchmark = False
    torch.backends.cudnn.deterministic = True
    if environment.device == "cuda":
        # Operations without a deterministic kernel warn instead of failing: a resumed run on a GPU is
        # promised to be close, on a CPU to be equal.
        torch.use_deterministic_algorithms(True, warn_only=True)
        # Nothing here reads memory before it is written; filling it first would be a launch for each tensor.
        torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]
    if environment.precision == "fp32":
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False


def _keep_freed_memory() -> None:
    """Have glibc reuse freed memory instead of giving it back to the system.

    A layer's activations are tens of megabytes, which malloc maps anew in each step by default; the page faults
    cost a quarter of a small network's step. A worker needs the same memory in its next step anyway.
    """
    if sys.platform == "linux" and platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        for option, value in ((_M_MMAP_MAX, 0), (_M_TRIM_THRESHOLD, 2**31 - 1)):
            libc.mallopt(option, value)


def describe(device: str) -> dict[str, Any]:
    """Name and memory of a device, for people."""
    if device.startswith("cuda"):
        properties = torch.cuda.get_device_properties(device)
        return {"name": properties.name, "memory": properties.total_memory}
    return {"name": "CPU" if device == "cpu" else "Apple GPU", "memory": None}
