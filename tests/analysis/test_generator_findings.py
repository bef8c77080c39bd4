"""Verifying a study with generators: their runs, their marks, what the gate said, and their weights."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from augtui.analysis.collect import collect
from augtui.analysis.generator_findings import generator_findings
from augtui.paths import RunPaths, StudyPaths, write_atomic
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import FittedKey, generator_cells, generator_run
from augtui.plan.grid import RunSpec
from augtui.plan.spec import Addition, GeneratorSpec, canonical
from augtui.runlog.events import RunFinished
from augtui.runlog.info import StudyInfo
from augtui.runlog.quality import GeneratorQuality, read_quality, write_quality
from augtui.runlog.verification import Finding
from augtui.runlog.writer import EventWriter
from tests.analysis.synthetic import ENVIRONMENT, INFO, make_study, plan
from tests.generators.made_up import made_up_quality

_TWO = plan("original", "gan-10", seeds=2)
_GAN = msgspec.structs.replace(_TWO.arms[1], add=(Addition(generator=GeneratorSpec(name="dcgan64"), amount=0.1),))
MADE = msgspec.structs.replace(_TWO, arms=(_TWO.arms[0], _GAN))
WEIGHTS = b"weights"


@pytest.fixture
def info(tmp_path: Path) -> StudyInfo:
    return msgspec.structs.replace(INFO, cache_dir=str(tmp_path / "cache"))


@pytest.fixture
def study(tmp_path: Path, info: StudyInfo) -> StudyPaths:
    """A study whose two generators agree with its plan and with the cache."""
    made = make_study(tmp_path / "runs", MADE)
    for cell in generator_cells(MADE):
        spec = generator_run(MADE, cell, INFO.fingerprint or "", ENVIRONMENT)
        identity = FittedKey.of(spec).identity
        quality = msgspec.structs.replace(
            made_up_quality(),
            identity=identity,
            seed=cell.seed,
            recipes=RECIPES,
            model_hash=hashlib.sha256(WEIGHTS).hexdigest(),
        )
        run = made.run(cell.folder)
        for place in (run, RunPaths(Path(info.cache_dir) / "generators" / identity)):
            place.folder.mkdir(parents=True, exist_ok=True)
            write_quality(place, quality)
            write_atomic(place.model, WEIGHTS)
        write_atomic(run.run, canonical(spec))
    return made


def findings(study: StudyPaths, info: StudyInfo) -> dict[str, Finding]:
    return {finding.what: finding for finding in generator_findings(collect(study, MADE, 0.0), info)}


def test_an_untouched_study_agrees(study: StudyPaths, info: StudyInfo) -> None:
    found = findings(study, info)
    assert {what: finding.ok for what, finding in found.items()} == {"generators": True, "generator models": True}
    assert found["generator models"].message.startswith("the weights of 2 of 2 generators")


def test_a_plan_without_generators_has_nothing_to_look_at(tmp_path: Path) -> None:
    made = make_study(tmp_path, plan("original", "flipped"))
    assert list(generator_findings(collect(made, plan("original", "flipped"), 0.0), INFO)) == []


def _polish_marks(quality: GeneratorQuality) -> GeneratorQuality:
    item = quality.classes[0]
    worse = msgspec.structs.replace(item, marks=msgspec.structs.replace(item.marks, coverage=0.1))
    return msgspec.structs.replace(quality, classes=(worse,))


@pytest.mark.parametrize(
    ("forge", "told"),
    [
        (_polish_marks, "what the gate says does not follow from the marks in quality.json"),
        (lambda q: msgspec.structs.replace(q, passed=False), "what the gate says does not follow"),
        (lambda q: msgspec.structs.replace(q, identity="1" * 16), "quality.json is of other images, settings"),
        (lambda q: msgspec.structs.replace(q, seed=7), "quality.json is of another generator"),
        (lambda q: msgspec.structs.replace(q, probe_accuracy=1.0), "quality.json is not the one in the cache"),
    ],
)
def test_a_changed_quality_is_found(
    study: StudyPaths, info: StudyInfo, forge: Callable[[GeneratorQuality], GeneratorQuality], told: str
) -> None:
    run = study.run("generators/dcgan64/seed-1")
    quality = read_quality(run)
    assert quality is not None
    write_quality(run, forge(quality))
    finding = findings(study, info)["generators"]
    assert finding.ok is False
    assert finding.message.startswith(f"generators/dcgan64/seed-1: {told}")


def test_polished_marks_are_found_though_the_cache_is_gone(study: StudyPaths, info: StudyInfo) -> None:
    run = study.run("generators/dcgan64/seed-1")
    quality = read_quality(run)
    assert quality is not None
    with EventWriter(run.events) as log:
        log.write(RunFinished(attempt=1, metrics=quality.numbers()))
    shutil.rmtree(info.cache_dir)
    assert findings(study, info)["generators"].ok
    item = quality.classes[0]
    better = msgspec.structs.replace(item, marks=msgspec.structs.replace(item.marks, kid=0.01))
    write_quality(run, msgspec.structs.replace(quality, classes=(better,)))
    assert "not those that its log ends with" in findings(study, info)["generators"].message


def test_another_run_json_is_found(study: StudyPaths, info: StudyInfo) -> None:
    path = study.run("generators/dcgan64/seed-0").run
    spec = msgspec.json.decode(path.read_bytes(), type=RunSpec)
    path.write_bytes(canonical(msgspec.structs.replace(spec, seed=3)))
    assert findings(study, info)["generators"].message == (
        "generators/dcgan64/seed-0: run.json is not what the plan asks for"
    )


def test_a_generator_that_is_gone_is_found_where_runs_used_it(study: StudyPaths, info: StudyInfo) -> None:
    (study.run("generators/dcgan64/seed-0").folder / "quality.json").unlink()
    assert "quality.json is gone" in findings(study, info)["generators"].message


@pytest.mark.parametrize("place", ["study", "cache"])
def test_other_weights_are_found(study: StudyPaths, info: StudyInfo, place: str) -> None:
    run = study.run("generators/dcgan64/seed-0")
    quality = read_quality(run)
    assert quality is not None
    cached = RunPaths(Path(info.cache_dir) / "generators" / quality.identity)
    (run if place == "study" else cached).model.write_bytes(b"other")
    finding = findings(study, info)["generator models"]
    assert (finding.ok, finding.message) == (
        False,
        "generators/dcgan64/seed-0: its weights are not those that were judged",
    )


def test_weights_that_nobody_kept_cannot_be_looked_at(study: StudyPaths, info: StudyInfo) -> None:
    for path in [*study.folder.rglob("model.safetensors"), *Path(info.cache_dir).rglob("model.safetensors")]:
        path.unlink()
    assert findings(study, info)["generator models"].ok is None
