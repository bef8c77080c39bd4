"""metrics.json: the numbers of one run, counted from its predictions and nothing else."""

from __future__ import annotations

import json
from typing import Any

from augtui.metrics.predictions import Predictions, rounded
from augtui.metrics.scores import class_recall, confusion_matrix, score, threshold_at_specificity


def run_metrics(predictions: Predictions, positive: str | None) -> dict[str, Any]:
    """What metrics.json holds.

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
        threshold = threshold_at_specificity(validation.labels, rounded(validation.probabilities), chosen)
    probabilities = rounded(test.probabilities)
    return {
        "classes": list(predictions.classes),
        "positive": positive,
        "threshold": threshold,
        "test": score(test.labels, probabilities, chosen, threshold),
        "validation": score(validation.labels, rounded(validation.probabilities), chosen, threshold),
        "class_recall": dict(zip(predictions.classes, class_recall(test.labels, probabilities), strict=True)),
        "confusion": confusion_matrix(test.labels, probabilities).tolist(),
    }


def encode_metrics(metrics: dict[str, Any]) -> bytes:
    """The bytes of metrics.json: equal numbers give equal bytes."""
    return (json.dumps(metrics, allow_nan=False, indent=1, ensure_ascii=False) + "\n").encode()
