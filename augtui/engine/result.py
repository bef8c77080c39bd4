"""The result of a training: what the chosen weights say about validation and test images, and the numbers of it."""

from __future__ import annotations

import json

import numpy as np
import torch
from safetensors.torch import save

from augtui.engine.engine import Engine
from augtui.engine.evaluate import logits
from augtui.engine.fit import Fit, build_training
from augtui.engine.train import DivergedError, Trainer
from augtui.metrics import Predictions, encode_metrics, rounded, run_metrics, write_predictions
from augtui.paths import RunPaths, write_atomic
from augtui.plan.grid import RunSpec
from augtui.runlog.info import StudyInfo


class TrainingJob:
    """The run of a classifier, ready to go.

    Raises:
        AugtuiError: the data, the model or the settings do not fit together.
    """

    def __init__(self, run_paths: RunPaths, run: RunSpec, info: StudyInfo, engine: Engine) -> None:
        self._paths, self._run = run_paths, run
        self._fit = build_training(run, info, engine)

    @property
    def trainer(self) -> Trainer:
        return self._fit.trainer

    def finish(self) -> dict[str, float | None]:
        """Write the result; gives the test metrics."""
        return write_result(self._paths, self._run, self._fit)


def write_result(run_paths: RunPaths, run: RunSpec, fit: Fit) -> dict[str, float | None]:
    """Score the test set, once, and write predictions.csv, the model and metrics.json; gives the test metrics.

    Raises:
        DivergedError: a probability is not finite, and so none of the numbers would mean anything.
    """
    epoch = fit.trainer.choose_epoch()
    predictions = _predict(fit)
    if not np.isfinite(predictions.probabilities).all():
        # The loss is of the step before: the last update may have been the one too many.
        raise DivergedError(fit.trainer.step, what="what the model says")
    write_predictions(run_paths.predictions, predictions)
    if run.keep_model:
        weights = {name: value.contiguous().cpu() for name, value in fit.trainer.model.state_dict().items()}
        write_atomic(run_paths.model, save(weights))
    metrics = {**run_metrics(predictions, run.positive), "epoch": epoch, "train_images": fit.train_size}
    write_atomic(run_paths.metrics, encode_metrics(metrics))
    return read_test_metrics(run_paths)


def read_test_metrics(run_paths: RunPaths) -> dict[str, float | None]:
    """The single numbers of the test set in metrics.json, by name."""
    test = json.loads(run_paths.metrics.read_bytes())["test"]
    return {name: value for name, value in test.items() if value is None or isinstance(value, float)}


def _predict(fit: Fit) -> Predictions:
    dataset, trainer = fit.resident.dataset, fit.trainer
    splits, rows, probabilities = [], [], []
    for name, members in (("validation", fit.split.validation), ("test", fit.split.test)):
        if not len(members):
            continue
        examples = fit.resident.examples(torch.from_numpy(members))
        outputs = logits(trainer.model, examples, trainer.to_input, trainer.autocast)
        splits += [name] * len(members)
        rows += members.tolist()
        probabilities.append(torch.softmax(outputs, dim=1).cpu().numpy())
    return Predictions(
        splits=tuple(splits),
        paths=tuple(dataset.paths[row] for row in rows),
        groups=tuple(dataset.groups[row] for row in rows),
        labels=dataset.labels[rows],
        probabilities=rounded(np.concatenate(probabilities)),
        classes=dataset.classes,
    )
