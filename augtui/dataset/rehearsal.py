"""What a plan asks of a dataset, tried on the names of its files, before any image is decoded and any study is made.

Files that hold the same picture are not known yet, nor which are corrupt; both only take from what a split can do. So
what is refused here would be refused later as well.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from augtui.dataset.groups import group_of
from augtui.dataset.layout import Layout
from augtui.dataset.splits import split
from augtui.errors import AugtuiError
from augtui.plan.grid import added, point_name, points, settings_at
from augtui.plan.problems import PlanProblem
from augtui.plan.spec import DataSpec, Plan
from augtui.plan.toml_text import shown


@dataclass(frozen=True, slots=True)
class Outline:
    """The rows of a dataset, as `Dataset` has them, if every file were a good image and a picture of its own."""

    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    splits: tuple[str, ...]
    groups: tuple[str, ...]
    pixel_ids: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.splits)


def misfits(plan: Plan, layout: Layout, where: str) -> list[PlanProblem]:
    """What `[data]` and the arms ask for that this dataset cannot give, each thing once.

    Args:
        plan: already read.
        layout: of its dataset.
        where: the plan's file, for the messages.
    """
    found: dict[str, PlanProblem] = {}
    for point in points(plan):
        at = f" (at {point_name(point)})" if point else ""
        for key, error in _at(plan, layout, settings_at(plan, point).data):
            found.setdefault(error.message, PlanProblem(where, key, f"{error.message}{at}", error.hint))
    return list(found.values())


def _at(plan: Plan, layout: Layout, data: DataSpec) -> list[tuple[str, AugtuiError]]:
    try:
        groups = group_of(layout, data.group)
    except AugtuiError as error:
        return [("" if error.message.startswith("data.group") else "data.group", error)]
    outline = Outline(
        classes=layout.classes,
        labels=np.array([file.label for file in layout.files], dtype=np.int64),
        splits=tuple(file.split for file in layout.files),
        groups=groups,
        pixel_ids=tuple(file.path for file in layout.files),
    )
    try:
        train = split(outline, data, plan.seeds[0]).train
    except AugtuiError as error:
        return [("data", error)]
    counts = np.bincount(outline.labels[train], minlength=len(outline.classes)).tolist()
    return [
        (f"arms.{shown(arm.name)}.add", nothing_added(addition.amount, max(counts)))
        for arm in plan.arms
        for addition in arm.add
        if not any(added(count, addition.amount) for count in counts)
    ]


def nothing_added(amount: float, largest: int) -> AugtuiError:
    """The refusal of an amount that is no image in any class; `largest` counts the largest class' training images."""
    images = f"{largest} training image{'s' * (largest != 1)}"
    return AugtuiError(
        f"amount = {amount:g} adds no image at all: the largest class has {images}",
        "give a larger amount",
    )
