"""From a run's spec to a trainer with everything on its device."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from augtui.dataset.splits import Split
from augtui.engine.data import Resident, class_counts, training_set
from augtui.engine.device import memory_format
from augtui.engine.engine import Engine
from augtui.engine.evaluate import Examples
from augtui.engine.models import build_model, weights_hash
from augtui.engine.online import Online
from augtui.engine.sets import made_set
from augtui.engine.train import Trainer
from augtui.errors import AugtuiError
from augtui.plan.grid import RunSpec, set_specs
from augtui.runlog.info import StudyInfo


@dataclass(frozen=True, slots=True)
class Fit:
    """A training that is ready to go, and what its result is made from."""

    trainer: Trainer
    resident: Resident
    split: Split
    train_size: int


def build_training(run: RunSpec, info: StudyInfo, engine: Engine) -> Fit:
    """Images, model and optimiser of a run.

    Raises:
        AugtuiError: the data, the model or the settings do not fit together.
    """
    resident = engine.library.resident(info, run.data)
    split = engine.library.split(info, run.data, run.seed)
    cache = Path(info.cache_dir)
    train = torch.from_numpy(split.train)
    made = [
        made_set(spec, resident.dataset, split, engine.library.device, cache).tensors() for spec in set_specs(run)
    ]
    members = training_set(resident, train, made, replace=run.arm.replace is not None)
    classes = len(resident.dataset.classes)
    validation = resident.examples(torch.from_numpy(split.validation)) if len(split.validation) else None
    if run.train.select == "best" and validation is None:
        raise AugtuiError('train.select: "best" needs validation images', "set data.validation above 0")
    if run.weights_hash and weights_hash(Path(run.model.weights)) != run.weights_hash:
        raise AugtuiError(
            f"model.weights: {run.model.weights} is not the file that the study began with",
            "put the old file back to resume it, or start a new study with `augtui run`",
        )
    model = build_model(run.model, classes, run.data.image_size, run.seed)
    model = model.to(engine.library.device).to(memory_format=memory_format(run.environment))
    online = None
    if run.arm.online is not None:
        online = Online.build(run.arm.online, run.seed, resident.dataset, cache, originals=not made)
    trainer = Trainer(
        run=run,
        model=model,
        training=Examples(members.images, members.index, members.labels),
        rows=members.rows,
        validation=validation,
        classes=classes,
        epoch_steps=epoch_steps(run, resident, train),
        online=online,
        checkpoint_seconds=engine.checkpoint_seconds,
    )
    return Fit(trainer, resident, split, len(members))


def epoch_steps(run: RunSpec, resident: Resident, train: Tensor) -> int:
    """Steps of an epoch. With `budget = "steps"` the baseline's set decides, its last part batch counted; with
    "epochs" the arm's own set does, its last part batch dropped, as in the original study."""
    size = run.budget.size(class_counts(resident.dataset, train))
    batch = run.train.batch_size
    return -(-size // batch) if run.train.budget == "steps" else max(1, size // batch)
