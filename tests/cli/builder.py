"""Study folders as the product itself writes them, without training anything."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from augtui.paths import StudyPaths
from augtui.plan.grid import RunCell, cells
from augtui.plan.reader import PlanFile, read_plan
from augtui.plan.spec import content_hash
from augtui.runlog import events as ev
from augtui.runlog.info import StudyInfo, write_info
from augtui.runlog.liveness import host_name
from augtui.runlog.summary import ArmSummary, Curve, Difference, Failure, Spread, Summary, encode_summary
from augtui.runlog.writer import EventWriter

PLAN = """
name = "tiny"
dataset = "demo"
positive = "grass"
seeds = 3

[train]
epochs = 4

[[arms]]
name = "original"

[[arms]]
name = "trivial"
online = { policy = "trivialaugment" }
"""

METRICS = ("accuracy", "balanced_accuracy", "macro_recall", "recall", "specificity", "f1", "auroc")
GONE = 4_000_000
"""A process id that no Linux process has (pid_max is at most 4,194,304 and counts up from 1)."""


class Clock:
    """A clock that a test sets; each look takes a second."""

    def __init__(self, start: float) -> None:
        self.now = start

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@dataclass
class Builder:
    """One study under `runs_dir`; the log ends where the test says."""

    runs_dir: Path
    name: str = "tiny-20260101-000000"
    plan_text: str = PLAN
    created: float = field(default_factory=lambda: time.time() - 3600)
    pid: int = GONE
    dataset: str = "demo"

    def __post_init__(self) -> None:
        self.paths = StudyPaths(self.runs_dir / self.name)
        self.paths.folder.mkdir(parents=True)
        self.paths.plan.write_text(self.plan_text)
        self.plan_file: PlanFile = read_plan(self.paths.plan)
        self.plan = self.plan_file.plan
        self.cells: list[RunCell] = list(cells(self.plan))
        info = StudyInfo(
            id=self.name,
            created=self.created,
            plan_hash=content_hash(self.plan),
            dataset_name=self.dataset,
            dataset_root=str(self.runs_dir / "data"),
            cache_dir=str(self.runs_dir / "cache"),
            host=host_name(),
        )
        write_info(self.paths, info)
        self.clock = Clock(self.created)
        self.log = EventWriter(self.paths.events, self.clock)

    def start(self, attempt: int = 1, pid_started: float = 1.0) -> Builder:
        self.log.write(
            ev.StudyStarted(
                attempt=attempt,
                host=host_name(),
                pid=self.pid,
                pid_started=pid_started,
                runs=len(self.cells),
                slots=["cpu 0", "cpu 1"],
            )
        )
        return self

    def step(self, name: str, found: str = "", state: str = "finished", message: str = "") -> Builder:
        self.log.write(ev.StepStarted(step=name))
        self.log.write(ev.StepFinished(step=name, state=state, found=found, message=message))
        return self

    def begin_run(self, cell: RunCell, epochs: int) -> EventWriter:
        """Take a run and write this many epochs of its own log."""
        self.log.write(ev.RunTaken(run=cell.folder, slot="cpu 0"))
        folder = self.paths.run(cell.folder)
        folder.folder.mkdir(parents=True, exist_ok=True)
        own = EventWriter(folder.events, self.clock)
        own.write(
            ev.RunStarted(
                attempt=1, host=host_name(), pid=self.pid, pid_started=1.0, device="cpu", epochs=4, steps=40
            )
        )
        for epoch in range(1, epochs + 1):
            own.write(
                ev.EpochFinished(
                    attempt=1,
                    epoch=epoch,
                    step=epoch * 10,
                    loss=1.0 / epoch,
                    val_accuracy=1.0 - 0.5 / epoch,
                    images_per_second=1234.0,
                )
            )
        return own

    def finish_run(self, cell: RunCell, metrics: dict[str, float | None] | None = None) -> Builder:
        told = metrics if metrics is not None else dict.fromkeys(METRICS, 0.8)
        with self.begin_run(cell, 4) as own:
            own.write(ev.RunFinished(seconds=12.5, metrics=told))
        self.paths.run(cell.folder).metrics.write_text("{}\n")
        self.log.write(ev.RunFinished(run=cell.folder, seconds=12.5, metrics=told))
        return self

    def fail_run(
        self, cell: RunCell, kind: str = "killed", message: str = "killed by signal 9 after epoch 2"
    ) -> Builder:
        self.begin_run(cell, 2).close()
        self.log.write(ev.RunFailed(run=cell.folder, kind=kind, message=message))
        return self

    def end(self, state: str = "finished", message: str = "") -> Builder:
        self.log.write(ev.StudyFinished(state=state, message=message))
        return self

    def summarise(self, **changes: Any) -> Summary:
        """Write summary.json of the runs that have a metrics.json."""
        finished = [cell for cell in self.cells if self.paths.run(cell.folder).metrics.is_file()]
        others = [cell.folder for cell in self.cells if cell not in finished]
        values: dict[str, Any] = {
            "study": self.name,
            "state": "finished",
            "baseline": self.plan.baseline.name,
            "primary": self.plan.primary,
            "positive": self.plan.positive,
            "margin": self.plan.margin,
            "plan": self.plan.name,
            "dataset": self.dataset,
            "classes": ["brick", "grass", "gravel"],
            "test_images": {"brick": 20, "grass": 20, "gravel": 20},
            "arms": [self._arm(name, finished) for name in (arm.name for arm in self.plan.arms)],
            "failures": [Failure(run=run, kind="killed", message="killed by signal 9") for run in others],
            "made_from": [cell.folder for cell in finished],
        }
        summary = Summary(**(values | changes))
        self.paths.summary.write_bytes(encode_summary(summary))
        return summary

    def complete(self) -> Builder:
        """A study in which everything went well, its tables included."""
        self.start().step("check", "no problems").step("prepare", "60 images").step("augment", state="skipped")
        for cell in self.cells:
            self.finish_run(cell)
        self.step("train", f"{len(self.cells)} runs").step("compare", "summary.json").end()
        self.summarise()
        return self

    def _arm(self, name: str, finished: list[RunCell]) -> ArmSummary:
        own = [cell for cell in self.cells if cell.arm.name == name]
        seeds = [cell.seed for cell in finished if cell.arm.name == name]
        values: list[float | None] = [0.8 + 0.01 * seed for seed in seeds]
        spread = Spread(mean=0.81, sd=0.01, values=values)
        baseline = name == self.plan.baseline.name
        return ArmSummary(
            name=name,
            axes={},
            runs=len(own),
            failed=len(own) - len(seeds),
            finished=len(seeds),
            seeds=seeds,
            metrics=dict.fromkeys(METRICS, spread) if seeds else {},
            difference={} if baseline else {key: Difference(mean=0.012, sd=0.004, n=len(seeds)) for key in METRICS},
            curves={"val_accuracy": Curve(mean=[0.5, 0.7, 0.8, 0.85], sd=[0.01] * 4, n=[len(seeds)] * 4)},
        )
