"""Studies as the supervisor and the engine leave them, with predictions drawn instead of trained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from augtui.metrics import Predictions, encode_metrics, run_metrics, write_predictions
from augtui.paths import RunPaths, StudyPaths, write_atomic
from augtui.plan.grid import Environment, RunCell, cells, run_spec
from augtui.plan.spec import Addition, ArmSpec, Axis, Plan, PolicySpec, canonical
from augtui.runlog.events import EpochFinished, RunFailed, RunFinished, RunStarted, StudyFinished, StudyStarted
from augtui.runlog.info import StudyInfo, write_info
from augtui.runlog.writer import EventWriter

ENVIRONMENT = Environment(device="cpu", precision="fp32", threads=1)
EPOCHS = 3
INFO = StudyInfo(
    id="made-up",
    created=1000.0,
    plan_hash="0" * 16,
    dataset_name="nowhere",
    dataset_root="/nowhere",
    cache_dir="/nowhere/cache",
    host="made-up",
    versions={"augtui": "0", "torch": "0"},
    fingerprint="0" * 16,
    environment=ENVIRONMENT,
    device_name="made-up",
)

Quality = Callable[[RunCell], float]
"""How far apart a run holds the classes, in standard deviations."""


@dataclass(frozen=True)
class Truth:
    """The images of a made-up study."""

    test: int = 60
    validation: int = 30
    classes: tuple[str, ...] = ("benign", "malignant")
    groups: int = 0
    """Patients in the test set; 0 leaves groups empty."""

    @property
    def labels(self) -> NDArray[np.int64]:
        return np.arange(self.validation + self.test) % len(self.classes)


def plan(*arms: str, seeds: int = 3, axes: tuple[Axis, ...] = (), **keys: object) -> Plan:
    """A plan whose later arms add images of one policy."""
    flip = PolicySpec(name="duplicate")
    specs = [ArmSpec(name=arms[0])] + [
        ArmSpec(name=name, add=(Addition(policy=flip, amount=0.1 * number),))
        for number, name in enumerate(arms[1:], 1)
    ]
    base = Plan(name="made-up", dataset="nowhere", positive="malignant", arms=tuple(specs), seeds=tuple(range(seeds)))
    return msgspec.structs.replace(base, axes=axes, **keys)


def predictions(truth: Truth, cell: RunCell, separation: float, images: int = 0) -> Predictions:
    """What a model of this quality says; image noise is shared by all runs, seed noise by the arms of a seed.

    Args:
        truth: the images.
        cell: names the streams of noise.
        separation: distance of the class means.
        images: seed of the noise of the images.
    """
    labels = truth.labels
    shape = (len(labels), len(truth.classes))
    of_images = np.random.default_rng([images, 1]).normal(size=shape)
    of_run = np.random.default_rng([images, 2, cell.seed, *cell.folder.encode()]).normal(size=shape)
    logits = separation * (labels[:, None] == np.arange(shape[1])) + of_images + 0.5 * of_run
    weights = np.exp(logits - logits.max(axis=1, keepdims=True))
    splits = ("validation",) * truth.validation + ("test",) * truth.test
    return Predictions(
        splits=splits,
        paths=tuple(
            f"{split}/{truth.classes[c]}/{i}.png" for i, (split, c) in enumerate(zip(splits, labels, strict=True))
        ),
        groups=tuple(f"patient-{i % truth.groups}" if truth.groups else "" for i in range(len(labels))),
        labels=labels,
        probabilities=weights / weights.sum(axis=1, keepdims=True),
        classes=truth.classes,
    )


def make_study(
    runs_dir: Path,
    plan: Plan,
    quality: Quality = lambda cell: 1.5,
    truth: Truth = Truth(),
    *,
    failing: frozenset[str] = frozenset(),
    missing: frozenset[str] = frozenset(),
) -> StudyPaths:
    """A whole study folder (without plan.toml).

    Args:
        runs_dir: where the study is made.
        plan: what is carried out.
        quality: of each run.
        truth: the images.
        failing: folders of the runs that fail.
        missing: folders of the runs that never start.
    """
    study = StudyPaths(runs_dir / f"{plan.name}-20260102-030405")
    study.folder.mkdir(parents=True)
    write_info(study, INFO)
    grid = list(cells(plan))
    with EventWriter(study.events, clock=lambda: 1000.0) as log:
        log.write(StudyStarted(attempt=1, host="made-up", pid=1, pid_started=0.0, runs=len(grid)))
        for cell in grid:
            if cell.folder in missing:
                continue
            run = study.run(cell.folder)
            run.folder.mkdir(parents=True)
            write_atomic(run.run, canonical(run_spec(plan, cell, "0" * 16, ENVIRONMENT)))
            if cell.folder in failing:
                _write_events(run, RunFailed(kind="diverged", message="the loss was not finite"))
                log.write(RunFailed(run=cell.folder, kind="diverged", message="the loss was not finite"))
                continue
            said = predictions(truth, cell, quality(cell))
            write_predictions(run.predictions, said)
            write_atomic(run.metrics, encode_metrics({**run_metrics(said, plan.positive), "epoch": EPOCHS}))
            _write_events(run, RunFinished())
            log.write(RunFinished(run=cell.folder))
        log.write(StudyFinished(state="failed" if failing else "finished"))
    return study


def _write_events(run: RunPaths, end: RunFinished | RunFailed) -> None:
    with EventWriter(run.events, clock=lambda: 1000.0) as log:
        log.write(RunStarted(attempt=1, host="h", pid=1, pid_started=0.0, device="cpu", epochs=EPOCHS, steps=9))
        for epoch in range(1, EPOCHS + 1):
            accuracy = 0.5 + 0.1 * epoch
            log.write(EpochFinished(attempt=1, epoch=epoch, step=3 * epoch, loss=1 / epoch, val_accuracy=accuracy))
        log.write(end)
