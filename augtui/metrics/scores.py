"""Numbers counted from labels and probabilities. A number that does not exist is None, never NaN.

Every number is written once, for weighted images (see `weighted`); a plain score is the one with all weights 1.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from augtui.metrics.weighted import weighted_scores

METRICS = (
    "accuracy",
    "balanced_accuracy",
    "macro_recall",
    "recall",
    "specificity",
    "precision",
    "f1",
    "auroc",
    "sensitivity_at_specificity",
    "brier",
    "ece",
)
"""Every number of `score`, in the order of tables."""

TARGET_SPECIFICITY = 0.9
"""The specificity on validation images at which `sensitivity_at_specificity` sets its threshold."""


def score(
    labels: NDArray[np.int64],
    probabilities: NDArray[np.float64],
    positive: int | None,
    threshold: float | None = None,
) -> dict[str, float | None]:
    """All numbers of `METRICS` for one model on one set of images.

    The predicted class is the one with the highest probability, the first of equals. With `positive`, recall,
    specificity, precision, f1, auroc and brier are those of that class against the rest; without, recall,
    specificity, precision, f1 and auroc are plain means over classes, and a class that is never predicted has
    a precision of 0 in that mean (or ignoring a class would pay). A class without images leaves the means of
    recall and auroc.

    Args:
        labels: int64[N], in 0..K-1.
        probabilities: float64[N, K].
        positive: index of the positive class.
        threshold: the probability of the positive class from which `sensitivity_at_specificity` counts an image
            as positive; None leaves that number undefined.
    """
    weights = np.ones((1, len(labels)))
    values = weighted_scores(labels, probabilities[None], weights, positive, [threshold])
    return {name: defined(float(values[name][0])) for name in METRICS}


def threshold_at_specificity(
    labels: NDArray[np.int64], probabilities: NDArray[np.float64], positive: int
) -> float | None:
    """The lowest threshold on p(positive) with at least `TARGET_SPECIFICITY` specificity on these images.

    It is meant for validation images; None where none of them is negative. An image counts as positive where
    its probability is at or above the threshold.
    """
    negative = np.sort(probabilities[labels != positive, positive])
    if negative.size == 0:
        return None
    below = math.ceil(TARGET_SPECIFICITY * negative.size - 1e-9)
    return float(np.nextafter(negative[below - 1], np.inf))


def confusion_matrix(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """int64[K, K]: images by true class (row) and predicted class (column)."""
    classes = probabilities.shape[1]
    predicted = probabilities.argmax(axis=1) if len(labels) else np.zeros(0, dtype=np.int64)
    return np.bincount(labels * classes + predicted, minlength=classes * classes).reshape(classes, classes)


def class_recall(labels: NDArray[np.int64], probabilities: NDArray[np.float64]) -> list[float | None]:
    """The recall of each class, None for a class without images."""
    matrix = confusion_matrix(labels, probabilities)
    totals = matrix.sum(axis=1)
    return [int(matrix[c, c]) / int(total) if total else None for c, total in enumerate(totals)]


def defined(value: float) -> float | None:
    """The value, or None for NaN."""
    return None if math.isnan(value) else value
