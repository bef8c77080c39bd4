"""A study that is written event by event, or whole."""

from __future__ import annotations

import math
import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from augtui.paths import RunPaths, StudyPaths
from augtui.plan.grid import Environment, cells, run_spec
from augtui.plan.reader import read_plan
from augtui.plan.spec import Plan, canonical
from augtui.runlog import events as ev
from augtui.runlog.info import StudyInfo, write_info
from augtui.runlog.liveness import host_name, process_started
from augtui.runlog.writer import EventWriter
from tests.tui.fakes.plans import SKIN

T0 = 1_795_361_412.0
"""2026-11-22 15:30:12 UTC."""

GAIN = {"geometric-online": 0.045, "trivial-online": 0.03, "geometric-20": 0.012, "geometric-10": 0.006}
"""How much better than the baseline an arm of the pretended study is."""


@dataclass
class Clock:
    """Time that passes when told."""

    now: float = T0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeStudy:
    """The folder of a study. Every method writes what the real program would write at that moment."""

    runs_dir: Path
    name: str = "skin-cancer-20261122-153012"
    plan_text: str = SKIN
    clock: Clock = field(default_factory=Clock)
    slots: tuple[str, ...] = ("cuda:0/0", "cuda:0/1")
    host: str = field(default_factory=host_name)
    pid: int = field(default_factory=os.getpid)
    open: dict[str, int] = field(default_factory=dict)
    """Runs that have begun and not ended, with their newest epoch."""

    def __post_init__(self) -> None:
        self.paths = StudyPaths(self.runs_dir / self.name)
        self.paths.folder.mkdir(parents=True)
        self.paths.plan.write_text(self.plan_text)
        self.plan: Plan = read_plan(self.paths.plan).plan
        self.folders = [cell.folder for cell in cells(self.plan)]
        write_info(
            self.paths,
            StudyInfo(
                id=self.name,
                created=self.clock.now,
                plan_hash="0" * 16,
                dataset_name=self.plan.dataset,
                dataset_root="/data/" + self.plan.dataset,
                cache_dir="/cache",
                host=self.host,
            ),
        )
        self.writer = EventWriter(self.paths.events, self.clock)
        self._runs: dict[str, EventWriter] = {}

    @property
    def pid_started(self) -> float:
        return process_started(self.pid) or 0.0

    # --- the supervisor ---

    def write(self, event: ev.Event, after: float = 0.1) -> None:
        self.clock.now += after
        self.writer.write(event)

    def start(self, attempt: int = 1) -> None:
        self.write(
            ev.StudyStarted(
                attempt=attempt,
                host=self.host,
                pid=self.pid,
                pid_started=self.pid_started,
                runs=len(self.folders),
                slots=list(self.slots),
            )
        )

    def step(self, name: str, found: str, state: str = "finished", seconds: float = 2.0) -> None:
        self.write(ev.StepStarted(step=name))
        self.write(ev.StepFinished(step=name, state=state, found=found), seconds)

    def prepared(self) -> None:
        """Start, and everything up to training."""
        self.start()
        self.step("check", "2 warnings")
        self.step("prepare", "3,297 images", seconds=9)
        self.step("augment", "3 sets", seconds=14)
        self.step("synthesize", "", "skipped", 0)
        self.write(ev.StepStarted(step="train", total=len(self.folders)))

    def end(self, state: str = "finished", message: str = "") -> None:
        self.write(ev.StudyFinished(state=state, message=message))

    # --- one run ---

    def run(self, folder: str) -> RunPaths:
        return self.paths.run(folder)

    def log(self, folder: str) -> EventWriter:
        if folder not in self._runs:
            paths = self.run(folder)
            paths.folder.mkdir(parents=True, exist_ok=True)
            cell = next(cell for cell in cells(self.plan) if cell.folder == folder)
            environment = Environment(device="cuda", precision="bf16", threads=1)
            paths.run.write_bytes(canonical(run_spec(self.plan, cell, "f" * 16, environment)))
            self._runs[folder] = EventWriter(paths.events, self.clock)
        return self._runs[folder]

    def take(self, folder: str, slot: str = "cuda:0/0", attempt: int = 1) -> None:
        self.write(ev.RunTaken(run=folder, slot=slot))
        epochs = self.plan.train.epochs
        self.log(folder).write(
            ev.RunStarted(
                attempt=attempt,
                host=self.host,
                pid=self.pid,
                pid_started=self.pid_started,
                device=slot.split("/")[0],
                epochs=epochs,
                steps=epochs * 40,
            )
        )
        with self.run(folder).log.open("a") as file:
            file.write(f"attempt {attempt} on {slot}\n")

    def epochs(self, folder: str, first: int, last: int, seconds: float = 1.2, attempt: int = 1) -> None:
        curve = learning(folder)
        for epoch in range(first, last + 1):
            self.clock.now += seconds
            self.log(folder).write(curve(epoch, attempt))

    def finish(self, folder: str, attempt: int = 1) -> None:
        metrics = final_metrics(folder)
        seconds = self.plan.train.epochs * 1.2
        self.log(folder).write(ev.RunFinished(attempt=attempt, seconds=seconds, metrics=metrics))
        self.write(ev.RunFinished(attempt=attempt, run=folder, seconds=seconds, metrics=metrics))

    def fail(self, folder: str, kind: str, message: str, traceback: str = "") -> None:
        self.log(folder).write(ev.RunFailed(kind=kind, message=message, traceback=traceback))
        self.write(ev.RunFailed(run=folder, kind=kind, message=message, traceback=traceback))

    def whole(self, folder: str, slot: str = "cuda:0/0", seconds: float = 1.2) -> None:
        """A run from start to end."""
        self.take(folder, slot)
        self.epochs(folder, 1, self.plan.train.epochs, seconds)
        self.finish(folder)

    def close_run(self, folder: str) -> None:
        self._runs.pop(folder).close()

    def close(self) -> None:
        for writer in (self.writer, *self._runs.values()):
            writer.close()
        self._runs.clear()


def learning(folder: str) -> Callable[[int, int], ev.EpochFinished]:
    """The epochs of a run: the same for the same folder."""
    arm = folder.split("/")[1]
    noise = random.Random(folder)
    top = 0.84 + GAIN.get(arm, 0.0) + noise.gauss(0, 0.006)
    pace = 4.5 + noise.random() * 2 + (3 if "online" in arm else 0)
    wobble = [noise.gauss(0, 1) for _ in range(512)]

    def at(epoch: int, attempt: int) -> ev.EpochFinished:
        grown = 1 - math.exp(-epoch / pace)
        shake = wobble[epoch % 512] * (0.004 + 0.02 * math.exp(-epoch / 6))
        accuracy = min(0.999, 0.52 + (top - 0.52) * grown + shake)
        return ev.EpochFinished(
            attempt=attempt,
            epoch=epoch,
            step=epoch * 40,
            loss=0.69 * math.exp(-epoch / (pace * 3.2)) + 0.02 + abs(shake) / 3,
            val_loss=0.35 + 0.36 * math.exp(-epoch / pace) + 0.0015 * epoch - shake,
            val_accuracy=accuracy,
            val_balanced_accuracy=accuracy - 0.004,
            lr=1e-3,
            images_per_second=38_000 + 900 * wobble[(epoch + 7) % 512],
        )

    return at


def final_metrics(folder: str) -> dict[str, float | None]:
    """The test metrics of a run: the same for the same folder."""
    arm = folder.split("/")[1]
    noise = random.Random("test" + folder)
    accuracy = 0.846 + GAIN.get(arm, 0.0) + noise.gauss(0, 0.005)
    recall = 0.80 + 2 * GAIN.get(arm, 0.0) + noise.gauss(0, 0.02)
    return {
        "accuracy": accuracy,
        "balanced_accuracy": accuracy - 0.004,
        "macro_recall": accuracy - 0.004,
        "recall": recall,
        "specificity": 2 * accuracy - recall - 0.008,
        "precision": accuracy - 0.01,
        "f1": accuracy - 0.02,
        "auroc": min(0.99, accuracy + 0.07),
    }
