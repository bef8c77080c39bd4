"""Does a study's folder still say what its images, its plan and its predictions say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from augtui.analysis.checks.subject import many
from augtui.analysis.collect import StudyData
from augtui.analysis.notes import study_info
from augtui.dataset.fingerprint import fingerprint
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError
from augtui.plan.grid import RunSpec, run_spec
from augtui.plan.spec import content_hash
from augtui.runlog.info import StudyInfo
from augtui.runlog.verification import Finding

NAMED = 3
"""Runs named in a message; the others are counted."""


def verify_study(data: StudyData) -> list[Finding]:
    """Rehash the images and the plan, and recount every number from the predictions."""
    info = study_info(data)
    return [_images(info), _plan(data, info), *_runs(data, info), *_predictions(data)]


def _images(info: StudyInfo) -> Finding:
    if info.fingerprint is None:
        return Finding(what="images", ok=None, message="the study has not been prepared, so nothing is known of them")
    try:
        now = fingerprint(read_layout(Path(info.dataset_root)))
    except AugtuiError as error:
        return Finding(what="images", ok=None, message=f"they cannot be read: {error.message}")
    if now != info.fingerprint:
        message = f"{info.dataset_root} has fingerprint {now}; the study began with {info.fingerprint}"
        return Finding(what="images", ok=False, message=message)
    return Finding(what="images", ok=True, message=f"every file in {info.dataset_root} is as it was ({now})")


def _plan(data: StudyData, info: StudyInfo) -> Finding:
    now = content_hash(data.plan)
    if now != info.plan_hash:
        message = f"plan.toml has hash {now}; the study began with {info.plan_hash}"
        return Finding(what="plan", ok=False, message=message)
    return Finding(what="plan", ok=True, message=f"plan.toml is as it was ({now})")


def _runs(data: StudyData, info: StudyInfo) -> Iterator[Finding]:
    """Whether each run.json is what the plan asks for."""
    if info.training_fingerprint is None or info.environment is None:
        return
    changed = []
    for run in data.runs:
        path = data.paths.run(run.cell.folder).run
        if not path.is_file():
            continue
        wanted = run_spec(data.plan, run.cell, info.training_fingerprint, info.environment, info.weights_hash)
        try:
            found = msgspec.json.decode(path.read_bytes(), type=RunSpec)
        except msgspec.DecodeError:
            changed.append(run.cell.folder)
            continue
        if found.identity != wanted.identity:
            changed.append(run.cell.folder)
    yield _finding(
        "runs", changed, "every run.json is what the plan asks for", "run.json is not what the plan asks for"
    )


def _predictions(data: StudyData) -> Iterator[Finding]:
    finished = [run for run in data.runs if run.predictions is not None]
    broken = [run.cell.folder for run in data.runs if run.failed and run.kind == "data"]
    tests = {run.cell.folder: run.predictions.part("test").paths for run in finished if run.predictions is not None}
    first = next(iter(tests.values()), ())
    odd = [*broken, *(folder for folder, paths in tests.items() if paths != first)]
    same = f"{many(len(finished), 'run', 'was', 'were')} tested on the same {many(len(first), 'image')}"
    yield _finding("predictions", odd, same, "predictions.csv cannot be read, or is of other test images")
    yield _finding(
        "metrics",
        data.mismatches(),
        f"every number of {len(finished)} metrics.json follows from predictions.csv",
        "metrics.json does not follow from predictions.csv",
    )


def _finding(what: str, wrong: list[str], good: str, bad: str) -> Finding:
    if not wrong:
        return Finding(what=what, ok=True, message=good)
    more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return Finding(what=what, ok=False, message=f"{', '.join(wrong[:NAMED])}{more}: {bad}")
