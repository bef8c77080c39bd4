"""Does a study's folder still say what its images, its plan and its predictions say?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from augtui.analysis.checks.subject import many
from augtui.analysis.collect import StudyData
from augtui.analysis.generator_findings import generator_findings
from augtui.analysis.notes import study_info
from augtui.analysis.summarise import summarise
from augtui.dataset.fingerprint import fingerprint
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError
from augtui.metrics import Predictions
from augtui.plan.grid import RunSpec, run_spec
from augtui.plan.spec import content_hash
from augtui.runlog.glance import read_study
from augtui.runlog.info import StudyInfo
from augtui.runlog.summary import read_summary
from augtui.runlog.verification import Finding


def verify_study(data: StudyData) -> list[Finding]:
    """Rehash the images and the plan, and recount every number from the predictions, the tables' too."""
    info = study_info(data)
    return [
        _images(info),
        _plan(data, info),
        *_runs(data, info),
        *generator_findings(data, info),
        *_predictions(data, info),
        *_tables(data),
    ]


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
    yield Finding.of_runs(
        "runs", changed, "every run.json is what the plan asks for", "run.json is not what the plan asks for"
    )


def _predictions(data: StudyData, info: StudyInfo) -> Iterator[Finding]:
    finished = {run.cell.folder: run.predictions for run in data.runs if run.predictions is not None}
    log = read_study(data.paths.events).runs
    told = {name for name, line in log.items() if line.status == "finished"}
    lost = [
        run.cell.folder
        for run in data.runs
        if run.kind == "data" or (run.cell.folder in told and run.cell.folder not in finished)
    ]
    tests = {folder: _tested(predictions) for folder, predictions in finished.items()}
    first = next(iter(tests.values()), ())
    names = _classes(info)
    odd = [
        folder
        for folder, test in tests.items()
        if test != first or any(names.get(path, label) != label for path, label, _ in test)
    ]
    same = f"{many(len(finished), 'run', 'was', 'were')} tested on the same {many(len(first), 'image')}"
    bad = "predictions.csv is gone or cannot be read, or is of other test images, labels or groups"
    yield Finding.of_runs("predictions", [*lost, *odd], same, bad)
    yield Finding.of_runs(
        "metrics",
        data.mismatches(),
        f"every number of {len(finished)} metrics.json follows from predictions.csv",
        "metrics.json does not follow from predictions.csv",
    )


def _tested(predictions: Predictions) -> tuple[tuple[str, str, str], ...]:
    """The test images as a run knew them: path, class, group."""
    test = predictions.part("test")
    labels = (predictions.classes[label] for label in test.labels)
    return tuple(zip(test.paths, labels, test.groups, strict=True))


def _classes(info: StudyInfo) -> dict[str, str]:
    """The class of each image by its path; nothing where the dataset cannot be read, which `_images` tells."""
    try:
        layout = read_layout(Path(info.dataset_root))
    except AugtuiError:
        return {}
    return {file.path: layout.classes[file.label] for file in layout.files}


def _tables(data: StudyData) -> Iterator[Finding]:
    """Whether summary.json holds what the runs come to."""
    try:
        kept = read_summary(data.paths.summary)
    except FileNotFoundError:
        return
    except AugtuiError as error:
        yield Finding(what="tables", ok=False, message=error.message)
        return
    made = summarise(data)
    if kept.made_from != made.made_from:
        message = "summary.json is of other runs than there are now; `augtui show` makes it anew"
        yield Finding(what="tables", ok=None, message=message)
    elif (kept.arms, kept.readings) != (made.arms, made.readings):
        message = "summary.json does not follow from predictions.csv; `augtui show --recompute` makes it anew"
        yield Finding(what="tables", ok=False, message=message)
    else:
        yield Finding(what="tables", ok=True, message="summary.json follows from predictions.csv")
