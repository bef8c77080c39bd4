"""metrics.json follows from predictions.csv alone."""

import json

import numpy as np
import pytest

from augtui.metrics import Predictions, encode_metrics, run_metrics
from augtui.metrics.predictions import decode_predictions, encode_predictions


def predictions(rows: int = 60, validation: bool = True) -> Predictions:
    generator = np.random.default_rng(2)
    labels = generator.integers(0, 2, rows)
    yes = np.clip(0.5 + 0.2 * (2 * labels - 1) + 0.25 * generator.normal(size=rows), 0.001, 0.999)
    splits = tuple("validation" if validation and row < rows // 3 else "test" for row in range(rows))
    return Predictions(
        splits=splits,
        paths=tuple(f"{row}.png" for row in range(rows)),
        groups=("",) * rows,
        labels=labels,
        probabilities=np.stack([1 - yes, yes], axis=1),
        classes=("benign", "malignant"),
    )


def test_file_alone_gives_equal_bytes() -> None:
    unrounded = predictions()
    read = decode_predictions(encode_predictions(unrounded))
    written = encode_metrics(run_metrics(unrounded, "malignant"))
    assert encode_metrics(run_metrics(read, "malignant")) == written


def test_both_splits_are_scored_apart() -> None:
    whole = predictions()
    found = run_metrics(whole, "malignant")
    for split in ("validation", "test"):
        part = whole.part(split)
        assert found[split]["accuracy"] == np.mean(part.probabilities.argmax(axis=1) == part.labels)


def test_threshold_comes_from_validation() -> None:
    whole = predictions()
    validation, test = whole.part("validation"), whole.part("test")
    limit = np.sort(validation.probabilities[validation.labels == 0, 1])
    threshold = limit[int(np.ceil(0.9 * len(limit))) - 1]
    sick = test.probabilities[test.labels == 1, 1]
    found = run_metrics(whole, "malignant")["test"]["sensitivity_at_specificity"]
    assert found == pytest.approx(np.mean(sick > threshold))


def test_without_validation_images_its_numbers_are_null() -> None:
    found = json.loads(encode_metrics(run_metrics(predictions(validation=False), "malignant")))
    assert set(found["validation"].values()) == {None}
    assert found["test"]["sensitivity_at_specificity"] is None
    assert found["test"]["accuracy"] is not None


def test_confusion_matrix_counts_the_test_images() -> None:
    whole = predictions()
    found = run_metrics(whole, None)
    assert np.sum(found["confusion"]) == len(whole.part("test").labels)
    assert list(found["class_recall"]) == ["benign", "malignant"]
