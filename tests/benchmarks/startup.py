"""What a start costs: CPU time of `augtui --help`, and the time from `augtui run` to the first optimiser step.

    python -m tests.benchmarks.startup [--plan data/plans/demo.toml] [--repeats 5]

The first is the least of several fresh processes, beside that of an interpreter that does nothing. The second is
measured on a cold and then on a warm cache, each time in a runs folder of its own, stopped after its first epoch. It
is given as a multiple of what `python -c "import torch, torchvision"` takes (the median of three, between the two),
which nobody who trains can do without: seconds alone say more about the machine and who else works on it.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from augtui.paths import StudyPaths, studies
from augtui.runlog import events as ev
from augtui.runlog.reader import read_events
from augtui.study import request
from tests.waiting import study_state, wait_until

COMPILED = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
"""Modules are compiled once, as those of an installed program are."""


def cpu_seconds(arguments: list[str], repeats: int) -> float:
    """The least CPU time of a fresh interpreter with these arguments."""
    times = []
    for _ in range(repeats):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, env=COMPILED)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(times)


def first_step(plan: Path, runs: Path, cache: Path) -> dict[str, float]:
    """Seconds from the command to each step's end and to the first run's first step."""
    begin = time.time()
    arguments = ["-m", "augtui", "run", str(plan), "--detach", "--runs-dir", str(runs), "--cache-dir", str(cache)]
    subprocess.run([sys.executable, *arguments], check=True, stderr=subprocess.DEVNULL)
    (study,) = studies(runs)
    wait_until(lambda: bool(_epochs(study)), "the first epoch", seconds=600)
    request(study, "stop-now")
    wait_until(lambda: study_state(study).state != "running", "the end", seconds=60)
    times = {event.step: event.t - begin for event in read_events(study.events) if isinstance(event, ev.StepFinished)}
    starts = [
        event.t for run in study.runs() for event in read_events(run.events) if isinstance(event, ev.RunStarted)
    ]
    # The start is written when data and model are on the device; the first step follows at once.
    return times | {"first optimiser step": min(starts) - begin}


def _epochs(study: StudyPaths) -> list[ev.Event]:
    logs = (read_events(run.events) for run in study.runs())
    return [event for log in logs for event in log if isinstance(event, ev.EpochFinished)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", type=Path, default=Path("data/plans/demo.toml"))
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    for name, arguments in {
        "python -c pass": ["-c", "pass"],
        "augtui --help": ["-m", "augtui", "--help"],
        "augtui --version": ["-m", "augtui", "--version"],
    }.items():
        print(f"{name:24} {1000 * cpu_seconds(arguments, options.repeats):6.0f} ms of CPU")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        cold = first_step(options.plan, root / "cold", root / "cache")
        imports = statistics.median(wall_seconds(["-c", "import torch, torchvision"]) for _ in range(3))
        warm = first_step(options.plan, root / "warm", root / "cache")
    print(f'python -c "import torch, torchvision": {imports:.1f} s')
    for name, times in (("cold", cold), ("warm", warm)):
        print(f"{name} cache, seconds since `augtui run` (and as a multiple of the imports):")
        for step, seconds in times.items():
            print(f"    {step:24} {seconds:6.1f}  ({seconds / imports:.2f} x)")


def wall_seconds(arguments: list[str]) -> float:
    """Seconds that a fresh interpreter with these arguments takes."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
