"""Datasets by what a person typed: a name under the data folder, a path, or the built-in "demo"."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.find import find_dataset, list_datasets
from augtui.dataset.layout import Layout, read_layout
from augtui.errors import AugtuiError
from augtui.plan.agreement import check_against
from augtui.plan.problems import PlanProblem
from augtui.plan.reader import PlanFile


@dataclass(frozen=True, slots=True)
class Found:
    """One dataset in a list."""

    name: str
    path: str
    classes: list[str]
    images: int
    text: str
    """In words: classes and counts, or why it cannot be read."""


def dataset_root(text: str, data_dir: Path) -> Path:
    """The folder of a dataset.

    Raises:
        AugtuiError: there is none of that name.
    """
    return find_dataset(text, data_dir)


def found_datasets(data_dir: Path) -> list[Found]:
    """The datasets that a plan may name without a path."""
    return [_found(name, root) for name, root in list_datasets(data_dir)]


def dataset_of(plan_file: PlanFile, data_dir: Path) -> tuple[Path, list[PlanProblem]]:
    """The folder of a plan's dataset, and what is worth a warning between the two.

    Raises:
        AugtuiError: there is no such dataset, or it does not have what the plan names.
    """
    root = dataset_root(plan_file.plan.dataset, data_dir)
    found = agreement(plan_file, read_layout(root))
    for problem in found:
        if problem.level == "block":
            raise problem.error
    return root, found


def agreement(plan_file: PlanFile, layout: Layout) -> list[PlanProblem]:
    """What does not fit between a plan and its dataset."""
    return check_against(plan_file.plan, layout.classes, str(plan_file.path), layout.about.positive)


def _found(name: str, root: Path) -> Found:
    try:
        layout = read_layout(root)
    except AugtuiError as error:
        return Found(name, str(root), [], 0, f"cannot be read: {error.message}")
    counts = dict.fromkeys(layout.classes, 0)
    for file in layout.files:
        counts[layout.classes[file.label]] += 1
    told = ", ".join(f"{label} {count:,}" for label, count in counts.items())
    return Found(name, str(root), list(layout.classes), len(layout.files), f"{len(layout.files):,} images: {told}")
