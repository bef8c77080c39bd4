"""How busy this machine is: the GPUs by nvidia-smi, else the processor, memory beside both."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from augtui.tui.feed.snapshot import DeviceLoad

_QUERY = "--query-gpu=index,utilization.gpu,memory.used,memory.total"


def gpu_loads(text: str) -> tuple[DeviceLoad, ...]:
    """The answer of nvidia-smi to `_QUERY` in csv without header and units (MiB); lines with "N/A" are left out."""
    loads = []
    for line in text.splitlines():
        parts = [part.strip() for part in line.split(",")]
        try:
            index, busy, used, total = int(parts[0]), float(parts[1]), float(parts[2]), float(parts[3])
        except (ValueError, IndexError):
            continue
        loads.append(DeviceLoad(f"cuda:{index}", busy / 100, used * 2**20, total * 2**20))
    return tuple(loads)


def processor_times(stat: str) -> tuple[float, float]:
    """Busy and whole time of all cores since boot, from the text of /proc/stat."""
    numbers = [float(part) for part in stat.split("\n", 1)[0].split()[1:9]]
    return sum(numbers) - numbers[3] - numbers[4], sum(numbers)


def memory(meminfo: str) -> tuple[float, float]:
    """Used and total bytes, from the text of /proc/meminfo."""
    values = {line.split(":")[0]: float(line.split()[1]) * 1024 for line in meminfo.splitlines() if ":" in line}
    total = values.get("MemTotal", 0.0)
    return total - values.get("MemAvailable", total), total


class Sampler(msgspec.Struct):
    """Asks the machine at most every `seconds`, and never waits for an answer."""

    seconds: float = 4.0
    _due: float = 0.0
    _before: tuple[float, float] = (0.0, 0.0)
    _question: subprocess.Popen[str] | None = None
    _loads: tuple[DeviceLoad, ...] = ()

    def sample(self, slots: Sequence[str]) -> tuple[DeviceLoad, ...]:
        """The newest loads of the devices that a study's slots name ("cuda:0", "cpu", ...)."""
        now = time.monotonic()
        if self._question is not None and self._question.poll() is not None:
            wanted = {slot.split("/")[0] for slot in slots}
            text = self._question.communicate()[0]
            loads = gpu_loads(text)
            self._loads = tuple(load for load in loads if load.name in wanted) or loads
            self._question = None
        if now >= self._due:
            self._due = now + self.seconds
            if any(slot.startswith("cuda") for slot in slots):
                self._ask_gpus()
            else:
                self._loads = (self._processor(),)
        return self._loads

    def close(self) -> None:
        """Leave no question behind."""
        if self._question is not None:
            self._question.kill()
            self._question.communicate()
            self._question = None

    def _ask_gpus(self) -> None:
        program = shutil.which("nvidia-smi")
        if program is None or self._question is not None:
            return
        arguments = [program, _QUERY, "--format=csv,noheader,nounits"]
        try:
            self._question = subprocess.Popen(
                arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True
            )
        except OSError:
            self._question = None

    def _processor(self) -> DeviceLoad:
        cores = os.cpu_count() or 1
        try:
            busy, whole = processor_times(Path("/proc/stat").read_text())
            used, total = memory(Path("/proc/meminfo").read_text())
        except (OSError, ValueError, IndexError):
            return DeviceLoad("cpu", min(1.0, os.getloadavg()[0] / cores), 0.0, 0.0)
        before, self._before = self._before, (busy, whole)
        span = whole - before[1]
        return DeviceLoad("cpu", (busy - before[0]) / span if span > 0 else 0.0, used, total)
