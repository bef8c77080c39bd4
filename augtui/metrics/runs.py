"""metrics.json: the numbers of one run, counted from its predictions and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from augtui.metrics.predictions import Predictions, rounded
from augtui.metrics.scores import class_recall, confusion_matrix, score, threshold_at_specificity


def run_metrics(predictions: Predictions, positive: str | None) -> dict[str, Any]:
    """What metrics.json holds, counted from what predictions.csv keeps of these predictions; see `recount`."""
    kept = replace(predictions, probabilities=rounded(predictions.probabilities))
    return recount(kept, positive)


def recount(predictions: Predictions, positive: str | None) -> dict[str, Any]:
    """What metrics.json holds, from predictions as they come out of a predictions.csv.

    Returns:
        {"classes", "positive", "threshold", "test": {name: value}, "validation": {name: value},
        "class_recall": {class: value}, "confusion": [[...]]}, the last two of the test images.
        The threshold of `sensitivity_at_specificity` comes from the validation images, for both splits.

    Raises:
        ValueError: `positive` is not a class.
    """
    chosen = None if positive is None else predictions.classes.index(positive)
    validation, test = predictions.part("validation"), predictions.part("test")
    threshold = None
    if chosen is not None:
        threshold = threshold_at_specificity(validation.labels, validation.probabilities, chosen)
    return {
        "classes": list(predictions.classes),
        "positive": positive,
        "threshold": threshold,
        "test": score(test.labels, test.probabilities, chosen, threshold),
        "validation": score(validation.labels, validation.probabilities, chosen, threshold),
        "class_recall": dict(zip(predictions.classes, class_recall(test.labels, test.probabilities), strict=True)),
        "confusion": confusion_matrix(test.labels, test.probabilities).tolist(),
    }


def encode_metrics(metrics: dict[str, Any]) -> bytes:
    """The bytes of metrics.json: equal numbers give equal bytes."""
    return (json.dumps(metrics, allow_nan=False, indent=1, ensure_ascii=False) + "\n").encode()
