"""What has to agree between the keys of a plan, and between a plan and its dataset."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from augtui.plan.catalog import Catalog
from augtui.plan.grid import Settings, point_name, points, settings_at
from augtui.plan.problems import Place, PlanProblem, Problems, help_with
from augtui.plan.spec import Plan
from augtui.plan.toml_text import quoted, toml_string

MANY_RUNS = 500
TOO_MANY_RUNS = 100_000
_CARVING = {"data.test": "test", "data.test_seed": "test", "data.validation": "val"}
"""Keys that say how a split is carved, where there is no folder of it."""


def check_agreement(problems: Problems, plan: Plan, catalog: Catalog) -> None:
    """Put a problem for all that cannot be together, at every point of the axes."""
    place = Place(problems)
    runs = count_runs(plan)
    if runs > TOO_MANY_RUNS:
        place.block(f"the plan asks for {runs:,} runs", f"at most {TOO_MANY_RUNS:,} are possible")
        return
    if runs > MANY_RUNS:
        place.warn(f"the plan asks for {runs:,} runs", "fewer seeds or fewer axis values make it shorter")
    if plan.on_gate_failure == "drop-arm" and any(addition.generator for addition in plan.baseline.add):
        place.at("on_gate_failure").block(
            f'"drop-arm" could leave out the baseline {toml_string(plan.baseline.name)}, which uses a generator',
            'use "use", or put an arm without a generator first',
        )
    for point in points(plan):
        text = f" (at {point_name(point)})" if point else ""
        _check_settings(place, settings_at(plan, point), text, catalog)


def count_runs(plan: Plan) -> int:
    """Arms x axis points x seeds."""
    return len(plan.arms) * len(plan.seeds) * math.prod(len(axis.values) for axis in plan.axes)


def check_against(
    plan: Plan, classes: Sequence[str], where: str, dataset_positive: str | None = None
) -> list[PlanProblem]:
    """What does not fit between a plan and the classes of its dataset.

    Args:
        plan: already read.
        classes: of the dataset, at least one.
        where: the plan's file, for the messages.
        dataset_positive: the positive class that dataset.toml names; counts where the plan names none.
    """
    problems = Problems(where, stop=False)
    place = Place(problems)
    positive = plan.positive or dataset_positive
    listing = f"its classes: {quoted(classes)}"
    if positive is not None and positive not in classes:
        place.at("positive").block(
            f"the dataset {toml_string(plan.dataset)} has no class {toml_string(positive)}",
            help_with(positive, classes, listing),
        )
    elif positive is None and plan.primary == "recall":
        place.at("primary").block(
            'the recall of which class? "recall" needs positive',
            f'write positive = {toml_string(classes[-1])}, or primary = "macro_recall" ({listing})',
        )
    elif positive is None and len(classes) == 2:
        place.at("positive").warn(
            "not given: recall, specificity, f1 and auroc are averages over both classes",
            f"write positive = {toml_string(classes[-1])}, for example ({listing})",
        )
    return problems.found


def check_ignored(keys: Collection[str], own_splits: Collection[str], where: str) -> list[PlanProblem]:
    """What a plan says of carving that its dataset has done already.

    Args:
        keys: of the plan, dotted, axes included.
        own_splits: the split folders of the dataset.
        where: the plan's file, for the messages.
    """
    problems = Problems(where, stop=False)
    for key, split in _CARVING.items():
        if key in keys and split in own_splits:
            problems.add(key, f"not used: the dataset has a {split} folder of its own", "leave the key out", "warn")
    return problems.found


def _check_settings(place: Place, settings: Settings, text: str, catalog: Catalog) -> None:
    data, model, train = settings.data, settings.model, settings.train
    if data.stored < data.image_size:
        place.at("data").at("store_size").block(
            f"{data.stored} is below image_size, {data.image_size}: the model would see enlarged pixels{text}",
            "make store_size at least image_size, or leave it out",
        )
    if train.select == "best" and data.validation == 0:
        place.at("train").at("select").block(
            f'"best" needs validation images, and data.validation is 0{text}', 'use "last", or validation = 0.15'
        )
    declared = catalog.model(model.name)
    if declared is None:
        return
    if model.weights == "imagenet" and "torchvision" not in declared.tags:
        place.at("model").at("weights").block(
            f"{model.name} has no imagenet weights{text}", 'use "none", or a torchvision model'
        )
    if data.image_size < declared.smallest:
        place.at("data").at("image_size").block(
            f"{model.name} needs images of at least {declared.smallest} pixels, not {data.image_size}{text}",
            f"use image_size = {declared.smallest} or more, or another model",
        )
    elif data.image_size % declared.multiple:
        place.at("data").at("image_size").block(
            f"{model.name} needs a multiple of {declared.multiple} pixels, not {data.image_size}{text}",
            f"use image_size = {-(-data.image_size // declared.multiple) * declared.multiple}, or another model",
        )
