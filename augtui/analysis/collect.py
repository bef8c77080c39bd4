"""From a study's folder to its runs in memory: the one place of the analysis that reads run folders."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import Any

from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.metrics import Predictions, encode_metrics, read_predictions, recount
from augtui.paths import RunPaths, StudyPaths
from augtui.plan.grid import Point, RunCell, cells, points
from augtui.plan.spec import Plan
from augtui.runlog.events import EpochFinished
from augtui.runlog.fold import StudyState, fold_run, fold_study
from augtui.runlog.generators import GeneratorRecord, dropped_arms, generator_records
from augtui.runlog.liveness import study_status
from augtui.runlog.reader import read_events

SAME = 1e-9
"""Numbers that differ by less say the same."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One cell of the grid and what became of it."""

    cell: RunCell
    predictions: Predictions | None = None
    """None where the run has no result."""
    metrics: dict[str, Any] = field(default_factory=dict)
    """As in metrics.json, counted here from the predictions."""
    curve: dict[int, EpochFinished] = field(default_factory=dict)
    failed: bool = False
    kind: str = ""
    message: str = ""
    left_out: str = ""
    """Why the plan does without it; empty where it does not."""

    @property
    def settled(self) -> bool:
        """Whether nothing more is to come of it."""
        return self.finished or self.failed or bool(self.left_out)

    @property
    def finished(self) -> bool:
        return self.predictions is not None


@dataclass(frozen=True, slots=True)
class StudyData:
    """A study in memory."""

    paths: StudyPaths
    plan: Plan
    state: str
    log: StudyState
    runs: tuple[RunRecord, ...]
    """In the order of the grid."""
    generators: tuple[GeneratorRecord, ...] = ()
    """Seed by seed."""

    def of(self, arm: str, point: Point) -> list[RunRecord]:
        """The runs of one arm at one axis point, by seed."""
        chosen = [run for run in self.runs if run.cell.arm.name == arm and run.cell.point == point]
        return sorted(chosen, key=lambda run: run.cell.seed)

    @property
    def points(self) -> list[Point]:
        return points(self.plan)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the probabilities; empty before the first finished run."""
        return next((run.predictions.classes for run in self.runs if run.predictions is not None), ())

    def mismatches(self) -> list[str]:
        """Folders of the finished runs whose metrics.json is not what their predictions.csv gives."""
        return [run.cell.folder for run in self.runs if run.finished and not self._agrees(run)]

    def _agrees(self, run: RunRecord) -> bool:
        """What metrics.json says beside the numbers, such as the epoch that was chosen, cannot be recomputed."""
        try:
            written = json.loads(self.paths.run(run.cell.folder).metrics.read_bytes())
        except ValueError:
            return False
        counted = json.loads(encode_metrics(run.metrics))
        return all(_equal(written.get(key), value) for key, value in counted.items())


def _equal(written: Any, counted: Any) -> bool:
    """Whether two values of JSON are the same; sums may differ in their last digits from processor to processor."""
    if isinstance(counted, dict):
        return isinstance(written, dict) and all(_equal(written.get(key), value) for key, value in counted.items())
    if isinstance(counted, list):
        same_length = isinstance(written, list) and len(written) == len(counted)
        return same_length and all(map(_equal, written, counted))
    if isinstance(counted, float):
        return isinstance(written, float) and math.isclose(written, counted, rel_tol=SAME, abs_tol=SAME)
    return bool(written == counted)


def collect(study: StudyPaths, plan: Plan, now: float, progress: Progress | None = None) -> StudyData:
    """Read all runs of a study.

    Args:
        study: its folder.
        plan: as carried out.
        now: seconds since 1970; decides whether a supervisor on another host is still there.
        progress: told after each run.
    """
    log = fold_study(read_events(study.events))
    generators = generator_records(study, plan)
    left_out = dropped_arms(plan, generators)
    grid = list(cells(plan))
    runs = []
    for done, cell in enumerate(grid, start=1):
        record = _record(study.run(cell.folder), cell, plan, log)
        runs.append(replace(record, left_out=left_out.get((cell.arm.name, cell.point), "")))
        if progress is not None:
            progress(done, len(grid), cell.folder)
    return StudyData(study, plan, _state(log, runs, now), log, tuple(runs), tuple(generators))


def _record(paths: RunPaths, cell: RunCell, plan: Plan, log: StudyState) -> RunRecord:
    """A run is finished when its metrics.json is there: the folder is the truth, logs only explain."""
    own = fold_run(read_events(paths.events))
    if paths.metrics.is_file():
        try:
            predictions = read_predictions(paths.predictions)
        except AugtuiError as error:
            return RunRecord(cell, curve=own.curve, failed=True, kind="data", message=error.message)
        return RunRecord(cell, predictions, recount(predictions, plan.positive), own.curve)
    line = log.runs.get(cell.folder)
    if line is not None and line.status == "failed":
        return RunRecord(cell, curve=own.curve, failed=True, kind=line.kind, message=line.message)
    failed = own.status == "failed" and (line is None or line.status != "queued")
    return RunRecord(cell, curve=own.curve, failed=failed, kind=own.kind, message=own.message)


def _state(log: StudyState, runs: list[RunRecord], now: float) -> str:
    """The study's state; a supervisor that is about to compare settled runs has finished them."""
    if all(run.settled for run in runs):
        return "failed" if any(run.failed for run in runs) else "finished"
    return study_status(log, now)
