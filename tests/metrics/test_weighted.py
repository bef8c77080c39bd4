"""A row of weights is a resample: it gives what scoring the drawn images gives, for many runs at once."""

import numpy as np
import pytest

from augtui.metrics import METRICS, score
from augtui.metrics.weighted import weighted_scores

CLASSES, ROWS, RUNS, DRAWS = 3, 40, 4, 6


@pytest.mark.parametrize("positive", [None, 1])
def test_weights_equal_repeated_images(positive: int | None) -> None:
    generator = np.random.default_rng(5)
    labels = generator.integers(0, CLASSES, ROWS)
    runs = generator.dirichlet(np.ones(CLASSES), size=(RUNS, ROWS)).round(2)
    weights = np.stack([np.bincount(generator.integers(0, ROWS, ROWS), minlength=ROWS) for _ in range(DRAWS)])
    found = weighted_scores(labels, runs, weights.astype(float), positive, [0.3] * RUNS)
    for draw, counts in enumerate(weights):
        rows = np.repeat(np.arange(ROWS), counts)
        scores = [score(labels[rows], run[rows], positive, 0.3) for run in runs]
        for name in set(METRICS) - {"ece"}:
            values = [np.nan if s[name] is None else s[name] for s in scores]
            assert found[name][draw] == pytest.approx(np.mean(values), abs=1e-12, nan_ok=True), name


def test_calibration_error_keeps_the_bins_of_the_whole_set() -> None:
    labels = np.zeros(4, dtype=np.int64)
    confidence = np.array([0.6, 0.7, 0.8, 0.9])
    runs = np.stack([confidence, 1 - confidence], axis=1)[None]
    weights = np.array([[1.0, 1, 1, 1], [4, 0, 0, 0]])
    found = weighted_scores(labels, runs, weights, 0, [None])["ece"]
    assert found == pytest.approx([0.25, 0.4])


def test_resample_without_a_class_is_undefined_only_where_it_must_be() -> None:
    labels = np.array([0, 1])
    runs = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    found = weighted_scores(labels, runs, np.array([[2.0, 0.0]]), 1, [0.5])
    assert found["accuracy"].tolist() == [1.0]
    assert np.isnan([found["recall"][0], found["auroc"][0]]).all()
