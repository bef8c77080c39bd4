"""Datasets by what a person typed: a name under the data folder, a path, or the built-in "demo"."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from augtui.dataset.find import DEMO, find_dataset, list_datasets
from augtui.dataset.layout import read_layout
from augtui.errors import AugtuiError
from augtui.plan.agreement import check_against, check_ignored
from augtui.plan.problems import PlanProblem
from augtui.plan.reader import PlanFile, read_plan
from augtui.plan.table_reader import flattened
from augtui.plan.toml_text import toml_string


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


def is_dataset(text: str, data_dir: Path) -> bool:
    """Whether a text names a dataset, or a folder."""
    return text == DEMO or (data_dir / text).is_dir()


def found_datasets(data_dir: Path) -> list[Found]:
    """The datasets that a plan may name without a path."""
    found = [_found(name, root) for name, root in list_datasets(data_dir)]
    if not any(item.name == DEMO for item in found):
        found.append(Found(DEMO, str(data_dir / DEMO), [], 0, "built in: photographs of textures; made at first use"))
    return found


@dataclass(frozen=True, slots=True)
class PlannedDataset:
    """A plan together with the dataset that it names."""

    plan_file: PlanFile
    """With the positive class of dataset.toml, where the plan names none."""
    root: Path
    problems: list[PlanProblem]
    """What does not fit between the two."""


class WrongDatasetError(AugtuiError):
    """The dataset that a plan names is not there, or its layout is wrong: a problem of the plan."""

    def __init__(self, problem: PlanProblem) -> None:
        super().__init__(problem.text, problem.hint)
        self.problem = problem


def planned_dataset(path: Path, overrides: Sequence[str], data_dir: Path) -> PlannedDataset:
    """Read a plan and find its dataset.

    Raises:
        WrongDatasetError: there is no such dataset, or it is none.
        AugtuiError: the plan is wrong.
    """
    plan_file = read_plan(path, overrides)
    try:
        root = dataset_root(plan_file.plan.dataset, data_dir)
        layout = read_layout(root)
    except AugtuiError as error:
        overridden = any(override.partition("=")[0].strip() == "dataset" for override in overrides)
        where = "--set" if overridden else str(path)
        raise WrongDatasetError(PlanProblem(where, "dataset", error.message, error.hint)) from error
    positive = layout.about.positive
    if plan_file.plan.positive is None and positive is not None:
        # The study's own plan.toml has to say it: the dataset's file may change.
        plan_file = read_plan(path, [*overrides, f"positive={toml_string(positive)}"])
    from augtui.dataset.rehearsal import misfits  # NumPy, which lists of datasets do without

    plan = plan_file.plan
    own_splits = {file.split for file in layout.files}
    problems = [
        *check_against(plan, layout.classes, str(path)),
        *check_ignored(_keys(plan_file), own_splits, str(path)),
        *misfits(plan, layout, str(path)),
    ]
    return PlannedDataset(plan_file, root, problems)


def _keys(plan_file: PlanFile) -> set[str]:
    """Every key that a plan's text gives, dotted, and the keys of its axes."""
    return {key for key, _ in flattened(tomllib.loads(plan_file.text))} | {axis.key for axis in plan_file.plan.axes}


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
