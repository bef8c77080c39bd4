"""The tables of a study, made anew where they are out of date, and the object that scripts get."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from augtui.commands.tables import METRICS
from augtui.jobs import call
from augtui.paths import StudyPaths
from augtui.plan.grid import cells
from augtui.plan.kept import kept_plan
from augtui.runlog.fold import StudyState
from augtui.runlog.generators import generator_records
from augtui.runlog.glance import read_study
from augtui.runlog.liveness import host_name, study_status
from augtui.runlog.summary import ArmSummary, BrokenSummaryError, Difference, Spread, Summary, read_summary

_BASE = ("mean", "sd", "n")
"""Keys that every difference has; what the analysis adds is there where it is known."""


def results(paths: StudyPaths, *, recompute: bool = False) -> tuple[Summary, list[str]]:
    """A study's tables, as its folder is now, with the state that holds now.

    Args:
        paths: the study.
        recompute: count everything again from predictions.csv.

    Returns:
        the summary, and with `recompute` the runs whose metrics.json does not follow from their predictions.

    Raises:
        AugtuiError: the study cannot be read.
    """
    log = read_study(paths.events)
    mismatches: list[str] = []
    summary = None if recompute else _current(paths, log)
    if summary is None:
        summary, mismatches = _make(paths, recompute)
    return msgspec.structs.replace(summary, state=study_status(log, time.time())), mismatches


def state_label(log: StudyState) -> str:
    """A study's state in words: with the step under way, and for a supervisor on another host with its last sign of
    life."""
    now = time.time()
    status = study_status(log, now)
    if log.host and log.host != host_name() and status in ("running", "lost"):
        return f"{status} on {log.host}, last sign {max(now - log.last, 0):.0f} s ago"
    step = next((step.name for step in log.steps.values() if step.state == "running"), "")
    return f"{status}: {step}" if status == "running" and step else status


def results_object(summary: Summary) -> dict[str, Any]:
    """What `--json` prints: keys are only ever added, undefined values are null."""
    return {
        "study": summary.study,
        "state": summary.state,
        "baseline": summary.baseline,
        "primary": summary.primary,
        "arms": [_arm(arm) for arm in summary.arms],
        "positive": summary.positive,
        "margin": summary.margin,
        "failures": msgspec.to_builtins(summary.failures),
        "notes": list(summary.notes),
        "readings": msgspec.to_builtins(summary.readings),
    }


def generators_object(paths: StudyPaths) -> list[dict[str, Any]]:
    """The `generators` of what `--json` prints: each with its folder and, once it is fitted, its quality.json."""
    records = generator_records(paths, kept_plan(paths.plan))
    return [
        {"run": record.cell.folder, "name": record.cell.name, "seed": record.cell.seed}
        | {"quality": msgspec.to_builtins(record.quality)}
        for record in records
    ]


def _arm(arm: ArmSummary) -> dict[str, Any]:
    keys = dict.fromkeys((*METRICS, *arm.metrics))
    return {
        "name": arm.name,
        "axes": dict(arm.axes),
        "runs": arm.runs,
        "failed": arm.failed,
        "metrics": {key: _spread(arm.metrics.get(key)) for key in keys},
        "difference": {key: _difference(value) for key, value in arm.difference.items()},
        "finished": arm.finished,
        "seeds": list(arm.seeds),
        "gate": arm.gate,
        "generated": arm.generated,
        "left_out": arm.left_out,
    }


def _spread(spread: Spread | None) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(spread or Spread(mean=None, sd=None, values=[]))
    return values


def _difference(difference: Difference) -> dict[str, Any]:
    values: dict[str, Any] = msgspec.to_builtins(difference)
    return {key: value for key, value in values.items() if key in _BASE or value is not None}


def _current(paths: StudyPaths, log: StudyState) -> Summary | None:
    """summary.json, where it is whole and was made from the runs that are finished and failed now."""
    try:
        summary = read_summary(paths.summary)
    except (FileNotFoundError, BrokenSummaryError):
        return None
    plan = kept_plan(paths.plan)
    finished = {cell.folder for cell in cells(plan) if paths.run(cell.folder).metrics.is_file()}
    failed = {name for name, line in log.runs.items() if line.status == "failed"} - finished
    known = {failure.run for failure in summary.failures}
    return summary if set(summary.made_from) == finished and failed <= known else None


def _make(paths: StudyPaths, recompute: bool) -> tuple[Summary, list[str]]:
    arguments = ["augtui.analysis", "summary", str(paths.folder)] + (["--recompute"] if recompute else [])
    if os.access(paths.folder, os.W_OK):
        answer = call(arguments)
        return read_summary(paths.summary), list(answer["mismatches"])
    with tempfile.TemporaryDirectory(prefix="augtui-") as folder:  # somebody else's study: read only
        out = Path(folder) / "summary.json"
        answer = call([*arguments, "--out", str(out)])
        return read_summary(out), list(answer["mismatches"])
