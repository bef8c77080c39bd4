"""Classes: how many, how equal, how like each other train and test are."""

from __future__ import annotations

import numpy as np
from scipy import stats

from augtui.analysis.checks.subject import Subject, many, problem
from augtui.runlog.checks import Problem

IMBALANCE = 5.0
"""Largest over smallest class in train, from which it is worth a warning."""
SHIFT = 0.05
"""Difference of a class's share between train and test, from which it is worth a warning, if it is not chance."""
SHIFT_LEVEL = 0.01
FEW_TEST_IMAGES = 30


def class_balance(subject: Subject) -> list[Problem]:
    """Imbalance, prior shift, and test classes too small to measure anything on."""
    counts = subject.counts()
    train = np.array(list(counts.get("train", {}).values())) + np.array(
        list(counts.get("validation", dict.fromkeys(subject.classes, 0)).values())
    )
    test = np.array(list(counts.get("test", {}).values()))
    found = []
    if len(train) and train.min() > 0 and train.max() / train.min() >= IMBALANCE:
        small, large = subject.classes[int(train.argmin())], subject.classes[int(train.argmax())]
        ratio = train.max() / train.min()
        message = f"{large} has {ratio:.1f} times as many training images as {small}; accuracy would favour it"
        found.append(problem("warn", "class-imbalance", message))
    if len(train) and len(test) and train.sum() and test.sum():
        found += _shift(subject, train, test)
    rows = subject.rows("test")
    for label, name in enumerate(subject.classes):
        count = int(test[label]) if len(test) else 0
        if 0 < count < FEW_TEST_IMAGES and len(rows):
            told = many(count, "test image")
            message = f"only {told} of {name}: one of them is worth {100 / count:.1f} points of recall"
            found.append(problem("warn", "few-test-images", message))
    return found


def _shift(
    subject: Subject,
    train: np.ndarray[tuple[int], np.dtype[np.int64]],
    test: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> list[Problem]:
    shares = train / train.sum(), test / test.sum()
    worst = int(np.abs(shares[0] - shares[1]).argmax())
    if abs(shares[0][worst] - shares[1][worst]) < SHIFT:
        return []
    if stats.chi2_contingency(np.stack([train, test])).pvalue >= SHIFT_LEVEL:
        return []
    of_train, of_test = (f"{100 * share[worst]:.0f} %" for share in shares)
    message = (
        f"{subject.classes[worst]} is {of_train} of train and {of_test} of test: "
        "accuracy and precision on this test set mean something else than in training"
    )
    return [problem("warn", "prior-shift", message)]
