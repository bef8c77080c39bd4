"""Does what a study says of its generators follow from their marks, and are their weights those that were judged?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from augtui.analysis.collect import StudyData
from augtui.metrics.gate import judge
from augtui.paths import RunPaths
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import FittedKey, cells_of_arm, generator_run
from augtui.plan.grid import RunSpec
from augtui.runlog.fold import fold_run
from augtui.runlog.generators import GeneratorRecord
from augtui.runlog.info import StudyInfo
from augtui.runlog.quality import QUALITY, GeneratorQuality
from augtui.runlog.reader import read_events
from augtui.runlog.verification import Finding


def generator_findings(data: StudyData, info: StudyInfo) -> Iterator[Finding]:
    """What `augtui verify` finds about generators; nothing for a plan without them."""
    if not data.generators or info.training_fingerprint is None or info.environment is None:
        return
    used = _used(data)
    wrong: dict[str, list[str]] = {}
    weights: list[str] = []
    damaged: list[str] = []
    for record in data.generators:
        folder, run = record.cell.folder, data.paths.run(record.cell.folder)
        if (reason := _wrong(data, info, record, folder in used)) is not None:
            wrong.setdefault(reason, []).append(folder)
        if record.quality is None:
            continue
        for place in (run, _cached(info, record.quality)):
            if place.model.is_file():
                weights.append(folder)
                if hashlib.sha256(place.model.read_bytes()).hexdigest() != record.quality.model_hash:
                    damaged.append(folder)
    for reason, folders in wrong.items():
        yield Finding.of_runs("generators", folders, "", reason)
    if not wrong:
        told = "every generator is the plan's, and what the gate says of it follows from its marks"
        yield Finding(what="generators", ok=True, message=told)
    if weights:
        good = f"the weights of {len(set(weights))} of {len(data.generators)} generators are those that were judged"
        yield Finding.of_runs(
            "generator models", sorted(set(damaged)), good, "its weights are not those that were judged"
        )
    elif used:
        told = "no generator's weights are there ([keep] models, and the cache was removed)"
        yield Finding(what="generator models", ok=None, message=told)


def _wrong(data: StudyData, info: StudyInfo, record: GeneratorRecord, used: bool) -> str | None:
    """What does not agree in a generator's folder."""
    assert info.training_fingerprint is not None
    assert info.environment is not None
    run, quality = data.paths.run(record.cell.folder), record.quality
    wanted = generator_run(data.plan, record.cell, info.training_fingerprint, info.environment)
    if run.run.is_file() and _identity(run) != wanted.identity:
        return "run.json is not what the plan asks for"
    if quality is None:
        return "quality.json is gone, and runs were trained with its images" if used else None
    if quality.generator != record.cell.generator or quality.seed != record.cell.seed:
        return "quality.json is of another generator"
    if quality.recipes == RECIPES and quality.identity != FittedKey.of(wanted).identity:
        return "quality.json is of other images, settings or another device than the plan and study.json name"
    if quality.recipes == RECIPES and judge(list(quality.classes))[0] != quality.passed:
        return "what the gate says does not follow from the marks in quality.json"
    told = fold_run(read_events(run.events)).metrics
    if told and told != quality.numbers():
        return "the marks in quality.json are not those that its log ends with"
    cached = _cached(info, quality).folder / QUALITY
    if cached.is_file() and cached.read_bytes() != (run.folder / QUALITY).read_bytes():
        return "quality.json is not the one in the cache, whose images were used"
    return None


def _used(data: StudyData) -> set[str]:
    """Folders of the generators whose images a finished run was trained with."""
    done = (run.cell for run in data.runs if run.finished)
    return {fitted.folder for cell in done for fitted in cells_of_arm(cell.arm, cell.point, cell.seed)}


def _cached(info: StudyInfo, quality: GeneratorQuality) -> RunPaths:
    return RunPaths(Path(info.cache_dir) / "generators" / quality.identity)


def _identity(run: RunPaths) -> str:
    try:
        return msgspec.json.decode(run.run.read_bytes(), type=RunSpec).identity
    except msgspec.DecodeError:
        return ""
