"""The prepare step: decoded images for every stored size, every split tried, and the environment chosen; so that
what cannot work is said before the first training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import torch

from augtui.dataset.splits import split
from augtui.dataset.store import Dataset
from augtui.engine.data import class_counts, dropped_rows, open_study_dataset
from augtui.engine.device import choose_environment, describe, slot_devices
from augtui.engine.models import build_model, weights_hash
from augtui.engine.policies import check_policies
from augtui.errors import AugtuiError
from augtui.jobs import Progress
from augtui.plan.grid import Settings, points, settings_at
from augtui.plan.spec import ModelSpec, Plan
from augtui.runlog.info import StudyInfo


def prepare(plan: Plan, info: StudyInfo, progress: Progress) -> dict[str, Any]:
    """Get everything ready that all runs share.

    Returns:
        {"fingerprint", "environment", "device_name", "weights_hash", "images", "train", "validation", "test"},
        the counts being those of the first seed at the first axis point.

    Raises:
        AugtuiError: the images, the splits, the model, a policy or the device do not go with the plan.
    """
    check_policies(plan)
    settings = [settings_at(plan, point) for point in points(plan)]
    datasets: dict[int, Dataset] = {}
    for item in settings:
        if item.data.stored not in datasets:
            datasets[item.data.stored] = open_study_dataset(info, item.data, progress)
    first = datasets[settings[0].data.stored]
    _check_splits(plan, info, settings, datasets)
    for model, image_size in dict.fromkeys((item.model, item.data.image_size) for item in settings):
        build_model(model, len(first.classes), image_size, seed=0)
    environment = info.environment or choose_environment(info.device_asked, plan.train.precision)
    parts = split(first, settings[0].data, plan.seeds[0], dropped_rows(info, settings[0].data, first))
    return {
        "fingerprint": first.fingerprint,
        "environment": msgspec.to_builtins(environment),
        "device_name": describe(slot_devices(info.device_asked, 1)[0])["name"],
        "weights_hash": {
            item.model.weights: weights_hash(Path(item.model.weights)) for item in settings if _is_file(item.model)
        },
        "images": len(first.paths),
        "train": class_counts(first, torch.from_numpy(parts.train)),
        "validation": class_counts(first, torch.from_numpy(parts.validation)),
        "test": class_counts(first, torch.from_numpy(parts.test)),
    }


def _check_splits(plan: Plan, info: StudyInfo, settings: list[Settings], datasets: dict[int, Dataset]) -> None:
    for item in settings:
        dataset = datasets[item.data.stored]
        dropped = dropped_rows(info, item.data, dataset)
        for seed in plan.seeds:
            parts = split(dataset, item.data, seed, dropped)
            if item.train.select == "best" and not len(parts.validation):
                raise AugtuiError(
                    'train.select: "best" needs validation images, and there are none',
                    'set data.validation above 0, or train.select = "last"',
                )


def _is_file(model: ModelSpec) -> bool:
    return model.weights not in ("none", "imagenet")
