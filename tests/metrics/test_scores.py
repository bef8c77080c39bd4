"""Each number equals scikit-learn's, and what is undefined is None."""

import warnings

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics as sk

from augtui.metrics import METRICS, class_recall, confusion_matrix, score
from augtui.metrics.scores import TARGET_SPECIFICITY, threshold_at_specificity

NEAR = 1e-12


def sample(seed: int, classes: int, rows: int = 97) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Labels and better-than-chance probabilities; hundredths, so that there are ties."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, classes, rows)
    logits = generator.normal(size=(rows, classes)) + 1.5 * (labels[:, None] == np.arange(classes))
    exact = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return labels, generator.multinomial(100, exact) / 100


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("positive", [0, 1])
def test_two_classes_with_a_positive_one_equal_scikit_learn(seed: int, positive: int) -> None:
    labels, probabilities = sample(seed, 2)
    predicted = probabilities.argmax(axis=1)
    y, y_hat, p = labels == positive, predicted == positive, probabilities[:, positive]
    assert score(labels, probabilities, positive, threshold=0.5) == pytest.approx(
        {
            "accuracy": sk.accuracy_score(labels, predicted),
            "balanced_accuracy": sk.balanced_accuracy_score(labels, predicted),
            "macro_recall": sk.recall_score(labels, predicted, average="macro"),
            "recall": sk.recall_score(y, y_hat),
            "specificity": sk.recall_score(~y, ~y_hat),
            "precision": sk.precision_score(y, y_hat),
            "f1": sk.f1_score(y, y_hat),
            "auroc": sk.roc_auc_score(y, p),
            "sensitivity_at_specificity": sk.recall_score(y, p >= 0.5),
            "brier": sk.brier_score_loss(y, p),
            "ece": score(labels, probabilities, positive)["ece"],
        },
        abs=NEAR,
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("classes", [2, 3, 6])
def test_macro_values_equal_scikit_learn(seed: int, classes: int) -> None:
    labels, probabilities = sample(seed, classes)
    predicted = probabilities.argmax(axis=1)
    found = score(labels, probabilities, None)
    one_hot = np.eye(classes, dtype=int)
    expected = {
        "accuracy": sk.accuracy_score(labels, predicted),
        "balanced_accuracy": sk.balanced_accuracy_score(labels, predicted),
        "macro_recall": sk.recall_score(labels, predicted, average="macro"),
        "recall": sk.recall_score(labels, predicted, average="macro"),
        "precision": sk.precision_score(labels, predicted, average="macro", zero_division=0),
        "f1": sk.f1_score(labels, predicted, average="macro"),
        "auroc": sk.roc_auc_score(one_hot[labels], probabilities, average="macro"),
        "brier": sk.brier_score_loss(labels, probabilities, labels=list(range(classes))),
        "specificity": np.mean([sk.recall_score(labels != c, predicted != c) for c in range(classes)]),
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=NEAR)
    assert found["sensitivity_at_specificity"] is None


def test_one_class_against_the_rest_of_three_equals_scikit_learn() -> None:
    labels, probabilities = sample(11, 3)
    found = score(labels, probabilities, 2)
    predicted = probabilities.argmax(axis=1)
    assert found["recall"] == pytest.approx(sk.recall_score(labels == 2, predicted == 2), abs=NEAR)
    assert found["specificity"] == pytest.approx(sk.recall_score(labels != 2, predicted != 2), abs=NEAR)
    assert found["auroc"] == pytest.approx(sk.roc_auc_score(labels == 2, probabilities[:, 2]), abs=NEAR)
    assert found["brier"] == pytest.approx(sk.brier_score_loss(labels == 2, probabilities[:, 2]), abs=NEAR)


def test_confusion_matrix_and_class_recall_equal_scikit_learn() -> None:
    labels, probabilities = sample(4, 3)
    predicted = probabilities.argmax(axis=1)
    assert np.array_equal(confusion_matrix(labels, probabilities), sk.confusion_matrix(labels, predicted))
    assert class_recall(labels, probabilities) == pytest.approx(sk.recall_score(labels, predicted, average=None))


def test_hand_counted_example() -> None:
    labels = np.array([0, 0, 0, 1, 1])
    yes = np.array([0.1, 0.6, 0.2, 0.9, 0.4])
    found = score(labels, np.stack([1 - yes, yes], axis=1), 1)
    assert found["accuracy"] == 3 / 5
    assert found["balanced_accuracy"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert (found["recall"], found["precision"], found["f1"]) == (1 / 2, 1 / 2, 1 / 2)
    assert found["specificity"] == pytest.approx(2 / 3)
    assert found["auroc"] == pytest.approx(5 / 6)
    assert found["brier"] == pytest.approx((0.01 + 0.36 + 0.04 + 0.01 + 0.36) / 5)


def test_no_images_leave_everything_undefined() -> None:
    found = score(np.zeros(0, dtype=np.int64), np.zeros((0, 3)), 1, threshold=0.5)
    assert found == dict.fromkeys(METRICS)


def test_positive_class_without_images_leaves_its_numbers_undefined() -> None:
    found = score(np.array([0, 0]), np.array([[0.9, 0.1], [0.8, 0.2]]), 1, threshold=0.5)
    undefined = {name for name, value in found.items() if value is None}
    assert undefined == {"recall", "precision", "f1", "auroc", "sensitivity_at_specificity"}
    assert found["accuracy"] == 1.0


def test_ignoring_a_class_does_not_pay_in_macro_precision() -> None:
    labels = np.array([0, 0, 1])
    found = score(labels, np.array([[0.9, 0.1]] * 3), None)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = sk.precision_score(labels, [0, 0, 0], average="macro")
    assert found["precision"] == pytest.approx(expected)


def test_class_without_images_leaves_the_macro_means() -> None:
    found = score(np.array([0, 1]), np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1]]), None)
    assert (found["macro_recall"], found["auroc"], found["f1"]) == (1.0, 1.0, 1.0)


def test_order_of_images_does_not_matter() -> None:
    labels, probabilities = sample(8, 3)
    order = np.random.default_rng(0).permutation(len(labels))
    assert score(labels[order], probabilities[order], 1) == pytest.approx(score(labels, probabilities, 1), abs=NEAR)


def test_calibrated_bins_have_no_calibration_error() -> None:
    confidence = np.repeat([0.75, 1.0], [100, 50])
    right = np.r_[np.arange(100) % 4 != 0, np.ones(50, dtype=bool)]
    labels = np.where(right, 0, 1)
    found = score(labels, np.stack([confidence, 1 - confidence], axis=1), 0)
    assert found["ece"] == pytest.approx(0.0, abs=NEAR)


def test_calibration_error_is_the_weighted_gap() -> None:
    confidence = np.repeat([0.75, 0.95], [100, 50])
    labels = np.zeros(150, dtype=np.int64)
    found = score(labels, np.stack([confidence, 1 - confidence], axis=1), 0)
    assert found["ece"] == pytest.approx((100 * 0.25 + 50 * 0.05) / 150)


@pytest.mark.parametrize("seed", range(10))
def test_threshold_is_the_lowest_that_keeps_the_specificity(seed: int) -> None:
    labels, probabilities = sample(seed, 2, rows=60)
    threshold = threshold_at_specificity(labels, probabilities, 1)
    assert threshold is not None
    negatives = probabilities[labels != 1, 1]
    assert np.mean(negatives < threshold) >= TARGET_SPECIFICITY
    assert np.mean(negatives < negatives[negatives < threshold].max()) < TARGET_SPECIFICITY


def test_threshold_without_negatives_is_undefined() -> None:
    assert threshold_at_specificity(np.array([1, 1]), np.array([[0.5, 0.5]] * 2), 1) is None
