"""From a folder to a Subject: every image is decoded, into the cache that the study will use."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from augtui.analysis.checks.subject import SIDES, Subject
from augtui.dataset.beginning import first_data
from augtui.dataset.layout import read_layout
from augtui.dataset.splits import split
from augtui.dataset.store import Dataset, open_dataset
from augtui.jobs import Progress
from augtui.plan.spec import DataSpec, Plan


def load_subject(root: Path, plan: Plan | None, cache: Path, progress: Progress) -> tuple[Dataset, Subject]:
    """Decode a dataset and split it as the plan's first seed would.

    Raises:
        AugtuiError: the folder is no dataset, or a class would be without images.
    """
    data = DataSpec() if plan is None else plan.data
    dataset = open_dataset(
        read_layout(root), data.stored, cache=cache, on_corrupt="skip", group=data.group, progress=progress
    )
    if plan is None:
        data = first_data(dataset)
    sides = [""] * len(dataset)
    parts = split(dataset, msgspec.structs.replace(data, fraction=1.0), 0 if plan is None else plan.seeds[0])
    for name in SIDES:
        for row in getattr(parts, name).tolist():
            sides[row] = name
    sizes = np.array(dataset.sizes, dtype=np.int64).reshape(-1, 2)
    return dataset, Subject(
        root=root,
        classes=dataset.classes,
        paths=dataset.paths,
        labels=dataset.labels,
        splits=dataset.splits,
        sides=tuple(sides),
        groups=dataset.groups,
        pixels=dataset.pixels,
        pixel_ids=dataset.pixel_ids,
        widths=sizes[:, 0],
        heights=sizes[:, 1],
        modes=dataset.modes,
        formats=dataset.formats,
        corrupt=dataset.corrupt,
        plan=plan,
        data=data,
    )
