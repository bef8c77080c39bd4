"""Every number for many weightings of the same images at once: what a bootstrap over images needs.

Drawing images with repetition is the same as counting each image as often as it was drawn, so a resample is a
row of weights. All functions give the mean over runs, for each row of weights; NaN marks what does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ECE_BINS = 15
EXACT = 2.0**40
"""Whole multiples of its inverse are summed without rounding: BLAS then gives the same with any number of threads."""


def weighted_scores(
    labels: NDArray[np.int64],
    probabilities: Floats,
    weights: Floats,
    positive: int | None,
    thresholds: Sequence[float | None],
) -> dict[str, Floats]:
    """The mean over runs of each number, for each weighting.

    Args:
        labels: int64[N], in 0..K-1.
        probabilities: float64[R, N, K] of R runs on the same N images.
        weights: float64[B, N], at least 0.
        positive: index of the positive class, see `scores.score`.
        thresholds: of each run on p(positive); None leaves `sensitivity_at_specificity` undefined.

    Returns:
        float64[B] for each name of `scores.METRICS`.
    """
    confusion = confusion_sums(labels, probabilities.argmax(axis=2), weights, probabilities.shape[2])
    with np.errstate(divide="ignore", invalid="ignore"):
        scores = _counted(confusion, positive)
        scores["auroc"] = _auroc(labels, probabilities, weights, positive)
        scores["sensitivity_at_specificity"] = _sensitivity(labels, probabilities, weights, positive, thresholds)
        scores["brier"] = _brier(labels, probabilities, weights, positive)
        scores["ece"] = _ece(labels, probabilities, weights)
    return scores


def confusion_sums(labels: NDArray[np.int64], predicted: NDArray[np.int64], weights: Floats, classes: int) -> Floats:
    """float64[B, R, K, K]: weight of the images of true class (third axis) predicted as (fourth axis).

    Args:
        labels: int64[N].
        predicted: int64[R, N].
        weights: float64[B, N].
        classes: K.
    """
    sums = np.zeros((len(weights), len(predicted), classes, classes))
    for true in range(classes):
        rows = np.flatnonzero(labels == true)
        hits = predicted[:, rows, None] == np.arange(classes)
        flat = hits.transpose(1, 0, 2).reshape(len(rows), len(predicted) * classes).astype(np.float64)
        sums[:, :, true] = (weights[:, rows] @ flat).reshape(len(weights), len(predicted), classes)
    return sums


def _counted(confusion: Floats, positive: int | None) -> dict[str, Floats]:
    """Everything that follows from the confusion matrices alone."""
    hit = np.einsum("brkk->brk", confusion)
    true, predicted, total = confusion.sum(axis=3), confusion.sum(axis=2), confusion.sum(axis=(2, 3))
    recall = hit / true
    negative = total[:, :, None] - true
    specificity = (negative - (predicted - hit)) / negative
    precision = hit / predicted
    f1 = 2 * hit / (true + predicted)
    macro_recall = _mean_defined(recall)
    if positive is None:
        chosen = {
            "recall": macro_recall,
            "specificity": _mean_defined(np.where(true > 0, specificity, np.nan)),
            "precision": _mean_defined(np.where(true > 0, np.where(predicted > 0, precision, 0.0), np.nan)),
            "f1": _mean_defined(np.where(true > 0, f1, np.nan)),
        }
    else:
        chosen = {
            "recall": recall[:, :, positive],
            "specificity": specificity[:, :, positive],
            "precision": precision[:, :, positive],
            "f1": f1[:, :, positive],
        }
    chosen |= {"accuracy": hit.sum(axis=2) / total, "balanced_accuracy": macro_recall, "macro_recall": macro_recall}
    return {name: values.mean(axis=1) for name, values in chosen.items()}


def _auroc(labels: NDArray[np.int64], probabilities: Floats, weights: Floats, positive: int | None) -> Floats:
    """Area under the ROC curve: the weight of (positive, negative) pairs in the right order, ties half.

    The denominators do not depend on the run, so the share of right pairs is averaged over runs first and
    weighted once.
    """
    wanted = range(probabilities.shape[2]) if positive is None else [positive]
    per_class = [_one_against_rest(labels == c, probabilities[:, :, c], weights) for c in wanted]
    return _mean_defined(np.stack(per_class, axis=1))


def _one_against_rest(is_positive: NDArray[np.bool_], values: Floats, weights: Floats) -> Floats:
    of_positive, of_negative = values[:, is_positive], values[:, ~is_positive]
    right = np.zeros((of_positive.shape[1], of_negative.shape[1]))
    for high, low in zip(of_positive, of_negative, strict=True):
        right += (high[:, None] > low) + 0.5 * (high[:, None] == low)
    positive_weight, negative_weight = weights[:, is_positive], weights[:, ~is_positive]
    in_order = ((positive_weight @ right) * negative_weight).sum(axis=1)
    area: Floats = in_order / len(values) / (positive_weight.sum(axis=1) * negative_weight.sum(axis=1))
    return area


def _sensitivity(
    labels: NDArray[np.int64],
    probabilities: Floats,
    weights: Floats,
    positive: int | None,
    thresholds: Sequence[float | None],
) -> Floats:
    if positive is None or any(threshold is None for threshold in thresholds):
        return np.full(len(weights), np.nan)
    rows = labels == positive
    limits = np.array(thresholds, dtype=np.float64)
    found = (probabilities[:, rows, positive] >= limits[:, None]).mean(axis=0)
    return _mean_image(found, weights[:, rows])


def _brier(labels: NDArray[np.int64], probabilities: Floats, weights: Floats, positive: int | None) -> Floats:
    """Mean squared error of the probabilities: of the positive class, else summed over classes (halved for two)."""
    classes = probabilities.shape[2]
    errors = (probabilities - (labels[:, None] == np.arange(classes))) ** 2
    halved = 2 if classes == 2 else 1
    per_image = errors.sum(axis=2) / halved if positive is None else errors[:, :, positive]
    return _mean_image(per_image.mean(axis=0), weights)


def _ece(labels: NDArray[np.int64], probabilities: Floats, weights: Floats) -> Floats:
    """Expected calibration error of the predicted class: sum over bins of weight x |accuracy - confidence|.

    15 bins of equal numbers of images, set by the unweighted images of each run; equal confidences share a bin.
    """
    if not len(labels):
        return np.full(len(weights), np.nan)
    by_bin = np.zeros((len(labels), len(probabilities), ECE_BINS))
    for number, run in enumerate(probabilities):
        confidence, right = run.max(axis=1), run.argmax(axis=1) == labels
        edges = np.quantile(confidence, np.linspace(0, 1, ECE_BINS + 1)[1:-1], method="higher")
        bins = np.searchsorted(edges, confidence, side="right")
        by_bin[np.arange(len(labels)), number, bins] = np.round((right - confidence) * EXACT) / EXACT
    gaps = np.abs(weights @ by_bin.reshape(len(labels), -1)).sum(axis=1)
    error: Floats = gaps / len(probabilities) / weights.sum(axis=1)
    return error


def _mean_image(values: Floats, weights: Floats) -> Floats:
    """float64[B]: the weighted mean of float64[N]; not by BLAS, whose rounding depends on its threads."""
    mean: Floats = (weights * values).sum(axis=1) / weights.sum(axis=1)
    return mean


def _mean_defined(values: Floats) -> Floats:
    """The mean over the last axis, of the values that are not NaN; NaN where there is none."""
    known = ~np.isnan(values)
    mean: Floats = np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1)
    return mean
