"""Contestants on one core, taking turns: what the benchmarks of single functions share."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

Contestant = Callable[[int], object]
"""Does its work once; the argument counts the turns, so that each may draw other random numbers."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of CPU time for each image, one value for each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        return f"{self.median:8.3f}  ({min(self.rounds):.3f} to {max(self.rounds):.3f})"


def pin() -> int:
    """One core and one thread for this process; gives the core."""
    torch.set_num_threads(1)
    try:
        import cv2

        cv2.setNumThreads(1)
    except ImportError:
        pass  # without OpenCV there is nothing to hold back
    if not hasattr(os, "sched_setaffinity"):
        return -1
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


def race(contestants: Mapping[str, Contestant], images: int, rounds: int) -> dict[str, Times]:
    """Each contestant once to warm up, then `rounds` times in turn.

    CPU time, not the time on the clock: on a shared machine the clock also counts the others' work.
    """
    for run in contestants.values():
        run(0)
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(1, rounds + 1):
        for name, run in contestants.items():
            begin = time.process_time()
            run(number)
            taken[name].append(1000 * (time.process_time() - begin) / images)
    return {name: Times(tuple(values)) for name, values in taken.items()}
