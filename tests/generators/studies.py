"""Toy studies whose generators are small enough to be fitted in a test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from augtui.dataset.splits import Split, split
from augtui.engine.data import Library, Resident
from augtui.engine.engine import Engine
from augtui.engine.prepare import prepare
from augtui.paths import RunPaths, StudyPaths, write_atomic
from augtui.plan.fitting import generator_cells, generator_run
from augtui.plan.grid import Environment
from augtui.plan.reader import read_plan
from augtui.plan.spec import DataSpec, Plan, canonical
from augtui.runlog.info import StudyInfo, read_info, write_info
from tests.toys import new_study

GENERATOR = (
    '{ name = "gan128", steps = %d, batch_size = 4, width = 4, models = "conditional", select = "%s", looks = 2 }'
)


def prepared(folder: Path, *, steps: int = 4, select: str = "best", seeds: int = 1, head: str = "") -> StudyPaths:
    """A study with the arms gan-25 and gan-50, its prepare step done, in 32-bit floats on one core."""
    generator = GENERATOR % (steps, select)
    arms = "".join(
        f'[[arms]]\nname = "gan-{percent}"\nadd = {{ generator = {generator}, amount = {percent / 100} }}\n'
        for percent in (25, 50)
    )
    study = new_study(folder, seeds=seeds, epochs=1, arms=arms)
    if head:
        write_atomic(study.plan, head + study.plan.read_text())
    environment = Environment(device="cpu", precision="fp32", threads=1)
    info = msgspec.structs.replace(read_info(study), environment=environment)
    found = prepare(plan_of(study), info, lambda done, total, message: None)
    write_info(study, msgspec.structs.replace(info, fingerprint=found["fingerprint"]))
    return study


def plan_of(study: StudyPaths) -> Plan:
    return read_plan(study.plan).plan


def generator_folders(study: StudyPaths) -> list[RunPaths]:
    """The run folders of the study's generators, each with its run.json."""
    info, plan = read_info(study), plan_of(study)
    assert info.fingerprint is not None
    assert info.environment is not None
    folders = []
    for cell in generator_cells(plan):
        paths = study.run(cell.folder)
        paths.folder.mkdir(parents=True, exist_ok=True)
        write_atomic(paths.run, canonical(generator_run(plan, cell, info.fingerprint, info.environment)))
        folders.append(paths)
    return folders


def engine(library: Library | None = None) -> Engine:
    return Engine(library or Library(torch.device("cpu")), "cpu", stop=lambda: False)


class OtherImages(Library):
    """A library in which some images of the dataset have other pixels than on disk.

    Args:
        chosen: gives the rows of a split whose images are replaced by noise.
        seed: of the split.
    """

    def __init__(self, chosen: Callable[[Split], NDArray[np.int64]], seed: int = 0) -> None:
        super().__init__(torch.device("cpu"))
        self._chosen, self._seed = chosen, seed

    def _load(self, info: StudyInfo, data: DataSpec) -> Resident:
        resident = super()._load(info, data)
        rows = self._chosen(split(resident.dataset, data, self._seed))
        images = resident.images.clone()
        noise = np.random.default_rng(1).integers(0, 256, (len(rows), *images.shape[1:]), dtype=np.uint8)
        images[torch.from_numpy(rows)] = torch.from_numpy(noise)
        return Resident(resident.dataset, images, resident.labels)
