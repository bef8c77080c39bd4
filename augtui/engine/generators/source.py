"""Which fitted generator `augtui generate` draws from: one for a dataset as it is, or one of a study.

Either way it lies in the cache in the end. A fit is a run like any other, in a folder of its own there: what was
interrupted goes on, and what a study has fitted already is found where it learnt from the same images.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch

from augtui.dataset.beginning import first_data
from augtui.dataset.layout import read_layout
from augtui.dataset.splits import Split, leaked_rows, split
from augtui.dataset.store import Dataset, open_dataset
from augtui.engine.data import Library
from augtui.engine.device import choose_environment, slot_devices, use
from augtui.engine.engine import Engine
from augtui.engine.generators.fitted import is_cached, publish
from augtui.engine.run import carry_out, read_run
from augtui.errors import AugtuiError, ExitCode
from augtui.jobs import Progress
from augtui.paths import RunPaths, StudyPaths, write_atomic
from augtui.plan.catalog.generators import RECIPES
from augtui.plan.fitting import FittedKey, lone_generator_run
from augtui.plan.grid import RunSpec
from augtui.plan.spec import GeneratorSpec, canonical
from augtui.runlog import events as ev
from augtui.runlog.info import StudyInfo, read_info, write_info
from augtui.runlog.liveness import host_name
from augtui.runlog.quality import read_quality


@dataclass(frozen=True, slots=True)
class Source:
    """A generator that is fitted, or can be.

    Attributes:
        run: what decides it.
        info: of its study, or of the one that its fit is.
        device: where it is fitted and draws.
        leaked: training images that are bound to a test image: the same picture or the same group.
    """

    run: RunSpec
    info: StudyInfo
    device: str
    leaked: int = 0

    @property
    def cache(self) -> Path:
        return Path(self.info.cache_dir)

    @property
    def folder(self) -> RunPaths:
        """In the cache, once it is fitted."""
        return RunPaths(self.cache / "generators" / FittedKey.of(self.run).identity)


def of_dataset(
    root: Path, generator: GeneratorSpec, seed: int, device: str, cache: Path, progress: Progress
) -> Source:
    """A generator for a dataset, split as by the plan that `augtui init` writes for it.

    Raises:
        AugtuiError: the dataset is wrong, or has a class that nothing can be learned from.
    """
    environment = choose_environment(device, "auto")
    use(environment)
    run = lone_generator_run(generator, seed, "", environment)
    dataset = open_dataset(read_layout(root), run.data.stored, cache=cache, on_corrupt="stop", progress=progress)
    data = msgspec.structs.replace(run.data, validation=first_data(dataset).validation)
    parts = split(dataset, data, seed)
    _refuse_small_classes(dataset, parts)
    info = StudyInfo(
        id=root.name,
        created=time.time(),
        plan_hash="",
        dataset_name=root.name,
        dataset_root=str(root.resolve()),
        cache_dir=str(cache),
        host=host_name(),
        fingerprint=dataset.fingerprint,
        environment=environment,
    )
    leaked = np.intersect1d(parts.train, leaked_rows(dataset, data))
    run = msgspec.structs.replace(run, fingerprint=dataset.fingerprint, data=data)
    return Source(run, info, slot_devices(device, 1)[0], len(leaked))


def of_study(paths: RunPaths) -> Source:
    """A generator of a study, by the folder of its run: what it learned from, and how, is as the study had it.

    Raises:
        AugtuiError: the study has not fitted it, another release did, or its weights are gone and this machine
            cannot fit it as the study did.
    """
    quality, study = read_quality(paths), paths.study
    if quality is None:
        name, resume = paths.folder.relative_to(study.folder), study.command("resume")
        raise AugtuiError(f"{study.name} has not fitted {name} yet", f"`{resume}` goes on with it")
    run, info = read_run(paths), read_info(study)
    key, cache = FittedKey.of(run), Path(info.cache_dir)
    if quality.identity != key.identity:
        raise AugtuiError(
            f"{study.name} has fitted it by other recipes ({quality.recipes or 'unknown'}, here {RECIPES})",
            "the release of augtui that fitted it can draw from it; a new study fits it anew",
        )
    use(run.environment)
    if paths.model.is_file():
        publish(paths, key, cache)
    try:
        device = slot_devices(run.environment.device, 1)[0]
    except AugtuiError as error:
        if not is_cached(key, cache):
            raise AugtuiError(f"its weights are gone from {cache}, and it was fitted elsewhere: {error}") from error
        device = "cpu"
    return Source(run, info, device)


def fit(source: Source, progress: Progress, stop: Callable[[], bool] = lambda: False) -> RunPaths:
    """Fit it where nobody has; gives its folder in the cache.

    Args:
        source: what is fitted.
        progress: hears the steps.
        stop: asked before each step; a fit that is stopped writes a checkpoint first.

    Raises:
        AugtuiError: the fit failed, or was stopped.
    """
    if is_cached(FittedKey.of(source.run), source.cache):
        return source.folder
    study = StudyPaths(source.cache / "fits" / source.folder.folder.name)
    run = study.run(f"generators/{source.run.arm.name}/seed-{source.run.seed}")
    run.folder.mkdir(parents=True, exist_ok=True)
    write_info(study, msgspec.structs.replace(source.info, id=study.name))
    write_atomic(run.run, canonical(source.run) + b"\n")
    engine = Engine(Library(torch.device(source.device)), source.device, stop=stop)
    outcome = carry_out(run, engine, progress)
    if isinstance(outcome, ev.RunInterrupted):
        raise stopped(f"fitting {source.run.arm.name}: stopped at step {outcome.step}")
    if isinstance(outcome, ev.RunFailed):
        told = f"fitting {source.run.arm.name}: {outcome.message}"
        raise AugtuiError(told, f"its log: {run.events}", ExitCode.RUN_FAILED)
    # The result lies in the cache; the folder of the fit has done its work.
    shutil.rmtree(study.folder)
    return source.folder


def stopped(told: str) -> AugtuiError:
    """What to raise when somebody asked for an end."""
    return AugtuiError(told, "the same command goes on from there", ExitCode.INTERRUPTED)


def _refuse_small_classes(dataset: Dataset, parts: Split) -> None:
    counts = np.bincount(dataset.labels[parts.train], minlength=len(dataset.classes)).tolist()
    for name, count in zip(dataset.classes, counts, strict=True):
        if count < 2:
            raise AugtuiError(
                f"the class {name} has {count} training image{'s' * (count != 1)}: no generator can learn from that",
                "add images to it",
            )
